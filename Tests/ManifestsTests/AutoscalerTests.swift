import Analysis
import Manifests
import Rollouts
import Testing

@Suite("Autoscalers of the pair")
struct AutoscalerTests {
    static let scaledObjects = """
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: {name: checkout, namespace: shop}
        spec:
          scaleTargetRef: {name: checkout}
          minReplicaCount: 3  # nights are quiet
          maxReplicaCount: 10
          triggers:
          - type: prometheus
            metadata: {query: "sum(queue)"}
        ---
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: {name: checkout-canary, namespace: shop}
        spec:
          scaleTargetRef: {name: checkout-canary}
          maxReplicaCount: 10
          triggers:
          - type: prometheus
            metadata: {query: "sum(queue)"}

        """

    static let autoscalers = """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: checkout, namespace: shop}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
          minReplicas: 3
          maxReplicas: 10
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: checkout-canary, namespace: shop}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout-canary}
          minReplicas: 1
          maxReplicas: 10

        """

    static func pairs(_ kind: String, in rollout: String = Shop.rollout) -> String {
        rollout + "  pairs: [{kind: \(kind), stable: checkout, canary: checkout-canary}]\n"
    }

    private func shop(_ text: String = scaledObjects, rollout: String = Shop.rollout) -> Shop {
        Shop(["apps/scaling.yaml": text], rollout: rollout)
    }

    @Test func `under KEDA the floors are bound, and the canary rests at none`() throws {
        let shop = shop()
        let reading = try shop.bound().reading()
        #expect(reading.number(.stableFloor) == 3)
        #expect(reading.number(.canaryFloor) == 0)
        #expect(reading.values[.stableReplicas] == nil)
        #expect(reading.values[.canaryReplicas] == nil)
        #expect(reading.canaryRest == 0)
        #expect(reading.stableMayIdle)

        let started = try shop.rendering(
            [.canaryRelease(shop.release()), .canaryCapacity(2), .stableFloor(7)], on: shop.tree)
        let text = try present(started.text(at: "apps/scaling.yaml"))
        #expect(
            text
                == Self.scaledObjects.replacing("minReplicaCount: 3", with: "minReplicaCount: 7").replacing(
                    "spec:\n  scaleTargetRef: {name: checkout-canary}\n",
                    with: "spec:\n  minReplicaCount: 2\n  scaleTargetRef: {name: checkout-canary}\n"))

