import Import
import Manifests
import Policies
import Rollouts
import Testing
import YAML

@Suite("Setting up the routes of each provider")
struct RouteSetupTests {
    /// A route as people have it before, and what becomes of it; `own` where the canary gets one beside it.
    struct Sample: Sendable, CustomTestStringConvertible {
        let provider: String
        let split: String
        let before: String
        let after: String
        var own: String?
        /// What has to be there beside it.
        var files: [String: String] = [:]

        var testDescription: String { "\(provider), \(split)" }
    }

    private static let rollout = ".headgate/rollouts/production/checkout.yaml"

    private static func shop(_ sample: Sample) -> BareShop {
        var shop = BareShop.plain
        shop.files["apps/route.yaml"] = sample.before
        shop.providers = Policies.traffic.keys.sorted()
        for (name, text) in sample.files { shop.files["apps/\(name)"] = text }
        return shop
    }

    private static func layered(_ sample: Sample) -> BareShop {
        var shop = BareShop.layered
        shop.providers = Policies.traffic.keys.sorted()
        for (name, text) in sample.files {
            shop.files["base/\(name)"] = text.replacing(", namespace: shop", with: "")
            shop.files["base/kustomization.yaml"]? += "- \(name)\n"
        }
        shop.files["base/route.yaml"] = sample.before.replacing("  namespace: shop\n", with: "")
            .replacing("name: checkout, namespace: shop}\nspec", with: "name: checkout}\nspec")
        return shop
    }

    /// What no pair of Services is behind is refused.
    private static let refused: Set<String> = ["knative"]

    @Test func `there is a route of every provider that is shipped`() {
        #expect(Set(Sample.all.map(\.provider)).union(Self.refused) == Set(Policies.traffic.keys))
    }

    @Test(arguments: Sample.all)
    func `the route has both sides, and the canary no traffic`(sample: Sample) throws {
        let shop = Self.shop(sample)
        #expect(try shop.text("apps/route.yaml") == sample.after)
        #expect(try shop.plan().tree.text(at: "apps/route-canary.yaml") == sample.own)
        #expect(try shop.text(Self.rollout).contains("traffic: {route: \(sample.split)}"))
        let bound = try shop.bound(
            in: shop.plan().tree, root: "apps", environment: "production", rollout: Self.rollout)
        #expect(bound.reading().values[.weight] == "0")
        #expect(bound.reading().canaryHasNoTraffic)
    }

    @Test(arguments: Sample.all)
    func `a second run changes nothing, and weights are written`(sample: Sample) throws {
        var again = Self.shop(sample)
        for (path, bytes) in try again.plan().files { again.files[path] = String(decoding: bytes, as: UTF8.self) }
        #expect(try again.changed() == [])
        func bound(_ tree: Tree) throws -> BoundRollout {
            try again.bound(in: tree, root: "apps", environment: "production", rollout: Self.rollout)
        }
        var tree = again.tree
        for weight in [25, 0] {
            let change = Change.weight(Weight(clamping: weight))
            tree = tree.writing(try Renderer(bound(tree), in: tree).render([change]).files)
            #expect(try bound(tree).reading().values[.weight] == String(weight))
        }
        #expect(tree.text(at: "apps/route.yaml") == sample.after)
    }

    @Test(arguments: Sample.all)
    func `in an overlay the base stays, and a second run changes nothing`(sample: Sample) throws {
        let shop = Self.layered(sample)
        #expect(try shop.changed().allSatisfy { !$0.hasPrefix("base/") })
        let tree = try shop.plan().tree
        func bound(_ tree: Tree) throws -> BoundRollout {
            try shop.bound(in: tree, root: "production", environment: "production", rollout: Self.rollout)
        }
        #expect(try bound(tree).reading().values[.weight] == "0")
        let change = Change.weight(Weight(clamping: 25))
        let moved = tree.writing(try Renderer(bound(tree), in: tree).render([change]).files)
        #expect(try bound(moved).reading().values[.weight] == "25")
        #expect(moved.text(at: "base/route.yaml") == shop.files["base/route.yaml"])
        var again = shop
        for (path, bytes) in try shop.plan().files { again.files[path] = String(decoding: bytes, as: UTF8.self) }
        #expect(try again.changed() == [])
    }

