internal import Rollouts
internal import YAML

/// The way back as `git revert` of the release's commits leaves it.
extension Renderer {
    /// Each file as it was before the release where nobody has touched it since; else Git's merge where that is clean
    /// and right; else the recorded values written into what is there now.
    func revert(_ records: [RolloutState.Restore]) throws(Diagnostic) -> Rendering {
        var fresh = Workbench(tree)
        try restore(records, on: &fresh)
        try restoreTemplates(on: &fresh)
        let wanted = fresh.changed
        var result = Rendering(files: [:], afresh: [])
        for file in rollout.files.union(wanted.keys).sorted() {
            guard let ours = tree.bytes(at: file) else { continue }
            if let exact = exact(file, ours: ours, meaning: wanted[file] ?? ours) {
                if exact != ours { result.files[file] = exact }
            } else if let bytes = wanted[file] {
                result.files[file] = bytes
                result.afresh.append(file)
            }
        }
        return result
    }

    /// Bytes that mean exactly what the recorded values mean; nil where neither the former file nor a merge does.
    private func exact(_ file: String, ours: [UInt8], meaning wanted: [UInt8]) -> [UInt8]? {
        guard let past, let theirs = past.before.bytes(at: file), let base = past.stage.bytes(at: file) else {
            return nil
        }
        let candidate = ours == base ? theirs : past.merge(base, ours, theirs)
        guard let candidate, Self.mean(candidate, wanted, file) else { return nil }
        return candidate
    }

    /// Whether two versions of a file have the same documents by value.
    private static func mean(_ left: [UInt8], _ right: [UInt8], _ file: String) -> Bool {
        if left == right { return true }
        guard let left = try? YAMLStream(parsing: left, file: file),
            let right = try? YAMLStream(parsing: right, file: file), left.documents.count == right.documents.count
        else { return false }
        return zip(left.documents, right.documents).allSatisfy { own, other in
            guard let own = try? YAMLTree(own.root, of: left), let other = try? YAMLTree(other.root, of: right) else {
                return false
            }
            return own == other
        }
    }

    /// What is too large to record is read where it stood: the pod templates, and the content of companions.
    private func restoreTemplates(on workbench: inout Workbench) throws(Diagnostic) {
        guard let past else { return }
        let path = BoundRollout.Workload.templatePath
        if rollout.canary.ownsTemplate, let former = formerTree(of: rollout.canary.object, at: path, in: past) {
            try workbench.synchronise(path, of: rollout.canary.object, with: former)
        }
        if rollout.source.spec.release.template != nil, rollout.stable.ownsTemplate,
            let former = formerTree(of: rollout.stable.object, at: path, in: past)
        {
            try workbench.synchronise(path, of: rollout.stable.object, with: former)
        }
        try unmarkStable(in: past, on: &workbench)
        try restoreCompanions(in: past, on: &workbench)
    }
}