        let past = Renderer.Past(before: shop.tree, stage: started) { _, _, _ in nil }
        let back = try shop.rendering([.revert(reading.originals)], on: started, past: past)
        #expect(back.text(at: "apps/scaling.yaml") == Self.scaledObjects)
        let finished = try shop.rendering([.canaryCapacity(0), .restore(reading.originals)], on: started)
        #expect(try shop.bound(in: finished).reading().number(.canaryFloor) == 0)
        #expect(try shop.bound(in: finished).reading().number(.stableFloor) == 3)
    }

    @Test func `by CPU alone KEDA takes no last pod away`() throws {
        let shop = shop(
            Self.scaledObjects.replacing("type: prometheus", with: "type: cpu")
                .replacing("  maxReplicaCount: 10\n  triggers", with: "  minReplicaCount: 1\n  triggers"))
        #expect(try shop.bound().reading().canaryRest == 1)
        let finished = try shop.rendering([.canaryCapacity(0)], on: shop.tree)
        #expect(try shop.bound(in: finished).reading().number(.canaryFloor) == 1)
    }

    @Test(
        "the ceiling is never passed",
        arguments: [
            ("  maxReplicaCount: 10\n", "", 101, "ScaledObject/checkout-canary allows 100 pods, and 101 are needed"),
            ("", "", 11, "ScaledObject/checkout-canary allows 10 pods, and 11 are needed"),
        ])
    func ceiling(_ former: String, _ new: String, _ pods: Int, _ message: String) throws {
        let shop = shop(former.isEmpty ? Self.scaledObjects : Self.scaledObjects.replacing(former, with: new))
        let error = #expect(throws: Diagnostic.self) { try shop.rendering([.canaryCapacity(pods)], on: shop.tree) }
        #expect(error?.message == message)
        #expect(error?.hint == "raise maxReplicaCount to at least \(pods)")
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let what: String
        let text: String
        let problem: String
        var rollout = Shop.rollout
        var testDescription: String { what }
    }

    static let broken = [
        Broken(
            what: "both kinds for one workload",
            text: scaledObjects + "---\n"
                + autoscalers.replacing(
                    "kind: Deployment, name: checkout-canary}", with: "kind: Deployment, name: other}"),
            problem: "apps/scaling.yaml:1:1: Deployment/checkout has 2 autoscalers "
                + "(keep one of apps/scaling.yaml:22, apps/scaling.yaml:1)"),
        Broken(
            what: "two ScaledObjects",
            text: scaledObjects.replacing(
                "metadata: {name: checkout-canary, namespace: shop}\nspec:\n  scaleTargetRef: {name: checkout-canary}",
                with:
                    "metadata: {name: again, namespace: shop}\nspec:\n  scaleTargetRef: {kind: Deployment, name: checkout}"
            ),
            problem: "apps/scaling.yaml:12:1: Deployment/checkout has 2 autoscalers "
                + "(keep one of apps/scaling.yaml:1, apps/scaling.yaml:12)"),
        Broken(
            what: "paused at a count",
            text: scaledObjects.replacing(
                "metadata: {name: checkout, namespace: shop}",
                with:
                    "metadata: {name: checkout, namespace: shop, annotations: {autoscaling.keda.sh/paused-replicas: \"4\"}}"
            ),
            problem:
                "apps/scaling.yaml:3:96: ScaledObject/checkout is paused, and no floor that a release writes would "
                + "be heeded (take the annotation autoscaling.keda.sh/paused-replicas out)"),
        Broken(
            what: "below its floor while idle",
            text: scaledObjects.replacing("  minReplicaCount: 3", with: "  idleReplicaCount: 0\n  minReplicaCount: 3"),
            problem: "apps/scaling.yaml:6:21: ScaledObject/checkout goes below its floor while it is idle "
                + "(take idleReplicaCount out: a release counts on minReplicaCount)"),
        Broken(
            what: "a pair whose canary scales stable",
            text: autoscalers.replacing(
                "kind: Deployment, name: checkout-canary}", with: "kind: Deployment, name: checkout}"),
            problem: "apps/scaling.yaml:13:65: HorizontalPodAutoscaler/checkout-canary scales Deployment/checkout, the "
                + "other side's workload (write name: checkout-canary)",
            rollout: pairs("HorizontalPodAutoscaler")),
        Broken(
            what: "a pair that scales another kind",
            text: scaledObjects.replacing(
                "scaleTargetRef: {name: checkout-canary}",
                with: "scaleTargetRef: {kind: StatefulSet, name: checkout-canary}"),
            problem: "apps/scaling.yaml:16:45: ScaledObject/checkout-canary scales StatefulSet/checkout-canary, not "
                + "Deployment/checkout-canary (write name: checkout-canary and kind: Deployment)",
            rollout: pairs("ScaledObject")),
    ]

    @Test("what would scale the wrong pods is refused", arguments: broken)
    func refused(_ broken: Broken) throws {
        let problems = try shop(broken.text, rollout: broken.rollout).problems()
        #expect(problems == [broken.problem])
    }

    @Test(
        "pairs of autoscalers carry no content",
        arguments: [
            ("ScaledObject", scaledObjects), ("HorizontalPodAutoscaler", autoscalers),
        ])
    func pair(_ kind: String, _ text: String) throws {
        let shop = shop(text, rollout: Self.pairs(kind))
        let started = try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        let canary = try present(started.text(at: "apps/scaling.yaml"))
        #expect(canary.contains("maxReplica"))
        #expect(try shop.bound().reading().number(.stableFloor) == 3)
        #expect(LiveComparison(try shop.bound()).objectsToRead.filter { $0.kind == kind }.count == 2)
    }

    @Test func `a floor that nobody has written is no difference to a cluster that does not write it either`() throws {
        let shop = shop()
        let bound = try shop.bound()
        let text = """
            {"kind":"ScaledObject","apiVersion":"keda.sh/v1alpha1","metadata":{"name":"NAME","namespace":"shop"},
            "spec":{"scaleTargetRef":{"name":"NAME"},"maxReplicaCount":10MIN}}
            """
        func differences(_ stable: String, _ canary: String) throws -> [FieldDifference] {
            var objects: [ObjectReference: JSON] = [:]
            for (name, least) in [("checkout", stable), ("checkout-canary", canary)] {
                let reference = ObjectReference(group: "keda.sh", kind: "ScaledObject", namespace: "shop", name: name)
                let object = text.replacing("NAME", with: name).replacing("MIN", with: least)
                objects[reference] = try JSON(parsing: Array(object.utf8))
            }
            let time = try present(Timestamp(rfc3339: "2026-11-21T02:00:00Z"))
            return LiveComparison(bound).reading(.init(objects: objects, time: time)).differences.filter {
                $0.binding == .stableFloor || $0.binding == .canaryFloor
            }
        }
        #expect(try differences(",\"minReplicaCount\":3", "").isEmpty)
        #expect(
            try differences(",\"minReplicaCount\":2", ",\"minReplicaCount\":1") == [
                FieldDifference(
                    binding: .stableFloor, place: "ScaledObject/checkout spec.minReplicaCount", expected: "3",
                    found: "2"),
                FieldDifference(
                    binding: .canaryFloor, place: "ScaledObject/checkout-canary spec.minReplicaCount", expected: "0",
                    found: "1"),
            ])
    }
}
