internal import Analysis

/// The pull requests that there are, beside the one that is due: labels, advice, and those that have become pointless.
extension Planning {
    // MARK: Labels

    /// What people say by a label of an open pull request.
    var labelled: (hold: Hold?, abortedOn: String?) {
        var hold: Hold?
        var abortedOn: String?
        for proposal in world.proposals?.proposals ?? [] {
            guard let open = proposal.open, !StageKey(proposal.key.stage).isOfRollback else { continue }
            if open.labels.contains(ProposalLabel.hold) { hold = .labelled(ProposalLabel.hold, url: open.url) }
            guard open.labels.contains(ProposalLabel.rollback) else { continue }
            if let state = world.state, state.phase == .progressing, proposal.key.release == state.releaseKey {
                abortedOn = open.url
            } else {
                // Nothing has begun that could be taken back.
                hold = hold ?? .labelled(ProposalLabel.rollback, url: open.url)
            }
        }
        return (hold, abortedOn)
    }

    // MARK: Advice

    /// What is said on pull requests that are open and not due.
    func advice(on proposals: [StageProposal], _ decision: Decision) -> [Effect] {
        guard decision.transition == nil, let warning = ProposalAdvice.Warning(decision.standing) else { return [] }
        let expected = expectedKeys
        return proposals.compactMap { proposal in
            guard let open = proposal.open, let made = proposal.made,
                expected.contains(proposal.key) || isKept(proposal, decision)
            else { return nil }
            var own = warning
            if case .held(.labelled(let label, open.url)) = decision.standing {
                own.text = "the label \(label) is on it"
            }
            return .advise(ProposalAdvice(pullRequest: open, head: made.commit, warning: own))
        }
    }

    // MARK: Withdrawals

    /// Everything that does not come next any more, as far as it is the agent's own.
    func withdrawals(
        from proposals: [StageProposal], _ decision: Decision, _ question: ProposalQuestion?
    ) -> [Effect] {
        switch decision.standing {
        // Nobody knows what comes next.
        case .held(.rewritten), .held(.foreign): return []
        default: break
        }
        var kept = expectedKeys
        if let question { kept = [question.key] }
        // Where the branch is protected, this very commit may wait in a pull request.
        if let state = decision.transition?.state {
            kept.insert(ProposalKey(release: state.releaseKey, stage: state.at.stage))
        }
        return proposals.compactMap { proposal in
            guard !kept.contains(proposal.key), !isKept(proposal, decision) else { return nil }
            if case .foreign? = proposal.head { return nil }
            guard proposal.head != nil || proposal.open != nil else { return nil }
            return .withdraw(
                ProposalWithdrawal(
                    key: proposal.key, head: proposal.head?.commit, open: proposal.open,
                    reason: reason(against: proposal.key)))
        }
    }

    /// Whether the label of a pull request that has become pointless holds the rollout: closed, it would hold nothing,
    /// and another release would start although somebody has said that nothing is to.
    private func isKept(_ proposal: StageProposal, _ decision: Decision) -> Bool {
        guard case .held(.labelled(ProposalLabel.hold, _)) = decision.standing,
            proposal.open?.labels.contains(ProposalLabel.hold) == true
        else { return false }
        // A release that was taken back holds nothing any more.
        return world.state?.releaseKey != proposal.key.release || world.state?.phase == .progressing
    }

    /// Everything of the agent's own but this commit itself, which waits in a pull request where the branch is protected.
    func withdrawals(beside rollback: Transition) -> [Effect] {
        let own = world.state.map { ProposalKey(release: $0.releaseKey, stage: rollback.state.at.stage) }
        let cause = rollback.cause.map { ": \($0)" } ?? ""
        return world.branches.compactMap { branch in
            guard branch.key != own, let made = branch.made else { return nil }
            return .withdraw(
                ProposalWithdrawal(
                    key: branch.key, head: made.commit, open: nil, reason: "the release is taken back\(cause)"))
        }
    }

