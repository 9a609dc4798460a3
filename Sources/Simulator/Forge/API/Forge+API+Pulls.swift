extension Forge {
    /// What stands below `/repos/<owner>/<name>/pulls`.
    func answerPulls(_ path: [String], _ request: ForgeRequest, by account: ForgeAccount) async throws -> ForgeResponse
    {
        switch (request.method, path.count) {
        case ("GET", 0): return try await listPulls(request)
        case ("POST", 0): return try await createPull(request, by: account)
        default: break
        }
        if request.method == "GET", path.count > 1, Int(path[0]) == nil { return try await pull(between: path) }
        let (number, form) = Self.address(path[0])
        let index = try index(of: number)
        switch (request.method, path.count > 1 ? path[1] : nil) {
        case ("GET", nil) where form != nil: return .text(try await change(of: pullRequests[index]))
        case ("GET", nil): return .json(try await json(pullRequests[index]))
        case ("PATCH", nil): return try await edit(index, try body(request), by: account)
        case ("GET", "commits"): return try await commits(of: pullRequests[index], request)
        case ("GET", "files"): return try await files(of: pullRequests[index], request)
        case ("GET", "merge"): return .nothing(pullRequests[index].state == .merged ? 204 : 404)
        case ("POST", "merge"): return try await merge(index, try body(request), by: account)
        case ("DELETE", "merge"): return try cancelMerge(index)
        case (_, "reviews"): return try answerReviews(Array(path.dropFirst(2)), index, request, by: account)
        default: throw ForgeRefusal.notFound
        }
    }

    /// `12.diff` and `12.patch` are a pull request's change.
    private static func address(_ text: String) -> (number: Int?, form: String?) {
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, ["diff", "patch"].contains(parts[1]) else { return (Int(text), nil) }
        return (Int(parts[0]), parts[1])
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoListPullRequests
    private func listPulls(_ request: ForgeRequest) async throws -> ForgeResponse {
        let state = request.parameter("state") ?? "open"
        var found = pullRequests.filter { state == "all" || (state == "open") == ($0.state == .open) }
        switch request.parameter("sort") {
        case "oldest": break
        case "recentupdate": found.sort { ($0.changed, $0.number) > ($1.changed, $1.number) }
        case "leastupdate": found.sort { ($0.changed, $0.number) < ($1.changed, $1.number) }
        default: found.reverse()
        }
        var items: [Value] = []
        for pullRequest in found { items.append(try await json(pullRequest)) }
        return page(items, request)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoGetPullRequestByBaseHead
    private func pull(between path: [String]) async throws -> ForgeResponse {
        let head = path.dropFirst().joined(separator: "/")
        guard let found = pullRequests.last(where: { $0.base == path[0] && $0.branch == head }) else {
            throw ForgeRefusal.notFound
        }
        return .json(try await json(found))
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoCreatePullRequest
    private func createPull(_ request: ForgeRequest, by account: ForgeAccount) async throws -> ForgeResponse {
        let body = try body(request)
        let ids = Set((body["labels"]?.array ?? []).compactMap(\.integer))
        let made = try await propose(
            body["head"]?.string ?? "", to: body["base"]?.string ?? "", body["title"]?.string ?? "",
            body["body"]?.string ?? "", labels: ids, by: account)
        return .json(try await json(made), status: 201)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoEditPullRequest
    private func edit(_ index: Int, _ body: Value, by account: ForgeAccount) async throws -> ForgeResponse {
        if let title = body["title"]?.string { pullRequests[index].title = title }
        if let text = body["body"]?.string { pullRequests[index].body = text }
        if let base = body["base"]?.string, base != pullRequests[index].base {
            guard branches[base] != nil else { throw ForgeRefusal.notFound }
            pullRequests[index].base = base
        }
        if let ids = body["labels"]?.array {
            let wanted = Set(ids.compactMap(\.integer))
            remove(pullRequests[index].labels.subtracting(wanted), from: index, by: account)
            add(wanted, to: index, by: account)
        }
        switch body["state"]?.string {
        case "closed" where pullRequests[index].state == .merged:
            throw ForgeRefusal(412, "cannot change state of this pull request, it was already merged")
        case "closed": close(index, by: account)
        case "open": try reopen(index, by: account)
        default: break
        }
        pullRequests[index].changed = clock()
        return .json(try await json(pullRequests[index]), status: 201)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoGetPullRequestCommits
    private func commits(of pullRequest: PullRequest, _ request: ForgeRequest) async throws -> ForgeResponse {
        let base = pullRequest.state == .open ? branches[pullRequest.base] : pullRequest.lastBase
        let range = base.map { "\($0)..\(pullRequest.head)" } ?? pullRequest.head
        let entries = try await repository.log(range, limit: 250)
        return page(
            entries.map { entry in
                [
                    "sha": .string(entry.id), "url": .string("\(root)/git/commits/\(entry.id)"),
                    "commit": [
                        "message": .string(entry.subject),
                        "author": ["name": .string(entry.author), "date": .string("\(entry.time)")],
                    ],
                ]
            }, request)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoGetPullRequestFiles
    private func files(of pullRequest: PullRequest, _ request: ForgeRequest) async throws -> ForgeResponse {
        let files = FileDiff.read(try await change(of: pullRequest))
        return page(
            files.map { file in
                let words: [FileDiff.Kind: String] = [.added: "added", .changed: "changed", .deleted: "deleted"]
                return [
                    "filename": .string(file.path), "status": .string(words[file.kind] ?? "changed"),
                    "additions": .integer(file.added), "deletions": .integer(file.removed),
                    "changes": .integer(file.added + file.removed),
                ]
            }, request)
    }

    // MARK: Merge

    // https://docs.gitea.com/api/#tag/repository/operation/repoMergePullRequest
    private func merge(_ index: Int, _ body: Value, by account: ForgeAccount) async throws -> ForgeResponse {
        guard let method = MergeMethod(rawValue: body["Do"]?.string ?? "") else {
            throw ForgeRefusal(422, "[Do]: In")
        }
        if body["force_merge"]?.bool == true {
            throw ForgeRefusal(405, "the simulated forge does not merge against the rules of a branch")
        }
        let merge = MergeRequest(
            method: method, title: body["MergeTitleField"]?.string ?? "",
            text: body["MergeMessageField"]?.string ?? "", head: body["head_commit_id"]?.string,
            deletesBranch: body["delete_branch_after_merge"]?.bool ?? false,
            isScheduled: body["merge_when_checks_succeed"]?.bool ?? false)
        return .nothing(try await self.merge(index, merge, by: account) ? 200 : 201)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoCancelScheduledAutoMerge
    private func cancelMerge(_ index: Int) throws -> ForgeResponse {
        guard pullRequests[index].scheduled != nil else { throw ForgeRefusal.notFound }
        pullRequests[index].scheduled = nil
        return .nothing(204)
    }

    // MARK: Reviews

    private func answerReviews(
        _ path: [String], _ index: Int, _ request: ForgeRequest, by account: ForgeAccount
    ) throws -> ForgeResponse {
        let pullRequest = pullRequests[index]
        switch (request.method, path.count) {
        // https://docs.gitea.com/api/#tag/repository/operation/repoListPullReviews
        case ("GET", 0): return page(pullRequest.reviews.map { json($0, on: pullRequest) }, request)
        // https://docs.gitea.com/api/#tag/repository/operation/repoCreatePullReview
        case ("POST", 0):
            let body = try body(request)
            let kinds: [String: PullRequest.Review.Kind] = [
                "APPROVED": .approved, "APPROVE": .approved, "REQUEST_CHANGES": .changesRequested,
                "COMMENT": .commented,
            ]
            guard let kind = kinds[body["event"]?.string ?? ""] else {
                throw ForgeRefusal(422, "the simulated forge keeps no pending reviews: say event")
            }
            let made = try review(
                index, kind, body["body"]?.string ?? "", commit: body["commit_id"]?.string.nonEmpty, by: account)
            return .json(json(made, on: pullRequests[index]))
        // https://docs.gitea.com/api/#tag/repository/operation/repoDismissPullReview
        case ("POST", 2) where path[1] == "dismissals":
            guard let place = pullRequest.reviews.firstIndex(where: { $0.id == Int(path[0]) }) else {
                throw ForgeRefusal.notFound
            }
            pullRequests[index].reviews[place].isDismissed = true
            return .json(json(pullRequests[index].reviews[place], on: pullRequest))
        default: throw ForgeRefusal.notFound
        }
    }
}

extension String? {
    fileprivate var nonEmpty: String? { self?.isEmpty == true ? nil : self }
}
