internal import Git
internal import Rollouts

/// Commits that the branch's protection refuses: the same commit by a pull request that the forge merges by itself.
extension Deliverer {
    /// Whether a commit that was refused may go this way: nobody has anything to decide about it.
    static func mayPropose(_ transition: Transition) -> Bool {
        transition.isRollback || transition.state.at.action == .drain || transition.state.at.action == .finish
    }

    /// What has become of the pull request of such a commit, for somebody who only looks; nil where none is open.
    ///
    /// - Parameter branches: the agent's branches of this commit.
    func whatWaits(
        _ proposal: Publisher.Proposal, _ key: ProposalKey, among branches: [ProposalBranch]
    ) async throws -> DeliveryOutcome? {
        let reader = ProposalReader(forge: forge, id: id, base: base, branches: branches)
        let comparison = ProposalComparison(publisher: publisher, snapshot: snapshot)
        let question = ProposalQuestion(key: key, transition: proposal.transition)
        let read = try await reader.read(question) { made, _ in await comparison.holds(made, proposal) }.first
        switch ProposalVerdict(of: read) {
        case .closed(let closing): return .closed(closing)
        case .foreign(let foreign): return .foreign(foreign)
        case .present, .missing:
            let missing = read?.readiness?.condition.reasons ?? []
            return read?.open.map { .open(url: $0.url, missing: missing) }
        }
    }

    /// - Parameter branches: the agent's branches of this rollout.
    func proposeRefused(
        _ proposal: Publisher.Proposal, _ words: String, among branches: [ProposalBranch]
    ) async throws -> DeliveryOutcome {
        guard let release = report.state?.releaseKey else { return .refused(words) }
        let state = proposal.transition.state
        let question = ProposalQuestion(
            key: ProposalKey(release: release, stage: state.at.stage), transition: proposal.transition)
        let reader = ProposalReader(
            forge: forge, id: id, base: base, branches: branches.filter { $0.key == question.key })
        let comparison = ProposalComparison(publisher: publisher, snapshot: snapshot)
        let read = try await reader.read(question) { made, _ in await comparison.holds(made, proposal) }.first
        var open: PullRequest
        var head: Rollouts.CommitID
        switch ProposalVerdict(of: read) {
        case .closed(let closing): return .closed(closing)
        case .foreign(let foreign): return .foreign(foreign)
        case .present(let found, let made): (open, head) = (found, made.commit)
        case .missing:
            var deliverer = self
            deliverer.isRefused = true
            switch try await deliverer.bring(ProposedStage(question, over: read), proposal) {
            case .open(let found, let made): (open, head) = (found, made)
            case .impeded(let outcome): return outcome
            }
        }
        let merge = ProposedMerge(
            question: question, pullRequest: open, head: head,
            method: report.specification?.delivery.method ?? .merge)
        let outcome = try await self.merge(merge, proposal, when: forge.traits.hasAutoMerge ? .whenReady : .now)
        guard case .unmergeable = outcome, forge.traits.hasAutoMerge else { return outcome }
        // The repository does not allow to wait: people merge it, or the next tick when nothing is missing.
        return try await self.merge(merge, proposal)
    }
}
