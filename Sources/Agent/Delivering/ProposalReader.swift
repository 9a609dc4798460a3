internal import Git
internal import Rollouts

/// Asks the forge about everything that is proposed for one rollout.
struct ProposalReader: Sendable {
    let forge: any Forge
    let id: RolloutID
    /// The branch that everything is merged into, without `refs/heads/`.
    let base: String
    let branches: [ProposalBranch]

    /// - Parameter holds: whether a commit has exactly what the question proposes.
    func read(
        _ question: ProposalQuestion?,
        comparing holds: (ProposalBranch.Made, ProposalQuestion) async -> Bool
    ) async throws(ForgeFailure) -> [StageProposal] {
        var keys = branches.map(\.key)
        if let key = question?.key, !keys.contains(key) { keys.append(key) }
        var proposals: [StageProposal] = []
        for key in keys {
            var proposal = StageProposal(key: key, head: branches.first { $0.key == key }?.head)
            proposal.open = try await forge.pullRequests(from: key.branch(of: id), to: base, in: .open).first
            if let question, question.key == key {
                if proposal.open == nil { proposal.closing = try await closing(of: proposal) }
                if let made = proposal.made { proposal.isUpToDate = await holds(made, question) }
                if let open = proposal.open, proposal.isUpToDate {
                    proposal.readiness = try await forge.readiness(of: open.number)
                }
            }
            proposals.append(proposal)
        }
        return proposals
    }

    /// Who said no to the newest pull request; nil where it was merged, or the agent withdrew it.
    private func closing(of proposal: StageProposal) async throws(ForgeFailure) -> StageProposal.Closing? {
        let branch = proposal.key.branch(of: id)
        guard let closed = try await forge.pullRequests(from: branch, to: base, in: .closed).first,
            !ProposalBody.isWithdrawn(closed.body)
        else { return nil }
        if let merged = try await forge.pullRequests(from: branch, to: base, in: .merged).first,
            merged.number > closed.number
        {
            return nil
        }
        return .init(url: closed.url, by: try await forge.closer(of: closed.number), key: proposal.key)
    }
}
