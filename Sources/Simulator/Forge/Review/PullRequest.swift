/// A change that somebody proposes from one branch to another, with all that was said about it.
struct PullRequest: Sendable, Equatable {
    enum State: String, Sendable { case open, closed, merged }

    /// An opinion on one head.
    struct Review: Sendable, Equatable {
        enum Kind: String, Sendable {
            case approved = "APPROVED"
            case changesRequested = "REQUEST_CHANGES"
            case commented = "COMMENT"
        }

        let id: Int
        let kind: Kind
        let author: String
        let body: String
        let commit: String
        let time: Moment
        /// From somebody whose approval counts for the branch.
        let isOfficial: Bool
        var isDismissed = false
    }

    struct Comment: Sendable, Equatable {
        let id: Int
        let author: String
        var text: String
        let time: Moment
        var changed: Moment
    }

    /// One line of the time line.
    struct Event: Sendable, Equatable {
        enum Kind: String, Sendable {
            case opened, pushed, closed, reopened, merged, labelled, unlabelled, approved, requestedChanges, commented
            case scheduled
        }

        let id: Int
        let kind: Kind
        let author: String
        let time: Moment
        var detail = ""
    }

    /// A merge that waits until the branch's rules are met.
    struct Scheduled: Sendable, Equatable {
        let method: MergeMethod
        let message: String
        let account: ForgeAccount
        let deletesBranch: Bool
    }

    let number: Int
    let branch: String
    var base: String
    let author: String
    var title: String
    var body: String
    var state = State.open
    /// The newest commit that was proposed.
    var head: String
    let created: Moment
    var changed: Moment
    var closed: Moment?
    var labels: Set<Int> = []
    var reviews: [Review] = []
    var comments: [Comment] = []
    var events: [Event] = []
    var scheduled: Scheduled?
    var mergeCommit: String?
    var mergedBy: String?
    /// Where the base was when this was merged or closed, so that the change can still be shown.
    var lastBase: String?

    /// By its title, as Gitea tells drafts.
    var isDraft: Bool {
        let small = title.lowercased()
        return small.hasPrefix("wip:") || small.hasPrefix("[wip]")
    }

    /// The newest opinion of each reviewer; comments are none.
    var opinions: [Review] {
        var newest: [String: Review] = [:]
        for review in reviews where review.kind != .commented { newest[review.author] = review }
        return newest.values.filter { !$0.isDismissed }.sorted { $0.id < $1.id }
    }

    /// Approvals of the present head that count for a protected branch.
    var approvals: Int { opinions.count { $0.kind == .approved && $0.isOfficial && $0.commit == head } }
}
