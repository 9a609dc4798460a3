internal import HTTP
internal import Rollouts

/// Gitea and Forgejo, by https://docs.gitea.com/api/ and https://forgejo.org/docs/latest/user/api-usage/.
struct Gitea: ForgeService {
    let traits: ForgeTraits
    var connection: ForgeConnection
    let bodyLimit = 65_536
    /// `/repos/<owner>/<name>`.
    let repository: String

    init(_ access: ForgeAccess, clock: ForgeClock) throws(ForgeFailure) {
        let parts = try access.repositoryParts(2...2, like: "acme/config")
        repository = "/repos/\(PercentEncoding.part(parts[0]))/\(PercentEncoding.part(parts[1]))"
        guard let url = access.url else {
            throw ForgeFailure(
                .configuration, "no URL is stated for Gitea", hint: "state it like https://gitea.example.com/api/v1")
        }
        guard case .token(let token) = access.identity else {
            throw ForgeFailure(.configuration, "Gitea takes a token", hint: "give it an access token")
        }
        let root = ForgeAccess.root(url, else: "")
        // https://docs.gitea.com/development/api-usage#authentication
        let credential = HTTPClient.Credential.header(name: "Authorization", value: Secret("token \(token.revealed)"))
        connection = try ForgeConnection(
            access, forge: "Gitea", root: root, source: FixedCredential(credential: credential), clock: clock)
        var traits = ForgeTraits(name: "Gitea", place: ForgeAccess.place(root, access.repository))
        traits.commitPage = access.commitPage(root, "/commit/")
        self.traits = traits
    }

    func request(
        _ method: HTTPClient.Request.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil,
        accepting accepted: Set<Int> = []
    ) -> ForgeRequest {
        ForgeRequest(method, repository + path, query: query, body: body, accepting: accepted)
    }

    func list(_ path: String, _ query: [(String, String)] = []) async throws(ForgeFailure) -> [JSON] {
        try await connection.list(request(.get, path, query: query + [("limit", "50")]), by: .link)
    }

    // MARK: Pull requests

