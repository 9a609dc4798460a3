internal import Manifests
internal import Rollouts
internal import YAML

/// The objects of one application that a rollout is made of, as they stand before it is set up.
struct SetupSubject {
    let name: String
    let namespace: String
    let environment: Environment
    let workload: ManifestObject
    let service: ManifestObject
    let route: ManifestObject
    let provider: TrafficProvider
    let autoscaler: ManifestObject?
    let label: TellingLabel

    var title: String {
        environment.name == RolloutID.defaultEnvironment
            ? "\(namespace)/\(name)" : "\(environment.name)/\(namespace)/\(name)"
    }

    /// The labels that the pods get.
    var podLabels: [String: String] { workload.podLabels }

    /// The route's lists that name the Service.
    var gaps: [BackendGap] {
        guard let tree = (try? YAMLTree(route.root, of: route.stream)).map(route.patchingLists) else { return [] }
        return provider.gaps(
            in: tree, stable: service.writtenName, canary: "\(service.writtenName)-canary", namespace: namespace)
    }
}

extension ManifestObject {
    var template: YAMLNode? { node(at: BoundRollout.Workload.templatePath) }
    var podLabels: [String: String] { Labels.read(template?["metadata"]?["labels"]) }
    /// The labels by which a workload knows its pods.
    var matchLabels: [String: String] { Labels.read(node(at: "spec.selector.matchLabels")) }
    /// The labels by which a Service finds its pods.
    var serviceSelector: [String: String] { Labels.read(node(at: "spec.selector")) }

    /// The place of the value at `path`, or of the nearest that is written.
    func place(of path: FieldPath) -> String {
        let problem = diagnostic(at: path, "")
        return "\(problem.file):\(problem.line)"
    }

    /// The name in the cluster of an object that is called `name` in the file and passes the same kustomizations.
    func liveName(of name: String) -> String { layers.reduce(name) { $1.namePrefix + $0 + $1.nameSuffix } }
}
