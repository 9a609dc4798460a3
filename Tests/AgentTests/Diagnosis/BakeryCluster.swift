import Analysis
import Rollouts

/// The cluster that the bakery's manifests have been applied to, for an identity that only reads.
struct BakeryCluster: Cluster {
    static let now = Timestamp(seconds: 1_800_000_000)

    var clock = Self.now
    /// Selectors by Service.
    var services: [String: [String: String]] = [
        "bread": ["app": "bread", "track": "stable"], "bread-canary": ["app": "bread", "track": "canary"],
    ]
    var pods = 3
    var rules: [Permissions.Rule] = [
        .init(verbs: ["create"], groups: ["authorization.k8s.io"], resources: ["selfsubjectrulesreviews"]),
        .init(verbs: ["get", "list"], groups: [""], resources: ["pods", "services"]),
        .init(verbs: ["get", "list"], groups: ["apps"], resources: ["deployments"]),
        .init(verbs: ["get", "list"], groups: ["gateway.networking.k8s.io"], resources: ["httproutes"]),
    ]
    var isIncomplete = false
    /// Paths that Flux and Argo CD apply; nil where they are not installed.
    var flux: [String]?
    var argo: [String]?
    var engines: ClusterFailure?

    func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? {
        guard reference.kind == "Service", let selector = services[reference.name] else { return nil }
        let labels = selector.sorted { $0.key < $1.key }.map { JSON.Member(name: $0.key, value: .string($0.value)) }
        return ["metadata": ["name": .string(reference.name)], "spec": ["selector": .object(labels)]]
    }

    func objects(
        _ kind: ObjectKind, namespace: String, matching selector: LabelSelector
    ) async throws(ClusterFailure) -> [JSON] {
        switch kind.kind {
        case "Pod": return Array(repeating: ["kind": "Pod"], count: selector.text.contains("canary") ? 0 : pods)
        case "Kustomization", "Application":
            if let engines { throw engines }
            guard let paths = kind.kind == "Application" ? argo : flux else {
                throw ClusterFailure(.notFoundKind, "not installed")
            }
            return paths.map { path in
                let source: JSON = ["path": .string(path), "directory": ["recurse": true]]
                return [
                    "metadata": ["name": "all", "namespace": "flux-system"],
                    "spec": ["path": .string(path), "source": source],
                ]
            }
        default: return []
        }
    }

    func time() async throws(ClusterFailure) -> Timestamp { clock }

    func permissions(namespace: String) async throws(ClusterFailure) -> Permissions {
        Permissions(rules: rules, isIncomplete: isIncomplete)
    }
}

/// A cluster that takes every question and answers none.
struct HangingCluster: Cluster {
    func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? { try await hang() }

    func objects(
        _ kind: ObjectKind, namespace: String, matching selector: LabelSelector
    ) async throws(ClusterFailure) -> [JSON] { try await hang() }

    func time() async throws(ClusterFailure) -> Timestamp { try await hang() }
    func permissions(namespace: String) async throws(ClusterFailure) -> Permissions { try await hang() }

    private func hang() async throws(ClusterFailure) -> Never {
        try? await Task.sleep(for: .seconds(3600))
        throw ClusterFailure(.cancelled, "given up")
    }
}

/// A store that has some series for whatever it is asked.
struct CountingSource: SeriesStore {
    var series = 1
    var failure: MetricFailure?

    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
        if let failure { throw failure }
        return Array(repeating: Series(points: [.init(time: query.start, value: 1)]), count: series)
    }

    func serverTime() async throws(MetricFailure) -> Timestamp {
        if let failure { throw failure }
        return BakeryCluster.now
    }
}

/// What a test turns away from health.
struct Patient: Sendable {
    var cluster: any Cluster = BakeryCluster()
    var metrics = CountingSource()
    var branch = "main"
    /// The deployment's own Prometheus.
    var address: String?
    var deadline = Duration.seconds(10)
}