    /// A second opinion: what kustomize itself makes of the overlay.
    @Test(.enabled(if: Tree.hasKustomize), arguments: Sample.all)
    func `kustomize makes the same route of an overlay`(sample: Sample) throws {
        let built = try Self.layered(sample).plan().tree.kustomized()
        for text in [sample.after, sample.own].compactMap(\.self) {
            let stream = try YAMLStream(parsing: text, file: "")
            let wanted = try YAMLTree(stream.single.root, of: stream)
            let title = "\(wanted["kind"]?.string ?? "")/\(wanted["metadata"]?["name"]?.string ?? "")"
            let found = try present(built[title])
            #expect(found["spec"] == wanted["spec"])
            #expect(found["metadata"]?["annotations"] == wanted["metadata"]?["annotations"])
        }
    }

    // MARK: Routes of the canary's own

    @Test func `only the paths to stable's Service are copied, without certificates and names in DNS`() throws {
        var shop = BareShop.plain
        shop.providers = ["nginx"]
        shop.files["apps/route.yaml"] = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: shop
              namespace: shop
              annotations:
                cert-manager.io/cluster-issuer: letsencrypt
                nginx.ingress.kubernetes.io/proxy-body-size: 8m
            spec:
              ingressClassName: nginx
              tls:
              - hosts: [shop.example.com]
                secretName: shop-tls
              defaultBackend: {service: {name: other, port: {number: 80}}}
              rules:
              - host: other.example.com
                http:
                  paths:
                  - {path: /, pathType: Prefix, backend: {service: {name: other, port: {number: 80}}}}
              - host: shop.example.com
                http:
                  paths:
                  - {path: /static, pathType: Prefix, backend: {service: {name: static, port: {number: 80}}}}
                  # The till.
                  - {path: /, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}

            """
        #expect(try !shop.changed().contains("apps/route.yaml"))
        #expect(
            try shop.text("apps/route-canary.yaml") == """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: shop-canary
                  namespace: shop
                  annotations:
                    nginx.ingress.kubernetes.io/proxy-body-size: 8m
                    nginx.ingress.kubernetes.io/canary: "true"
                    nginx.ingress.kubernetes.io/canary-weight: "0"
                spec:
                  ingressClassName: nginx
                  tls:
                  - hosts: [shop.example.com]
                    secretName: shop-tls
                  rules:
                  - host: shop.example.com
                    http:
                      paths:
                      # The till.
                      - {path: /, pathType: Prefix, backend: {service: {name: checkout-canary, port: {number: 80}}}}

                """)
        #expect(try shop.text(Self.rollout).contains("traffic: {route: Ingress/shop-canary}"))
        shop.request.route = "Ingress/shop-canary"
        #expect(try shop.changed().contains("apps/route-canary.yaml"))
    }

    @Test func `a class with a name of its own needs the provider's`() throws {
        let sample = try present(Sample.all.first { $0.provider == "nginx" })
        var shop = Self.shop(sample)
        shop.files["apps/route.yaml"]?.replace("ingressClassName: nginx", with: "ingressClassName: public")
        #expect(shop.refusal()?.steps.first?.contains("--provider ") == true)
        shop.request.provider = "nginx"
        #expect(try shop.text(Self.rollout).contains("traffic: {provider: nginx, route: Ingress/checkout-canary}"))
        #expect(try shop.text("apps/route-canary.yaml").contains("ingressClassName: public"))
    }

    // MARK: Shares of others

    @Test func `shares of somebody else stay in a route of OpenShift`() throws {
        var shop = BareShop.plain
        shop.providers = ["openshift"]
        shop.files["apps/route.yaml"] = """
            apiVersion: route.openshift.io/v1
            kind: Route
            metadata: {name: checkout, namespace: shop}
            spec:
              to: {kind: Service, name: legacy, weight: 10}
              alternateBackends:
              - kind: Service
                name: checkout
                weight: 40

            """
        #expect(
            try shop.text("apps/route.yaml").hasSuffix(
                """
                  alternateBackends:
                  - kind: Service
                    name: checkout
                    weight: 40
                  - kind: Service
                    name: checkout-canary
                    weight: 0

                """))
    }

    // MARK: Refusals

    @Test func `a Service of Knative is told what to write`() throws {
        var shop = BareShop([
            "apps/service.yaml": """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: checkout, namespace: shop}
            spec: {template: {spec: {containers: [{image: ghcr.io/acme/checkout:v1}]}}}