    private func reason(against key: ProposalKey) -> String {
        guard let state = world.state, state.releaseKey == key.release else {
            return isStated(key) ? "this attempt is over" : "\(spec.release.title) is stated now"
        }
        if state.phase == .rollingBack || state.phase == .rolledBack {
            return "the release was taken back" + (state.failure.map { ": \($0.reason)" } ?? "")
        }
        if state.stage.key.text == key.stage { return "the stage has happened" }
        return "\(key.stage) is not what comes next any more"
    }

    /// Whether the Rollout still states the release of this attempt.
    private func isStated(_ key: ProposalKey) -> Bool {
        key.release.hasPrefix("\(spec.release.digest.short)-")
    }

    /// What may be proposed next, whether or not it is due.
    var expectedKeys: Set<ProposalKey> {
        guard let state = world.state, state.phase == .progressing || state.phase == .rollingBack else {
            return beginnings
        }
        let plan = plan(of: state)
        guard state.phase == .progressing, let index = nextIndex(after: state, in: plan) else { return [] }
        let isFinished = plan.stages[index].kind == .drain && state.stage.weight == .none
        let stage = isFinished ? StageKey.finish : plan.stages[index].key
        return [ProposalKey(release: state.releaseKey, stage: stage)]
    }

    /// The start of the release that is stated, or its promotion where nothing runs yet.
    private var beginnings: Set<ProposalKey> {
        let stated = spec.release.digest
        if let state = world.state {
            guard stated != state.serving?.digest else { return [] }
            if let rejection = state.rejection(of: stated), !isRetried(rejection.retryKey) { return [] }
        }
        let release = RolloutState.key(of: stated, since: world.nextSerial)
        let keys = [StageKey.start, .promote].map { ProposalKey(release: release, stage: $0) }
        return Set(keys + keys.map(\.again))
    }

    // MARK: What is kept of a proposal

    /// The base that the open proposal of this start states, as long as the live count is near it: what people have
    /// approved must not be made anew for a pod more or less.
    func steadyBase(_ base: RolloutState.Base) -> RolloutState.Base {
        let release = RolloutState.key(of: spec.release.digest, since: world.nextSerial)
        let key = ProposalKey(release: release, stage: .start)
        guard base.from == .live,
            let proposed = world.branches.first(where: { $0.key == key || $0.key == key.again })?.made?.state.base,
            proposed.from == .live, abs(base.replicas - proposed.replicas) <= proposed.replicas / 4
        else { return base }
        return proposed
    }
}

extension ProposalAdvice.Warning {
    /// Why nobody should merge now; nil where nothing stands against it.
    fileprivate init?(_ standing: Standing) {
        switch standing {
        case .stable, .progressing(nil), .rolledBack, .retired, .rollingBack: return nil
        case .progressing(let wait?):
            switch wait {
            // Their sentences have numbers that change at every look.
            case .analysis: self.init("the analysis needs more data", needsSomebody: false)
            case .metrics: self.init("the metrics do not answer", needsSomebody: false)
            case .cluster: self.init("the cluster does not answer", needsSomebody: false)
            case .available, .capacity: self.init("pods are not available", needsSomebody: false)
            case .forge, .review, .proposal: return nil
            case .applied, .pause, .approval, .scaleDown, .trafficGone:
                self.init("waits \(StandingText.line(wait))", needsSomebody: false)
            }
        case .held(let hold):
            switch hold {
            case .inconclusive: self.init("the analysis is inconclusive", needsSomebody: true)
            case .failed: self.init("the release has failed", needsSomebody: true)
            default: self.init(StandingText.line(hold), needsSomebody: true)
            }
        }
    }
}

extension StageKey {
    /// Whether it names a commit of a rollback and no stage of a plan.
    fileprivate var isOfRollback: Bool { Stage.Kind(rawValue: text)?.isBackward ?? false }
}
