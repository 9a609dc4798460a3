import Agent
import Manifests
import Rollouts
import Testing

@Suite("Checking rollouts of charts")
struct ChartCheckTests {
    private static let release = "town/release.yaml"

    /// The bakery with a HelmRelease in the place of its manifests.
    private static var bakery: Bakery {
        var bakery = Bakery()
        for name in ["stable", "canary", "services", "route"] { bakery.files["town/\(name).yaml"] = nil }
        bakery.files[release] = """
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: {name: bread, namespace: flux-system}
            spec:
              targetNamespace: shop
              chart: {spec: {chart: bread, sourceRef: {kind: HelmRepository, name: bakery}}}
              values:
                stable: {repository: example.com/bread, tag: v1, replicas: 4, weight: 100}
                canary: {repository: example.com/bread, tag: v1, replicas: 0, weight: 0}

            """
        bakery.files[Bakery.rollout]?.replace("traffic: {", with: "traffic: {provider: gateway-api, ")
        bakery.files[Bakery.rollout]?.append(
            """
              bindings:
              - {value: stable.image.app, file: \(release), path: spec.values.stable.tag, format: tag}
              - {value: canary.image.app, file: \(release), path: spec.values.canary.tag, format: tag}
              - {value: stable.replicas, file: \(release), path: spec.values.stable.replicas}
              - {value: canary.replicas, file: \(release), path: spec.values.canary.replicas}
              - {value: route.weight, file: \(release), path: spec.values.canary.weight}
              - {value: route.weight.stable, file: \(release), path: spec.values.stable.weight}

            """)
        return bakery
    }

    private func findings(_ bakery: Bakery) -> [String] {
        bakery.checkup.findings.map { "\($0.line)\($0.diagnostic.hint.map { " (\($0))" } ?? "")" }
    }

    @Test func `a whole chart has nothing to mend, and is explained with both addresses of each value`() throws {
        let checkup = Self.bakery.checkup
        #expect(checkup.findings.map(\.line) == [])
        let lines = try Explanation(subject: try #require(checkup.subjects.first)).text.split(separator: "\n")
        let start = try #require(lines.firstIndex(of: "# Bindings: in Git, and live"))
        #expect(
            lines[start...].joined(separator: "\n") == """
                # Bindings: in Git, and live
                #   canary.image.app = example.com/bread:v1
                #     town/release.yaml:9 spec.values.canary.tag (tag)
                #     Deployment/bread-canary in shop, spec.template.spec.containers.[name=app].image
                #   canary.replicas = 0
                #     town/release.yaml:9 spec.values.canary.replicas (value)
                #     Deployment/bread-canary in shop, spec.replicas
                #   route.weight = 0
                #     town/release.yaml:9 spec.values.canary.weight (value)
                #     HTTPRoute/bread in shop, canary
                #   route.weight = 100
                #     town/release.yaml:8 spec.values.stable.weight (value)
                #     HTTPRoute/bread in shop, stable
                #   stable.image.app = example.com/bread:v1
                #     town/release.yaml:8 spec.values.stable.tag (tag)
                #     Deployment/bread in shop, spec.template.spec.containers.[name=app].image
                #   stable.replicas = 4
                #     town/release.yaml:8 spec.values.stable.replicas (value)
                #     Deployment/bread in shop, spec.replicas
                """)
    }

    @Test func `a canary that has traffic while nothing is delivered is named where its weight is`() {
        let bakery = Self.bakery.changing(Self.release, "weight: 100", to: "weight: 95")
            .changing(Self.release, "weight: 0}", to: "weight: 5}")
        #expect(
            findings(bakery).first?.contains(
                "town/release.yaml:9:1: error: the canary has 5 of 100 of the traffic, and nothing is delivered")
                == true,
            "\(findings(bakery))")
    }

    @Test func `a release of another image is an error where only the tag is a value`() {
        let bakery = Self.bakery.changing(Bakery.rollout, "example.com/bread:v1", to: "example.com/cake:v1")
        #expect(
            findings(bakery).first?.contains(
                "stable.image.app is example.com/cake:v1, but the place holds only the tag of example.com/bread")
                == true,
            "\(findings(bakery))")
    }

    @Test func `a file that Rollouts of two environments bind is an error in both`() {
        var bakery = Self.bakery
        bakery.files[".headgate/config.yaml"] =
            "environments: {town: {path: town}, village: {path: village}}\nmetrics: {set: app-http}\n"
        bakery.files["village/kustomization.yaml"] = "resources: []\n"
        let rollout = bakery.files[Bakery.rollout]
        bakery.files[Bakery.rollout] = nil
        bakery.files[".headgate/rollouts/town/bread.yaml"] = rollout
        bakery.files[".headgate/rollouts/village/bread.yaml"] = rollout
        let found = findings(bakery).filter { $0.contains("in another environment") }
        #expect(found.count == 2)
        #expect(
            found.first?.contains("town/release.yaml has values of village/shop/bread too, in another environment")
                == true,
            "\(found)")
    }
}
