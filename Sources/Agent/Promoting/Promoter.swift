internal import Analysis
internal import Git
internal import Manifests
internal import Rollouts

/// Carries the decisions about promotions out: a commit on the branch, or one on its own with a pull request.
struct Promoter {
    let repository: Repository
    let branch: ReferenceName
    let identity: Publisher.Identity
    let style: Config.CommitConfig
    let shipped: DocumentReader.ShippedPolicies
    let forge: (any Forge)?
    let memory: ForgeMemory
    let now: Timestamp

    /// Where the next commit goes.
    struct Head {
        var commit: Git.CommitID
        var tree: Manifests.Tree
        var documents: RepositoryDocuments
    }

    /// What became of the effects; of several the one that matters most to people.
    func carryOut(
        _ effects: [PromotionEffect], of step: PromotionStep, on head: inout Head
    ) async throws(GitError) -> PromotionOutcome? {
        var outcomes: [PromotionOutcome] = []
        for effect in effects {
            do {
                if let outcome = try await carryOut(effect, of: step, on: &head) { outcomes.append(outcome) }
            } catch let problem as Diagnostic {
                outcomes.append(.impossible(problem))
            } catch let failure as ForgeFailure {
                outcomes.append(
                    failure.code == .refused || failure.code == .configuration
                        ? .refused(failure.message) : .unavailable(failure.message))
            } catch let failure as GitError {
                throw failure
            } catch {}
        }
        return outcomes.max { $0.rank < $1.rank }
    }

    private func carryOut(
        _ effect: PromotionEffect, of step: PromotionStep, on head: inout Head
    ) async throws -> PromotionOutcome? {
        switch effect {
        case .state(let line): return try await state(line, on: &head)
        case .propose(let line, let proposal): return try await propose(line, of: step, proposal, on: head)
        case .advise(let warning, let proposal): return try await advise(warning, of: step, proposal)
        case .withdraw(let proposal, let reason): return try await withdraw(proposal, reason)
        case .remove(let proposal): return try await remove(proposal)
        }
    }

    // MARK: On the branch

    private func state(_ line: PromotionLine, on head: inout Head) async throws -> PromotionOutcome {
        let edit = try PromotionEdit(line, in: head.tree, head.documents, shipped: shipped)
        let commit = try await commit(line, edit, on: head.commit)
        switch try await repository.push([ReferenceUpdate(branch, from: head.commit, to: commit)])[branch] {
        case .accepted:
            let tree = head.tree.writing(edit.files)
            head = Head(commit: commit, tree: tree, documents: DocumentReader.read(tree, shipped: shipped))
            return .pushed(commit)
        case .refused(let words): return .refused(words)
        case .moved, .skipped, nil: return .moved
        }
    }

    private func commit(
        _ line: PromotionLine, _ edit: PromotionEdit, on parent: Git.CommitID
    ) async throws(GitError) -> Git.CommitID {
        var message = CommitMessage(of: line, style: style)
        if style.signOff == true { message.signOff(name: identity.name, email: identity.email) }
        let signature = identity.signature(at: now)
        return try await repository.commit(
            on: parent, changes: edit.files.mapValues(FileChange.write), message: message.text, author: signature,
            committer: signature)
    }

    // MARK: By pull request

    /// Makes the commit where the branch has not got what would be written now, then opens the pull request or goes on
    /// with the open one.
    ///
    /// Killed in between, the next tick finds the branch and goes on from there.
    private func propose(
        _ line: PromotionLine, of step: PromotionStep, _ proposal: PromotionProposal, on head: Head
    ) async throws -> PromotionOutcome? {
        guard let forge else { return nil }
        guard let name = ReferenceName.branch(proposal.branch) else {
            throw Diagnostic(
                file: line.promotion, message: "git takes no branch \(proposal.branch)", hint: "rename the Promotion")
        }
        let edit = try PromotionEdit(line, in: head.tree, head.documents, shipped: shipped)
        let present = proposal.head.flatMap { Git.CommitID(hex: $0.hex) }
        var proposed = proposal.head
        if try await !holds(edit, present) {
            let commit = try await commit(line, edit, on: head.commit)
            switch try await repository.push([ReferenceUpdate(name, from: present, to: commit, replaces: true)])[name] {
            case .accepted: proposed = commit.domain
            case .refused(let words): return .refused(words)
            case .moved, .skipped, nil: return .moved
            }
        }
        if proposal.pullRequest?.state != .open, let proposed, proposed == proposal.head,
            try await isMerged(proposed, proposal, on: forge)
        {
            return nil
        }
        let open = try await open(line, proposal, edit.places, on: forge)
        try await set(nil, on: proposed, of: step, open, on: forge)
        return .proposed(open)
    }

