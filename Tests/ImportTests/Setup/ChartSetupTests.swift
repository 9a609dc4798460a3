import Import
import Manifests
import Rollouts
import Testing
import YAML

@Suite("Setting up what a chart makes")
struct ChartSetupTests {
    private static let release = """
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: checkout, namespace: shop}
        spec:
          chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: acme}}}
          values:
            replicaCount: 4
            image: {repository: ghcr.io/acme/checkout, tag: v1}

        """

    private static func shop(_ text: String) -> BareShop {
        var shop = BareShop(["apps/release.yaml": text])
        shop.request.environment = "production=apps"
        return shop
    }

    @Test func `a HelmRelease leads to a Rollout to fill in, with what is known`() throws {
        let refusal = try present(Self.shop(Self.release).refusal())
        #expect(refusal.message.hasPrefix("no workload stands in apps, and charts make some"))
        #expect(refusal.causes == ["HelmRelease/checkout (apps/release.yaml:1)"])
        #expect(
            refusal.steps[1] == """
                write .headgate/rollouts/production/checkout.yaml with the paths of the chart's own values, and another provider and route where those are not the ones:
                apiVersion: headgate.dev/v1alpha1
                kind: Rollout
                metadata: {name: checkout, namespace: shop}
                spec:
                  release: {images: {app: ghcr.io/acme/checkout:v1}}
                  bindings:
                  - {value: stable.image.app, file: apps/release.yaml, kind: HelmRelease, name: checkout, path: spec.values.image.tag, format: tag, image: ghcr.io/acme/checkout}
                  - {value: canary.image.app, file: apps/release.yaml, kind: HelmRelease, name: checkout, path: spec.values.CANARY.IMAGE.TAG, format: tag, image: ghcr.io/acme/checkout}
                  - {value: stable.replicas, file: apps/release.yaml, kind: HelmRelease, name: checkout, path: spec.values.replicaCount}
                  - {value: canary.replicas, file: apps/release.yaml, kind: HelmRelease, name: checkout, path: spec.values.CANARY.REPLICAS}
                  - {value: route.weight, file: apps/release.yaml, kind: HelmRelease, name: checkout, path: spec.values.CANARY.WEIGHT}
                  traffic: {provider: gateway-api, route: HTTPRoute/checkout}
                  plan: standard

                """)
    }

    @Test func `the Rollout binds as soon as the canary's values are filled in`() throws {
        var shop = Self.shop(
            Self.release + "    canary: {tag: v1, replicas: 0, weight: 0}\n")
        var text = try present(shop.refusal()?.steps[1])
        text = String(text.drop { $0 != "\n" }.dropFirst())
        for (key, name) in [("CANARY.IMAGE.TAG", "tag"), ("CANARY.REPLICAS", "replicas"), ("CANARY.WEIGHT", "weight")] {
            text.replace(key, with: "canary.\(name)")
        }
        let rollout = ".headgate/rollouts/production/checkout.yaml"
        shop.files[rollout] = text
        let bound = try shop.bound(in: shop.tree, root: "apps", environment: "production", rollout: rollout)
        #expect(bound.reading().number(.stableReplicas) == 4)
        #expect(bound.reading().values[.release(.stable, "image.app")] == "ghcr.io/acme/checkout:v1")
        #expect(bound.reading().values[.release(.canary, "image.app")] == "ghcr.io/acme/checkout:v1")
        #expect(bound.reading().values[.weight] == "0")
    }

    @Test func `an Application's parameters are named as they are`() throws {
        let refusal = Self.shop(
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: checkout, namespace: argocd}
            spec:
              destination: {namespace: shop}
              source:
                chart: web
                helm:
                  parameters:
                  - {name: image.tag, value: v1}

            """
        ).refusal()
        let text = try present(refusal?.steps[1])
        #expect(
            text.contains(
                "path: \"spec.source.helm.parameters.[name=image.tag].value\", format: tag, image: REPOSITORY}"))
        #expect(text.contains("metadata: {name: checkout, namespace: shop}"))
        #expect(text.contains("{app: REPOSITORY:v1}"))
    }

    @Test func `of several charts one has to be chosen, and a workload in Git comes first`() throws {
        var shop = Self.shop(Self.release)
        shop.files["apps/other.yaml"] = Self.release.replacing("name: checkout", with: "name: cart")
        #expect(shop.refusal()?.causes.count == 2)
        shop.request.name = "cart"
        #expect(shop.refusal()?.causes == ["HelmRelease/cart (apps/other.yaml:1)"])
        var plain = BareShop.plain
        plain.files["apps/release.yaml"] = Self.release
        #expect(plain.refusal() == nil)
    }

    @Test func `the steps have the environment and the metrics that init writes elsewhere`() throws {
        let refusal = try present(Self.shop(Self.release).refusal())
        #expect(refusal.steps.count == 4)
        #expect(
            refusal.steps[2] == """
                let .headgate/config.yaml be:
                # What Headgate knows about this repository; each Rollout stands in a file of its own below rollouts/.
                apiVersion: headgate.dev/v1alpha1
                kind: Config
                environments:
                  production: {path: apps}
                metrics:
                  set: app-http

                """)
        #expect(refusal.steps[3] == "run headgate check, which says what is missing")
    }

    @Test func `where the root is applied the steps have the ignore rule, and what is there already is no step`() throws
    {
        var shop = BareShop(["release.yaml": Self.release, "kustomization.yaml": "resources: [release.yaml]\n"])
        shop.files[".headgate/config.yaml"] = """
            apiVersion: headgate.dev/v1alpha1
            kind: Config
            metrics: {set: istio}

            """
        #expect(try present(shop.refusal()).steps.count == 3)
        shop.files["kustomization.yaml"] = nil
        let steps = try present(shop.refusal()).steps
        #expect(steps.count == 4)
        #expect(steps[2].hasPrefix("let .sourceignore be (for Flux; under Argo CD set"))
        #expect(steps[2].hasSuffix("/.headgate\n"))
    }
}
