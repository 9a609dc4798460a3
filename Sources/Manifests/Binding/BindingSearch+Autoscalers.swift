internal import Rollouts
internal import YAML

/// What scales the workloads of the pair.
extension BindingSearch {
    /// The one autoscaler of a workload; none for a DaemonSet, which nothing scales.
    mutating func autoscaler(of workload: ManifestObject) -> Autoscaler? {
        guard workload.kind != "DaemonSet" else { return nil }
        let candidates = Autoscaler.kinds.flatMap { index.objects(of: $0, in: environment) }.compactMap {
            object -> Autoscaler? in
            let namespace = object.reference.namespace
            guard namespace.isEmpty || namespace == source.id.namespace else { return nil }
            return Autoscaler(object.placed(in: source.id.namespace))
        }.filter { $0.scales(workload) && !misdirected.contains($0.reference) }
        if candidates.count > 1 {
            problems.append(
                candidates[1].object.diagnostic(
                    "\(workload.title) has \(candidates.count) autoscalers",
                    hint: "keep one of " + candidates.map(\.object.place).joined(separator: ", ")))
        }
        guard let first = candidates.first else { return nil }
        if let problem = first.problem { problems.append(problem) }
        return first
    }
}
