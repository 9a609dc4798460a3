package import Rollouts
package import YAML

/// What changes a workload's pod count: a HorizontalPodAutoscaler, or the ScaledObject from which KEDA makes one.
package struct Autoscaler: Sendable {
    package let object: ManifestObject
    private let kind: Kind

    private enum Kind {
        case horizontal
        /// keda.sh/v1alpha1.
        case scaledObject
    }

    /// The kinds among which a workload's autoscaler is looked for.
    package static let kinds = ["HorizontalPodAutoscaler", "ScaledObject"]

    /// Nil for an object of another kind.
    package init?(_ object: ManifestObject) {
        switch (object.group, object.kind) {
        case ("autoscaling", "HorizontalPodAutoscaler"): kind = .horizontal
        case ("keda.sh", "ScaledObject"): kind = .scaledObject
        default: return nil
        }
        self.object = object
    }

    package var reference: ObjectReference { object.reference }

    /// Where the least count of pods stands.
    package var floorPath: FieldPath { kind == .horizontal ? "spec.minReplicas" : "spec.minReplicaCount" }

    var ceilingPath: FieldPath { kind == .horizontal ? "spec.maxReplicas" : "spec.maxReplicaCount" }

    /// The most pods; nil where that is not stated and nothing stands for it.
    var ceiling: Int? { object.node(at: ceilingPath)?.int ?? (kind == .scaledObject ? 100 : nil) }

    /// The least floor that it can hold: only KEDA takes all pods away, and only by a trigger that can be inactive
    /// (https://keda.sh/docs/latest/reference/scaledobject-spec).
    package var lowest: Int {
        guard kind == .scaledObject else { return 1 }
        let triggers = object.node(at: "spec.triggers")?.items ?? []
        let idle = triggers.contains { !["cpu", "memory"].contains($0["type"]?.resolved.text) }
        return triggers.isEmpty || idle ? 0 : 1
    }

    /// What is scaled, as `Kind/name`; nil where no name is stated.
    var target: String? {
        let target = object.node(at: "spec.scaleTargetRef")
        let kind = target?["kind"]?.resolved.text ?? (kind == .scaledObject ? "Deployment" : "")
        return target?["name"]?.resolved.text.map { "\(kind)/\($0)" }
    }

    package func scales(_ workload: ManifestObject) -> Bool {
        target == workload.title || target == "\(workload.kind)/\(workload.writtenName)"
    }

    /// What keeps a floor from being one.
    var problem: Diagnostic? {
        guard kind == .scaledObject else { return nil }
        let annotations: FieldPath = "metadata.annotations"
        for name in ["autoscaling.keda.sh/paused-replicas", "autoscaling.keda.sh/paused"] {
            let path = annotations.appending(name)
            guard let node = object.node(at: path), node.text != "false" else { continue }
            return object.diagnostic(
                at: path, "\(object.title) is paused, and no floor that a release writes would be heeded",
                hint: "take the annotation \(name) out")
        }
        guard object.node(at: "spec.idleReplicaCount") != nil else { return nil }
        return object.diagnostic(
            at: "spec.idleReplicaCount", "\(object.title) goes below its floor while it is idle",
            hint: "take idleReplicaCount out: a release counts on minReplicaCount")
    }
}
