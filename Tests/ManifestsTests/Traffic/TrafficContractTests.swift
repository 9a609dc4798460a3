import Analysis
import Manifests
import Policies
import Rollouts
import Support
import Testing
import YAML

/// What holds of every traffic provider, on manifests as people write them.
@Suite("Every traffic provider keeps the contract")
struct TrafficContractTests {
    private static let file = "apps/route.yaml"

    private static func providers() throws -> [TrafficProvider] {
        try Policies.traffic.sorted { $0.key < $1.key }.map { name, bytes in
            try TrafficProvider.read(bytes, file: "\(name).yaml")
        }
    }

    private static func shop(_ sample: RouteSample) throws -> Shop {
        let rollout = Shop.rollout.replacing("HTTPRoute/checkout", with: sample.route)
        var shop = Shop([file: sample.text], rollout: rollout)
        shop.providers = try providers()
        return shop
    }

    private static func live(_ tree: Manifests.Tree) throws -> (ObjectReference, JSON) {
        let stream = try YAMLStream(parsing: try present(tree.text(at: file)), file: file)
        let object = JSON(try stream.single.root)
        let group = object["apiVersion"]?.string?.split(separator: "/").first.map(String.init) ?? ""
        let reference = ObjectReference(
            group: group, kind: object["kind"]?.string ?? "", namespace: "shop",
            name: object["metadata"]?["name"]?.string ?? "")
        return (reference, object)
    }

    @Test(arguments: RouteSample.all)
    func `each weight is written, read in Git and live, and comes back byte for byte`(sample: RouteSample) throws {
        let shop = try Self.shop(sample)
        let start = try shop.bound()
        #expect(start.route?.provider.name == sample.provider)
        #expect(start.reading().number(.weight) == 0)
        let originals = start.reading().originals.filter { $0.binding == .weight }
        var tree = shop.tree
        for percent in 0...100 {
            let weight = Weight(clamping: percent)
            tree = try shop.rendering([.weight(weight)], on: tree)
            let bound = try shop.bound(in: tree)
            #expect(bound.reading().number(.weight) == percent)
            for (now, before) in zip(bound.backendWeights, start.backendWeights) {
                // Somebody else's share of everything is what it was.
                for (other, former) in zip(now.others, before.others) {
                    #expect(other * (before.stable + before.canary) == former * (now.stable + now.canary))
                }
            }
            #expect(try Renderer(bound, in: tree).render([.weight(weight)]).files.isEmpty, "\(percent) twice")
            let (reference, object) = try Self.live(tree)
            let time = Timestamp(milliseconds: 0)
            let answers = LiveComparison.Answers(objects: [reference: object], time: time)
            let reading = LiveComparison(bound).reading(answers)
            #expect(reading.weight == weight)
            #expect(reading.differences.filter { $0.binding == .weight } == [])
        }
        #expect(try shop.rendering([.restore(originals)], on: tree).text(at: Self.file) == sample.text)
    }

    @Test(arguments: RouteSample.all)
    func `a live route that has another weight is told apart`(sample: RouteSample) throws {
        let shop = try Self.shop(sample)
        let (reference, object) = try Self.live(try shop.rendering([.weight(Weight(clamping: 25))], on: shop.tree))
        let answers = LiveComparison.Answers(objects: [reference: object], time: Timestamp(milliseconds: 0))
        let reading = try LiveComparison(shop.bound()).reading(answers)
        #expect(reading.weight == Weight(clamping: 25))
        #expect(reading.differences.contains { $0.binding == .weight })
    }

