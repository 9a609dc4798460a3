internal import HTTP
internal import Rollouts

extension GitHub {
    // MARK: Readiness

    /// By `mergeable` and `mergeable_state`: https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request; their values
    /// are those of https://docs.github.com/en/graphql/reference/enums#mergestatestatus.
    func condition(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReadiness.Condition {
        let state = answer.json["mergeable_state"]?.string ?? ""
        guard let isMergeable = answer.json["mergeable"]?.bool else {
            // Null while GitHub tries the merge in the background.
            return answer.json["mergeable"]?.isNull == true ? .computing : .unknown("no mergeable")
        }
        switch state {
        case "clean", "unstable", "has_hooks": return isMergeable ? .mergeable : .conflict
        case "dirty": return .conflict
        case "unknown": return .computing
        case "draft": return .draft
        case "behind": return .behind
        case "blocked": return .blocked([try await blockedReason(answer)])
        default: return .unknown(ForeignText.line("mergeable_state \(state)"))
        }
    }

    /// https://docs.github.com/en/graphql/reference/objects#pullrequest has what REST does not say.
    private func blockedReason(_ answer: PullRequestAnswer) async throws(ForgeFailure) -> String {
        let general = "the rules of the base branch are not met: reviews, statuses or conversations"
        guard let id = answer.json["node_id"]?.string else { return general }
        let query = "query($id: ID!) { node(id: $id) { ... on PullRequest { reviewDecision } } }"
        switch try await graph(query, ["id": .string(id)])["data"]?["node"]?["reviewDecision"]?.string {
        case "REVIEW_REQUIRED": return "a review is required"
        case "CHANGES_REQUESTED": return "a reviewer has requested changes"
        default: return general
        }
    }

    /// https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request, in the order of time.
    func reviews(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReviews {
        let path = "/pulls/\(answer.pullRequest.number)/reviews"
        var newest: [ForgeUser: (state: String, commit: CommitID?)] = [:]
        for json in try await connection.list(request(.get, path, query: [("per_page", "100")]), by: .link) {
            guard let user = ForgeUser(json["user"]?["login"]), let state = json["state"]?.string,
                ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"].contains(state)
            else { continue }
            newest[user] = (state, CommitID(json["commit_id"]))
        }
        var reviews = PullRequestReviews()
        for (user, review) in newest {
            if review.state == "CHANGES_REQUESTED" { reviews.changesRequested.insert(user) }
            if review.state == "APPROVED", review.commit != nil, review.commit == answer.pullRequest.head {
                reviews.approvals.insert(user)
            }
        }
        return reviews
    }

    // MARK: Merge

    func merge(_ merge: PullRequestMerge, _ answer: PullRequestAnswer) async throws(ForgeFailure) -> MergeOutcome {
        if merge.time == .whenReady { return try await mergeWhenReady(merge, answer) }
        let outcome = try await mergeNow(merge)
        if merge.deletesBranch, case .merged = outcome {
            // https://docs.github.com/en/rest/git/refs#delete-a-reference; the merge stands whether or not it is done.
            let branch = answer.pullRequest.branch.split(separator: "/").map { PercentEncoding.part(String($0)) }
            let path = "/git/refs/heads/\(branch.joined(separator: "/"))"
            _ = try? await connection.ask(request(.delete, path, accepting: [404, 422]))
        }
        return outcome
    }

    // https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
    private func mergeNow(_ merge: PullRequestMerge) async throws(ForgeFailure) -> MergeOutcome {
        let body: JSON = [
            "commit_title": .string(merge.subject), "commit_message": .string(merge.message),
            "sha": .string(merge.head.hex), "merge_method": .string(merge.method.rawValue),
        ]
        var merging = request(.put, "/pulls/\(merge.number)/merge", body: body, accepting: [405, 409, 422])
        merging.isRepeatable = false
        let answer = try await connection.ask(merging)
        let words = answer.words
        switch answer.status {
        case 202: return .accepted
        case 405: return Self.notAllowed(words)
        case 409: return words.lowercased().contains("base branch was modified") ? .baseModified : .headMoved(nil)
        case 422: return .refused(words)
        default:
            guard answer.json["merged"]?.bool == true else { return .notReady(words) }
            return .merged(CommitID(answer.json["sha"]))
        }
    }

    /// 405 has many reasons, which only its words tell apart; what nobody knows is asked again later.
    private static func notAllowed(_ words: String) -> MergeOutcome {
        let small = words.lowercased()
        if small.contains("base branch was modified") { return .baseModified }
        if small.contains("head branch was modified") { return .headMoved(nil) }
        if small.contains("not allowed") { return .refused(words) }
        return .notReady(words)
    }

    // https://docs.github.com/en/graphql/reference/mutations#enablepullrequestautomerge
    private func mergeWhenReady(
        _ merge: PullRequestMerge, _ answer: PullRequestAnswer
    ) async throws(ForgeFailure) -> MergeOutcome {
        guard let id = answer.json["node_id"]?.string else { throw .lacking("node_id", in: "GitHub") }
        let mutation = """
            mutation($input: EnablePullRequestAutoMergeInput!) { \
            enablePullRequestAutoMerge(input: $input) { pullRequest { number } } }
            """
        let input: JSON = [
            "pullRequestId": .string(id), "mergeMethod": .string(merge.method.rawValue.uppercased()),
            "commitHeadline": .string(merge.subject), "commitBody": .string(merge.message),
            "expectedHeadOid": .string(merge.head.hex),
        ]
        let json = try await graph(mutation, ["input": input])
        guard let words = ForgeAnswer.words(in: json) else { return .accepted }
        let small = words.lowercased()
        // Nothing stands in the way, and then GitHub wants the ordinary merge.
        if small.contains("clean status") { return try await mergeNow(merge) }
        if small.contains("head") && small.contains("modified") || small.contains("expected head") {
            return .headMoved(nil)
        }
        return small.contains("unstable status") ? .notReady(words) : .refused(words)
    }

    func graph(_ query: String, _ variables: JSON) async throws(ForgeFailure) -> JSON {
        // https://docs.github.com/en/enterprise-server/graphql/guides/forming-calls-with-graphql
        let root = connection.root
        let url = root.hasSuffix("/api/v3") ? "\(root.dropLast(2))graphql" : "\(root)/graphql"
        let body: JSON = ["query": .string(query), "variables": variables]
        return try await connection.ask(ForgeRequest(.post, url, body: body)).json
    }
}
