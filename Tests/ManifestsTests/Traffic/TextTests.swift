import Analysis
import Manifests
import Rollouts
import Testing

@Suite("Weights in a text of the route")
struct TextTests {
    private static func sample(_ provider: String, _ what: String) throws -> RouteSample {
        try present(RouteSample.all.first { $0.provider == provider && $0.what.hasPrefix(what) })
    }

    @Test func `only the numbers of the pair change, whatever the style of the text`() throws {
        let sample = try Self.sample("alb", "adorned")
        let shop = try TrafficContractTests.shop(sample)
        let tree = try shop.rendering([.weight(Weight(clamping: 30))], on: shop.tree)
        let before = sample.text.split(separator: "\n")
        let after = try present(tree.text(at: TrafficContractTests.file)).split(separator: "\n")
        #expect(before.count == after.count)
        let changed = zip(before, after).filter { $0 != $1 }.map { $1.trimming(" ") }
        #expect(
            changed == [
                #"{"serviceName": "checkout", "servicePort": 80, "weight": 70},"#,
                #"{"serviceName": "checkout-canary", "servicePort": 80, "weight": 30}"#,
                #"{\"ServiceName\":\"checkout-canary\",\"ServicePort\":\"80\",\"Weight\":30},\"#,
                #"{\"ServiceName\":\"checkout\",\"ServicePort\":\"80\",\"Weight\":70}]}}""#,
                #"{"serviceName": "checkout", "servicePort": "80", "weight": 63},"#,
                #"{"serviceName": "checkout-canary", "servicePort": "80", "weight": 27}]}}'"#,
            ])
    }

    @Test func `the cluster may list the annotations in another order, and by its own time`() throws {
        let shop = try TrafficContractTests.shop(try Self.sample("alb", "adorned"))
        let (reference, object) = try TrafficContractTests.live(shop.tree)
        let members = try present(object["metadata"]?["annotations"]?.members)
        let time = "2026-11-21T01:28:05Z"
        let metadata = JSON.object([
            .init(name: "name", value: .string("checkout")),
            .init(name: "annotations", value: .object(members.sorted { $0.name < $1.name })),
            .init(
                name: "managedFields",
                value: try JSON(
                    parsing: """
                        [{"manager":"flux","time":"\(time)","fieldsV1":
                        {"f:metadata":{"f:annotations":{"f:alb.ingress.kubernetes.io/actions.zones":{}}}}}]
                        """)),
        ])
        let live = JSON.object(
            try present(object.members).map { $0.name == "metadata" ? .init(name: "metadata", value: metadata) : $0 })
        let answers = LiveComparison.Answers(objects: [reference: live], time: Timestamp(milliseconds: 0))
        let reading = try LiveComparison(shop.bound()).reading(answers)
        #expect(reading.differences.filter { $0.binding == .weight } == [])
        #expect(reading.weight == Weight.none)
        #expect(reading.changedAt == Timestamp(rfc3339: time))
    }

    @Test func `a live text that cannot be read is a difference`() throws {
        let sample = try Self.sample("skipper", "plain")
        let shop = try TrafficContractTests.shop(sample)
        let broken = sample.text.replacing("canary\": 0}", with: "canary\": }")
        let (reference, object) = try TrafficContractTests.live(Tree(files: [TrafficContractTests.file: broken]))
        let answers = LiveComparison.Answers(objects: [reference: object], time: Timestamp(milliseconds: 0))
        let differences = try LiveComparison(shop.bound()).reading(answers).differences.filter { $0.binding == .weight }
        #expect(differences.count == 1)
        #expect(differences.first?.found?.contains("it is no JSON") == true)
    }

    @Test func `an overlay's patch in a file of its own has the text that is written`() throws {
        let sample = try Self.sample("skipper", "plain")
        let patch = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: checkout
              annotations:
                zalando.org/backend-weights: '{"checkout-canary":0,"checkout":1,"legacy":1}'   # here

            """
        var shop = try TrafficContractTests.shop(sample)
        let manifests = shop.files.filter { $0.key.hasPrefix("apps/") }
        for (file, text) in manifests {
            shop.files[file] = nil
            shop.files["base/" + file.dropFirst(5)] = text
        }
        let names = manifests.keys.map { $0.dropFirst(5) }.sorted().joined(separator: ", ")
        shop.files["base/kustomization.yaml"] = "resources: [\(names)]\n"
        shop.files["apps/kustomization.yaml"] = "resources: [../base]\npatches: [{path: weights.yaml}]\n"
        shop.files["apps/weights.yaml"] = patch
        shop.environments = [Environment(name: "default", root: "apps")]
        let tree = try shop.rendering([.weight(Weight(clamping: 25))], on: shop.tree)
        #expect(
            tree.text(at: "apps/weights.yaml")
                == patch.replacing(
                    #"{"checkout-canary":0,"checkout":1,"legacy":1}"#,
                    with: #"{"checkout-canary":1,"checkout":3,"legacy":4}"#))
        #expect(tree.text(at: "base/route.yaml") == sample.text)
        shop.files["apps/kustomization.yaml"] = """
            resources: [../base]
            patches:
            - patch: |-
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  annotations:
                    zalando.org/backend-weights: '{"checkout-canary":0,"checkout":1}'

            """
        #expect(try shop.problems().first?.contains("stands in a patch that is a text itself (move the patch") == true)
    }

    @Test func `a text that has nothing to do with the pair may be anything`() throws {
        let sample = try Self.sample("alb", "plain")
        let text = sample.text.replacing(
            "  annotations:\n", with: "  annotations:\n    alb.ingress.kubernetes.io/actions.broken: '{\"type\": '\n")
        #expect(try TrafficContractTests.shop(sample, text: text).problems() == [])
    }
}

extension StringProtocol {
    fileprivate func trimming(_ blank: Character) -> String { String(drop { $0 == blank }) }
}
