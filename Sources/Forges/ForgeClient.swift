internal import Analysis
internal import HTTP
internal import Rollouts

/// What is the same with every forge: adopting, sending only what differs, looking before and after.
struct ForgeClient<Service: ForgeService>: Forge, ForgeExaminer {
    private var service: Service

    init(_ service: Service) {
        self.service = service
    }

    var traits: ForgeTraits { service.traits }

    var forRollbacks: any Forge {
        var copy = self
        copy.service.connection.isForRollback = true
        return copy
    }

    // MARK: Pull requests

    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        try await service.pullRequests(from: branch, to: base, in: state)
            .filter { !$0.isFromFork && $0.branch == branch && $0.base == base && $0.state == state }
            .sorted { $0.number > $1.number }
    }

    func open(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest {
        var proposal = proposal
        proposal.body = proposal.body.cut(to: service.bodyLimit)
        let found = try await opened(proposal)
        let pullRequest: PullRequest
        if let found { pullRequest = found } else { pullRequest = try await create(proposal) }
        guard traits.hasLabels, !proposal.labels.isSubset(of: pullRequest.labels) else { return pullRequest }
        var change = PullRequestChange()
        change.addedLabels = proposal.labels
        return try await update(pullRequest.number, change)
    }

    private func create(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest {
        do {
            if let made = try await service.create(proposal) { return made }
        } catch {
            // Whether it was opened may not be known; another attempt must not open a second one.
            if error.isDoubtful, let found = try? await opened(proposal) { return found }
            throw error
        }
        if let found = try await opened(proposal) { return found }
        throw ForgeFailure(
            .refused, "\(traits.name) has a pull request from \(proposal.branch) to \(proposal.base) and shows none",
            hint: "the credential may not see all of the repository")
    }

    private func opened(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest? {
        try await pullRequests(from: proposal.branch, to: proposal.base, in: .open).first
    }

    func update(
        _ number: PullRequest.Number, _ change: PullRequestChange
    ) async throws(ForgeFailure) -> PullRequest {
        let answer = try await service.pullRequest(number)
        var rest = change
        rest.body = change.body?.cut(to: service.bodyLimit)
        rest = rest.remaining(for: answer.pullRequest)
        if !traits.hasLabels {
            rest.addedLabels = []
            rest.removedLabels = []
        }
        guard !rest.isEmpty else { return answer.pullRequest }
        try await service.change(answer, rest)
        return try await service.pullRequest(number).pullRequest
    }

    // MARK: Comments

    func comment(on number: PullRequest.Number, _ text: String, marker: String) async throws(ForgeFailure) {
        let text = (text.hasPrefix(marker) ? text : "\(marker)\n\(text)").cut(to: 32_768)
        for comment in try await marked(marker, on: number).prefix(3) {
            guard !comment.text.says(text) else { return }
            do {
                return try await service.write(text, on: number, inPlaceOf: comment)
            } catch {
                // Somebody else's, or gone by now.
                guard error.code == .configuration || error.code == .notFound else { throw error }
            }
        }
        do {
            try await service.write(text, on: number, inPlaceOf: nil)
        } catch {
            guard error.isDoubtful, let now = try? await marked(marker, on: number),
                now.contains(where: { $0.text.says(text) })
            else { throw error }
        }
    }

    private func marked(
        _ marker: String, on number: PullRequest.Number
    ) async throws(ForgeFailure) -> [ForgeComment] {
        try await service.comments(on: number).filter { $0.text.hasPrefix(marker) }
    }

    // MARK: Readiness and merge

    func readiness(of number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestReadiness {
        let answer = try await service.pullRequest(number)
        let pullRequest = answer.pullRequest
        let condition: PullRequestReadiness.Condition
        switch pullRequest.state {
        case .merged: condition = .merged
        case .closed: condition = .closed
        case .open: condition = pullRequest.isDraft ? .draft : try await service.condition(of: answer)
        }
        guard pullRequest.state == .open, pullRequest.head != nil else {
            return PullRequestReadiness(head: pullRequest.head, condition: condition, reviews: .init())
        }
        let reviews = try await service.reviews(of: answer).without(pullRequest.author)
        return PullRequestReadiness(head: pullRequest.head, condition: condition, reviews: reviews)
    }

    func closer(of number: PullRequest.Number) async throws(ForgeFailure) -> ForgeUser? {
        let answer = try await service.pullRequest(number)
        return answer.pullRequest.state == .closed ? try await service.closer(of: answer) : nil
    }

    func merge(_ merge: PullRequestMerge) async throws(ForgeFailure) -> MergeOutcome {
        guard traits.methods.contains(merge.method) else {
            return .refused("\(traits.name) knows no merge by \(merge.method.rawValue)")
        }
        guard merge.time == .now || traits.hasAutoMerge else {
            return .refused("\(traits.name) does not merge by itself")
        }
        let answer = try await service.pullRequest(merge.number)
        if let early = outcome(of: merge, answer.pullRequest) { return early }
        do {
            let outcome = try await service.merge(merge, answer)
            guard case .headMoved(nil) = outcome else { return outcome }
            // Some forges only say that something moved.
            let head = try? await service.pullRequest(merge.number).pullRequest.head
            return head == merge.head ? .baseModified : .headMoved(head)
        } catch {
            // A merge whose answer got lost has happened or not; nothing is sent twice to find out.
            guard error.isDoubtful, let now = try? await service.pullRequest(merge.number).pullRequest,
                now.state == .merged
            else {
                throw error
            }
            return .merged(now.mergeCommit)
        }
    }

    /// What is clear before anything is sent.
    private func outcome(of merge: PullRequestMerge, _ pullRequest: PullRequest) -> MergeOutcome? {
        switch pullRequest.state {
        case .merged: .merged(pullRequest.mergeCommit)
        case .closed: .refused("it is closed")
        case .open where pullRequest.head != merge.head: .headMoved(pullRequest.head)
        case .open where pullRequest.isDraft: .notReady("it is a draft")
        case .open: nil
        }
    }

    // MARK: Statuses

    func set(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) {
        guard try await !service.shows(status, on: commit) else { return }
        try await service.post(status, on: commit)
    }

    // MARK: Examination

    func examine(_ base: String) async throws(ForgeFailure) -> ForgeExamination {
        var examination = try await service.examine(base)
        if !traits.hasAutoMerge {
            examination.autoMerge = .no("\(traits.name) does not merge by itself when it is asked")
        }
        if !traits.hasLabels { examination.rights[.labels] = .no("\(traits.name) has no labels of pull requests") }
        return examination
    }
}

extension String {
    /// Whether a forge that trims texts and ends lines its own way shows this for that.
    fileprivate func says(_ other: String) -> Bool { PullRequestChange.plain(self) == PullRequestChange.plain(other) }
}