    @Test(.enabled(if: SharedFolder.has("schemas")), arguments: RouteSample.all.filter { $0.schema != nil })
    func `what is written is valid by the published definition`(sample: RouteSample) throws {
        let published = try #require(sample.schema)
        let schema = try #require(
            try ResourceSchema(
                of: published.kind, version: published.version, in: SharedFolder.bytes("schemas/" + published.file)))
        let shop = try Self.shop(sample)
        for percent in [0, 1, 33, 50, 100] {
            let tree = try shop.rendering([.weight(Weight(clamping: percent))], on: shop.tree)
            #expect(schema.problems(of: try Self.live(tree).1) == [], "\(percent)")
        }
    }

    @Test(
        .enabled(if: SharedFolder.has("schemas")),
        arguments: [("weight: 0}", "weight: -1}"), ("weight: 0}", "wieght: 0}"), ("weight: 0}", "weight: \"0\"}")])
    func `the published definition refuses what an API server would refuse`(change: (String, String)) throws {
        let sample = try #require(RouteSample.all.first { $0.schema != nil })
        let published = try #require(sample.schema)
        let schema = try #require(
            try ResourceSchema(
                of: published.kind, version: published.version, in: SharedFolder.bytes("schemas/" + published.file)))
        let text = sample.text.replacing(change.0, with: change.1)
        let object = JSON(try YAMLStream(parsing: text, file: "route.yaml").single.root)
        #expect(schema.problems(of: object).count == 1)
    }

    @Test func `every shipped provider has a sample, and every file is shipped`() throws {
        let names = try Self.providers().map(\.name)
        #expect(names == Policies.traffic.keys.sorted())
        #expect(Set(RouteSample.all.map(\.provider)) == Set(names))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let provider: String
        let change: (String, String)
        let message: String
        var testDescription: String { "\(provider): \(change.1)" }
    }

    static let refusals = [
        Refusal(
            provider: "istio", change: ("host: checkout-canary", "host: somebody"),
            message: "spec.http.0.route has no backend checkout-canary"),
        Refusal(provider: "istio", change: ("weight: 100", "weight: 90"), message: "have to add up to 100"),
        Refusal(provider: "istio", change: ("weight: 100", "weight: lots"), message: "is no weight: lots"),
        Refusal(
            provider: "nginx", change: ("canary: \"true\"", "canary: \"false\""),
            message: "is not true, so this is no canary's route"),
        Refusal(
            provider: "nginx", change: ("{name: checkout-canary, port", "{name: checkout, port"),
            message: "is not checkout-canary"),
        Refusal(provider: "nginx", change: ("canary-weight: \"0\"", "other: \"0\""), message: "there is no metadata"),
        Refusal(provider: "nginx", change: ("canary-weight: \"0\"", "canary-weight: 0"), message: "is no weight: 0"),
        Refusal(
            provider: "nginx", change: ("ingressClassName: nginx", "ingressClassName: traefik"),
            message: "no traffic provider is for the class of Ingress/checkout-canary"),
        Refusal(
            provider: "contour", change: ("name: checkout, port: 80, weight: 100", "name: checkout, port: 80"),
            message: "which is no whole percent"),
        Refusal(
            provider: "openshift", change: ("name: checkout, weight", "name: other, weight"),
            message: "spec has no backend checkout"),
        Refusal(provider: "openshift", change: ("weight: 100", "weight: 300"), message: "a whole number from 0 to 256"),
    ]

    @Test(arguments: refusals)
    func `a route that cannot split the pair's traffic is refused with its place`(refusal: Refusal) throws {
        let sample = try #require(RouteSample.all.first { $0.provider == refusal.provider })
        #expect(sample.text.contains(refusal.change.0))
        let shop = try Self.shop(
            RouteSample(
                provider: sample.provider, what: "", route: sample.route,
                text: sample.text.replacing(refusal.change.0, with: refusal.change.1)))
        let problems = try shop.problems()
        #expect(problems.contains { $0.contains(refusal.message) }, "\(problems)")
        #expect(problems.allSatisfy { $0.hasPrefix(Self.file + ":") }, "\(problems)")
    }

    @Test func `an HTTPRoute of Linkerd and one of the Gateway API are told apart by their groups`() throws {
        let samples = RouteSample.all.filter { $0.route == "HTTPRoute/checkout" && $0.what == "plain" }
        #expect(samples.count == 2)
        var shop = try Self.shop(try #require(samples.first))
        shop.files["apps/other.yaml"] = samples.last?.text
        #expect(try shop.problems().first?.contains("is stated 2 times") == true)
        shop.files[shop.rolloutPath] = shop.files[shop.rolloutPath]?
            .replacing("{route:", with: "{provider: linkerd, route:")
        #expect(try shop.bound().route?.object.file == "apps/other.yaml")
    }
}
