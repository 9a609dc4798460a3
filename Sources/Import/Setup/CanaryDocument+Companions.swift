internal import Manifests
internal import YAML

/// What goes with a workload: what scales it, and what keeps its pods.
extension CanaryDocument {
    static func autoscaler(
        _ scaler: Autoscaler, of subject: SetupSubject, name: String, target: String
    ) throws(SetupRefusal) -> CanaryDocument {
        var document = try CanaryDocument(of: scaler.object, name: name)
        let label = subject.label
        try document.edit { (editor) throws(YAMLError) in
            try editor.setLabel(label, in: "metadata.labels")
            try editor.set("spec.scaleTargetRef.name", to: .string(target))
            if editor.has(scaler.floorPath) {
                try editor.set(scaler.floorPath, to: .int(scaler.lowest))
            } else {
                try editor.insert(scaler.floorPath, .int(scaler.lowest), at: 1)
            }
            // Two ScaledObjects cannot make one HorizontalPodAutoscaler.
            try editor.removeIfPresent("spec.advanced.horizontalPodAutoscalerConfig.name")
        }
        return document
    }

    /// The canary's pods by themselves; as few as they are, one may always go.
    static func budget(
        _ budget: ManifestObject, of subject: SetupSubject, name: String
    ) throws(SetupRefusal) -> CanaryDocument {
        var document = try CanaryDocument(of: budget, name: name)
        let label = subject.label
        let isCount = budget.node(at: "spec.minAvailable")?.int != nil
        try document.edit { (editor) throws(YAMLError) in
            try editor.setLabel(label, in: "metadata.labels")
            try editor.setLabel(label, in: "spec.selector.matchLabels")
            guard isCount else { return }
            try editor.remove("spec.minAvailable")
            try editor.insert("spec.maxUnavailable", .int(1), at: 0)
        }
        return document
    }
}
