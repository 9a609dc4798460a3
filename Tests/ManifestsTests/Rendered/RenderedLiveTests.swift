import Analysis
import Manifests
import Rollouts
import Testing

@Suite("Comparing the cluster with a chart's values")
struct RenderedLiveTests {
    /// What the chart has become, with texts of it replaced.
    private func answers(
        _ changes: [(String, String)] = [], without missing: Set<String> = []
    ) throws -> LiveComparison.Answers {
        var objects: [ObjectReference: JSON] = [:]
        for text in Self.live {
            let changed = changes.reduce(text) { $0.replacing($1.0, with: $1.1) }
            let object = try JSON(parsing: Array(changed.utf8))
            let (kind, name) = (object["kind"]?.string ?? "", object["metadata"]?["name"]?.string ?? "")
            guard !missing.contains("\(kind)/\(name)") else { continue }
            let group = kind == "Deployment" ? "apps" : "gateway.networking.k8s.io"
            objects[ObjectReference(group: group, kind: kind, namespace: "shop", name: name)] = object
        }
        return LiveComparison.Answers(
            objects: objects, time: try present(Timestamp(rfc3339: "2026-11-21T02:00:00Z")))
    }

    private static func deployment(_ name: String, _ track: String, _ version: String, _ replicas: Int) -> String {
        """
        {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"\(name)","namespace":"shop","generation":2,
        "managedFields":[{"manager":"helm-controller","operation":"Apply","time":"2026-11-21T01:28:05Z",
        "fieldsV1":{"f:spec":{"f:replicas":{},"f:template":{}}}}]},
        "spec":{"replicas":\(replicas),"selector":{"matchLabels":{"app.kubernetes.io/instance":"\(track)"}},
        "template":{"metadata":{"labels":{"app.kubernetes.io/instance":"\(track)"}},
        "spec":{"containers":[{"name":"app","image":"ghcr.io/acme/checkout:\(version)"}]}}},
        "status":{"observedGeneration":2,"replicas":\(replicas),"updatedReplicas":\(replicas),
        "availableReplicas":\(replicas)}}
        """
    }

    private static let live = [
        deployment("checkout", "stable", "v1", 10), deployment("checkout-canary", "canary", "v0", 0),
        """
        {"kind":"HTTPRoute","metadata":{"name":"checkout","namespace":"shop","generation":3,
        "managedFields":[{"manager":"helm-controller","operation":"Apply","time":"2026-11-21T01:29:00Z",
        "fieldsV1":{"f:spec":{"f:rules":{}}}}]},
        "spec":{"parentRefs":[{"name":"public"}],"rules":[
        {"backendRefs":[{"kind":"Service","name":"checkout","port":80,"weight":20},
        {"kind":"Service","name":"checkout-canary","port":80,"weight":0}]}]},
        "status":{"parents":[{"parentRef":{"name":"public"},"controllerName":"example.com/gateway","conditions":[
        {"type":"Accepted","status":"True","reason":"Accepted","message":"","observedGeneration":3}]}]}}
        """,
    ]

    @Test func `what a chart has become is compared by images, counts and the share`() throws {
        let comparison = LiveComparison(try ChartShop.shop().bound())
        #expect(
            comparison.objectsToRead.map(\.description) == [
                "Deployment/checkout", "Deployment/checkout-canary", "HTTPRoute/checkout",
            ])
        let reading = comparison.reading(try answers())
        #expect(reading.differences == [])
        #expect(reading.weight == Weight(0) && reading.route == .accepted)
        #expect(reading.stable?.provides(10) == true)
        #expect(reading.changedAt == Timestamp(rfc3339: "2026-11-21T01:29:00Z"))
    }

    @Test func `pods are selected as the live workload selects them`() throws {
        let comparison = LiveComparison(try ChartShop.shop().bound())
        let objects = try answers().objects
        #expect(comparison.pods(of: .canary, in: objects)?.text == "app.kubernetes.io/instance=canary")
        #expect(comparison.pods(of: .canary) == nil)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let what: String
        var texts: [(String, String)] = []
        var missing: Set<String> = []
        let expected: [String]
        var testDescription: String { what }
    }

    static let changes = [
        Change(
            what: "another image", texts: [("checkout:v1", "checkout:v7")],
            expected: [
                "stable.image.app Deployment/checkout spec.template.spec.containers.[name=app].image:"
                    + " ghcr.io/acme/checkout:v1, ghcr.io/acme/checkout:v7"
            ]),
        Change(
            what: "another count", texts: [("\"replicas\":10,\"selector\"", "\"replicas\":12,\"selector\"")],
            expected: ["stable.replicas Deployment/checkout spec.replicas: 10, 12"]),
        Change(
            what: "another share", texts: [("\"weight\":20", "\"weight\":3"), ("\"weight\":0", "\"weight\":1")],
            expected: ["route.weight HTTPRoute/checkout spec.rules.0.backendRefs: 0%, 25%"]),
        Change(
            what: "no whole percent", texts: [("\"weight\":20", "\"weight\":2"), ("\"weight\":0", "\"weight\":1")],
            expected: [
                "route.weight HTTPRoute/checkout spec.rules.0.backendRefs: 0%, the weights at spec.rules.0.backendRefs give"
                    + " the canary 1 of 3, which is no whole percent"
            ]),
        Change(
            what: "a route without the pair",
            texts: [("\"name\":\"checkout-canary\",\"port\"", "\"name\":\"till\",\"port\"")],
            expected: [
                "route.weight HTTPRoute/checkout spec.rules.0.backendRefs: -, spec.rules.0.backendRefs has no backend"
                    + " checkout-canary"
            ]),
        Change(
            what: "no route", missing: ["HTTPRoute/checkout"], expected: ["route.weight HTTPRoute/checkout spec: 0%, -"]
        ),
        Change(
            what: "no canary", missing: ["Deployment/checkout-canary"],
            expected: [
                "canary.image.app Deployment/checkout-canary spec.template.spec.containers.[name=app].image:"
                    + " ghcr.io/acme/checkout:v0, -", "canary.replicas Deployment/checkout-canary spec.replicas: 0, -",
            ]),
        Change(
            what: "an image of an init container",
            texts: [
                (
                    "\"containers\":[{\"name\":\"app\"",
                    "\"containers\":[{\"name\":\"x\"}],\"initContainers\":[{\"name\":\"app\""
                )
            ],
            expected: []),
    ]

    @Test(arguments: changes)
    func `a difference is named by value, place and both texts`(change: Change) throws {
        let reading = LiveComparison(try ChartShop.shop().bound()).reading(
            try answers(change.texts, without: change.missing))
        #expect(
            reading.differences.map { "\($0.binding) \($0.place): \($0.expected ?? "-"), \($0.found ?? "-")" }
                == change.expected)
    }
}
