/// A proposal to merge one branch of a repository into another, as the forge shows it.
package struct PullRequest: Hashable, Sendable {
    /// What people call it by: `#12`, on GitLab `!12`.
    package struct Number: Hashable, Comparable, Sendable, CustomStringConvertible {
        package let value: Int

        package init(_ value: Int) {
            self.value = value
        }

        package var description: String { "\(value)" }

        package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    }

    package enum State: String, Hashable, CaseIterable, Sendable {
        case open
        /// Closed without a merge.
        case closed
        case merged
    }

    package let number: Number
    /// For people.
    package let url: String
    package let branch: String
    package let base: String
    /// The newest commit of the branch that the forge knows of; nil where the branch is gone and nobody says.
    package let head: CommitID?
    package let title: String

    /// Of at most so many characters as every forge takes.
    package static func title(_ text: String) -> String {
        text.count > titleLimit ? text.prefix(titleLimit - 1) + "…" : text
    }
    private static let titleLimit = 250

    package let body: String
    package let state: State
    package let author: ForgeUser?
    package var labels: Set<String> = []
    package var isDraft = false
    /// What the merge brought to the base; nil before it, and where the forge does not say.
    package var mergeCommit: CommitID?
    /// Whether the branch belongs to another repository.
    package var isFromFork = false

    package init(
        number: Number, url: String, branch: String, base: String, head: CommitID?, title: String, body: String,
        state: State, author: ForgeUser?
    ) {
        self.number = number
        self.url = url
        self.branch = branch
        self.base = base
        self.head = head
        self.title = title
        self.body = body
        self.state = state
        self.author = author
    }
}

/// A pull request that is to be opened; its branch is on the forge already.
package struct PullRequestProposal: Hashable, Sendable {
    package var branch: String
    package var base: String
    package var title: String
    /// Markdown.
    package var body: String
    package var labels: Set<String> = []

    package init(branch: String, base: String, title: String, body: String, labels: Set<String> = []) {
        self.branch = branch
        self.base = base
        self.title = title
        self.body = body
        self.labels = labels
    }
}

/// What is to be different about a pull request; nil for what stays.
package struct PullRequestChange: Hashable, Sendable {
    package var title: String?
    package var body: String?
    package var addedLabels: Set<String> = []
    package var removedLabels: Set<String> = []
    package var closes = false

    package init(title: String? = nil, body: String? = nil) {
        self.title = title
        self.body = body
    }

    package static let closing = {
        var change = Self()
        change.closes = true
        return change
    }()

    package var isEmpty: Bool { self == Self() }

    /// What of it is not so yet.
    package func remaining(for pullRequest: PullRequest) -> Self {
        var change = self
        if let title, Self.plain(title) == Self.plain(pullRequest.title) { change.title = nil }
        if let body, Self.plain(body) == Self.plain(pullRequest.body) { change.body = nil }
        change.addedLabels.subtract(pullRequest.labels)
        change.removedLabels.formIntersection(pullRequest.labels)
        if pullRequest.state != .open { change.closes = false }
        return change
    }

    /// A text without what forges change on their own: ends of lines, and blanks at the end.
    package static func plain(_ text: String) -> String {
        var text = text.replacing("\r\n", with: "\n")
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

/// What the forge says about a commit of ours beside it.
package struct CommitStatus: Hashable, Sendable {
    package enum State: String, Hashable, CaseIterable, Sendable {
        case pending
        case success
        case failure
        case error
    }

    /// What forges show of a description, in characters.
    package static let descriptionLimit = 140

    /// Tells one status of a commit from another, for example `headgate/shop/checkout`.
    package let context: String
    package let state: State
    /// Cut to what forges show.
    package let description: String
    package let url: String?

    package init(context: String, state: State, description: String, url: String? = nil) {
        self.context = context
        self.state = state
        let limit = Self.descriptionLimit
        self.description = description.count > limit ? description.prefix(limit - 1) + "…" : description
        self.url = url
    }
}
