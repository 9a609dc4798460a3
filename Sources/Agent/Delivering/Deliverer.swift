internal import Analysis
internal import Git
internal import Manifests
internal import Rollouts

/// Carries out what was decided about pull requests, one step after the other.
///
/// Each step is a success where it has happened already, so that a tick that was killed between two of them is taken up
/// by the next one.
struct Deliverer: Sendable {
    let forge: any Forge
    let publisher: Publisher
    let snapshot: Snapshot
    let report: RolloutReport
    let now: Timestamp
    let memory: ForgeMemory
    /// Whether the branch has refused the commit, which is merged then as soon as its rules are met.
    var isRefused = false
    /// What a commit would change, in words.
    let changes: @Sendable ([String: [UInt8]]) -> [ProposalText.FieldChange]
    /// The commit that stated the release; nil where that is not known.
    let statement: @Sendable () async -> ProposalText.Statement?

    var id: RolloutID { report.id }
    /// The branch that everything is merged into, as forges name it.
    var base: String { publisher.branch.branchName }

    /// For how long the numbers in a body stay as they are while nothing else changes.
    static let refresh: Duration = .seconds(300)

    // MARK: Propose

    /// The commit on its branch, and a pull request for it.
    func propose(_ stage: ProposedStage, _ proposal: Publisher.Proposal) async throws -> DeliveryOutcome {
        switch try await bring(stage, proposal) {
        case .open(let pullRequest, _): .open(url: pullRequest.url, missing: [])
        case .impeded(let outcome): outcome
        }
    }

    /// What became of an attempt to propose.
    enum Bringing {
        /// With the commit that this agent has made and pushed, whatever the branch has by now.
        case open(PullRequest, Rollouts.CommitID)
        case impeded(DeliveryOutcome)
    }

    func bring(_ stage: ProposedStage, _ proposal: Publisher.Proposal) async throws -> Bringing {
        let rendering: Publisher.Rendering
        do {
            rendering = try publisher.rendering(of: proposal, on: snapshot)
        } catch {
            return .impeded(.impossible(error))
        }
        var commit = stage.head
        if !stage.isMade {
            let made: Git.CommitID
            switch await publisher.make(rendering, on: snapshot, at: now) {
            case .success(let id): made = id
            case .failure(let problem): return .impeded(.impossible(problem))
            }
            switch try await push(made, over: stage.head, as: stage.question.key) {
            case .accepted: commit = made.domain
            case .refused(let words): return .impeded(.refused(words))
            case .moved, .skipped, nil: return .impeded(.moved)
            }
        }
        guard let commit else { return .impeded(.moved) }
        if stage.isMade, stage.open == nil, try await isMerged(commit, as: stage.question.key) {
            return .impeded(.merged)
        }
        let text = await stated(text(of: stage.question, rendering, commit))
        let opened = try await open(stage, text, PullRequest.title(rendering.message.subject))
        try await set(nil, on: commit, opened)
        return .open(opened, commit)
    }

    /// Whether people have merged this very commit after the base was looked at: another pull request would be empty.
    private func isMerged(_ commit: Rollouts.CommitID, as key: ProposalKey) async throws(ForgeFailure) -> Bool {
        let merged = try await forge.pullRequests(from: key.branch(of: id), to: base, in: .merged)
        return merged.contains { $0.head == commit }
    }

    private func push(
        _ commit: Git.CommitID?, over head: Rollouts.CommitID?, as key: ProposalKey
    ) async throws(GitError) -> ReferenceOutcome? {
        guard let name = ReferenceName.branch(key.branch(of: id)) else {
            throw GitError(.invalid, "push \(key)", "no branch can be named after \(id)")
        }
        let former = head.flatMap { Git.CommitID(hex: $0.hex) }
        let update = ReferenceUpdate(name, from: former, to: commit, replaces: true)
        return try await publisher.repository.push([update])[name]
    }

    private func open(
        _ stage: ProposedStage, _ text: ProposalText, _ title: String
    ) async throws(ForgeFailure) -> PullRequest {
        let body = text.body(at: now)
        let labels: Set<String> = stage.question.transition.isRollback ? [ProposalLabel.rollback] : []
        var found = stage.open
        if found == nil {
            found = try await forge.open(
                PullRequestProposal(
                    branch: stage.question.key.branch(of: id), base: base, title: title, body: body, labels: labels))
        }
        guard let found else { throw ForgeFailure(.garbage, "\(forge.traits.name) opened nothing") }
        // One that was open already, or that another agent has just opened, says what this one would.
        guard found.title != title || ProposalMark(in: found.body) != ProposalMark(in: body) else { return found }
        return try await forge.update(found.number, PullRequestChange(title: title, body: body))
    }

