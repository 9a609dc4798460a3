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

    /// What is wrong where a Rollout of another environment binds values of the same file.
    func sharedFile(of rollout: LoadedRollout) -> Diagnostic? {
        for (number, binding) in (rollout.source.document.spec.bindings ?? []).enumerated() {
            let others = rollouts.filter { other in
                other.id.environment != rollout.id.environment
                    && (other.source.document.spec.bindings ?? []).contains { $0.file == binding.file }
            }
            guard !others.isEmpty else { continue }
            let names = others.map(\.id.description).joined(separator: " and ")
            return rollout.source.diagnostic(
                at: FieldPath([.field("spec"), .field("bindings"), .field(String(number)), .field("file")]),
                "\(binding.file) has values of \(names) too, in another environment",
                hint: "give each environment a file of its own")
        }
        return nil
    }
}

extension RepositoryDocuments.LoadedRollout {
    /// The workloads that this Rollout moves and the Jobs that it starts, each by environment, namespace, kind and name.
    fileprivate var claims: Set<[String]> {
        let workload = source.document.spec.workload
        let names = [workload?.stable ?? id.name, workload?.canary ?? "\(id.name)-canary"]
        let claims = names.map { [id.environment, id.namespace, workload?.kind ?? "Deployment", $0] }
        return Set(claims + source.jobs.map { [id.environment, id.namespace, "Job", $0] })
    }
}
