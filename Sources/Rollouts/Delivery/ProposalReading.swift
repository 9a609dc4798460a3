/// A branch that the agent proposes from, as Git has it.
package struct ProposalBranch: Equatable, Sendable {
    package var key: ProposalKey
    package var head: Head

    package init(key: ProposalKey, head: Head) {
        self.key = key
        self.head = head
    }

    package enum Head: Equatable, Sendable {
        /// One commit of the agent on a commit of the base, and nothing else.
        case ours(Made)
        /// Somebody has put something else there.
        case foreign(CommitID, by: String)

        package var commit: CommitID {
            switch self {
            case .ours(let made): made.commit
            case .foreign(let commit, _): commit
            }
        }
    }

    /// A commit of the agent that waits on a branch.
    package struct Made: Equatable, Sendable {
        package var commit: CommitID
        package var state: RolloutState
        /// Whether its parent is the base's newest commit.
        package var isOnTip: Bool

        package init(commit: CommitID, state: RolloutState, isOnTip: Bool) {
            self.commit = commit
            self.state = state
            self.isOnTip = isOnTip
        }
    }

    package var made: Made? {
        if case .ours(let made) = head { made } else { nil }
    }
}

/// What Git and the forge say of everything that the agent proposes for one rollout.
package enum ProposalReading: Equatable, Sendable {
    /// The agent knows none; whoever only looks may not have been told of the one that there is.
    case noForge(isLooking: Bool)
    /// The forge could not be asked, in one sentence; for now, or until somebody changes something.
    case unavailable(String, isMistake: Bool)
    /// What was found, and the question that it answers.
    case read([StageProposal], answering: ProposalQuestion?)

    package var proposals: [StageProposal] {
        if case .read(let proposals, _) = self { proposals } else { [] }
    }

    /// What is known to somebody who has no forge to ask.
    ///
    /// - Parameter branch: on which it is proposed, where Git has it.
    package static func unasked(_ subject: String, branch: String?) -> String {
        subject + (branch.map { ", from the branch \($0)" } ?? "")
            + "; no forge was asked here, which takes --forge and HEADGATE_FORGE_TOKEN"
    }
}

/// What the planner would propose: whether exactly that stands on its branch is for Git to say.
package struct ProposalQuestion: Equatable, Sendable {
    package var key: ProposalKey
    package var transition: Transition

    package init(key: ProposalKey, transition: Transition) {
        self.key = key
        self.transition = transition
    }
}

/// One stage as it is, was or may be proposed.
package struct StageProposal: Equatable, Sendable {
    package var key: ProposalKey
    /// Nil where there is no such branch.
    package var head: ProposalBranch.Head?
    package var open: PullRequest?
    /// Somebody closed the newest one, and nobody has merged it or opened another since.
    package var closing: Closing?
    /// Of the open one.
    package var readiness: PullRequestReadiness?
    /// Whether the branch holds what the question would propose.
    package var isUpToDate = false

    package init(key: ProposalKey, head: ProposalBranch.Head? = nil, open: PullRequest? = nil) {
        self.key = key
        self.head = head
        self.open = open
    }

    package var made: ProposalBranch.Made? {
        if case .ours(let made)? = head { made } else { nil }
    }

    /// A pull request that a person closed without a merge.
    package struct Closing: Hashable, Sendable {
        package var url: String
        /// Nil where the forge does not say.
        package var by: ForgeUser?
        package var key: ProposalKey

        package init(url: String, by: ForgeUser?, key: ProposalKey) {
            self.url = url
            self.by = by
            self.key = key
        }
    }
}

/// The labels by which people steer on a pull request.
package enum ProposalLabel {
    package static let hold = "headgate/hold"
    package static let rollback = "headgate/rollback"
}
