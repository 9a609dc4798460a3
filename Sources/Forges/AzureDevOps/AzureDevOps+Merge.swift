internal import Analysis
internal import HTTP
internal import Rollouts

extension AzureDevOps {
    // MARK: Readiness

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests/get-pull-request#pullrequestasyncstatus
    func condition(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReadiness.Condition {
        let status = answer.json["mergeStatus"]?.string ?? ""
        switch status {
        case "notSet", "queued": return .computing
        case "conflicts": return .conflict
        case "rejectedByPolicy": return .blocked(["a policy rejects the merge"])
        case "failure":
            let words = answer.json["mergeFailureMessage"]?.string ?? "no reason is given"
            return .blocked([ForeignText.line("the merge fails: \(words)")])
        case "succeeded": break
        default: return .unknown(ForeignText.line("mergeStatus \(status)"))
        }
        let reasons = try await unmetPolicies(of: answer)
        return reasons.isEmpty ? .mergeable : .blocked(reasons)
    }

    /// By https://learn.microsoft.com/en-us/rest/api/azure/devops/policy/evaluations/list.
    private func unmetPolicies(of answer: PullRequestAnswer) async throws(ForgeFailure) -> [String] {
        guard let id = answer.json["repository"]?["project"]?["id"]?.string else {
            throw .lacking("project", in: "Azure DevOps")
        }
        let artifact = "vstfs:///CodeReview/CodeReviewId/\(id)/\(answer.pullRequest.number)"
        let asking = ForgeRequest(
            .get, "\(project)/_apis/policy/evaluations",
            query: [("artifactId", artifact), ("api-version", "7.1-preview.1")])
        guard let evaluations = try await connection.ask(asking).json["value"]?.array else {
            throw .lacking("policy evaluations", in: "Azure DevOps")
        }
        return evaluations.compactMap { evaluation in
            let configuration = evaluation["configuration"]
            let status = evaluation["status"]?.string ?? "unknown"
            guard configuration?["isBlocking"]?.bool == true, configuration?["isEnabled"]?.bool != false,
                status != "approved", status != "notApplicable"
            else { return nil }
            return ForeignText.line("\(configuration?["type"]?["displayName"]?.string ?? "a policy") is \(status)")
        }
    }

    /// Votes name no commit; one counts that is younger than the newest iteration.
    func reviews(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReviews {
        var reviews = PullRequestReviews()
        var approving: Set<ForgeUser> = []
        for reviewer in answer.json["reviewers"]?.array ?? [] {
            guard let user = ForgeUser(reviewer["uniqueName"]), let vote = reviewer["vote"]?.int else { continue }
            if vote < 0 { reviews.changesRequested.insert(user) }
            if vote >= 5 { approving.insert(user) }
        }
        let path = "/pullRequests/\(answer.pullRequest.number)"
        guard !approving.isEmpty, let since = try await start(of: answer.pullRequest.head, path) else { return reviews }
        // Each vote leaves a thread.
        for thread in try await list("\(path)/threads") {
            let properties = thread["properties"]
            guard properties?["CodeReviewThreadType"]?["$value"]?.string == "VoteUpdate",
                let vote = properties?["CodeReviewVoteResult"]?["$value"],
                (vote.int ?? Int(vote.string ?? "") ?? 0) >= 5,
                let user = voter(in: thread), approving.contains(user),
                let time = thread["publishedDate"]?.string.flatMap({ Timestamp(rfc3339: $0) }), time >= since
            else { continue }
            reviews.approvals.insert(user)
        }
        return reviews
    }

    private func voter(in thread: JSON) -> ForgeUser? {
        let key = thread["properties"]?["CodeReviewVotedByIdentity"]?["$value"]?.string
        let identity = key.flatMap { thread["identities"]?[$0] }
        return ForgeUser(identity?["uniqueName"]) ?? ForgeUser(thread["comments"]?[0]?["author"]?["uniqueName"])
    }

    /// When the head was pushed; nil where the newest iteration is of another one.
    ///
    /// By https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-request-iterations/list.
    private func start(of head: CommitID?, _ path: String) async throws(ForgeFailure) -> Timestamp? {
        let iterations = try await list("\(path)/iterations")
        let newest = iterations.max { ($0["id"]?.int ?? 0) < ($1["id"]?.int ?? 0) }
        guard let head, CommitID(newest?["sourceRefCommit"]?["commitId"]) == head else { return nil }
        return newest?["createdDate"]?.string.flatMap { Timestamp(rfc3339: $0) }
    }

    // MARK: Merge

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests/update
    func merge(_ merge: PullRequestMerge, _ answer: PullRequestAnswer) async throws(ForgeFailure) -> MergeOutcome {
        var members: [JSON.Member] = [
            .init(
                name: "completionOptions",
                value: [
                    "mergeStrategy": .string(Self.name(of: merge.method)), "mergeCommitMessage": .string(merge.text),
                    "deleteSourceBranch": .bool(merge.deletesBranch), "bypassPolicy": false,
                    "transitionWorkItems": false,
                ])
        ]
        switch merge.time {
        case .now:
            members.append(.init(name: "status", value: "completed"))
            members.append(.init(name: "lastMergeSourceCommit", value: ["commitId": .string(merge.head.hex)]))
        case .whenReady:
            members.append(.init(name: "autoCompleteSetBy", value: ["id": .string(try await ownID())]))
        }
        var merging = request(
            .patch, "/pullrequests/\(merge.number)", body: .object(members), accepting: [400, 409])
        merging.isRepeatable = false
        let result = try await connection.ask(merging)
        let words = result.words
        guard result.isGood else {
            let isOld = ["stale", "modified", "out of date", "not the latest"].contains {
                words.lowercased().contains($0)
            }
            return isOld ? .headMoved(nil) : .notReady(words)
        }
        if result.json["status"]?.string == "completed" {
            return .merged(CommitID(result.json["lastMergeCommit"]?["commitId"]))
        }
        switch result.json["mergeStatus"]?.string {
        case "rejectedByPolicy": return .notReady("a policy rejects the merge")
        case "conflicts": return .notReady("it conflicts with its base")
        case "failure": return .notReady(result.json["mergeFailureMessage"]?.string ?? "the merge fails")
        default: return .accepted
        }
    }

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/#connection-data names whose token it is.
    private func ownID() async throws(ForgeFailure) -> String {
        let json = try await connection.ask(ForgeRequest(.get, "\(organization)/_apis/connectionData")).json
        guard let id = json["authenticatedUser"]?["id"]?.string else { throw .lacking("user", in: "Azure DevOps") }
        return id
    }

    private static func name(of method: PullRequestMerge.Method) -> String {
        switch method {
        case .merge, .fastForward: "noFastForward"
        case .squash: "squash"
        case .rebase: "rebase"
        }
    }
}
