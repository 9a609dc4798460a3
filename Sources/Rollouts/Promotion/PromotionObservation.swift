/// One rollout of an order, as Git has it.
package struct PromotionStop: Equatable, Sendable {
    package var id: RolloutID
    package var state: RolloutState?
    package var standing: Standing?
    /// What its Rollout states, with files read.
    package var stated: Release?
    /// The commit that brought the state, and when it arrived on the branch.
    package var stageCommit: Observation.StageCommit?
    /// What is wrong with its documents, or why nobody knows where it stands.
    package var problem: String?
    /// The release that a person's revert has taken from it.
    package var reverted: RolloutState.Rejection?
    /// What a release goes through there; nil where its documents do not say.
    package var course: StageCourse?

    package init(
        id: RolloutID, state: RolloutState? = nil, standing: Standing? = nil, stated: Release? = nil,
        stageCommit: Observation.StageCommit? = nil, problem: String? = nil
    ) {
        self.id = id
        self.state = state
        self.standing = standing
        self.stated = stated
        self.stageCommit = stageCommit
        self.problem = problem
    }

    /// The state of the release that is everywhere, and since when; nil while there is none or another one is stated.
    ///
    /// A rollout that went back to its former release is not Stable on it: what it states was not proven.
    var proven: (state: RolloutState, commit: Observation.StageCommit)? {
        guard let state, let stageCommit, problem == nil, standing == .stable, state.phase == .stable,
            stated?.digest == state.release.digest
        else { return nil }
        return (state, stageCommit)
    }

    /// Whether another release may be stated: nothing is on its way, held or about to begin.
    var isAtRest: Bool {
        switch standing {
        case .stable, .rolledBack: problem == nil && state != nil
        default: false
        }
    }

    var isRolledBack: Bool { if case .rolledBack? = standing { true } else { false } }

    /// Why it has taken back a release that states these values; nil where it has not.
    package func rejection(of carried: [String: String]) -> String? {
        guard let state else { return nil }
        if let stated, let rejection = state.rejection(of: stated.replacing(carried).digest) { return rejection.reason }
        // What the Rollout states beside them may have changed since.
        guard state.release.values.states(carried) else { return nil }
        return state.rejection(of: state.release.digest)?.reason
    }
}

/// All that is known of one step of a promotion at one tick.
package struct PromotionObservation: Equatable, Sendable {
    package var source: PromotionStop
    package var target: PromotionStop
    package var later: [PromotionStop]
    /// What became of the target's release line since the source began its release; nil where nobody has looked.
    package var line: LineReading?
    package var analyses: [AnalysisReading] = []
    package var proposals = PromotionProposals.notRead

    package init(source: PromotionStop, target: PromotionStop, later: [PromotionStop] = []) {
        self.source = source
        self.target = target
        self.later = later
    }
}

/// What the branch's history says since the source began its release.
package struct LineReading: Equatable, Sendable {
    /// People's changes of the target's release line, and those that this promotion made; newest first.
    package var changes: [Change]
    /// The commits that took the release through the source, oldest first.
    package var way: [ProvingCommit]

    package init(changes: [Change] = [], way: [ProvingCommit] = []) {
        self.changes = changes
        self.way = way
    }

    package struct Change: Equatable, Sendable {
        package var by: History.Culprit
        /// What the line states from there on; nil where it cannot be read or is gone.
        package var release: Release?

        package init(by culprit: History.Culprit, release: Release?) {
            by = culprit
            self.release = release
        }
    }
}

/// One commit of the source's way to a release.
package struct ProvingCommit: Equatable, Sendable {
    package var id: CommitID
    package var subject: String
    /// What it was made on, as its message says it.
    package var evidence: [String]

    package init(id: CommitID, subject: String, evidence: [String] = []) {
        self.id = id
        self.subject = subject
        self.evidence = evidence
    }
}

/// What the forge and the branches say of a step's proposals.
package enum PromotionProposals: Equatable, Sendable {
    case notRead
    /// The agent knows no forge; whoever only looks may not have been told of the one that there is.
    case noForge(isLooking: Bool)
    /// For now, or until somebody changes something.
    case unavailable(String, isMistake: Bool)
    case read([PromotionProposal])
}

/// One release that a step has proposed, or is about to.
package struct PromotionProposal: Equatable, Sendable {
    package var branch: String
    /// The branch's head; nil where there is no branch.
    package var head: CommitID?
    /// Whether nobody but the agent has written to the branch.
    package var isOurs: Bool
    /// Who made the newest commit of a branch that is not ours.
    package var author: String?
    /// The newest pull request of the branch.
    package var pullRequest: PullRequest?
    /// Who closed it, where the forge says so.
    package var closedBy: String?

    package init(
        branch: String, head: CommitID? = nil, isOurs: Bool = true, pullRequest: PullRequest? = nil,
        closedBy: String? = nil
    ) {
        self.branch = branch
        self.head = head
        self.isOurs = isOurs
        self.pullRequest = pullRequest
        self.closedBy = closedBy
    }

    /// A person has said no to it.
    var isDeclined: Bool {
        guard let pullRequest, pullRequest.state == .closed else { return false }
        return !ProposalBody.isWithdrawn(pullRequest.body)
    }

    var isOpen: Bool { pullRequest?.state == .open }
}
