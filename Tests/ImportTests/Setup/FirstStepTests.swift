import Import
import Manifests
import Policies
import Rollouts
import Testing
import YAML

@Suite("What init says first where it cannot set up")
struct FirstStepTests {
    private func shop(route: String) -> BareShop {
        var shop = BareShop.plain
        shop.providers = Policies.traffic.keys.sorted()
        shop.files["apps/route.yaml"] = route
        return shop
    }

    // MARK: Subsets

    /// A StatefulSet whose pods a DestinationRule divides by their version.
    private var divided: BareShop {
        var shop = shop(
            route: """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  http:
                  - route: [{destination: {host: till, subset: v1}}]

                """)
        shop.files["apps/deployment.yaml"] = BareShop.deployment.replacing("Deployment", with: "StatefulSet")
            .replacing("track: stable", with: "version: v1")
        shop.files["apps/service.yaml"] = BareShop.service.replacing("name: checkout", with: "name: till")
            .replacing(", track: stable", with: "")
        shop.files["apps/rule.yaml"] = """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: till, namespace: shop}
            spec:
              host: till.shop.svc.cluster.local
              subsets:
              - {name: v1, labels: {version: v1}}

            """
        return shop
    }

    @Test func `subsets come before advice on labels, which they make needless`() throws {
        let refusal = try present(divided.refusal())
        #expect(
            refusal.message.hasPrefix(
                "apps/route.yaml:6: VirtualService/checkout leads to the subset v1 of Service/till"))
        #expect(refusal.further == [])
        #expect(
            refusal.steps.first
                == "add a subset canary to DestinationRule/till, as v1 but with the label `version: canary`")
        #expect(!refusal.steps.contains { $0.contains("delete") })
    }

    @Test func `a workload that does not select by the label of its subset is told so second`() throws {
        var shop = divided
        shop.files["apps/deployment.yaml"]?.replace("      version: v1\n  template", with: "  template")
        let refusal = try present(shop.refusal())
        #expect(refusal.message.contains("leads to the subset v1"))
        #expect(
            refusal.further.map(\.message) == ["nothing would tell the pods of StatefulSet/checkout from its canary's"])
    }

    @Test func `the Rollout of the steps binds as soon as they are done`() throws {
        var shop = divided
        let step = try present(shop.refusal()?.steps.last)
        #expect(step.contains("workload: {kind: StatefulSet}"))
        let rollout = ".headgate/rollouts/production/checkout.yaml"
        #expect(step.hasPrefix("write \(rollout), with metrics"))
        #expect(shop.refusal()?.steps[2].hasSuffix("environments:\n  production: {path: apps}\n") == true)
        shop.files[rollout] = String(step.drop { $0 != "\n" }.dropFirst())
        shop.files["apps/canary.yaml"] = shop.files["apps/deployment.yaml"]?
            .replacing("  name: checkout\n", with: "  name: checkout-canary\n")
            .replacing("version: v1", with: "version: canary").replacing("replicas: 4", with: "replicas: 0")
        shop.files["apps/rule.yaml"]?.append("  - {name: canary, labels: {version: canary}}\n")
        shop.files["apps/route.yaml"]?.replace(
            "[{destination: {host: till, subset: v1}}]",
            with:
                "[{destination: {host: till, subset: v1}, weight: 100}, {destination: {host: till, subset: canary}, weight: 0}]"
        )
        let bound = try shop.bound(in: shop.tree, root: "apps", environment: "production", rollout: rollout)
        #expect(bound.reading().number(.stableReplicas) == 4)
        #expect(bound.reading().values[.weight] == "0")
        #expect(bound.findings == [])
    }

    // MARK: Workers under autoscalers

    @Test func `a worker under an autoscaler is not offered what would be refused`() throws {
        var shop = BareShop.plain
        shop.files["apps/route.yaml"] = nil
        shop.files["apps/service.yaml"] = nil
        #expect(shop.refusal()?.alternative?.hasSuffix("--route none") == true)
        shop.files["apps/scaler.yaml"] = """
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            metadata: {name: checkout, namespace: shop}
            spec:
              scaleTargetRef: {name: checkout}
              triggers: [{type: cron, metadata: {}}]

            """
        let alternative = try present(shop.refusal()?.alternative)
        #expect(!alternative.contains("--route none"))
        #expect(
            alternative.hasPrefix(
                "fix the count of its pods, by removing ScaledObject/checkout (apps/scaler.yaml:1): a worker under an autoscaler"
                    + " needs either that, or a route"))
    }

    // MARK: Routes

    @Test(arguments: ["traefik.io", "traefik.containo.us"])
    func `an IngressRoute is told to lead to weights, and what it is told sets up`(group: String) throws {
        let route = """
            apiVersion: \(group)/v1alpha1
            kind: IngressRoute
            metadata: {name: web, namespace: shop}
            spec:
              routes:
              - match: Host(`checkout.example.com`)
                kind: Rule
                services: [{name: checkout, port: 80}]

            """
        var shop = shop(route: route)
        let refusal = try present(shop.refusal())
        #expect(refusal.message == "no route names Service/checkout")
        #expect(refusal.causes == ["IngressRoute/web (apps/route.yaml:1)"])
        #expect(refusal.steps.count == 3)
        #expect(refusal.steps[0].contains("write a TraefikService checkout of the same apiVersion"))
        #expect(
            refusal.steps[1].hasPrefix(
                "in IngressRoute/web (apps/route.yaml:1) put {name: checkout, kind: TraefikService}"))
        shop.files["apps/route.yaml"] = route.replacing("port: 80}", with: "kind: TraefikService}")
        shop.files["apps/split.yaml"] = """
            apiVersion: \(group)/v1alpha1
            kind: TraefikService
            metadata: {name: checkout, namespace: shop}
            spec:
              weighted:
                services:
                - {name: checkout, port: 80, weight: 100}

            """
        #expect(try shop.text("apps/split.yaml").contains("name: checkout-canary, port: 80, weight: 0}"))
    }

    private static let ingress = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: checkout, namespace: shop}
        spec:
          ingressClassName: haproxy
          rules:
          - http:
              paths:
              - {path: /, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}

        """

    @Test func `a class that no provider knows is named, beside those that are known`() throws {
        let step = try present(shop(route: Self.ingress).refusal()?.steps.first)
        #expect(
            step.hasPrefix(
                "Ingress/checkout (apps/route.yaml:1) is of the class haproxy, and the classes that are known are alb"))
        #expect(step.contains("--provider alb or --provider nginx or --provider skipper"))
        #expect(!step.contains("spec.ingressClassName"))
    }

    @Test func `a provider that there is not is refused, with those that there are`() throws {
        var shop = shop(route: Self.ingress)
        shop.request.provider = "haproxy"
        let refusal = try present(shop.refusal())
        #expect(refusal.message == "there is no traffic provider haproxy")
        #expect(refusal.steps.first?.hasPrefix("known are alb, ambassador, ") == true)
        shop.request.provider = "ngnix"
        #expect(shop.refusal()?.steps.first?.hasPrefix("did you mean nginx? ") == true)
        shop.request.provider = "nginx"
        #expect(shop.refusal() == nil)
    }

    // MARK: Workloads

    @Test func `a kind in the wrong case is recognized`() throws {
        var shop = BareShop.plain
        shop.request.workload = "deployment/checkout"
        #expect(shop.refusal()?.steps == ["did you mean --workload Deployment/checkout?"])
    }

    @Test(arguments: [nil, "shop"])
    func `the same workload twice in one namespace is to be removed once`(namespace: String?) throws {
        var shop = BareShop.plain
        shop.files["apps/old.yaml"] = BareShop.deployment
        shop.request.namespace = namespace
        let refusal = try present(shop.refusal())
        #expect(refusal.message == "Deployment/checkout is stated 2 times for the namespace shop")
        #expect(
            refusal.causes == ["Deployment/checkout (apps/deployment.yaml:2)", "Deployment/checkout (apps/old.yaml:2)"])
        #expect(refusal.steps == ["keep one, and remove the other; then run this again"])
        shop.files["apps/old.yaml"] = BareShop.deployment.replacing("namespace: shop", with: "namespace: till")
        shop.request.namespace = nil
        #expect(shop.refusal()?.steps.first?.hasPrefix("choose a namespace: --namespace ") == true)
    }

    @Test func `a Rollout of Argo Rollouts is named, with what becomes of it`() throws {
        var shop = BareShop.plain
        shop.files["apps/deployment.yaml"] = BareShop.deployment
            .replacing("apps/v1", with: "argoproj.io/v1alpha1").replacing("Deployment", with: "Rollout")
        let refusal = try present(shop.refusal())
        #expect(
            refusal.message
                == "Rollout/checkout (apps/deployment.yaml:2) is a Rollout of Argo Rollouts, and no Deployment for it stands in apps"
        )
        #expect(
            refusal.steps.first?.hasPrefix("write Deployment/checkout with what Rollout/checkout has in spec.template")
                == true)
        shop.request.workload = "Rollout/checkout"
        #expect(shop.refusal() == refusal)
        shop.request.workload = nil
        shop.files["apps/other.yaml"] = BareShop.deployment
        #expect(shop.refusal() == nil)
    }

    // MARK: What is written

    @Test func `a route that metrics go with needs none to be named`() throws {
        var shop = BareShop.plain
        shop.providers = ["istio"]
        shop.files["apps/route.yaml"] = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: checkout, namespace: shop}
            spec: {http: [{route: [{destination: {host: checkout}}]}]}

            """
        let bytes = try present(Policies.metrics["istio"])
        let set = try YAMLDecoder().decode(
            MetricSetDocument.self, from: YAMLStream(parsing: bytes, file: "istio.yaml").single)
        #expect(try shop.text(".headgate/config.yaml").contains("set: app-http"))
        shop.request.standardSets = ["istio": set]
        #expect(try !shop.text(".headgate/config.yaml").contains("metrics"))
        let note =
            "Releases are judged by the metrics of the set istio, which goes with the route; give --metrics for another"
        #expect(try shop.plan().notes.contains { $0.hasPrefix(note) })
        shop.request.prometheus = "http://prometheus:9090"
        #expect(
            try shop.text(".headgate/config.yaml").hasSuffix(
                "metrics:\n  prometheus: {address: http://prometheus:9090}\n"))
        shop.request.metrics = "app-http"
        #expect(try shop.text(".headgate/config.yaml").contains("set: app-http"))
        // A set for Deployments alone is none for another workload.
        shop.request.metrics = nil
        var deployments = set
        deployments.spec.workloads = ["StatefulSet"]
        shop.request.standardSets = ["istio": deployments]
        #expect(try shop.text(".headgate/config.yaml").contains("set: app-http"))
    }

    @Test func `what is judged by no metrics says nothing of them`() throws {
        var shop = BareShop.plain
        shop.request.analysis = "none"
        #expect(try !shop.text(".headgate/config.yaml").contains("metrics"))
        #expect(try !shop.plan().notes.contains { $0.contains("metrics") || $0.contains("Prometheus") })
        shop.request.prometheus = "http://prometheus:9090"
        #expect(try shop.text(".headgate/config.yaml").contains("address: http://prometheus:9090"))
    }

    @Test(arguments: [
        BareShop.deployment + "---\n" + BareShop.service,
        BareShop.deployment.replacing("labels: {app: checkout}", with: "labels: &own {app: checkout}")
            + "  notes: *own\n",
    ])
    func `line endings are those of the file that a new one is made from`(text: String) throws {
        var shop = BareShop.plain
        shop.files["apps/deployment.yaml"] = text.replacing("\n", with: "\r\n")
        if text.contains("kind: Service") { shop.files["apps/service.yaml"] = nil }
        let lines = try shop.text("apps/deployment-canary.yaml").utf8.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count > 20)
        #expect(lines.allSatisfy { $0.last == UInt8(ascii: "\r") })
        guard !text.contains("kind: Service") else { return }
        #expect(try !shop.text("apps/service-canary.yaml").utf8.contains(UInt8(ascii: "\r")))
    }

    @Test func `an entry of a kustomization that is taken out is told of, with why`() throws {
        let notes = try BareShop.layered.plan().notes
        #expect(
            notes.contains(
                "production/kustomization.yaml no longer replaces the image ghcr.io/acme/checkout: its entry of images, and the list"
                    + " with it, is taken out, since both sides of the pair would share it. `kustomize edit set image` would add it"
                    + " again: state releases in the Rollout instead."))
        #expect(try !BareShop.plain.plan().notes.contains { $0.contains("kustomize edit") })
    }
}