    /// No list can be asked by branch: of those that are no longer open the 500 changed last are looked through, and what
    /// is older is asked for by the names of both branches, which shows one.
    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        // https://docs.gitea.com/api/#tag/repository/operation/repoListPullRequests
        let query = [("state", state == .open ? "open" : "closed"), ("sort", "recentupdate"), ("limit", "50")]
        let items = try await connection.list(request(.get, "/pulls", query: query), by: .link) { items in
            state != .open && items.count >= 500
        }
        let found = try items.map { json throws(ForgeFailure) in try pullRequest(json) }
            .filter { $0.branch == branch && $0.base == base }
        guard found.isEmpty, state != .open, items.count >= 500 else { return found }
        // https://docs.gitea.com/api/#tag/repository/operation/repoGetPullRequestByBaseHead
        let path = "/pulls/\(PercentEncoding.part(base))/\(PercentEncoding.part(branch))"
        let answer = try await connection.ask(request(.get, path, accepting: [404]))
        return answer.isGood ? [try pullRequest(answer.json)] : []
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoGetPullRequest
    func pullRequest(_ number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestAnswer {
        let json = try await connection.ask(request(.get, "/pulls/\(number)")).json
        return PullRequestAnswer(pullRequest: try pullRequest(json), json: json)
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoCreatePullRequest
    func create(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest? {
        let body: JSON = [
            "title": .string(proposal.title), "head": .string(proposal.branch), "base": .string(proposal.base),
            "body": .string(proposal.body),
        ]
        let answer = try await connection.ask(request(.post, "/pulls", body: body, accepting: [409]))
        return answer.isGood ? try pullRequest(answer.json) : nil
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoEditPullRequest
    func change(_ answer: PullRequestAnswer, _ change: PullRequestChange) async throws(ForgeFailure) {
        let number = answer.pullRequest.number
        if !change.addedLabels.isEmpty || !change.removedLabels.isEmpty { try await label(number, change) }
        let members = change.membersLikeGitHub
        guard !members.isEmpty else { return }
        _ = try await connection.ask(request(.patch, "/pulls/\(number)", body: .object(members)))
    }

    /// Labels have numbers here, and must exist.
    private func label(_ number: PullRequest.Number, _ change: PullRequestChange) async throws(ForgeFailure) {
        // https://docs.gitea.com/api/#tag/issue/operation/issueListLabels
        var ids: [String: Int] = [:]
        for json in try await list("/labels") {
            if let name = json["name"]?.string, let id = json["id"]?.int { ids[name] = id }
        }
        var added: [JSON] = []
        for name in change.addedLabels.sorted() {
            let known = ids[name]
            let id: Int?
            if let known { id = known } else { id = try await createdLabel(name) }
            if let id { added.append(.number("\(id)")) }
        }
        if !added.isEmpty {
            // https://docs.gitea.com/api/#tag/issue/operation/issueAddLabel
            let adding = request(.post, "/issues/\(number)/labels", body: ["labels": .array(added)])
            _ = try await connection.ask(adding.repeatable)
        }
        for id in change.removedLabels.sorted().compactMap({ ids[$0] }) {
            _ = try await connection.ask(request(.delete, "/issues/\(number)/labels/\(id)", accepting: [404]))
        }
    }

    private func createdLabel(_ name: String) async throws(ForgeFailure) -> Int? {
        let body: JSON = ["name": .string(name), "color": "#4a7ebb", "description": "Set by headgate"]
        return try await connection.ask(request(.post, "/labels", body: body)).json["id"]?.int
    }

    // https://docs.gitea.com/api/#tag/issue/operation/issueGetCommentsAndTimeline
    func closer(of answer: PullRequestAnswer) async throws(ForgeFailure) -> ForgeUser? {
        let events = try await list("/issues/\(answer.pullRequest.number)/timeline")
        return ForgeUser(events.last { $0["type"]?.string == "close" }?["user"]?["login"])
    }

    // MARK: Comments

    // https://docs.gitea.com/api/#tag/issue/operation/issueGetComments
    func comments(on number: PullRequest.Number) async throws(ForgeFailure) -> [ForgeComment] {
        try await list("/issues/\(number)/comments").compactMap { json in
            guard let id = json["id"]?.int, let text = json["body"]?.string else { return nil }
            return ForgeComment(id: "\(id)", text: text)
        }
    }

    // https://docs.gitea.com/api/#tag/issue/operation/issueEditComment
    func write(
        _ text: String, on number: PullRequest.Number, inPlaceOf comment: ForgeComment?
    ) async throws(ForgeFailure) {
        let body: JSON = ["body": .string(text)]
        if let comment {
            _ = try await connection.ask(request(.patch, "/issues/comments/\(comment.id)", body: body))
        } else {
            _ = try await connection.ask(request(.post, "/issues/\(number)/comments", body: body))
        }
    }

    // MARK: Statuses

    // https://docs.gitea.com/api/#tag/repository/operation/repoGetCombinedStatusByRef
    func shows(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) -> Bool {
        let path = "/commits/\(commit.hex)/status"
        let answer = try await connection.list(
            request(.get, path, query: [("limit", "50")]), in: "statuses", by: .link)
        guard let newest = answer.first(where: { $0["context"]?.string == status.context }) else { return false }
        let texts = [newest["status"]?.string, newest["description"]?.string ?? "", newest["target_url"]?.string ?? ""]
        return texts == [status.state.rawValue, status.description, status.url ?? ""]
    }

    // https://docs.gitea.com/api/#tag/repository/operation/repoCreateStatus
    func post(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) {
        let body: JSON = [
            "state": .string(status.state.rawValue), "context": .string(status.context),
            "description": .string(status.description), "target_url": .string(status.url ?? ""),
        ]
        let posting = request(.post, "/statuses/\(commit.hex)", body: body)
        _ = try await connection.ask(posting.repeatable)
    }

    // MARK: Reading

    private func pullRequest(_ json: JSON) throws(ForgeFailure) -> PullRequest {
        let isMerged = json["merged"]?.bool ?? false
        var pullRequest = try PullRequest(likeGitHub: json, isMerged: isMerged, in: "Gitea")
        if isMerged {
            // The second name is that of some versions of Forgejo.
            pullRequest.mergeCommit = CommitID(json["merge_commit_sha"]) ?? CommitID(json["merged_commit_id"])
        }
        return pullRequest
    }
}
