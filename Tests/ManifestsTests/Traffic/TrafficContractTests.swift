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
    static let file = "apps/route.yaml"

    static func providers() throws -> [TrafficProvider] {
        try Policies.traffic.sorted { $0.key < $1.key }.map { name, bytes in
            try TrafficProvider.read(bytes, file: "\(name).yaml")
        }
    }

    static func shop(_ sample: RouteSample, traffic: String? = nil, text: String? = nil) throws -> Shop {
        let traffic = traffic ?? sample.traffic
        let more = traffic.isEmpty ? "" : ", \(traffic)"
        var rollout = Shop.rollout.replacing("HTTPRoute/checkout", with: sample.route + more)
        if sample.workload == "Service" {
            rollout = rollout.replacing("{app:", with: "{user-container:") + "  workload: {kind: Service}\n"
        }
        var shop = Shop(sample.files.mapValues { $0 }, rollout: rollout)
        shop.files[file] = text ?? sample.text
        shop.providers = try providers()
        return shop
    }

    static func live(_ tree: Manifests.Tree) throws -> (ObjectReference, JSON) {
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
            guard sample.possible.contains(percent) else {
                #expect(try Self.refusal(of: weight, shop, tree).contains("cannot give the canary exactly \(weight)"))
                #expect(try shop.bound(in: tree).route?.refusals(of: [weight]).first?.weight == weight)
                continue
            }
            #expect(try shop.bound(in: tree).route?.refusals(of: [weight]).isEmpty == true)
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

    /// What the renderer says instead of writing anything.
    static func refusal(of weight: Weight, _ shop: Shop, _ tree: Manifests.Tree) throws -> String {
        do {
            _ = try shop.rendering([.weight(weight)], on: tree)
            return ""
        } catch let problem as Diagnostic {
            return problem.message
        }
    }

    @Test func `every provider whose lists have several backends is tried with somebody else's share`() throws {
        let alone = ["ambassador", "nginx"]
        for provider in try Self.providers().map(\.name) where !alone.contains(provider) {
            let samples = RouteSample.all.filter { $0.provider == provider }
            let shared = try samples.filter { sample in
                try Self.shop(sample).bound().backendWeights.contains { $0.others.contains { $0 > 0 } }
            }
            #expect(!shared.isEmpty, "\(provider)")
            #expect(shared.allSatisfy { $0.possible.contains(0) && $0.possible.count > 2 })
        }
    }

    @Test(arguments: RouteSample.all)
    func `a live route that has another weight is told apart`(sample: RouteSample) throws {
        let shop = try Self.shop(sample)
        let weight = Weight(clamping: sample.possible.contains(25) ? 25 : 50)
        let (reference, object) = try Self.live(try shop.rendering([.weight(weight)], on: shop.tree))
        let answers = LiveComparison.Answers(objects: [reference: object], time: Timestamp(milliseconds: 0))
        let reading = try LiveComparison(shop.bound()).reading(answers)
        #expect(reading.weight == weight)
        #expect(reading.differences.contains { $0.binding == .weight })
    }

    @Test(arguments: RouteSample.all.filter(\.schema.isThere))
    func `what is written is valid by the definition of its kind`(sample: RouteSample) throws {
        let schema = try sample.schema.read()
        let shop = try Self.shop(sample)
        for percent in [0, 1, 33, 50, 100] where sample.possible.contains(percent) {
            let tree = try shop.rendering([.weight(Weight(clamping: percent))], on: shop.tree)
            #expect(schema.problems(of: try Self.live(tree).1) == [], "\(percent)")
        }
    }

    /// Something that an API server or a controller would refuse, for every definition.
    static let invalid: [(provider: String, old: String, new: String)] = [
        ("gateway-api", "weight: 0}", "weight: -1}"), ("gateway-api", "weight: 0}", "wieght: 0}"),
        ("gateway-api", "weight: 0}", "weight: \"0\"}"), ("linkerd", "weight: 0}", "weight: -1}"),
        ("istio", "weight: 0", "wieght: 0"), ("nginx", "canary-weight: \"0\"", "canary-weight: \"101\""),
        ("skipper", "canary\": 0", "canary\": -1"), ("skipper", "canary\": 0}", "canary\": 0"),
        ("alb", "\"weight\":0}", "\"weight\":1000}"), ("alb", "\"weight\":0}", "\"wieght\":0,\"weight\":0}"),
        ("ambassador", "weight: 0", "weight: 101"), ("openshift", "weight: 0", "weight: 257"),
        ("contour", "weight: 0}", "weight: -1}"), ("traefik", "weight: 0}", "wieght: 0}"),
        ("apisix", "weight: 0}", "weight: \"0\"}"), ("gloo", "weight: 0", "weight: none"),
        ("smi", "weight: 0", "weight: -1"), ("kuma", "weight: 0}", "weight: -1}"),
        ("appmesh", "weight: 0}", "weight: 101}"), ("knative", "percent: 0", "percent: 101"),
    ]

    @Test(arguments: invalid)
    func `the definition refuses what an API server would refuse`(change: (String, String, String)) throws {
        let sample = try #require(RouteSample.all.first { $0.provider == change.0 })
        guard sample.schema.isThere else { return }
        let text = sample.text.replacing(change.1, with: change.2)
        #expect(text != sample.text)
        let object = JSON(try YAMLStream(parsing: text, file: "route.yaml").single.root)
        #expect(try sample.schema.read().problems(of: object).count == 1)
    }

    @Test func `every shipped provider has a sample, and every file is shipped`() throws {
        let names = try Self.providers().map(\.name)
        #expect(names == Policies.traffic.keys.sorted())
        #expect(Set(Self.invalid.map(\.provider)) == Set(names))
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
            provider: "nginx",
            change: (
                "canary-weight: \"0\"",
                "canary-weight: \"0\"\n    nginx.ingress.kubernetes.io/canary-weight-total: \"20\""
            ),
            message: "canary-weight-total] is 20: the weights mean something else then"),
        Refusal(
            provider: "nginx",
            change: (
                "canary-weight: \"0\"",
                "canary-weight: \"0\"\n    nginx.ingress.kubernetes.io/canary-weight-total: \"1000\""
            ), message: "canary-weight-total] is 1000: "),
        Refusal(
            provider: "contour", change: ("name: checkout, port: 80, weight: 100", "name: checkout, port: 80"),
            message: "which is no whole percent"),
        Refusal(
            provider: "openshift", change: ("name: checkout, weight", "name: other, weight"),
            message: "spec has no backend checkout"),
        Refusal(provider: "openshift", change: ("weight: 100", "weight: 300"), message: "a whole number from 0 to 256"),
        Refusal(
            provider: "skipper", change: ("\"checkout-canary\": 0", "\"other\": 0"),
            message: "7:34: metadata.annotations.[zalando.org/backend-weights] has no backend checkout-canary"),
        Refusal(
            provider: "skipper", change: ("service: {name: checkout-canary", "service: {name: other"),
            message: "14:9: spec.rules.0.http.paths.0 leads to checkout without checkout-canary beside it"),
        Refusal(
            provider: "skipper",
            change: (
                "{path: /, pathType: Prefix, backend: {service: {name: checkout,",
                "{path: /a, pathType: Prefix, backend: {service: {name: checkout,"
            ),
            message: "leads to checkout without checkout-canary beside it"),
        Refusal(provider: "skipper", change: ("canary\": 0}", "canary\": 0.5}"), message: "is no weight: 0.5"),
        Refusal(
            provider: "skipper", change: ("canary\": 0}", "canary\": }"),
            message: "7:34: metadata.annotations.[zalando.org/backend-weights] cannot be read: it is no JSON"),
        Refusal(
            provider: "skipper", change: ("canary\": 0}", "canary\": 0"),
            message: "7:34: metadata.annotations.[zalando.org/backend-weights] cannot be read: "),
        Refusal(provider: "skipper", change: ("canary\": 0}", "canary\": ${WEIGHT}}"), message: "cannot be read: "),
        Refusal(
            provider: "skipper", change: ("zalando.org/backend-weights", "zalando.org/other"),
            message: "7:5: Ingress/checkout names neither checkout nor checkout-canary"),
        Refusal(
            provider: "alb", change: ("port: {name: use-annotation}", "port: {number: 80}"),
            message:
                "no path leads to split, so metadata.annotations.[alb.ingress.kubernetes.io/actions.split] splits nothing"
        ),
        Refusal(provider: "alb", change: (",\"weight\":0", ""), message: "7:46: there is no metadata.annotations."),
        Refusal(
            provider: "alb", change: ("\"weight\":100", "\"weight\":1000"), message: "a whole number from 0 to 999"),
        Refusal(
            provider: "ambassador", change: ("service: checkout-canary", "service: checkout"),
            message: "9:12: spec is not checkout-canary"),
        Refusal(
            provider: "ambassador", change: ("service: checkout-canary", "service: checkout-canary.other:80"),
            message: "9:12: spec is not checkout-canary"),
        Refusal(provider: "ambassador", change: ("  weight: 0\n", ""), message: "there is no spec.weight"),
        Refusal(provider: "knative", change: ("percent: 100", "percent: 90"), message: "have to add up to 100"),
        Refusal(
            provider: "knative", change: ("configurationName: checkout-canary", "configurationName: other"),
            message: "spec.traffic has no backend checkout-canary"),
    ]

    @Test(arguments: refusals)
    func `a route that cannot split the pair's traffic is refused with its place`(refusal: Refusal) throws {
        let sample = try #require(RouteSample.all.first { $0.provider == refusal.provider })
        #expect(sample.text.contains(refusal.change.0))
        var shop = try Self.shop(sample)
        shop.files[Self.file] = sample.text.replacing(refusal.change.0, with: refusal.change.1)
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
