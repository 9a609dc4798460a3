internal import Analysis

/// Stages that people merge: what is proposed, what is waited for, and what people say on a pull request.
extension Planning {
    /// The decision with its commit as a proposal, where the stage goes by pull request, and with all that follows from
    /// the pull requests that there are.
    ///
    /// A rollback asks no forge: nothing that a forge says or does not say may hold it up. What is open besides is
    /// withdrawn after it.
    func delivering(_ decision: Decision) -> Decision {
        guard decision.needs.isEmpty else { return decision }
        if let transition = decision.transition, transition.isRollback {
            var decision = decision
            decision.effects += withdrawals(beside: transition)
            return decision
        }
        let question = decision.transition.flatMap(question)
        guard question != nil || mattersAny else { return decision }
        switch world.proposals {
        case nil: return asking(question, before: decision)
        case .noForge(let isLooking):
            guard let question else { return decision }
            if isLooking {
                let branch = world.branches.contains { $0.key == question.key } ? question.key.branch(of: spec.id) : nil
                let sentence = ProposalReading.unasked("\(question.key.stage) goes by pull request", branch: branch)
                return Decision(.progressing(.forge(sentence)), effects: decision.uncommitted)
            }
            return Decision(.held(.noForge(question.transition.state.stage.key)), effects: decision.uncommitted)
        case .unavailable(let why, let isMistake):
            guard question != nil || (decision.transition != nil && mayBeSteered) else { return decision }
            return Decision(isMistake ? .held(.forge(why)) : .progressing(.forge(why)), effects: decision.uncommitted)
        case .read(let proposals, let answered):
            if let question, answered != question { return asking(question, before: decision) }
            return delivering(decision, question, proposals)
        }
    }

    private func asking(_ question: ProposalQuestion?, before decision: Decision) -> Decision {
        Decision(decision.standing, effects: decision.uncommitted, needs: [.proposals(question)])
    }

    /// Whether there is anything to say on pull requests or to clear up: what others have left on a branch of a stage
    /// that is over is theirs.
    private var mattersAny: Bool {
        world.branches.contains { $0.made != nil || expectedKeys.contains($0.key) }
    }

    /// Whether a pull request may be open on which people have said something that is not known now.
    private var mayBeSteered: Bool {
        world.branches.contains { branch in
            branch.made.map { $0.state.at.serial >= world.nextSerial } ?? expectedKeys.contains(branch.key)
        }
    }

    private func delivering(
        _ decision: Decision, _ question: ProposalQuestion?, _ proposals: [StageProposal]
    ) -> Decision {
        var decision = decision
        if let question {
            let proposal = proposals.first { $0.key == question.key }
            decision = proposing(question, proposal, instead: decision)
        } else {
            decision.effects += advice(on: proposals, decision)
        }
        decision.effects += withdrawals(from: proposals, decision, question)
        return decision
    }

    // MARK: What is proposed

    /// The commit of the decision as a question, where its stage goes by pull request.
    ///
    /// Only the commit that enters a stage is proposed; what the stage needs after that has been agreed to with it.
    private func question(_ transition: Transition) -> ProposalQuestion? {
        var transition = transition
        let state = transition.state
        switch state.at.action {
        case .start, .advance, .grow, .settle, .promote, .drain, .finish: break
        case .adopt, .resize, .rollback, .resume: return nil
        }
        let former = world.state
        guard former?.stage.key != state.stage.key || former?.releaseKey != state.releaseKey,
            spec.delivery.proposes(state.stage.key, state.stage.kind)
        else { return nil }
        // When that will be is known once it is merged.
        if state.at.action == .promote { transition.state.release.promoted = nil }
        let key = ProposalKey(release: state.releaseKey, stage: state.stage.key)
        return ProposalQuestion(key: isBegunAgain(state) ? key.again : key, transition: transition)
    }

    /// Whether a person asked for this very attempt after its start had been closed.
    private func isBegunAgain(_ state: RolloutState) -> Bool {
        begins(state) && spec.steering.retry == "\(state.releaseKey)/\(state.stage.key)"
    }

    /// Whether the attempt begins with this state.
    private func begins(_ state: RolloutState) -> Bool { state.release.since == state.at.serial }

    private func proposing(
        _ question: ProposalQuestion, _ proposal: StageProposal?, instead decision: Decision
    ) -> Decision {
        let rest = decision.uncommitted
        switch ProposalVerdict(of: proposal) {
        case .closed(let closing):
            return Decision(.held(.closed(closing, begun: !begins(question.transition.state))), effects: rest)
        case .foreign(let foreign): return Decision(.held(.foreignBranch(foreign)), effects: rest)
        case .missing:
            let effect = Effect.propose(ProposedStage(question, over: proposal))
            return Decision(.progressing(.proposal(question.key)), effects: rest + [effect])
        case .present(let open, let made):
            let readiness = proposal?.readiness
            var result = Decision(.progressing(.review(review(open, readiness))), effects: rest)
            result.effects.append(
                .advise(ProposalAdvice(pullRequest: open, head: made.commit, question: question)))
            if mayMerge(made, readiness) {
                result.effects.append(
                    .merge(
                        ProposedMerge(
                            question: question, pullRequest: open, head: made.commit, method: spec.delivery.method)))
            }
            return result
        }
    }

    /// Whether the agent merges: what it has seen is the commit that it made, and people and rules have agreed to that.
    private func mayMerge(_ made: ProposalBranch.Made, _ readiness: PullRequestReadiness?) -> Bool {
        guard let needed = spec.delivery.approvals, let readiness, readiness.head == made.commit,
            readiness.condition == .mergeable
        else { return false }
        return readiness.reviews.changesRequested.isEmpty && readiness.reviews.approvals.count >= needed
    }

    private func review(_ open: PullRequest, _ readiness: PullRequestReadiness?) -> Wait.Review {
        var missing = readiness?.condition.reasons ?? []
        if let needed = spec.delivery.approvals, let reviews = readiness?.reviews {
            let given = reviews.approvals.count
            if given < needed { missing.append("\(given) of \(Readable.plural(needed, "approval"))") }
            let critics = reviews.changesRequested.map(\.name).sorted()
            if !critics.isEmpty { missing.append("\(critics.joined(separator: ", ")) asked for changes") }
        }
        return Wait.Review(url: open.url, missing: missing)
    }
}

extension Decision {
    /// What is noted of the present stage, without the commit.
    var uncommitted: [Effect] {
        effects.filter { if case .commit = $0 { false } else { true } }
    }
}

extension PullRequestReadiness.Condition {
    /// What is missing, in the forge's words; nothing where it is only for people to merge.
    package var reasons: [String] {
        switch self {
        case .mergeable: []
        case .blocked(let reasons): reasons.isEmpty ? ["the forge's rules are not met"] : reasons
        case .behind: ["the branch is behind its base"]
        case .conflict: ["the forge sees a conflict"]
        case .computing: ["the forge is still finding out whether it can be merged"]
        case .draft: ["it is a draft"]
        case .unknown(let words): ["the forge says: \(CommitMessage.oneLine(words))"]
        case .merged, .closed: []
        }
    }
}
