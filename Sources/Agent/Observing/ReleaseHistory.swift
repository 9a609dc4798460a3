internal import Git
internal import Manifests
internal import Rollouts

/// The commits that a release has made so far, for its way back.
struct ReleaseHistory {
    /// The stages' commits, newest first; a rollback's own are not among them.
    let stages: [Step]
    /// What the branch was before the first of them.
    let before: Git.CommitID?

    struct Step {
        let commit: Git.CommitID
        let state: RolloutState
    }

    /// Follows the state from `tip` back to the commit that began this attempt at the release.
    static func read(
        of state: RolloutState, at path: String, from tip: Git.CommitID, in repository: Repository
    ) async throws(GitError) -> ReleaseHistory {
        var stages: [Step] = []
        let revisions = try await repository.history(of: [path], from: tip)
        let known = Dictionary(uniqueKeysWithValues: revisions.map { ($0.id, $0) })
        for revision in revisions {
            let blob = revision.blobs[path]
            let parents = revision.parents.compactMap { known[$0] }
            guard let blob, !parents.contains(where: { $0.blobs[path] == blob }) else { continue }
            guard let found = StateReader.read(try await repository.blob(blob), file: path).state,
                found.release.digest == state.release.digest, found.release.since == state.release.since
            else { continue }
            // An earlier delivery of the same release, where the first commit of this one is no `start`.
            if found.phase == .stable { break }
            guard found.at.action != .rollback, found.at.action != .adopt else { continue }
            stages.append(Step(commit: revision.id, state: found))
            if found.at.action == .start { return ReleaseHistory(stages: stages, before: revision.parents.first) }
        }
        return ReleaseHistory(stages: stages, before: stages.last.flatMap { known[$0.commit]?.parents.first })
    }
}
