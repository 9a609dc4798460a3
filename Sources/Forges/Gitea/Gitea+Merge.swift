internal import HTTP
internal import Rollouts

extension Gitea {
    // MARK: Readiness

    /// `mergeable` is about conflicts alone; what protection asks for is read from the base branch.
    func condition(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReadiness.Condition {
        guard let isMergeable = answer.json["mergeable"]?.bool else { return .unknown("no mergeable") }
        guard isMergeable else { return .blocked(["it conflicts, or is still checked"]) }
        // https://docs.gitea.com/api/#tag/repository/operation/repoGetBranch
        let base = PercentEncoding.part(answer.pullRequest.base)
        let branch = try await connection.ask(request(.get, "/branches/\(base)")).json
        guard let isProtected = branch["protected"]?.bool else { return .unknown("no protected") }
        guard isProtected else { return .mergeable }
        if try await isOutdated(answer, branch) { return .behind }
        var reasons: [String] = []
        if branch["user_can_merge"]?.bool == false { reasons.append("the credential may not merge to the base") }
        let missing = try await missingApprovals(answer, of: branch["required_approvals"]?.int ?? 0)
        if missing > 0 { reasons.append("\(missing) more approval\(missing == 1 ? " is" : "s are") required") }
        if branch["enable_status_check"]?.bool == true, try await !hasPassed(answer.pullRequest.head) {
            reasons.append("the statuses of the head must be successful")
        }
        return reasons.isEmpty ? .mergeable : .blocked(reasons)
    }

    /// Whether a rule wants it on the base's newest commit, where the credential is shown the rule.
    ///
    /// https://docs.gitea.com/api/#tag/repository/operation/repoGetBranchProtection
    private func isOutdated(_ answer: PullRequestAnswer, _ branch: JSON) async throws(ForgeFailure) -> Bool {
        guard let tip = CommitID(branch["commit"]?["id"]), let fork = CommitID(answer.json["merge_base"]), tip != fork,
            let name = branch["effective_branch_protection_name"]?.string, !name.isEmpty
        else { return false }
        let path = "/branch_protections/\(PercentEncoding.part(name))"
        let rule = try await connection.ask(request(.get, path, accepting: [401, 403, 404]))
        return rule.isGood && rule.json["block_on_outdated_branch"]?.bool == true
    }

    private func missingApprovals(_ answer: PullRequestAnswer, of required: Int) async throws(ForgeFailure) -> Int {
        guard required > 0 else { return 0 }
        let official = try await opinions(of: answer).filter { $0["official"]?.bool != false }
        return required - official.count { $0["state"]?.string == "APPROVED" }
    }

    private func hasPassed(_ head: CommitID?) async throws(ForgeFailure) -> Bool {
        guard let head else { return false }
        let state = try await connection.ask(request(.get, "/commits/\(head.hex)/status")).json["state"]?.string
        return state == "success"
    }

    func reviews(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReviews {
        var reviews = PullRequestReviews()
        for json in try await opinions(of: answer) {
            guard let user = ForgeUser(json["user"]?["login"]) else { continue }
            if json["state"]?.string == "REQUEST_CHANGES" { reviews.changesRequested.insert(user) }
            if json["state"]?.string == "APPROVED" { reviews.approvals.insert(user) }
        }
        return reviews
    }

    /// The newest opinion of each reviewer, and of approvals only those of the present head.
    ///
    /// By https://docs.gitea.com/api/#tag/repository/operation/repoListPullReviews.
    private func opinions(of answer: PullRequestAnswer) async throws(ForgeFailure) -> [JSON] {
        var newest: [ForgeUser: JSON] = [:]
        for json in try await list("/pulls/\(answer.pullRequest.number)/reviews") {
            guard let user = ForgeUser(json["user"]?["login"]), let state = json["state"]?.string,
                ["APPROVED", "REQUEST_CHANGES"].contains(state)
            else { continue }
            newest[user] = json
        }
        return newest.values.filter { json in
            guard json["dismissed"]?.bool != true else { return false }
            guard json["state"]?.string == "APPROVED" else { return true }
            let commit = CommitID(json["commit_id"])
            return json["stale"]?.bool != true && commit != nil && commit == answer.pullRequest.head
        }
    }

    // MARK: Merge

    // https://docs.gitea.com/api/#tag/repository/operation/repoMergePullRequest
    func merge(_ merge: PullRequestMerge, _ answer: PullRequestAnswer) async throws(ForgeFailure) -> MergeOutcome {
        let body: JSON = [
            "Do": .string(Self.name(of: merge.method)), "head_commit_id": .string(merge.head.hex),
            "MergeTitleField": .string(merge.subject), "MergeMessageField": .string(merge.message),
            "delete_branch_after_merge": .bool(merge.deletesBranch),
            "merge_when_checks_succeed": .bool(merge.time == .whenReady), "force_merge": false,
        ]
        let result = try await connection.ask(
            request(.post, "/pulls/\(merge.number)/merge", body: body, accepting: [405, 409, 422]))
        let words = result.words
        let small = words.lowercased()
        switch result.status {
        case 201: return .accepted
        case 405 where small.contains("not allowed") && small.contains("style"), 422: return .refused(words)
        case 405: return .notReady(words)
        case 409 where small.contains("head out of date"): return .headMoved(nil)
        case 409 where small.contains("push out of date"): return .baseModified
        case 409: return .notReady(words)
        default:
            // The answer is empty.
            let now = try await pullRequest(merge.number).pullRequest
            return now.state == .merged ? .merged(now.mergeCommit) : .accepted
        }
    }

    private static func name(of method: PullRequestMerge.Method) -> String {
        switch method {
        case .merge: "merge"
        case .squash: "squash"
        case .rebase: "rebase"
        case .fastForward: "fast-forward-only"
        }
    }
}