            """
        ])
        shop.providers = Policies.traffic.keys.sorted()
        for workload in [nil, "Service/checkout"] {
            shop.request.workload = workload
            let refusal = try present(shop.refusal())
            #expect(
                refusal.message
                    == "Service/checkout (apps/service.yaml:1) is a Service of serving.knative.dev, of which no canary follows from"
                    + " manifests alone")
            #expect(refusal.steps.count == 4)
            #expect(refusal.steps[2].contains("stable: checkout, canary: checkout-canary}"))
        }
    }

    @Test func `a virtual node that is missing is asked for`() throws {
        var shop = Self.shop(try present(Sample.all.first { $0.provider == "appmesh" }))
        shop.files["apps/node.yaml"] = nil
        let refusal = try present(shop.refusal())
        #expect(
            refusal.message
                == "backends of VirtualRouter/checkout are VirtualNodes, and there is no VirtualNode/checkout-canary")
        #expect(refusal.steps.first?.hasPrefix("write VirtualNode/checkout-canary beside VirtualNode/checkout") == true)
    }

    @Test func `a subset has to be defined for the canary first`() throws {
        var shop = BareShop.plain
        shop.providers = ["istio"]
        shop.files["apps/route.yaml"] = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: checkout, namespace: shop}
            spec:
              http:
              - route: [{destination: {host: checkout, subset: v1}}]

            """
        let refusal = try present(shop.refusal())
        #expect(refusal.message.hasPrefix("apps/route.yaml:6: VirtualService/checkout leads to the subset v1 of"))
        #expect(refusal.steps.last?.contains("subsets: {stable: v1, canary: canary}}") == true)
    }

    @Test func `an annotation that a patch could not add is asked for`() throws {
        var shop = BareShop.layered
        shop.providers = ["skipper"]
        let sample = try present(Sample.all.first { $0.provider == "skipper" })
        shop.files["base/route.yaml"] = sample.before.replacing(
            "\n    zalando.org/backend-weights: '{\"checkout\": 100}'", with: " {}")
        #expect(shop.refusal()?.steps.first?.contains("as '{\"checkout\": 100}'") == true)
    }

    @Test func `a fixed sum that leaves the pair no whole shares is refused before the first release would be`() throws
    {
        var shop = BareShop.plain
        shop.providers = ["istio"]
        shop.files["apps/route.yaml"] = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: checkout, namespace: shop}
            spec:
              http:
              - route:
                - {destination: {host: legacy}, weight: 30}
                - {destination: {host: checkout}, weight: 70}

            """
        #expect(
            shop.refusal()?.message
                == "apps/route.yaml:8: Service/checkout has 70 of 100 in VirtualService/checkout, of which 5 % is no whole number"
        )
    }

    @Test(arguments: [
        (
            """
            apiVersion: gateway.solo.io/v1
            kind: RouteTable
            metadata: {name: checkout, namespace: shop}
            spec:
              routes:
              - routeAction: {single: {kube: {ref: {name: checkout, namespace: shop}}}}

            """,
            "RouteTable/checkout (apps/route.yaml:1) names it, but not in a list of weights: write it as an item of"
                + " spec.routes.*.routeAction.multi.destinations; then run this again"
        ),
        (
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: checkout, namespace: shop}
            spec:
              rules:
              - http:
                  paths:
                  - {path: /, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}

            """, "say which class Ingress/checkout (apps/route.yaml:1) is of: spec.ingressClassName, one of"
        ),
        (
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: checkout, namespace: shop}
            spec:
              ingressClassName: alb
              rules:
              - http:
                  paths:
                  - {path: /, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}

            """,
            "in Ingress/checkout (apps/route.yaml:1) write the annotation alb.ingress.kubernetes.io/actions.checkout-split: '{\"type\":"
        ),
    ])
    func `a route that leads there otherwise is told what to write`(route: String, step: String) throws {
        var shop = BareShop.plain
        shop.providers = Policies.traffic.keys.sorted()
        shop.files["apps/route.yaml"] = route
        let refusal = try present(shop.refusal())
        #expect(refusal.message == "no route names Service/checkout")
        #expect(refusal.steps.first?.hasPrefix(step) == true, "\(refusal.steps)")
    }
}
