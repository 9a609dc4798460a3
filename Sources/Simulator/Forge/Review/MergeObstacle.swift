/// A reason for which a pull request cannot be merged now.
enum MergeObstacle: Equatable, Sendable {
    case draft
    case conflict
    case approvals(missing: Int)
    case rejected(by: String)
    case statuses
    case outdated

    /// As the API says it: Gitea's words, by which clients tell them apart.
    var words: String {
        switch self {
        case .draft: "Work in progress PRs cannot be merged"
        case .conflict: "Please try again later"
        case .approvals: "Does not have enough approvals"
        case .rejected: "There are requested changes"
        case .statuses: "Not all required status checks successful"
        case .outdated: "The head branch is behind the base branch"
        }
    }

    /// As a page says it, after "It cannot be merged yet:".
    var sentence: String {
        switch self {
        case .draft: "it is a draft"
        case .conflict: "it conflicts with the base branch"
        case .approvals(1): "one approval is missing"
        case .approvals(let missing): "\(missing) approvals are missing"
        case .rejected(let reviewer): "\(reviewer) asks for changes"
        case .statuses: "a check has not passed"
        case .outdated: "the base branch has newer commits"
        }
    }
}
