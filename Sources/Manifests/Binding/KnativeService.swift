internal import Rollouts
internal import YAML

/// Services of Knative as workloads (https://knative.dev/docs/serving/reference/serving-api): a pod template, and no count
/// of pods.
enum KnativeService {
    static let group = "serving.knative.dev"
    /// What Knative calls a container without a name.
    static let container = "user-container"
    static let podLabel = "serving.knative.dev/service"

    /// A revision's name cannot be used twice, so no release could be delivered under it.
    static func problem(with object: ManifestObject) -> Diagnostic? {
        let path: FieldPath = "spec.template.metadata.name"
        guard object.group == group, object.node(at: path) != nil else { return nil }
        return object.diagnostic(
            at: path, "the revision has a name of its own, under which no other release can be delivered",
            hint: "leave out the name: Knative gives one to each revision")
    }
}
