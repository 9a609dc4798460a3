internal import Analysis
internal import HTTP
internal import Rollouts

extension BitbucketCloud {
    // MARK: Readiness

    /// Only conflicts are told beforehand; merge checks are when a merge is refused.
    func condition(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReadiness.Condition {
        guard answer.pullRequest.head != nil else { return .blocked(["the source branch must exist"]) }
        // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-diffstat-get
        var asking = request(
            .get, "/pullrequests/\(answer.pullRequest.number)/diffstat", query: [("pagelen", "100")])
        // The address is one of a comparison of two commits, to which this one leads.
        asking.followsRedirects = true
        let statuses = try await list(asking).map { $0["status"]?.string ?? "" }
        return statuses.contains { $0.contains("conflict") } ? .conflict : .mergeable
    }

    /// Participants say who approves, and the activity says since when: an approval counts that is younger than the head.
    func reviews(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReviews {
        var reviews = PullRequestReviews()
        var approving: Set<ForgeUser> = []
        for participant in answer.json["participants"]?.array ?? [] {
            guard let user = ForgeUser(participant["user"]?["nickname"]) else { continue }
            if participant["state"]?.string == "changes_requested" { reviews.changesRequested.insert(user) }
            if participant["approved"]?.bool == true { approving.insert(user) }
        }
        guard !approving.isEmpty, let head = answer.pullRequest.head else { return reviews }
        func shows(_ entry: JSON) -> Bool? {
            (entry["update"]?["source"]?["commit"]?["hash"]?.string).map { head.hex.hasPrefix($0) }
        }
        // The newest first: back to where another head was shown, and of that what is younger than the present one.
        let path = "/pullrequests/\(answer.pullRequest.number)/activity"
        let entries = try await list(request(.get, path, query: [("pagelen", "50")])) { entries in
            entries.contains { shows($0) == false }
        }
        let recent = entries.prefix { shows($0) != false }
        guard let arrival = recent.lastIndex(where: { shows($0) == true }) else { return reviews }
        for entry in recent[..<arrival] {
            if let user = ForgeUser(entry["approval"]?["user"]?["nickname"]), approving.contains(user) {
                reviews.approvals.insert(user)
            }
        }
        return reviews
    }

    // MARK: Merge

    // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-merge-post
    func merge(_ merge: PullRequestMerge, _ answer: PullRequestAnswer) async throws(ForgeFailure) -> MergeOutcome {
        let body: JSON = [
            "type": "pullrequest", "message": .string(merge.text), "close_source_branch": .bool(merge.deletesBranch),
            "merge_strategy": .string(Self.name(of: merge.method)),
        ]
        let result = try await connection.ask(
            request(.post, "/pullrequests/\(merge.number)/merge", body: body, accepting: [400, 409]))
        switch result.status {
        case 202: return .accepted
        case 400: return .notReady(result.words)
        case 409: return .baseModified
        default:
            guard result.json["state"]?.string == "MERGED" else { return .accepted }
            return .merged(try await pullRequest(merge.number).pullRequest.mergeCommit)
        }
    }

    private static func name(of method: PullRequestMerge.Method) -> String {
        switch method {
        case .merge: "merge_commit"
        case .squash: "squash"
        case .rebase: "rebase_fast_forward"
        case .fastForward: "fast_forward"
        }
    }
}
