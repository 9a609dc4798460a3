package import Git
internal import Manifests
package import Rollouts

/// One commit that changed a rollout's state.
package struct StateChange: Sendable {
    package let commit: Commit
    package let reading: StateReader.Reading
}

extension Agent {
    /// Every commit that changed the state of one rollout, oldest first.
    ///
    /// A commit that only takes over what one of its parents had, as a merge does, changes nothing.
    /// - Throws: `SteeringRefusal` for a name that means none or several, `GitError`.
    package func stateChanges(of reference: RolloutReference) async throws -> (RolloutID, [StateChange]) {
        guard let tip = try await repository.fetch([settings.branch])[settings.branch] else {
            throw GitError(.notFound, "fetch \(settings.branch)", "the repository has no such branch")
        }
        let id = try reference.find(in: try await known(at: tip))
        return (id, try await stateChanges(of: id, from: tip))
    }

    func stateChanges(of id: RolloutID, from tip: Git.CommitID) async throws(GitError) -> [StateChange] {
        let path = id.statePath
        let revisions = try await repository.history(of: [path], from: tip)
        let blobs = Dictionary(revisions.map { ($0.id, $0.blobs[path]) }) { first, _ in first }
        var changes: [StateChange] = []
        for revision in revisions.reversed() {
            let blob = revision.blobs[path]
            let former = revision.parents.map { blobs[$0] ?? nil }
            if former.isEmpty ? blob == nil : former.contains(blob) { continue }
            let bytes: [UInt8]? = if let blob { try await repository.blob(blob) } else { nil }
            changes.append(
                StateChange(
                    commit: try await repository.commit(revision.id), reading: StateReader.read(bytes, file: path)))
        }
        return changes
    }

    /// The rollouts that are stated or have a state.
    func known(at tip: Git.CommitID) async throws(GitError) -> [RolloutID] {
        var loader = SnapshotLoader()
        let snapshot = try await loader.load(tip, from: repository)
        let documents = DocumentReader.read(snapshot.tree, shipped: settings.shipped)
        let stated = documents.rollouts.map(\.id) + documents.broken.compactMap(\.id)
        let states = snapshot.tree.entries.keys.filter {
            $0.hasPrefix(".headgate/state/") && $0.hasSuffix(".yaml")
        }.compactMap(RolloutID.init(statePath:))
        return Set(stated + states).filter { settings.serves($0.environment) }.sorted()
    }
}
