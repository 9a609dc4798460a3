import Manifests
import Rollouts
import Testing

@Suite("Traffic providers are data")
struct TrafficProviderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let weight: Int
        let before: String
        let after: String
        var testDescription: String { what }
    }

    static let cases = [
        Case(
            what: "flow style", weight: 25,
            before: "  - backendRefs: [{name: checkout, weight: 100}, {name: checkout-canary, weight: 0}]\n",
            after: "  - backendRefs: [{name: checkout, weight: 75}, {name: checkout-canary, weight: 25}]\n"),
        Case(
            what: "the canary listed first, with comments", weight: 10,
            before: """
                  - backendRefs:
                    - name: checkout-canary   # new
                      weight: 0               # in percent
                    - name: checkout          # old
                      weight: 100

                """,
            after: """
                  - backendRefs:
                    - name: checkout-canary   # new
                      weight: 10               # in percent
                    - name: checkout          # old
                      weight: 90

                """),
        Case(
            what: "two rules, and one of somebody else", weight: 50,
            before: """
                  - backendRefs: [{name: checkout}, {name: checkout-canary, weight: 0}]
                  - backendRefs: [{name: static}]
                  - backendRefs: [{name: checkout, weight: 10}, {name: checkout-canary, weight: 0}, {name: cache, weight: 5}]

                """,
            after: """
                  - backendRefs: [{name: checkout, weight: 50}, {name: checkout-canary, weight: 50}]
                  - backendRefs: [{name: static}]
                  - backendRefs: [{name: checkout, weight: 5}, {name: checkout-canary, weight: 5}, {name: cache, weight: 5}]

                """),
        Case(
            what: "a namesake in another namespace and one of another kind", weight: 5,
            before: """
                  - backendRefs:
                    - {name: checkout, weight: 100}
                    - {name: checkout-canary, weight: 0}
                    - {name: checkout, namespace: other, weight: 0}
                    - {name: checkout-canary, kind: Import, weight: 0}

                """,
            after: """
                  - backendRefs:
                    - {name: checkout, weight: 95}
                    - {name: checkout-canary, weight: 5}
                    - {name: checkout, namespace: other, weight: 0}
                    - {name: checkout-canary, kind: Import, weight: 0}

                """),
    ]

    private static let head = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: checkout, namespace: shop}
        spec:
          rules:

        """

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").map { $0.hasPrefix("  ") ? "\($0)\n" : "  \($0)\n" }.joined()
    }

    @Test(arguments: cases)
    func `a weight changes the pair's numbers alone, and goes back byte for byte`(example: Case) throws {
        let before = Self.head + Self.indented(example.before)
        let shop = Shop(["apps/route.yaml": before])
        let weights = try shop.bound().reading().originals.filter { $0.binding == .weight }
        let tree = try shop.rendering([.weight(Weight(clamping: example.weight))], on: shop.tree)
        #expect(tree.text(at: "apps/route.yaml") == Self.head + Self.indented(example.after))
        #expect(try shop.bound(in: tree).reading().number(.weight) == example.weight)
        let again = try Renderer(shop.bound(in: tree), in: tree).render([.weight(Weight(clamping: example.weight))])
        #expect(again.files.isEmpty)
        #expect(try shop.rendering([.restore(weights)], on: tree).text(at: "apps/route.yaml") == before)
    }

    static let mesh = """
        apiVersion: headgate.dev/v1alpha1
        kind: TrafficProvider
        metadata: {name: mesh}
        spec:
          routes: [{group: mesh.example.com, kinds: [Split]}]
          backends: {path: spec.http.*.route, name: destination.host, form: host}
          weight: {path: weight, minimum: 0, maximum: 100, default: 0, total: 100}

        """

    @Test func `a mesh of one's own needs a document and no code`() throws {
        let provider = try TrafficProvider.read(Array(Self.mesh.utf8), file: "mesh.yaml")
        let split = """
            apiVersion: mesh.example.com/v1
            kind: Split
            metadata: {name: checkout, namespace: shop}
            spec:
              http:
              - route:
                - destination: {host: checkout.shop.svc.cluster.local}
                  weight: 100
                - destination: {host: checkout-canary}
                  weight: 0

            """
        let rollout = Shop.rollout.replacing("HTTPRoute/checkout", with: "Split/checkout")
        var shop = Shop(["apps/route.yaml": split], rollout: rollout)
        shop.providers = [try Shop.gateway(), provider]
        let tree = try shop.rendering([.weight(Weight(clamping: 20))], on: shop.tree)
        #expect(
            tree.text(at: "apps/route.yaml")
                == split.replacing("weight: 100", with: "weight: 80").replacing("weight: 0\n", with: "weight: 20\n"))
        shop.providers = [try Shop.gateway()]
        #expect(try shop.problems().first?.contains("no traffic provider knows the kind Split") == true)
    }

    @Test(arguments: [
        ("wieght: {", "mesh.yaml:7:3: "), ("path: spec..x", "is no field path"), ("maximum: 50", "at most 1000000000"),
    ])
    func `a provider that cannot be used is refused with its place`(change: String, message: String) {
        let old = ["wieght": "weight: {", "path: s": "path: spec.http.*.route", "maximum": "maximum: 100"]
        let key = old.keys.first { change.hasPrefix($0) } ?? ""
        let text = Self.mesh.replacing(old[key] ?? "", with: change)
        let error = #expect(throws: Diagnostic.self) { try TrafficProvider.read(Array(text.utf8), file: "mesh.yaml") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
}