    private func text(
        of question: ProposalQuestion, _ rendering: Publisher.Rendering, _ head: Rollouts.CommitID
    ) -> ProposalText {
        var text = ProposalText(
            id: id, in: report.file, question: question, course: course(of: question),
            changes: changes(rendering.files), head: head,
            approvals: isRefused ? 0 : report.specification?.delivery.approvals)
        text.hasLabels = forge.traits.hasLabels
        return text
    }

    private func course(of question: ProposalQuestion) -> StageCourse {
        var course = report.specification.map(StageCourse.init) ?? StageCourse(plan: .fastReturn)
        if question.transition.state.plan == StagePlan.fastReturnDigest.description { course.plan = .fastReturn }
        return course
    }

    /// The text of a release's beginning with where the release comes from; that is looked up only for what is written.
    private func stated(_ text: ProposalText) async -> ProposalText {
        var text = text
        let state = text.question.transition.state
        if state.release.since == state.at.serial { text.statement = await statement() }
        text.statement?.page = forge.traits.commitPage
        return text
    }

    // MARK: Advise

    /// What the body and the commit's status say.
    func advise(_ advice: ProposalAdvice, _ proposal: Publisher.Proposal?) async throws {
        let present = advice.pullRequest
        var change = PullRequestChange()
        if let question = advice.question, let proposal {
            let rendering = try publisher.rendering(of: proposal, on: snapshot)
            let text = text(of: question, rendering, advice.head)
            let mark = ProposalMark(in: present.body)
            let isOld = mark.map { now - $0.time >= Self.refresh } ?? true
            let isSame =
                mark?.digest == text.digest && mark?.head == advice.head && !ProposalBody.isWithdrawn(present.body)
            change.body =
                isSame && !isOld
                ? ProposalBody.warning(advice.warning?.text, in: present.body) : await stated(text).body(at: now)
        } else {
            change.body = ProposalBody.warning(advice.warning?.text, in: present.body)
        }
        if !change.remaining(for: present).isEmpty { _ = try await forge.update(present.number, change) }
        try await set(advice.warning, on: advice.head, present)
    }

    /// The status beside the proposed commit.
    private func set(
        _ warning: ProposalAdvice.Warning?, on commit: Rollouts.CommitID, _ pullRequest: PullRequest
    ) async throws(ForgeFailure) {
        try await set(CommitStatus("headgate/\(id)", warning, on: pullRequest), on: commit)
    }

    private func set(_ status: CommitStatus, on commit: Rollouts.CommitID) async throws(ForgeFailure) {
        if memory.isSet(status, on: commit) { return }
        try await forge.set(status, on: commit)
        memory.setting(status, on: commit)
    }

    // MARK: Merge

    func merge(
        _ merge: ProposedMerge, _ proposal: Publisher.Proposal, when time: PullRequestMerge.Time = .now
    ) async throws -> DeliveryOutcome {
        let message = try publisher.rendering(of: proposal, on: snapshot).message
        var request = PullRequestMerge(
            merge.pullRequest.number, head: merge.head, method: merge.method, subject: message.subject,
            message: message.rest)
        request.time = time
        let url = merge.pullRequest.url
        switch try await forge.merge(request) {
        case .merged: return .merged
        case .accepted: return .open(url: url, missing: ["the forge merges it when its rules are met"])
        case .headMoved, .baseModified: return .moved
        case .notReady(let words): return .open(url: url, missing: [CommitMessage.oneLine(words)])
        case .refused(let words): return .unmergeable(CommitMessage.oneLine(words), url: url)
        }
    }

    // MARK: Withdraw

    /// Says why, closes, and takes the branch away, as far as it still is what the agent left there.
    func withdraw(_ withdrawal: ProposalWithdrawal) async throws {
        var found = withdrawal.open
        if found == nil {
            found = try await forge.pullRequests(from: withdrawal.key.branch(of: id), to: base, in: .open).first
        }
        if let open = found {
            let reason = withdrawal.reason
            try await forge.comment(
                on: open.number, "Withdrawn by Headgate: \(Markdown.text(reason))",
                marker: "<!-- headgate: withdrawal -->")
            var change = PullRequestChange.closing
            change.body = ProposalBody.withdrawing(open.body, because: reason)
            _ = try await forge.update(open.number, change)
            // What was said of the commit while it could be merged must not outlive that.
            if let head = withdrawal.head {
                try await set(CommitStatus("headgate/\(id)", .failure, "withdrawn: \(reason)", on: open), on: head)
            }
        }
        guard let head = withdrawal.head else { return }
        _ = try await push(nil, over: head, as: withdrawal.key)
    }
}

extension ReferenceName {
    /// A branch without `refs/heads/`.
    var branchName: String { text.hasPrefix("refs/heads/") ? String(text.dropFirst("refs/heads/".count)) : text }
}

extension CommitMessage {
    /// What follows the subject.
    var rest: String {
        let text = text
        return String(text.dropFirst(min(text.count, subject.count + 2)))
    }
}
