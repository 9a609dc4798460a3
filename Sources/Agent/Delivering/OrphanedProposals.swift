internal import Git
internal import Manifests
internal import Rollouts

/// The agent's branches of rollouts that nobody states any more.
struct OrphanedProposals {
    let repository: Repository
    let identity: Publisher.Identity
    let documents: RepositoryDocuments
    /// The base's newest commit.
    let tip: Git.CommitID

    /// The proposals, by rollout; none where a document that cannot be read may state one.
    func read(among references: [ReferenceName: Git.CommitID]) async throws(GitError) -> [RolloutID: [ProposalKey: Git
        .CommitID]]
    {
        if documents.mayHideRollouts || documents.configProblem != nil { return [:] }
        let known = Set(documents.rollouts.map(\.id) + documents.broken.compactMap(\.id))
        let prefixes = known.map { "refs/heads/\(ProposalKey.prefix(of: $0))" }
        var found: [RolloutID: [ProposalKey: Git.CommitID]] = [:]
        for (name, head) in references where name.text.hasPrefix("refs/heads/\(ProposalKey.prefix)") {
            if prefixes.contains(where: { name.text.hasPrefix($0) }) { continue }
            guard let (id, key) = try await proposal(name, head), !known.contains(id) else { continue }
            found[id, default: [:]][key] = head
        }
        return found
    }

    /// What a branch proposes to this base, by the one commit of the agent on it; nil for what somebody else has put
    /// there, or proposes elsewhere.
    private func proposal(
        _ name: ReferenceName, _ head: Git.CommitID
    ) async throws(GitError) -> (RolloutID, ProposalKey)? {
        let commit = try await repository.commit(head)
        guard commit.parents.count == 1, await repository.isAncestor(commit.parents[0], of: tip),
            commit.committer.name == identity.name,
            commit.committer.email == identity.email,
            commit.trailers.contains(where: { $0.key == CommitMessage.Name.stage }),
            let text = commit.trailers.first(where: { $0.key == CommitMessage.Name.rollout })?.value,
            let id = RolloutID(text), let key = ProposalKey(branch: name.branchName, of: id)
        else { return nil }
        return (id, key)
    }
}
