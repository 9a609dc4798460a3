import Manifests
import Rollouts
import Testing

@Suite("Two subsets of one Service")
struct SubsetTests {
    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let file: String
        let old: String
        let new: String
        let expected: String

        init(_ what: String, _ file: String, _ old: String, _ new: String, _ expected: String) {
            testDescription = what
            self.file = file
            self.old = old
            self.new = new
            self.expected = expected
        }
    }

    private static let rollout = ".headgate/rollouts/checkout.yaml"
    private static let rule = "apps/subsets.yaml"
    private static let service = "apps/services.yaml"

    static let broken = [
        Broken(
            "no DestinationRule", rule, "host: checkout.shop.svc.cluster.local", "host: other",
            "\(rollout):6:54: no DestinationRule divides Service/checkout into subsets"
                + " (add one with spec.host: checkout and the subsets v1 and v2)"),
        Broken(
            "one in another namespace", rule, "namespace: shop", "namespace: other",
            "\(rollout):6:54: no DestinationRule divides Service/checkout into subsets"
                + " (add one with spec.host: checkout and the subsets v1 and v2)"),
        Broken(
            "a subset that is missing", rule, "name: v2", "name: v3",
            "\(rule):7:3: DestinationRule/checkout has no subset v2 (it has beta, v1, v3)"),
        Broken(
            "a subset that is there twice", rule, "name: beta", "name: v1",
            "\(rule):7:3: DestinationRule/checkout has 2 subsets v1 (keep one)"),
        Broken(
            "labels that no pod of its side has", rule, "{track: canary}", "{track: cannary}",
            "\(rule):12:13: the subset v2 of DestinationRule/checkout does not select the pods of"
                + " Deployment/checkout-canary (the pod template of Deployment/checkout-canary has no track: cannary)"),
        Broken(
            "labels that both sides have", rule, "{track: stable}", "{app: checkout}",
            "\(rule):10:13: the subset v1 of DestinationRule/checkout also selects the pods of"
                + " Deployment/checkout-canary (add track: stable to it)"),
        Broken(
            "no labels", rule, "labels: {track: stable}", "labels: {}",
            "\(rule):10:13: the subset v1 of DestinationRule/checkout also selects the pods of"
                + " Deployment/checkout-canary (add track: stable to it)"),
        Broken(
            "a Service of one side", service, "{app: checkout}", "{app: checkout, track: stable}",
            "\(service):5:13: Service/checkout does not select the pods of Deployment/checkout-canary (the pod template"
                + " of Deployment/checkout-canary has no track: stable; with subsets the Service selects both sides)"),
        Broken(
            "one subset for both", rollout, "canary: v2", "canary: v1",
            "\(rollout):6:75: stable and canary are the same subset v1 (give each side a subset of its own)"),
        Broken(
            "a Service for the canary", rollout, "subsets:", "services: {canary: checkout-canary}, subsets:",
            "\(rollout):6:64: with subsets both sides are behind one Service, not also checkout-canary"
                + " (leave out services.canary, or the subsets)"),
        Broken(
            "another subset in the canary's place", "apps/route.yaml", "subset: v2", "subset: v3",
            "apps/route.yaml:8:5: spec.http.0.route has no backend checkout with the subset v2"
                + " (list both subsets of the pair, the canary's with weight 0)"),
    ]

    private static func shop() throws -> Shop {
        try TrafficContractTests.shop(try present(RouteSample.subsets.first))
    }

    @Test(arguments: broken)
    func `what keeps subsets from telling the sides apart is said with its place`(example: Broken) throws {
        var shop = try Self.shop()
        #expect(shop.files[example.file]?.contains(example.old) == true)
        shop.files[example.file] = shop.files[example.file]?.replacing(
            example.old, with: example.new, maxReplacements: 1)
        let problems = try shop.problems()
        #expect(problems == [example.expected], "\(problems)")
    }

    @Test func `two DestinationRules for one host are too many`() throws {
        var shop = try Self.shop()
        shop.files["apps/more.yaml"] = shop.files[Self.rule]?.replacing("name: checkout,", with: "name: again,")
        let problems = try shop.problems()
        #expect(problems.count == 1)
        #expect(problems.first?.contains("2 objects DestinationRule divide Service/checkout into subsets") == true)
    }

    @Test func `a route that has no subsets cannot be split by them`() throws {
        var shop = try Self.shop()
        shop.files["apps/route.yaml"] = Shop.route
        shop.files[shop.rolloutPath] = shop.files[shop.rolloutPath]?.replacing("VirtualService", with: "HTTPRoute")
        #expect(
            try shop.problems().first?.contains("HTTPRoute/checkout is split by Services, not by subsets of one")
                == true)
    }

    @Test func `without traffic.subsets two subsets of a Service are two backends, and the hint names the field`()
        throws
    {
        let sample = try present(RouteSample.subsets.first)
        var shop = try TrafficContractTests.shop(sample, traffic: "")
        shop.files[Self.service] = Shop.services
        #expect(try shop.problems().first?.contains("are named as traffic.subsets") == true)
    }

    @Test func `a release keeps the labels that tell the subsets apart`() throws {
        var shop = try Self.shop()
        for (file, version) in [("apps/stable.yaml", "v1"), ("apps/canary.yaml", "v2")] {
            shop.files[file] = shop.files[file]?.replacing(
                "labels:\n        app: checkout\n",
                with: "labels:\n        app: checkout\n        version: \(version)\n")
        }
        shop.files[Self.rule] = shop.files[Self.rule]?.replacing("{track: stable}", with: "{version: v1}")
            .replacing("{track: canary}", with: "{version: v2}")
        let tree = try shop.rendering([.canaryRelease(shop.release())], on: shop.tree)
        #expect(tree.text(at: "apps/canary.yaml")?.contains("version: v2") == true)
        #expect(tree.text(at: "apps/canary.yaml")?.contains("checkout:v2") == true)
        #expect(try shop.bound(in: tree).findings == [])
    }
}
