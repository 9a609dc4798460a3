/// The part of Gitea's API (version 1) that a client of pull requests needs, by https://docs.gitea.com/api/.
extension Forge {
    /// Answers a request whose path begins with `/api/v1`.
    func answerAPI(_ request: ForgeRequest) async -> ForgeResponse {
        do {
            return try await alone { forge in try await forge.answerKnown(request) }
        } catch {
            let refusal = error as? ForgeRefusal ?? ForgeRefusal(500, "\(error)")
            return .json(
                ["message": .string(refusal.message), "url": .string("\(address)/api/swagger")], status: refusal.status)
        }
    }

    private func answerKnown(_ request: ForgeRequest) async throws -> ForgeResponse {
        let path = Array(request.path.dropFirst(2))
        // https://docs.gitea.com/api/#tag/miscellaneous/operation/getVersion
        if path == ["version"] { return .json(["version": "1.22.0+headgate-simulator"]) }
        let account = try caller(request)
        if path == ["user"] { return .json(json(account)) }
        guard path.count >= 3, path[0] == "repos", "\(path[1])/\(path[2])".lowercased() == name.lowercased() else {
            throw ForgeRefusal.notFound
        }
        if !["GET", "HEAD"].contains(request.method), !account.mayWrite {
            throw ForgeRefusal(403, "user should have permission to write to this repository")
        }
        return try await answer(Array(path.dropFirst(3)), request, by: account)
    }

    /// Who holds the token.
    private func caller(_ request: ForgeRequest) throws -> ForgeAccount {
        guard let token = request.token else { throw ForgeRefusal(401, "token is required") }
        guard let account = accounts.first(where: { $0.token == token }) else {
            throw ForgeRefusal(401, "user does not exist [uid: 0, name: ]")
        }
        return account
    }

    private func answer(
        _ path: [String], _ request: ForgeRequest, by account: ForgeAccount
    ) async throws -> ForgeResponse {
        switch (request.method, path.first, path.count) {
        case ("GET", nil, _): return .json(repositoryJSON(for: account))
        case (_, "pulls", _): return try await answerPulls(Array(path.dropFirst()), request, by: account)
        case (_, "issues", _): return try answerIssues(Array(path.dropFirst()), request, by: account)
        case (_, "labels", _): return try answerLabels(Array(path.dropFirst()), request)
        case (_, "commits", _), (_, "statuses", _): return try answerStatuses(path, request, by: account)
        case ("GET", "branches", 1):
            return try page(branches.keys.sorted().map { try branchJSON($0, for: account) }, request)
        case ("GET", "branches", 2...):
            return .json(try branchJSON(path.dropFirst().joined(separator: "/"), for: account))
        case ("DELETE", "branches", 2...):
            return try await deleteBranch(path.dropFirst().joined(separator: "/"))
        case (_, "branch_protections", _):
            return try answerProtections(Array(path.dropFirst()), request, by: account)
        default: throw ForgeRefusal.notFound
        }
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoDeleteBranch
    private func deleteBranch(_ branch: String) async throws -> ForgeResponse {
        guard let commit = branches[branch] else { throw ForgeRefusal.notFound }
        guard branch != "main", protection(of: branch) == nil else { throw ForgeRefusal(403, "branch protected") }
        try await repository.delete(branch, at: commit)
        return .nothing(204)
    }

    // MARK: Parts of requests and answers

    /// The object in a request's body.
    func body(_ request: ForgeRequest) throws -> Value {
        guard let value = try? ValueReader.read(request.body), value.fields != nil else {
            throw ForgeRefusal(422, "the body is no JSON object")
        }
        return value
    }

    /// One page of a list, with the address of the next one (https://docs.gitea.com/development/api-usage#pagination).
    func page(_ items: [Value], _ request: ForgeRequest, in wrap: ([Value]) -> Value = Value.array) -> ForgeResponse {
        let size = min(max(request.parameter("limit").flatMap { Int($0) } ?? 30, 1), 50)
        let number = max(request.parameter("page").flatMap { Int($0) } ?? 1, 1)
        let shown = Array(items.dropFirst((number - 1) * size).prefix(size))
        var response = ForgeResponse.json(wrap(shown))
        response.headers["X-Total-Count"] = "\(items.count)"
        let last = max((items.count + size - 1) / size, 1)
        var links: [String] = []
        func link(_ target: Int, _ relation: String) {
            let rest = request.query.filter { $0.name != "page" } + [("page", "\(target)")]
            let query = rest.map { "\(FormText.encoded($0.0))=\(FormText.encoded($0.1))" }.joined(separator: "&")
            links.append("<\(address)\(request.rawPath)?\(query)>; rel=\"\(relation)\"")
        }
        if number < last {
            link(number + 1, "next")
            link(last, "last")
        }
        if number > 1 {
            link(1, "first")
            link(number - 1, "prev")
        }
        if !links.isEmpty { response.headers["Link"] = links.joined(separator: ",") }
        return response
    }
}
