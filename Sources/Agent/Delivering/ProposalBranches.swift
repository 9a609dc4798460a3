internal import Git
internal import Rollouts

/// The branches that the agent proposes from, as the latest listing has them.
struct ProposalBranches: Sendable {
    let repository: Repository
    let identity: Publisher.Identity
    /// The base's newest commit.
    let tip: Git.CommitID

    /// What a listing has of one rollout's branches, by key.
    static func listed(_ references: [ReferenceName: Git.CommitID], of id: RolloutID) -> [ProposalKey: Git.CommitID] {
        var found: [ProposalKey: Git.CommitID] = [:]
        for (name, head) in references where name.text.hasPrefix("refs/heads/\(ProposalKey.prefix)") {
            let branch = String(name.text.dropFirst("refs/heads/".count))
            if let key = ProposalKey(branch: branch, of: id) { found[key] = head }
        }
        return found
    }

    func read(_ heads: [ProposalKey: Git.CommitID], of id: RolloutID) async throws(GitError) -> [ProposalBranch] {
        var branches: [ProposalBranch] = []
        for (key, head) in heads.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            branches.append(ProposalBranch(key: key, head: try await read(head, of: id)))
        }
        return branches
    }

    /// Ours is one commit by this agent, for this rollout, on a commit that the base has.
    private func read(_ head: Git.CommitID, of id: RolloutID) async throws(GitError) -> ProposalBranch.Head {
        let commit = try await repository.commit(head)
        let isSigned = commit.committer.name == identity.name && commit.committer.email == identity.email
        let isNamed = commit.trailers.contains { $0.key == CommitMessage.Name.rollout && $0.value == "\(id)" }
        if isSigned, isNamed, commit.parents.count == 1, let parent = commit.parents.first,
            await repository.isAncestor(parent, of: tip),
            let state = StateReader.read(try await repository.file(id.statePath, at: head), file: id.statePath).state
        {
            return .ours(.init(commit: head.domain, state: state, isOnTip: parent == tip))
        }
        return .foreign(head.domain, by: CommitMessage.oneLine(commit.committer.name))
    }
}
