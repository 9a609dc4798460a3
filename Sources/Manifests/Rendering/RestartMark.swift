internal import Rollouts
internal import YAML

/// The annotation by which pods are replaced when a release changes what they read at their start.
///
/// A changed ConfigMap or Secret restarts nobody: pods that read it into their environment would go on with the old
/// one, and a release of such values alone would never run. The annotation names the release's values of pairs, on
/// both sides alike; it is no part of what a template is.
enum RestartMark {
    static let key = "headgate.dev/values"
    static let annotations: FieldPath = "spec.template.metadata.annotations"
    static var path: FieldPath { annotations.appending(.field(key)) }

    /// The mark of a release; nil where it has no values of pairs.
    static func text(of release: Release) -> String? {
        let values = release.values.filter { name, _ in
            if case .companion? = ReleaseTarget(releaseName: name) { true } else { false }
        }
        // With a letter in front nobody takes it for a number.
        return values.isEmpty ? nil : "v" + Release(values: values).digest.hex.prefix(16)
    }
}

extension Renderer {
    /// Marks stable's pod template, so that its pods are replaced with the values that they read.
    ///
    /// On the way back the mark is what it was before the release: anything else would replace the pods once more.
    func markStable(_ release: Release, on workbench: inout Workbench) throws(Diagnostic) {
        guard rollout.stable.ownsTemplate, let mark = RestartMark.text(of: release) else { return }
        guard let past else {
            return try workbench.place(.string(mark), at: RestartMark.path, of: rollout.stable.object)
        }
        try unmarkStable(in: past, on: &workbench)
    }

    func unmarkStable(in past: Past, on workbench: inout Workbench) throws(Diagnostic) {
        guard rollout.stable.ownsTemplate else { return }
        let former = formerTree(of: rollout.stable.object, at: RestartMark.path, in: past)
        try workbench.place(former, at: RestartMark.path, of: rollout.stable.object)
    }

    /// Where the pod template cannot be marked, something else of the release has to replace the pods.
    func checkRestart(_ release: Release) throws(Diagnostic) {
        guard RestartMark.text(of: release) != nil else { return }
        let changes = release.values.contains { name, value in
            if case .companion? = ReleaseTarget(releaseName: name) { return false }
            return rollout.field(.release(.stable, name))?.value != value
        }
        guard !changes else { return }
        throw rollout.source.diagnostic(
            at: "spec.release.values",
            "nothing of the release would replace the pods of \(rollout.stable.object.title), which read these values "
                + "when they start",
            hint: "its pod template is patched or shared and cannot be marked: state an image or a value of it, too")
    }
}

extension PodTemplate {
    /// The mark of the release's values of pairs, where it has any.
    mutating func mark(_ release: Release) {
        guard let mark = RestartMark.text(of: release) else { return }
        let path = RestartMark.path.steps.dropFirst(2)
        tree = tree.placing(.string(mark), at: path)
    }

    /// The template without what the agent writes for itself.
    var bare: YAMLTree {
        tree.removing(FieldPath(Array(RestartMark.path.steps.dropFirst(2))))
            .removing(FieldPath(Array(RestMarker.path.steps.dropFirst(2))))
    }
}
