/// What is to be done about a stage that is to be proposed, by what there is of it.
package enum ProposalVerdict: Equatable, Sendable {
    /// A person has said no.
    case closed(StageProposal.Closing)
    /// Somebody else's work stands on the branch: hands off.
    case foreign(ForeignBranch)
    /// It has to be made, or made anew.
    case missing
    /// It is open, and says what is to be said now.
    case present(PullRequest, ProposalBranch.Made)

    package init(of proposal: StageProposal?) {
        guard let proposal else {
            self = .missing
            return
        }
        if proposal.open == nil, let closing = proposal.closing {
            self = .closed(closing)
            return
        }
        switch proposal.head {
        case .foreign(_, let author):
            self = .foreign(ForeignBranch(key: proposal.key, by: author, proposal.open))
        case .ours(let made):
            guard let open = proposal.open, proposal.isUpToDate, !proposal.asksForTip else {
                self = .missing
                return
            }
            self = .present(open, made)
        case nil: self = .missing
        }
    }
}

/// A branch of the agent that has somebody else's commits.
package struct ForeignBranch: Hashable, Sendable {
    package var key: ProposalKey
    /// Who made the newest one.
    package var by: String
    /// The open pull request's.
    package var url: String?
    /// What puts the agent's own commit back.
    package var restoring: String?

    package init(key: ProposalKey, by author: String, _ open: PullRequest?) {
        self.key = key
        by = author
        url = open?.url
        if let open, let mark = ProposalMark(in: open.body), mark.key == key {
            restoring = "git push --force origin \(mark.head.hex):refs/heads/\(open.branch)"
        }
    }
}

extension StageProposal {
    /// Whether the forge wants it on the base's newest commit, and it is not there.
    ///
    /// The forge sees a conflict, or has a rule that branches are up to date. On the newest commit already, the forge
    /// only has not noticed yet.
    var asksForTip: Bool {
        guard let made, !made.isOnTip else { return false }
        switch readiness?.condition {
        case .conflict, .behind: return true
        default: return false
        }
    }
}
