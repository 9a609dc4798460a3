internal import Manifests
internal import Rollouts
internal import YAML

/// Two Rollouts that move one workload would take each other's commits for a person's edits.
extension RepositoryDocuments {
    /// What is wrong where another Rollout moves a workload of `rollout` too.
    func sharedWorkload(of rollout: LoadedRollout) -> Diagnostic? {
        let own = rollout.claims
        let others = rollouts.filter { $0.id != rollout.id && !$0.claims.isDisjoint(with: own) }
        guard !others.isEmpty else { return nil }
        let names = others.map(\.id.description).joined(separator: " and ")
        return rollout.source.diagnostic(
            at: "spec.workload", "a workload of \(rollout.id) is moved by \(names) too",
            hint: "one workload belongs to one Rollout: keep one of them")
    }
}

extension RepositoryDocuments.LoadedRollout {
    /// The workloads that this Rollout moves, each by environment, namespace, kind and name.
    fileprivate var claims: Set<[String]> {
        let workload = source.document.spec.workload
        let names = [workload?.stable ?? id.name, workload?.canary ?? "\(id.name)-canary"]
        return Set(names.map { [id.environment, id.namespace, workload?.kind ?? "Deployment", $0] })
    }
}
