import Rollouts

/// A forge of a few values for the planner: branches with pull requests, and what people do with them.
struct ProposalDesk {
    struct Entry {
        var question: ProposalQuestion
        var head: ProposalBranch.Head?
        var open: PullRequest?
        var closing: StageProposal.Closing?
        var condition = PullRequestReadiness.Condition.mergeable
        var reviews = PullRequestReviews()
    }

    var entries: [ProposalKey: Entry] = [:]
    var isDown = false
    /// Whether it is away because somebody made a mistake.
    var isMistaken = false
    /// What the planner asked for: how often, and what it withdrew.
    var asked = 0
    var withdrawn: [ProposalKey] = []
    private var counter = 0

    var branches: [ProposalBranch] {
        entries.values.compactMap { entry in entry.head.map { ProposalBranch(key: entry.question.key, head: $0) } }
            .sorted { "\($0.key)" < "\($1.key)" }
    }

    mutating func reading(_ question: ProposalQuestion?) -> ProposalReading {
        asked += 1
        if isDown { return .unavailable("the forge is away", isMistake: isMistaken) }
        let proposals = entries.values.map { entry -> StageProposal in
            var proposal = StageProposal(key: entry.question.key, head: entry.head, open: entry.open)
            proposal.closing = entry.closing
            proposal.isUpToDate =
                proposal.made != nil && question?.key == entry.question.key
                && question?.transition.state == entry.question.transition.state
            if let head = entry.head?.commit, entry.open != nil {
                proposal.readiness = .init(head: head, condition: entry.condition, reviews: entry.reviews)
            }
            return proposal
        }
        return .read(proposals, answering: question)
    }

    mutating func propose(_ stage: ProposedStage) {
        counter += 1
        let key = stage.question.key
        let commit = CommitID(hex: "p\(counter)00000000000")
        var entry = entries[key] ?? Entry(question: stage.question)
        entry.question = stage.question
        entry.head = .ours(.init(commit: commit, state: stage.question.transition.state, isOnTip: true))
        entry.open =
            entry.open
            ?? PullRequest(
                number: .init(counter), url: "https://forge/\(counter)", branch: "\(key)", base: "main", head: commit,
                title: "", body: "", state: .open, author: ForgeUser("headgate"))
        entries[key] = entry
    }

    mutating func withdraw(_ withdrawal: ProposalWithdrawal) {
        withdrawn.append(withdrawal.key)
        entries[withdrawal.key] = nil
    }

    mutating func merged(_ key: ProposalKey) { entries[key]?.open = nil }

    // MARK: People

    mutating func close(_ key: ProposalKey, by user: String) {
        let url = entries[key]?.open?.url ?? ""
        entries[key]?.closing = .init(url: url, by: ForgeUser(user), key: key)
        entries[key]?.open = nil
    }

    mutating func push(to key: ProposalKey, by user: String) {
        entries[key]?.head = .foreign(CommitID(hex: "f00000000000"), by: user)
    }

    mutating func label(_ key: ProposalKey, _ label: String) { entries[key]?.open?.labels.insert(label) }
    mutating func unlabel(_ key: ProposalKey) { entries[key]?.open?.labels = [] }
}
