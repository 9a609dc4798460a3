internal import Analysis
internal import Rollouts
internal import Synchronization

/// What an agent that stays has last read and said on the forge, so that a quiet tick asks nothing.
///
/// Nothing is done by what is remembered: where that would change anything, it is read again first. An agent that does not
/// stay remembers nothing.
final class ForgeMemory: Sendable {
    private struct Contents {
        var readings: [RolloutID: Reading] = [:]
        var statuses: [Rollouts.CommitID: CommitStatus] = [:]
    }

    /// The answers to one question, and what was said by them.
    private struct Reading {
        let time: Timestamp
        let branches: [ProposalBranch]
        let question: ProposalQuestion?
        let proposals: [StageProposal]
        let advice: [Advice]
        /// Whether all of that has been said.
        var isSaid = false
    }

    /// What a pull request says against a merge.
    struct Advice: Equatable, Sendable {
        let number: PullRequest.Number
        let warning: ProposalAdvice.Warning?
    }

    private let contents = Mutex(Contents())
    /// For how long what was read is as good as new.
    private let pace: Duration

    init(pace: Duration) {
        self.pace = pace
    }

    // MARK: Readings

    func remember(
        _ proposals: [StageProposal], of id: RolloutID, for question: ProposalQuestion?, _ branches: [ProposalBranch],
        at time: Timestamp, saying advice: [Advice]
    ) {
        contents.withLock {
            $0.readings[id] = Reading(
                time: time, branches: branches, question: question, proposals: proposals, advice: advice,
                isSaid: advice.isEmpty)
        }
    }

    /// What was to be said of a rollout has been.
    func said(_ id: RolloutID) { contents.withLock { $0.readings[id]?.isSaid = true } }

    func forget(_ id: RolloutID) { contents.withLock { $0.readings[id] = nil } }

    /// The remembered answers, where nothing has happened since that they depend on.
    func proposals(
        of id: RolloutID, for question: ProposalQuestion?, _ branches: [ProposalBranch], at now: Timestamp
    ) -> [StageProposal]? {
        guard let reading = contents.withLock({ $0.readings[id] }), now >= reading.time, now - reading.time < pace,
            reading.isSaid, reading.branches == branches, reading.question?.key == question?.key,
            reading.question?.transition.state == question?.transition.state,
            reading.question?.transition.changes == question?.transition.changes
        else { return nil }
        return reading.proposals
    }

    /// Whether the forge has been told this before.
    func isSaid(_ advice: [Advice], of id: RolloutID) -> Bool {
        contents.withLock { $0.readings[id]?.advice == advice }
    }

    // MARK: Statuses

    /// Whether the commit has this very status, as far as this agent knows.
    func isSet(_ status: CommitStatus, on commit: Rollouts.CommitID) -> Bool {
        contents.withLock { $0.statuses[commit] == status }
    }

    func setting(_ status: CommitStatus, on commit: Rollouts.CommitID) {
        guard pace > .zero else { return }
        contents.withLock { contents in
            // Commits come and go; each is asked about once more then.
            if contents.statuses.count >= 1000 { contents.statuses = [:] }
            contents.statuses[commit] = status
        }
    }
}

extension Decision {
    /// What it says on pull requests; nil where it does more, there or in Git.
    var advice: [ForgeMemory.Advice]? {
        var said: [ForgeMemory.Advice] = []
        for effect in effects {
            switch effect {
            case .propose, .merge, .withdraw, .commit, .acceptForeign, .retire: return nil
            case .advise(let advice): said.append(.init(number: advice.pullRequest.number, warning: advice.warning))
            case .recordArrival, .recordLive, .recordAway, .recordReturn: break
            }
        }
        return said
    }

    /// The same without a word on pull requests.
    var silent: Self {
        var decision = self
        decision.effects.removeAll { if case .advise = $0 { true } else { false } }
        return decision
    }
}
