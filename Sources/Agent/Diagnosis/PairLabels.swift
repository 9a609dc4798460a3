internal import Manifests
internal import Rollouts

/// The labels of the pair's pods and the selectors of its workloads: from the files or, where a chart makes a workload,
/// from the cluster.
struct PairLabels {
    private var pods: [Side: [String: String]] = [:]
    private var selectors: [Side: [String: String]] = [:]
    /// Workloads that are not in the cluster.
    private(set) var missing: [ManifestObject] = []
    private let bound: BoundRollout

    init(of bound: BoundRollout, in cluster: any Cluster) async throws(ClusterFailure) {
        self.bound = bound
        for side in Side.allCases {
            let workload = bound.workload(side)
            pods[side] = workload.podLabels
            selectors[side] = workload.selector
            guard workload.object.isRendered else { continue }
            guard let live = try await cluster.object(workload.object.reference) else {
                missing.append(workload.object)
                continue
            }
            pods[side] = Self.labels(live["spec"]?["template"]?["metadata"]?["labels"])
            selectors[side] = Self.labels(live["spec"]?["selector"]?["matchLabels"])
        }
    }

    func podLabels(of side: Side) -> [String: String] { pods[side] ?? [:] }

    /// What only the cluster shows of a chart's workloads: one that is not there, or that takes the other's pods for its own.
    var problems: [Examination] {
        guard Side.allCases.contains(where: { bound.workload($0).object.isRendered }) else { return [] }
        if !missing.isEmpty {
            return missing.map {
                Examination(
                    "selectors", .failed, "\($0.title) in \(bound.id.namespace) is not in the cluster",
                    hint: "is the chart installed, and is this the name that it gives the workload?")
            }
        }
        return Side.allCases.compactMap { side in
            let other: Side = side == .stable ? .canary : .stable
            guard Labels.select(selectors[side] ?? [:], podLabels(of: other)) else { return nil }
            return Examination(
                "selectors", .failed,
                "the selector of \(bound.workload(side).object.title) also selects the pods of "
                    + bound.workload(other).object.title,
                hint: "let the chart give the pods of each side a label of their own, such as track, and select it")
        }
    }

    static func labels(_ object: JSON?) -> [String: String] {
        (object?.members ?? []).reduce(into: [:]) { $0[$1.name] = $1.value.string }
    }
}
