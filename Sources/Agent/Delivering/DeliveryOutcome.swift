package import Rollouts

/// What became of a stage that goes by pull request, beyond what was decided.
package enum DeliveryOutcome: Equatable, Sendable {
    /// A pull request is open; what keeps it from being merged, as far as that is known.
    case open(url: String, missing: [String])
    /// Merged just now; the next look finds the stage on the branch.
    case merged
    /// Somebody else was faster: the next look decides anew.
    case moved
    /// A person closed it.
    case closed(StageProposal.Closing)
    case foreign(ForeignBranch)
    /// The server does not take the branch; its own words.
    case refused(String)
    /// The forge does not merge it, however often it is asked.
    case unmergeable(String, url: String)
    /// It could not be rendered or committed; nothing of it left.
    case impossible(Diagnostic)
    /// The forge did not do it, in one sentence; for now, or until somebody changes something.
    case forge(String, isMistake: Bool)

    /// Where the rollout stands by it; nil where it is as decided.
    func standing(instead decided: Standing) -> Standing? {
        let isRollingBack = if case .rollingBack = decided { true } else { false }
        func waiting(_ wait: Wait) -> Standing { isRollingBack ? .rollingBack(wait) : .progressing(wait) }
        switch self {
        case .open(let url, let missing): return waiting(.review(.init(url: url, missing: missing)))
        case .merged: return waiting(.cluster("the merge has just been made"))
        case .moved: return nil
        case .closed(let closing): return .held(.closed(closing, begun: true))
        case .foreign(let foreign): return .held(.foreignBranch(foreign))
        case .refused(let words): return .held(.refused(words))
        case .unmergeable(let words, let url): return .held(.unmergeable(words, url: url))
        case .impossible(let problem): return .held(.configuration(problem.description))
        case .forge(let sentence, let isMistake):
            return isMistake && !isRollingBack ? .held(.forge(sentence)) : waiting(.forge(sentence))
        }
    }
}

extension ForgeFailure {
    /// In one sentence, with what to do about it.
    var sentence: String {
        CommitMessage.oneLine(message + (hint.map { " (\($0))" } ?? ""))
    }

    /// Whether somebody has to change the address, the credential or its rights.
    var isMistake: Bool { code == .configuration || code == .notFound }

    /// Whether the next request would fare no better in this tick.
    var isOutage: Bool {
        switch code {
        case .unavailable, .rateLimited, .budget, .cancelled: true
        case .configuration, .notFound, .refused, .garbage: false
        }
    }
}
