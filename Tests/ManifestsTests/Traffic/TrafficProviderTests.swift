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

    struct Nonsense: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let expected: String
        var testDescription: String { new }
    }

    static let nonsense = [
        Nonsense(old: "weight: {", new: "wieght: {", expected: "7:3: spec.wieght: unknown key"),
        Nonsense(old: "form: host", new: "from: host", expected: "6:63: spec.backends.from: unknown key"),
        Nonsense(old: "form: host", new: "form: dns", expected: "6:69: spec.backends.form: \"dns\" is not known"),
        Nonsense(old: "spec.http.*.route", new: "spec..x", expected: "6:20: \"spec..x\" is no field path"),
        Nonsense(old: "spec.http.*.route", new: "[spec.http, spec..x]", expected: "6:32: \"spec..x\" is no field path"),
        Nonsense(old: "destination.host", new: "[]", expected: "6:45: spec.backends.name is empty"),
        Nonsense(old: "destination.host", new: "hosts.*", expected: "6:45: \"hosts.*\" leads to many values"),
        Nonsense(old: "path: spec.http.*.route, ", new: "", expected: "6:13: backends need a path or items"),
        Nonsense(old: "name: destination.host, ", new: "", expected: "6:13: nothing says where an item names"),
        Nonsense(old: "form: host", new: "keyed: true", expected: "6:45: the keys of a mapping are the names already"),
        Nonsense(old: "form: host", new: "kinds: [Service]", expected: "6:70: kinds without kind say nothing"),
        Nonsense(
            old: "form: host", new: "subset: destination.subset",
            expected: "6:71: backends.subset and subsets need each other"),
        Nonsense(old: "form: host", new: "json: true", expected: "6:69: there is no backends.text"),
        Nonsense(old: "path: weight", new: "path: .", expected: "7:18: an item with a name is no number"),
        Nonsense(old: "maximum: 100", new: "maximum: 50", expected: "7:47: weights go from 0 to at least 100"),
        Nonsense(old: "minimum: 0", new: "minimum: 200", expected: "7:35: the minimum 200 is above the maximum 100"),
        Nonsense(old: "minimum: 0", new: "minimum: 1", expected: "7:35: a canary without traffic has the weight 0"),
        Nonsense(old: "default: 0", new: "default: 101", expected: "7:61: 101 is not within the weights"),
        Nonsense(old: "total: 100", new: "total: 10", expected: "7:71: a total of 10 cannot be shared out"),
        Nonsense(old: "kinds: [Split]", new: "kinds: []", expected: "5:45: there is no kind"),
        Nonsense(old: "kind: TrafficProvider", new: "kind: Provider", expected: "2:7: Provider is no traffic provider"),
        Nonsense(old: "dev/v1alpha1", new: "dev/v2", expected: "1:13: a TrafficProvider of headgate.dev/v2"),
        Nonsense(
            old: "  weight", new: "  alone: []\n  weight",
            expected: "7:10: a route that is the canary's alone needs backends.items"),
        Nonsense(
            old: "  weight", new: "  acceptance: {path: status.gates, conditions: [Up]}\n  weight",
            expected: "7:22: \"status.gates\" is not read"),
        Nonsense(
            old: "  weight", new: "  acceptance: {conditions: []}\n  weight",
            expected: "7:28: there is no condition to look for"),
        Nonsense(
            old: "  weight", new: "  references: {items: spec.rules, name: name, to: texts}\n  weight",
            expected: "7:51: there is no backends.text to be named"),
    ]

    @Test(arguments: nonsense)
    func `a provider that cannot be used is refused at the field that is wrong`(example: Nonsense) throws {
        #expect(Self.mesh.contains(example.old))
        let text = Self.mesh.replacing(example.old, with: example.new, maxReplacements: 1)
        let problems = TrafficProvider.reading(Array(text.utf8), file: "mesh.yaml").problems.map(\.description)
        #expect(problems.count >= 1)
        #expect(problems.first?.hasPrefix("mesh.yaml:" + example.expected) == true, "\(problems)")
    }

    @Test func `everything that is wrong with a provider is said at once`() {
        let text = Self.mesh.replacing("maximum: 100", with: "maximum: 50").replacing(
            "spec.http.*.route", with: "spec..x")
        #expect(TrafficProvider.reading(Array(text.utf8), file: "mesh.yaml").problems.map(\.line) == [6, 7])
    }

    @Test func `the digest of a rollout that uses nothing new is what it always was`() throws {
        let expected = """
            provider gateway-api
            routes gateway.networking.k8s.io/GRPCRoute,HTTPRoute,TCPRoute,TLSRoute,UDPRoute
            backends spec.rules.*.backendRefs name namespace kind name
            weight weight 0 1000000 1 -
            list spec.rules.0.backendRefs
            canary.image.app apps/canary.yaml spec.template.spec.containers.[name=app].image image apps/Deployment/shop/checkout-canary spec.template.spec.containers.[name=app].image
            canary.replicas apps/canary.yaml spec.replicas number apps/Deployment/shop/checkout-canary spec.replicas
            route.weight apps/route.yaml spec.rules.0.backendRefs.[name=checkout-canary].weight number gateway.networking.k8s.io/HTTPRoute/shop/checkout spec.rules.0.backendRefs.[name=checkout-canary].weight
            route.weight apps/route.yaml spec.rules.0.backendRefs.[name=checkout].weight number gateway.networking.k8s.io/HTTPRoute/shop/checkout spec.rules.0.backendRefs.[name=checkout].weight
            stable.image.app apps/stable.yaml spec.template.spec.containers.[name=app].image image apps/Deployment/shop/checkout spec.template.spec.containers.[name=app].image
            stable.replicas apps/stable.yaml spec.replicas number apps/Deployment/shop/checkout spec.replicas
            """
        #expect(try Shop().bound().bindingsDigest == Digest(of: expected))
    }

    @Test func `an Ingress without any class is split by the provider that the Rollout names`() throws {
        let sample = try present(RouteSample.all.first { $0.provider == "skipper" })
        let text = sample.text.replacing("  ingressClassName: skipper\n", with: "")
        let shop = try TrafficContractTests.shop(sample, traffic: "", text: text)
        #expect(try shop.problems().first?.contains("no traffic provider is for the class of Ingress/checkout") == true)
        for text in [text, text.replacing("spec:\n", with: "spec:\n  ingressClassName: edge\n")] {
            let named = try TrafficContractTests.shop(sample, traffic: "provider: skipper", text: text)
            #expect(try named.bound().route?.provider.name == "skipper")
        }
    }
}
