internal import Analysis
internal import HTTP
internal import Rollouts

extension GitLab {
    // MARK: Readiness

    /// By `detailed_merge_status`, whose values are those of https://docs.gitlab.com/api/merge_requests/#merge-status.
    func condition(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReadiness.Condition {
        if answer.json["state"]?.string == "locked" { return .computing }
        guard let status = answer.json["detailed_merge_status"]?.string else {
            return .unknown("no detailed_merge_status, which GitLab has since 15.6")
        }
        switch status {
        case "mergeable": return .mergeable
        case "checking", "unchecked", "preparing", "approvals_syncing": return .computing
        case "conflict": return .conflict
        case "draft_status": return .draft
        case "not_open": return .closed
        case "need_rebase": return .behind
        default:
            return Self.reasons[status].map { .blocked([$0]) }
                ?? .unknown(ForeignText.line("detailed_merge_status \(status)"))
        }
    }

    private static let reasons = [
        "blocked_status": "another merge request blocks it",
        "merge_request_blocked": "another merge request blocks it",
        "ci_must_pass": "the pipeline must pass",
        "ci_still_running": "the pipeline is running",
        "commits_status": "the source branch must exist and have commits",
        "discussions_not_resolved": "discussions are not resolved",
        "external_status_checks": "external status checks must pass",
        "status_checks_must_pass": "external status checks must pass",
        "jira_association_missing": "title or description must name a Jira issue",
        "locked_lfs_files": "locked files must be unlocked",
        "locked_paths": "locked paths must be unlocked",
        "merge_time": "its time to be merged has not come",
        "not_approved": "an approval is required",
        "requested_changes": "a reviewer has requested changes",
        "security_policy_pipeline_check": "the pipelines of the security policies must pass",
        "security_policy_violations": "security policies must be satisfied",
        "title_regex": "the title does not have the required form",
    ]

    /// Approvals name no commit; one counts that is younger than the newest version of the branch.
    func reviews(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReviews {
        let path = "/merge_requests/\(answer.pullRequest.number)"
        var reviews = PullRequestReviews()
        // https://docs.gitlab.com/api/merge_requests/#get-single-merge-request-reviewers
        for reviewer in try await list("\(path)/reviewers") where reviewer["state"]?.string == "requested_changes" {
            if let user = ForgeUser(reviewer["user"]?["username"]) { reviews.changesRequested.insert(user) }
        }
        // https://docs.gitlab.com/api/merge_request_approvals/#approval-state-for-a-merge-request
        let approvals = try await connection.ask(request(.get, "\(path)/approvals")).json["approved_by"]?.array ?? []
        guard !approvals.isEmpty, let since = try await start(of: answer.pullRequest.head, path) else { return reviews }
        // Older versions do not say when somebody approved; then their notes do.
        let isDated = approvals.allSatisfy { $0["approved_at"]?.string != nil }
        let noted = isDated ? [:] : try await notedApprovals(on: answer.pullRequest.number)
        for approval in approvals {
            guard let user = ForgeUser(approval["user"]?["username"]) else { continue }
            let time = approval["approved_at"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? noted[user]
            if let time, time >= since { reviews.approvals.insert(user) }
        }
        return reviews
    }

    /// When the head was pushed; nil where the newest version is another one.
    ///
    /// https://docs.gitlab.com/api/merge_requests/#get-merge-request-diff-versions
    private func start(of head: CommitID?, _ path: String) async throws(ForgeFailure) -> Timestamp? {
        let versions = try await list("\(path)/versions")
        let newest = versions.max { ($0["id"]?.int ?? 0) < ($1["id"]?.int ?? 0) }
        guard let head, CommitID(newest?["head_commit_sha"]) == head else { return nil }
        return newest?["created_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
    }

    private func notedApprovals(
        on number: PullRequest.Number
    ) async throws(ForgeFailure) -> [ForgeUser: Timestamp] {
        var times: [ForgeUser: Timestamp] = [:]
        for note in try await notes(on: number) where note["system"]?.bool == true {
            guard note["body"]?.string?.hasPrefix("approved this merge request") == true,
                let user = ForgeUser(note["author"]?["username"]),
                let time = note["created_at"]?.string.flatMap({ Timestamp(rfc3339: $0) })
            else { continue }
            times[user] = max(times[user] ?? time, time)
        }
        return times
    }

    // MARK: Merge

    // https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
    func merge(_ merge: PullRequestMerge, _ answer: PullRequestAnswer) async throws(ForgeFailure) -> MergeOutcome {
        var members: [JSON.Member] = [
            .init(name: "sha", value: .string(merge.head.hex)),
            .init(name: "merge_commit_message", value: .string(merge.text)),
            .init(name: "squash", value: .bool(merge.method == .squash)),
            .init(name: "should_remove_source_branch", value: .bool(merge.deletesBranch)),
        ]
        if merge.method == .squash {
            members.append(.init(name: "squash_commit_message", value: .string(merge.text)))
        }
        if merge.time == .whenReady {
            // The second name is that of versions before 17.11.
            members.append(.init(name: "auto_merge", value: true))
            members.append(.init(name: "merge_when_pipeline_succeeds", value: true))
        }
        var merging = request(
            .put, "/merge_requests/\(merge.number)/merge", body: .object(members), accepting: [401, 405, 406, 409, 422])
        merging.isRepeatable = false
        let result = try await connection.ask(merging)
        switch result.status {
        // A 401 of this address is about the right to merge.
        case 401: return .refused("the credential may not merge to \(answer.pullRequest.base): \(result.words)")
        case 409: return .headMoved(nil)
        case 405, 406, 422: return .notReady(result.words)
        default:
            guard result.json["state"]?.string == "merged" else { return .accepted }
            let commit = CommitID(result.json["merge_commit_sha"]) ?? CommitID(result.json["squash_commit_sha"])
            return .merged(commit ?? CommitID(result.json["sha"]))
        }
    }
}
