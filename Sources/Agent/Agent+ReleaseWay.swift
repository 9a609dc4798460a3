package import Git
internal import Manifests
package import Rollouts

/// What the branch says of one rollout: the commits that changed its state, and those that changed its release line.
package struct RolloutPast: Sendable {
    package let id: RolloutID
    package let changes: [StateChange]
    /// Newest first.
    package let statements: [ReleaseStatement]
}

/// A commit that stated a release.
package struct ReleaseStatement: Sendable {
    package let commit: Commit
    /// Nil where what it states cannot be read.
    package let release: Release?
    /// The Promotion that brought it, as the message says.
    package var promotion: String? {
        commit.trailers.first { $0.key == CommitMessage.Name.promotion }?.value
    }
}

extension Agent {
    /// The past of every rollout that `reference` matches, or of all.
    ///
    /// - Throws: `GitError`.
    package func pasts(of reference: RolloutReference?) async throws -> [RolloutPast] {
        guard let tip = try await repository.fetch([settings.branch])[settings.branch] else {
            throw GitError(.notFound, "fetch \(settings.branch)", "the repository has no such branch")
        }
        var loader = SnapshotLoader()
        let tree = try await loader.load(tip, from: repository).tree
        let documents = DocumentReader.read(tree, shipped: settings.shipped)
        let history = LineHistory(repository: repository, tip: tip, shipped: settings.shipped)
        var pasts: [RolloutPast] = []
        for id in try await known(at: tip) where reference?.matches(id) ?? true {
            var statements: [ReleaseStatement] = []
            if let rollout = documents.rollouts.first(where: { $0.id == id }) {
                for change in try await history.changes(of: rollout, since: nil) {
                    guard let commit = Git.CommitID(hex: change.by.commit.hex) else { continue }
                    statements.append(.init(commit: try await repository.commit(commit), release: change.release))
                }
            }
            pasts.append(
                RolloutPast(id: id, changes: try await stateChanges(of: id, from: tip), statements: statements))
        }
        return pasts
    }
}
