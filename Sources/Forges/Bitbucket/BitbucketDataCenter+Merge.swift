internal import HTTP
internal import Rollouts

extension BitbucketDataCenter {
    // MARK: Readiness

    // https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-pullrequestid-merge-get
    func condition(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReadiness.Condition {
        let merge = try await connection.ask(request(.get, "/pull-requests/\(answer.pullRequest.number)/merge")).json
        if merge["conflicted"]?.bool == true { return .conflict }
        let outcome = merge["outcome"]?.string
        switch outcome {
        case "CLEAN", nil: break
        case "CONFLICTED": return .conflict
        case "UNKNOWN": return .computing
        default: return .unknown(ForeignText.line("merge outcome \(outcome ?? "")"))
        }
        let vetoes = (merge["vetoes"]?.array ?? []).compactMap { veto in
            (veto["summaryMessage"]?.string ?? veto["detailedMessage"]?.string).map(ForeignText.line)
        }
        guard vetoes.isEmpty else { return .blocked(vetoes) }
        return merge["canMerge"]?.bool == true ? .mergeable : .unknown("canMerge is not true, and nothing vetoes it")
    }

    func reviews(of answer: PullRequestAnswer) async throws(ForgeFailure) -> PullRequestReviews {
        var reviews = PullRequestReviews()
        let people = [answer.json["reviewers"], answer.json["participants"]].flatMap { $0?.array ?? [] }
        for person in people {
            guard let user = ForgeUser(person["user"]?["name"]) else { continue }
            if person["status"]?.string == "NEEDS_WORK" { reviews.changesRequested.insert(user) }
            let reviewed = CommitID(person["lastReviewedCommit"])
            if person["status"]?.string == "APPROVED", reviewed != nil, reviewed == answer.pullRequest.head {
                reviews.approvals.insert(user)
            }
        }
        return reviews
    }

    // MARK: Merge

    // https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-pullrequestid-merge-post
    func merge(_ merge: PullRequestMerge, _ answer: PullRequestAnswer) async throws(ForgeFailure) -> MergeOutcome {
        guard let version = answer.json["version"]?.int else { throw .lacking("version", in: "Bitbucket") }
        let body: JSON = [
            "version": .number("\(version)"), "message": .string(merge.text), "autoSubject": false,
            "strategyId": .string(Self.name(of: merge.method)),
        ]
        let merging = request(
            .post, "/pull-requests/\(merge.number)/merge", query: [("version", "\(version)")], body: body,
            accepting: [400, 409])
        let result = try await connection.ask(merging)
        guard result.isGood else {
            if result.exception.contains("OutOfDate") { return .headMoved(nil) }
            return result.status == 400 ? .refused(result.words) : .notReady(result.words)
        }
        guard result.json["state"]?.string == "MERGED" else { return .accepted }
        if merge.deletesBranch { await deleteBranch(answer.pullRequest.branch) }
        return .merged(CommitID(result.json["properties"]?["mergeCommit"]?["id"]))
    }

    /// The merge stands whether or not this is done.
    private func deleteBranch(_ branch: String) async {
        // https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-repository/
        let body: JSON = ["name": .string("refs/heads/\(branch)"), "dryRun": false]
        var deleting = request(.delete, "/branches", in: "branch-utils/latest", body: body, accepting: [400, 404])
        deleting.needsNoJSON = true
        _ = try? await connection.ask(deleting)
    }

    private static func name(of method: PullRequestMerge.Method) -> String {
        switch method {
        case .merge: "no-ff"
        case .squash: "squash"
        case .rebase: "rebase-ff-only"
        case .fastForward: "ff-only"
        }
    }
}
