internal import Git
internal import Rollouts

/// Reads what the branches of a step and the forge say of the releases that it has proposed.
struct PromotionProposalReader {
    let repository: Repository
    let forge: (any Forge)?
    let base: ReferenceName
    let tip: Git.CommitID
    let identity: Publisher.Identity
    /// Somebody looks who may not have been told of the forge.
    let isLooking: Bool
    /// The branches on which steps propose, as the remote lists them.
    let branches: [String: Git.CommitID]

    /// The remote's branches for proposals, whose commits are fetched where they are not here yet.
    static func branches(of repository: Repository) async throws(GitError) -> [String: Git.CommitID] {
        let prefix = "refs/heads/"
        let listed = try await repository.listReferences().filter { $0.key.text.hasPrefix(prefix + folder) }
        var isKnown = true
        for commit in listed.values where isKnown { isKnown = await repository.hasCommit(commit) }
        let found = isKnown ? listed : try await repository.fetch(Array(listed.keys))
        return Dictionary(found.map { (String($0.key.text.dropFirst(prefix.count)), $0.value) }) { first, _ in first }
    }

    private static let folder = "headgate/promotion/"

    /// - Parameter wanted: the branch of the release that is to go on now.
    func read(_ step: PromotionStep, wanted: String?) async -> PromotionProposals {
        let own = branches.filter {
            $0.key.hasPrefix(step.branchFolder) && !$0.key.dropFirst(step.branchFolder.count).contains("/")
        }
        let names = Set(own.keys).union(wanted.map { [$0] } ?? []).sorted()
        guard !names.isEmpty else { return .read([]) }
        guard let forge else { return .noForge(isLooking: isLooking) }
        var proposals: [PromotionProposal] = []
        do throws(ForgeFailure) {
            for name in names { proposals.append(try await proposal(name, own[name], step, forge)) }
            return .read(proposals)
        } catch {
            // A mistake of whoever looks holds nothing up.
            return .unavailable(error.sentence, isMistake: error.isMistake && !isLooking)
        }
    }

    private func proposal(
        _ branch: String, _ head: Git.CommitID?, _ step: PromotionStep, _ forge: any Forge
    ) async throws(ForgeFailure) -> PromotionProposal {
        var proposal = PromotionProposal(branch: branch, head: head?.domain)
        if let head {
            proposal.isOurs = await isOurs(head, step)
            if !proposal.isOurs, let commit = try? await repository.commit(head) {
                proposal.author = CommitMessage.oneLine(commit.committer.name)
            }
        }
        let base = String(base.text.dropFirst("refs/heads/".count))
        if let open = try await forge.pullRequests(from: branch, to: base, in: .open).first {
            proposal.pullRequest = open
            return proposal
        }
        proposal.pullRequest = try await forge.pullRequests(from: branch, to: base, in: .closed).first
        if let closed = proposal.pullRequest, !ProposalBody.isWithdrawn(closed.body) {
            proposal.closedBy = try await forge.closer(of: closed.number)?.name
        }
        return proposal
    }

    /// One commit of the agent on what the base has, and nothing of anybody else.
    private func isOurs(_ head: Git.CommitID, _ step: PromotionStep) async -> Bool {
        if await repository.isAncestor(head, of: tip) { return true }
        guard let commit = try? await repository.commit(head), let parent = commit.parents.first,
            commit.parents.count == 1, commit.committer.name == identity.name,
            commit.committer.email == identity.email
        else { return false }
        let isNamed = commit.trailers.contains { $0.key == CommitMessage.Name.promotion && $0.value == step.promotion }
        guard isNamed else { return false }
        return await repository.isAncestor(parent, of: tip)
    }
}
