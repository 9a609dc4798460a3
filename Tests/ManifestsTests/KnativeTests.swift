import Analysis
import Manifests
import Rollouts
import Testing

@Suite("A pair of Knative Services")
struct KnativeTests {
    private static func shop() throws -> Shop {
        try TrafficContractTests.shop(try present(RouteSample.knative.first))
    }

    private static let stable = ObjectReference(
        group: "serving.knative.dev", kind: "Service", namespace: "shop", name: "checkout")
    private static let canary = ObjectReference(
        group: "serving.knative.dev", kind: "Service", namespace: "shop", name: "checkout-canary")

    @Test func `a release goes to the container without a name, and there are no counts to change`() throws {
        let shop = try Self.shop()
        let bound = try shop.bound()
        let reading = bound.reading()
        #expect(reading.values[BindingName("stable.image.user-container")] == "ghcr.io/acme/checkout:v1")
        #expect(reading.number(.canaryReplicas) == nil)
        #expect(bound.services == nil)
        let release = try shop.release()
        let tree = try shop.rendering([.canaryRelease(release), .canaryCapacity(1)], on: shop.tree)
        let before = try present(shop.files["apps/canary.yaml"])
        #expect(tree.text(at: "apps/canary.yaml") == before.replacing("checkout:v0", with: "checkout:v2"))
        let promoted = try shop.rendering([.stableRelease(release)], on: tree)
        #expect(promoted.text(at: "apps/stable.yaml")?.contains("- image: ghcr.io/acme/checkout:v2\n") == true)
    }

    @Test func `a Service of Kubernetes of the same name is not taken for the workload`() throws {
        var shop = try Self.shop()
        shop.files["apps/services.yaml"] = Shop.services
        #expect(try shop.bound().stable.object.reference == Self.stable)
    }

    @Test func `a revision with a name is refused where the name stands`() throws {
        var shop = try Self.shop()
        shop.files["apps/stable.yaml"] = shop.files["apps/stable.yaml"]?.replacing(
            "    metadata:\n      ann", with: "    metadata:\n      name: checkout-v1\n      ann")
        #expect(
            try shop.problems() == [
                "apps/stable.yaml:9:13: the revision has a name of its own, under which no other release can be delivered"
                    + " (leave out the name: Knative gives one to each revision)"
            ])
    }

    private static func answers(_ status: String) throws -> LiveComparison.Answers {
        func service(_ name: String, _ version: String, _ status: String) throws -> JSON {
            try JSON(
                parsing: """
                    {"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"\(name)","generation":2},
                    "spec":{"template":{"metadata":{"annotations":{"autoscaling.knative.dev/min-scale":"1"}},
                    "spec":{"containers":[{"name":"user-container","image":"ghcr.io/acme/checkout:\(version)"}]}}},
                    "status":\(status)}
                    """)
        }
        let ready =
            #"{"observedGeneration":2,"latestCreatedRevisionName":"r1","latestReadyRevisionName":"r1","#
            + #""conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-11-21T01:30:00Z"}]}"#
        return LiveComparison.Answers(
            objects: [
                stable: try service("checkout", "v1", ready), canary: try service("checkout-canary", "v0", status),
            ],
            time: Timestamp(milliseconds: 0))
    }

    @Test(arguments: [
        (2, "r1", "r1", "True", true, 0), (1, "r1", "r1", "True", false, 0), (2, "r2", "r1", "Unknown", false, 1),
        (2, "r2", "r1", "False", false, 1), (2, "r1", "r1", "False", false, 0), (2, "r1", "", "Unknown", false, 0),
    ])
    func `it is live when the newest revision is ready at the observed generation`(
        generation: Int, created: String, ready: String, status: String, isLive: Bool, old: Int
    ) throws {
        let text = """
            {"observedGeneration":\(generation),"latestCreatedRevisionName":"\(created)",
            \(ready.isEmpty ? "" : "\"latestReadyRevisionName\":\"\(ready)\",")
            "conditions":[{"type":"Ready","status":"\(status)","reason":"RevisionFailed","message":"no such image"}]}
            """
        let reading = try LiveComparison(Self.shop().bound()).reading(Self.answers(text))
        #expect(reading.canary?.provides(1) == isLive)
        #expect(reading.canary?.oldAvailable == old)
        #expect(reading.canary?.failing == (status == "False" ? ["RevisionFailed: no such image"] : []))
        #expect(reading.stable?.provides(1) == true)
        #expect(reading.differences.filter { $0.binding != .weight } == [])
    }

    @Test func `its pods are found by Knative's label, never without one`() throws {
        let comparison = try LiveComparison(Self.shop().bound())
        #expect(comparison.pods(of: .canary)?.text == "serving.knative.dev/service=checkout-canary")
    }

    @Test(arguments: [
        ("True", 3, LiveReading.Acceptance.accepted),
        ("True", 2, .pending("Ready speaks of an older generation of Route/checkout")),
        ("Unknown", 3, .pending("Ready of Route/checkout is not known yet: RevisionMissing")),
        ("False", 3, .refused("Ready is False: no revision")),
    ])
    func `the Route is in force when it is ready at its generation`(
        status: String, observed: Int, expected: LiveReading.Acceptance
    ) throws {
        let route = try JSON(
            parsing: """
                {"metadata":{"generation":3},"status":{"observedGeneration":\(observed),"conditions":[{"type":"Ready",
                "status":"\(status)","reason":"RevisionMissing","message":"no revision",
                "lastTransitionTime":"2026-11-21T01:45:00Z"}]}}
                """)
        let reference = ObjectReference(
            group: "serving.knative.dev", kind: "Route", namespace: "shop", name: "checkout")
        let answers = LiveComparison.Answers(objects: [reference: route], time: Timestamp(milliseconds: 0))
        let reading = try LiveComparison(Self.shop().bound()).reading(answers)
        #expect(reading.route == expected)
        #expect(reading.changedAt == Timestamp(rfc3339: "2026-11-21T01:45:00Z"))
    }
}