    /// Whether people have merged this very commit after the base was looked at: another pull request would be empty.
    private func isMerged(
        _ commit: Rollouts.CommitID, _ proposal: PromotionProposal, on forge: any Forge
    ) async throws(ForgeFailure) -> Bool {
        let merged = try await forge.pullRequests(from: proposal.branch, to: branch.branchName, in: .merged)
        return merged.contains { $0.head == commit }
    }

    private func open(
        _ line: PromotionLine, _ proposal: PromotionProposal, _ places: [String: [String]], on forge: any Forge
    ) async throws(ForgeFailure) -> PullRequest {
        let text = PromotionRequestText(line, places: places, commitPage: forge.traits.commitPage)
        guard proposal.pullRequest?.state == .open, let open = proposal.pullRequest else {
            return try await forge.open(
                PullRequestProposal(
                    branch: proposal.branch, base: branch.branchName, title: text.title, body: text.body))
        }
        let isPresent = open.body.contains(PromotionText.marker(of: line))
        let body = isPresent ? ProposalBody.warning(nil, in: open.body) : text.body
        return try await update(open, PullRequestChange(title: isPresent ? nil : text.title, body: body), on: forge)
    }

    /// Says why it is not to be merged now, in the text and beside the commit.
    private func advise(
        _ warning: ProposalAdvice.Warning, of step: PromotionStep, _ proposal: PromotionProposal
    ) async throws(ForgeFailure) -> PromotionOutcome? {
        guard let forge, let pullRequest = proposal.pullRequest else { return nil }
        let body = ProposalBody.warning(warning.text, in: pullRequest.body)
        _ = try await update(pullRequest, PullRequestChange(body: body), on: forge)
        try await set(warning, on: proposal.head, of: step, pullRequest, on: forge)
        return nil
    }

    /// The status beside the proposed commit.
    private func set(
        _ warning: ProposalAdvice.Warning?, on commit: Rollouts.CommitID?, of step: PromotionStep,
        _ pullRequest: PullRequest,
        on forge: any Forge
    ) async throws(ForgeFailure) {
        guard let commit else { return }
        let status = CommitStatus(step.statusContext, warning, on: pullRequest)
        if memory.isSet(status, on: commit) { return }
        try await forge.set(status, on: commit)
        memory.setting(status, on: commit)
    }

    /// Asks for nothing where nothing would become different.
    private func update(
        _ pullRequest: PullRequest, _ change: PullRequestChange, on forge: any Forge
    ) async throws(ForgeFailure) -> PullRequest {
        if change.remaining(for: pullRequest).isEmpty { return pullRequest }
        return try await forge.update(pullRequest.number, change)
    }

    /// Whether a branch has the files as they would be written on the tip.
    private func holds(_ edit: PromotionEdit, _ commit: Git.CommitID?) async throws(GitError) -> Bool {
        guard let commit, await repository.hasCommit(commit) else { return false }
        for (path, bytes) in edit.files where try await repository.file(path, at: commit) != bytes { return false }
        return true
    }

    private func withdraw(_ proposal: PromotionProposal, _ reason: String) async throws -> PromotionOutcome? {
        guard let forge, let pullRequest = proposal.pullRequest else { return nil }
        var change = PullRequestChange.closing
        change.body = ProposalBody.withdrawing(pullRequest.body, because: reason)
        _ = try await forge.update(pullRequest.number, change)
        return try await remove(proposal)
    }

    /// Only while it is what was listed: what somebody has pushed since stays.
    private func remove(_ proposal: PromotionProposal) async throws -> PromotionOutcome? {
        guard let head = proposal.head.flatMap({ Git.CommitID(hex: $0.hex) }),
            let name = ReferenceName.branch(proposal.branch)
        else { return nil }
        _ = try await repository.push([ReferenceUpdate(name, from: head, to: nil)])
        return nil
    }
}

extension PromotionOutcome {
    fileprivate var rank: Int {
        switch self {
        case .proposed: 0
        case .pushed: 1
        case .unavailable: 2
        case .refused: 3
        case .impossible: 4
        case .moved: 5
        }
    }
}
