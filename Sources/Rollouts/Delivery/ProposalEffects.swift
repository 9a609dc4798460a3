/// A stage to be proposed: its commit on its branch, with a pull request.
package struct ProposedStage: Equatable, Sendable {
    package var question: ProposalQuestion
    /// What the branch has now; nil for none.
    package var head: CommitID?
    package var open: PullRequest?
    /// Whether the branch holds the commit already, so that only the pull request is missing.
    package var isMade: Bool

    package init(_ question: ProposalQuestion, over proposal: StageProposal?) {
        self.question = question
        head = proposal?.head?.commit
        open = proposal?.open
        isMade = proposal.map { $0.made != nil && $0.isUpToDate && !$0.asksForTip } ?? false
    }
}

/// What an open pull request says of itself to those who may merge it.
package struct ProposalAdvice: Equatable, Sendable {
    package var pullRequest: PullRequest
    package var head: CommitID
    /// What is proposed, where it is due; its evidence is refreshed.
    package var question: ProposalQuestion?
    /// Why it is not to be merged now; nil where it may be.
    package var warning: Warning?

    package init(pullRequest: PullRequest, head: CommitID, question: ProposalQuestion? = nil, warning: Warning? = nil) {
        self.pullRequest = pullRequest
        self.head = head
        self.question = question
        self.warning = warning
    }

    package struct Warning: Hashable, Sendable {
        /// Without numbers that change at every look.
        package var text: String
        /// Whether somebody has to do something, and not only time to pass.
        package var needsSomebody: Bool

        package init(_ text: String, needsSomebody: Bool) {
            self.text = text
            self.needsSomebody = needsSomebody
        }
    }
}

/// A pull request whose conditions are met.
package struct ProposedMerge: Equatable, Sendable {
    package var question: ProposalQuestion
    package var pullRequest: PullRequest
    package var head: CommitID
    package var method: PullRequestMerge.Method

    package init(
        question: ProposalQuestion, pullRequest: PullRequest, head: CommitID, method: PullRequestMerge.Method
    ) {
        self.question = question
        self.pullRequest = pullRequest
        self.head = head
        self.method = method
    }
}

/// A proposal that has become pointless: its pull request is closed as the agent's own act, its branch goes.
package struct ProposalWithdrawal: Equatable, Sendable {
    package var key: ProposalKey
    /// The agent's own commit at the branch; nil where there is no branch.
    package var head: CommitID?
    /// Nil where there is none, or nobody has asked yet.
    package var open: PullRequest?
    package var reason: String

    package init(key: ProposalKey, head: CommitID?, open: PullRequest?, reason: String) {
        self.key = key
        self.head = head
        self.open = open
        self.reason = reason
    }
}

extension CommitStatus {
    /// What stands against a merge of the agent's commit, beside it; that it may be merged where nothing does.
    package init(_ context: String, _ warning: ProposalAdvice.Warning?, on pullRequest: PullRequest) {
        let state: State = warning.map { $0.needsSomebody ? .failure : .pending } ?? .success
        let text = warning.map { "not to be merged now: \($0.text)" } ?? "nothing stands against a merge"
        self.init(context, state, text, on: pullRequest)
    }

    package init(_ context: String, _ state: State, _ text: String, on pullRequest: PullRequest) {
        self.init(context: context, state: state, description: CommitMessage.oneLine(text), url: pullRequest.url)
    }
}
