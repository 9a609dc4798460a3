/// Whether a pull request can be merged now, and what people have said about its present head.
package struct PullRequestReadiness: Hashable, Sendable {
    package enum Condition: Hashable, Sendable {
        /// Nothing stands in the way that the forge knows of.
        case mergeable
        /// Rules of the repository are not met yet: reviews, statuses, conversations.
        case blocked([String])
        /// A rule wants the branch on the base's newest commit, and it is not there.
        case behind
        case conflict
        /// The forge is still finding out; it is asked again later.
        case computing
        case draft
        /// What the forge says is nothing that is known here, in its own words; never a reason to go on.
        case unknown(String)
        case merged
        case closed
    }

    /// Nil where the branch is gone.
    package let head: CommitID?
    package let condition: Condition
    package let reviews: PullRequestReviews

    package init(head: CommitID?, condition: Condition, reviews: PullRequestReviews) {
        self.head = head
        self.condition = condition
        self.reviews = reviews
    }
}

/// The newest word of each reviewer.
package struct PullRequestReviews: Hashable, Sendable {
    /// Of the present head; what was said about an older one does not count.
    package var approvals: Set<ForgeUser> = []
    /// Of any head, until they are taken back.
    package var changesRequested: Set<ForgeUser> = []

    package init(approvals: Set<ForgeUser> = [], changesRequested: Set<ForgeUser> = []) {
        self.approvals = approvals
        self.changesRequested = changesRequested
    }

    /// Without what the author says about their own proposal.
    package func without(_ author: ForgeUser?) -> Self {
        guard let author else { return self }
        return Self(approvals: approvals.subtracting([author]), changesRequested: changesRequested)
    }
}

/// A merge as it is asked for.
package struct PullRequestMerge: Hashable, Sendable {
    package enum Method: String, Hashable, CaseIterable, Sendable {
        case merge
        case squash
        case rebase
        case fastForward
    }

    package enum Time: Hashable, Sendable {
        case now
        /// The forge merges by itself as soon as its rules are met.
        case whenReady
    }

    package var number: PullRequest.Number
    /// What has been judged: another head is not merged.
    package var head: CommitID
    package var method: Method
    /// The first line of the merge's message.
    package var subject: String
    package var message: String
    package var time = Time.now
    package var deletesBranch = false

    package init(
        _ number: PullRequest.Number, head: CommitID, method: Method = .merge, subject: String, message: String
    ) {
        self.number = number
        self.head = head
        self.method = method
        self.subject = subject
        self.message = message
    }
}

/// What became of a merge.
package enum MergeOutcome: Hashable, Sendable {
    /// It is on the base; nil where the forge does not say as which commit.
    case merged(CommitID?)
    /// The forge does it later.
    case accepted
    /// The branch has another head now.
    case headMoved(CommitID?)
    /// The base moved at the same moment; the same may succeed at once.
    case baseModified
    /// Not yet, for this reason.
    case notReady(String)
    /// Not like this, however often it is asked; in the forge's words.
    case refused(String)
}
