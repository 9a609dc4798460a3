package import Rollouts
package import YAML

/// A rollout whose manifests have all been found: every value that a stage can change, with its places.
package struct BoundRollout: Sendable {
    package let id: RolloutID
    package let environment: Environment
    let source: RolloutSource
    package let stable: Workload
    package let canary: Workload
    package let route: Route?
    package let services: Services?
    let companions: [Companion]
    /// Every bound field, weights included.
    package let fields: [BoundField]
    /// What was noticed on the way, though nothing forbids it.
    let warnings: [Diagnostic]
    /// The files in which a chart's values are.
    var holders: [String: YAMLStream] = [:]

    /// One of the pair.
    package struct Workload: Sendable {
        package let object: ManifestObject
        /// The autoscaler that changes its pod count.
        package let autoscaler: Autoscaler?
        /// Whether the whole pod template is written where the document stands, with nothing laid over it.
        let ownsTemplate: Bool
    }

    /// The route with its lists of backends.
    package struct Route: Sendable {
        package let object: ManifestObject
        package let provider: TrafficProvider
        /// As the file names the Services.
        let pair: BackendPair
        /// As the cluster names them.
        let livePair: BackendPair
        let lists: [BackendList]
        /// Where the canary has a route of its own, stable's beside it, as the cluster names it.
        var main: String?
    }

    package struct Services: Sendable {
        package let stable: ManifestObject
        package let canary: ManifestObject
        /// The keys of the labels that tell subsets apart, where both sides are behind one Service.
        var subsetLabels: Set<String> = []

        package var isShared: Bool { stable.reference == canary.reference }
    }

    /// Whether no route splits the traffic, so that the counts of the two sides' pods do.
    package var splitsByReplicas: Bool { source.spec.traffic?.route == nil }

    /// The weights of each list of backends that splits the pair's traffic.
    package var backendWeights: [BackendWeights] { route?.lists.map(\.weights) ?? [] }

    package func fields(_ binding: BindingName) -> [BoundField] { fields.filter { $0.binding == binding } }
    package func field(_ binding: BindingName) -> BoundField? { fields.first { $0.binding == binding } }
    package func workload(_ side: Side) -> Workload { side == .stable ? stable : canary }

    /// The Jobs that its analyses start.
    package var jobs: [ObjectReference] { fields.filter { $0.place.format == .entry }.map(\.object) }

    /// Every file that a value is read from or written to.
    package var files: Set<String> {
        var files = Set(fields.map(\.place.file))
        files.formUnion([stable.object, canary.object].filter { !$0.isRendered }.map(\.file))
        for companion in companions { files.formUnion([companion.stable.file, companion.canary.file]) }
        return files
    }

    /// Every label by which a workload, Service, subset or PodDisruptionBudget of the pair finds its pods.
    var tellingLabels: Set<String> {
        var labels = Set(stable.selector.keys).union(canary.selector.keys)
        for service in [services?.stable, services?.canary] {
            labels.formUnion(Labels.read(service?.root["spec"]?["selector"]).keys)
        }
        for companion in companions where companion.kind == "PodDisruptionBudget" {
            for side in Side.allCases {
                labels.formUnion(PodSelector(companion.object(on: side).node(at: "spec.selector"))?.keys ?? [])
            }
        }
        return labels.union(services?.subsetLabels ?? [])
    }

    /// The digest of the provider's data and of the fields' addresses: what an upgrade or a move of manifests changes.
    package var bindingsDigest: Digest {
        let provider = route.map { $0.provider.canonical } ?? "provider none"
        var lists = (route?.lists ?? []).map { "list \($0.path)" }
        if let route, let subsets = route.pair.subsets {
            lists.append("subsets \(route.provider.spec.backends.subset ?? "") \(subsets.stable) \(subsets.canary)")
        }
        let targets = Set(fields.map(\.canonical)).sorted()
        return Digest(of: ([provider] + lists + targets).joined(separator: "\n"))
    }
}

extension BoundRollout.Workload {
    /// The kinds whose pods can be counted, and the Service of Knative.
    static let kinds = ["Deployment", "StatefulSet", "DaemonSet", "Service"]

    package static let templatePath: FieldPath = "spec.template"

    /// The containers' fields, by container: `containers` before `initContainers`.
    package static func images(_ template: YAMLNode?) -> [(container: String, path: FieldPath)] {
        ["containers", "initContainers"].flatMap { list in
            let items = template?["spec"]?[list]?.items ?? []
            return ContainerPlace.all(in: list, names: items.map { $0["name"]?.resolved.text }).map {
                ($0.name, $0.path.appending("image"))
            }
        }
    }

    /// Whether the workload's own document has the field where the cluster has it.
    func states(_ field: BoundField) -> Bool {
        field.place.file == object.file && field.place.document == object.document
            && field.place.path == field.livePath && field.place.inner == nil
    }

    var template: YAMLNode? { object.node(at: Self.templatePath) }

    /// The labels that pods get.
    package var podLabels: [String: String] { Labels.read(template?["metadata"]?["labels"]) }

    /// Whether Knative decides how many pods there are, and tells by a condition whether they serve.
    var isKnative: Bool { object.group == KnativeService.group }

    /// The labels by which the workload's pods are found in the cluster.
    var liveSelector: [String: String] {
        isKnative ? [KnativeService.podLabel: object.reference.name] : selector
    }

    /// The labels by which the workload knows its pods.
    package var selector: [String: String] { Labels.read(object.node(at: "spec.selector.matchLabels")) }
}

/// Labels as manifests write them.
package enum Labels {
    package static func read(_ node: YAMLNode?) -> [String: String] {
        var labels: [String: String] = [:]
        for entry in node?.entries ?? [] {
            if let name = entry.name, let value = entry.value.resolved.text { labels[name] = value }
        }
        return labels
    }

    package static func select(_ selector: [String: String], _ labels: [String: String]) -> Bool {
        !selector.isEmpty && selector.allSatisfy { labels[$0.key] == $0.value }
    }
}
