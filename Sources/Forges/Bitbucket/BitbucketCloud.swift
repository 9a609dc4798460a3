internal import HTTP
internal import Rollouts

/// Bitbucket Cloud, by https://developer.atlassian.com/cloud/bitbucket/rest/.
///
/// It has no labels, no guard of the head in a merge, and states object ids with 12 digits.
struct BitbucketCloud: ForgeService {
    let traits: ForgeTraits
    var connection: ForgeConnection
    let bodyLimit = 32_768
    let name: String
    /// `/repositories/<workspace>/<repository>`.
    let repository: String

    init(_ access: ForgeAccess, clock: ForgeClock) throws(ForgeFailure) {
        let parts = try access.repositoryParts(2...2, like: "acme/config")
        name = access.repository
        repository = "/repositories/\(PercentEncoding.part(parts[0]))/\(PercentEncoding.part(parts[1]))"
        let root = ForgeAccess.root(access.url, else: "https://api.bitbucket.org/2.0")
        let source = try FixedCredential(bitbucket: access.identity)
        connection = try ForgeConnection(access, forge: "Bitbucket", root: root, source: source, clock: clock)
        var traits = ForgeTraits(name: "Bitbucket", place: ForgeAccess.place(root, access.repository))
        traits.commitPage = access.commitPage(
            root, hosts: ["https://api.bitbucket.org/2.0": "https://bitbucket.org"], "/commits/")
        traits.hasLabels = false
        traits.hasHeadGuard = false
        traits.hasAutoMerge = false
        self.traits = traits
    }

    func request(
        _ method: HTTPClient.Request.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil,
        accepting accepted: Set<Int> = []
    ) -> ForgeRequest {
        ForgeRequest(method, repository + path, query: query, body: body, accepting: accepted)
    }

    /// The items of https://developer.atlassian.com/cloud/bitbucket/rest/intro/#pagination.
    func list(
        _ request: ForgeRequest, until isEnough: ([JSON]) -> Bool = { _ in false }
    ) async throws(ForgeFailure) -> [JSON] {
        try await connection.list(request, in: "values", by: .next, until: isEnough)
    }

    // MARK: Pull requests

    // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-get
    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        let states =
            switch state {
            case .open: #"state="OPEN""#
            case .merged: #"state="MERGED""#
            case .closed: #"(state="DECLINED" OR state="SUPERSEDED")"#
            }
        let filter = "source.branch.name=\(quoted(branch)) AND destination.branch.name=\(quoted(base)) AND \(states)"
        let query = [("q", filter), ("sort", "-created_on"), ("pagelen", "50")]
        var found: [PullRequest] = []
        for json in try await list(request(.get, "/pullrequests", query: query)) {
            found.append(try await pullRequest(json))
        }
        return found
    }

    private func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    func pullRequest(_ number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestAnswer {
        let json = try await connection.ask(request(.get, "/pullrequests/\(number)")).json
        return PullRequestAnswer(pullRequest: try await pullRequest(json), json: json)
    }

    /// Asked once more for the same branches, Bitbucket changes the pull request that is open and answers with it.
    func create(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest? {
        let body: JSON = [
            "title": .string(proposal.title), "description": .string(proposal.body),
            "source": ["branch": ["name": .string(proposal.branch)]],
            "destination": ["branch": ["name": .string(proposal.base)]], "close_source_branch": false,
        ]
        let answer = try await connection.ask(request(.post, "/pullrequests", body: body, accepting: [400, 409]))
        if answer.isGood { return try await pullRequest(answer.json) }
        if answer.status == 409 { return nil }
        throw ForgeFailure(
            answer.words.lowercased().contains("not found") ? .notFound : .refused,
            "Bitbucket takes no pull request from \(proposal.branch): \(answer.words)")
    }

    func change(_ answer: PullRequestAnswer, _ change: PullRequestChange) async throws(ForgeFailure) {
        let number = answer.pullRequest.number
        if change.title != nil || change.body != nil {
            let body: JSON = [
                "title": .string(change.title ?? answer.pullRequest.title),
                "description": .string(change.body ?? answer.pullRequest.body),
            ]
            _ = try await connection.ask(request(.put, "/pullrequests/\(number)", body: body))
        }
        if change.closes { _ = try await connection.ask(request(.post, "/pullrequests/\(number)/decline")) }
    }

    func closer(of answer: PullRequestAnswer) async throws(ForgeFailure) -> ForgeUser? {
        ForgeUser(answer.json["closed_by"]?["nickname"])
    }

    // MARK: Comments

    func comments(on number: PullRequest.Number) async throws(ForgeFailure) -> [ForgeComment] {
        let query = [("pagelen", "100"), ("sort", "created_on")]
        return try await list(request(.get, "/pullrequests/\(number)/comments", query: query)).compactMap { json in
            guard let id = json["id"]?.int, let text = json["content"]?["raw"]?.string, json["deleted"]?.bool != true
            else { return nil }
            return ForgeComment(id: "\(id)", text: text)
        }
    }

    func write(
        _ text: String, on number: PullRequest.Number, inPlaceOf comment: ForgeComment?
    ) async throws(ForgeFailure) {
        let body: JSON = ["content": ["raw": .string(text)]]
        let path = "/pullrequests/\(number)/comments"
        if let comment {
            _ = try await connection.ask(request(.put, "\(path)/\(comment.id)", body: body))
        } else {
            _ = try await connection.ask(request(.post, path, body: body))
        }
    }

    // MARK: Statuses

    // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/
    func shows(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) -> Bool {
        let build = BuildStatus(status, page: "https://bitbucket.org/\(name)")
        let path = "/commit/\(commit.hex)/statuses/build/\(PercentEncoding.part(build.key))"
        let answer = try await connection.ask(request(.get, path, accepting: [404]))
        return answer.isGood && build.isShown(by: answer.json)
    }

    func post(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) {
        let build = BuildStatus(status, page: "https://bitbucket.org/\(name)")
        let posting = request(.post, "/commit/\(commit.hex)/statuses/build", body: build.json)
        _ = try await connection.ask(posting.repeatable)
    }

    // MARK: Reading

    private func pullRequest(_ json: JSON) async throws(ForgeFailure) -> PullRequest {
        guard let number = json["id"]?.int, let branch = json["source"]?["branch"]?["name"]?.string,
            let base = json["destination"]?["branch"]?["name"]?.string, let state = json["state"]?.string
        else { throw .lacking("pull request", in: "Bitbucket") }
        var pullRequest = PullRequest(
            number: .init(number), url: json["links"]?["html"]?["href"]?.string ?? "", branch: branch, base: base,
            head: state == "OPEN" ? try await commit(json["source"]?["commit"]) : nil,
            title: json["title"]?.string ?? "", body: json["description"]?.string ?? "",
            state: state == "OPEN" ? .open : state == "MERGED" ? .merged : .closed,
            author: ForgeUser(json["author"]?["nickname"]))
        pullRequest.isDraft = json["draft"]?.bool ?? false
        if state == "MERGED" { pullRequest.mergeCommit = try await commit(json["merge_commit"]) }
        let repositories = [json["source"], json["destination"]].map { $0?["repository"]?["full_name"]?.string }
        pullRequest.isFromFork = repositories[0] == nil || repositories[0] != repositories[1]
        return pullRequest
    }

    /// The whole id of a commit that is stated with its first digits; nil where it is gone.
    ///
    /// By https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/.
    private func commit(_ json: JSON?) async throws(ForgeFailure) -> CommitID? {
        guard let hash = json?["hash"]?.string, !hash.isEmpty else { return nil }
        if let whole = CommitID(.string(hash)) { return whole }
        let answer = try await connection.ask(request(.get, "/commit/\(PercentEncoding.part(hash))", accepting: [404]))
        guard let whole = CommitID(answer.json["hash"]), whole.hex.hasPrefix(hash) else { return nil }
        return whole
    }
}

extension FixedCredential {
    /// A token of a repository, project or workspace, or a user's with their name.
    init(bitbucket identity: ForgeAccess.Identity) throws(ForgeFailure) {
        switch identity {
        case .token(let token): self.init(credential: .bearer(token))
        case .basic(let user, let password): self.init(credential: .basic(user: user, password: password))
        case .app:
            throw ForgeFailure(.configuration, "Bitbucket knows no GitHub Apps", hint: "give it an access token")
        }
    }
}
