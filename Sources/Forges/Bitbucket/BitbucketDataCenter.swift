internal import HTTP
internal import Rollouts

/// Bitbucket Data Center, by https://developer.atlassian.com/server/bitbucket/rest/.
///
/// It has no labels of pull requests. Each change names the version of what it changes, so that a merge of a head that
/// has moved is refused.
struct BitbucketDataCenter: ForgeService {
    let traits: ForgeTraits
    var connection: ForgeConnection
    let bodyLimit = 32_768
    let project: String
    let slug: String
    private let page: String

    init(_ access: ForgeAccess, clock: ForgeClock) throws(ForgeFailure) {
        let parts = try access.repositoryParts(2...2, like: "SHOP/config")
        (project, slug) = (parts[0], parts[1])
        guard let url = access.url else {
            throw ForgeFailure(
                .configuration, "no URL is stated for Bitbucket Data Center",
                hint: "state the server's, like https://bitbucket.example.com")
        }
        let root = ForgeAccess.root(url, else: "")
        page = "\(root)/projects/\(project)/repos/\(slug)"
        let source = try FixedCredential(bitbucket: access.identity)
        connection = try ForgeConnection(
            access, forge: "Bitbucket Data Center", root: root, source: source, clock: clock)
        var traits = ForgeTraits(name: "Bitbucket Data Center", place: ForgeAccess.place(root, access.repository))
        traits.commitPage = page + "/commits/"
        traits.hasLabels = false
        traits.hasAutoMerge = false
        self.traits = traits
    }

    /// - Parameter api: the part of the API, for example `api/latest`.
    func request(
        _ method: HTTPClient.Request.Method, _ path: String, in api: String = "api/latest",
        query: [(String, String)] = [], body: JSON? = nil, accepting accepted: Set<Int> = []
    ) -> ForgeRequest {
        let place = "/rest/\(api)/projects/\(PercentEncoding.part(project))/repos/\(PercentEncoding.part(slug))"
        var request = ForgeRequest(method, place + path, query: query, body: body, accepting: accepted)
        // https://confluence.atlassian.com/kb/rest-api-calls-with-a-browser-user-agent-header-may-fail-csrf-checks-802591455.html
        if method != .get { request.headers = [.init("X-Atlassian-Token", "no-check")] }
        // A change that has happened is refused the second time, since its version is an old one then.
        request.isRepeatable = method == .get
        return request
    }

    func list(_ request: ForgeRequest) async throws(ForgeFailure) -> [JSON] {
        var request = request
        request.query.append(("limit", "100"))
        return try await connection.list(request, in: "values", by: .start)
    }

    // MARK: Pull requests

    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        let name =
            switch state {
            case .open: "OPEN"
            case .closed: "DECLINED"
            case .merged: "MERGED"
            }
        let query = [("at", "refs/heads/\(branch)"), ("direction", "OUTGOING"), ("state", name), ("order", "NEWEST")]
        return try await list(request(.get, "/pull-requests", query: query)).map { json throws(ForgeFailure) in
            try pullRequest(json)
        }
    }

    func pullRequest(_ number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestAnswer {
        let json = try await connection.ask(request(.get, "/pull-requests/\(number)")).json
        return PullRequestAnswer(pullRequest: try pullRequest(json), json: json)
    }

    func create(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest? {
        func reference(_ branch: String) -> JSON {
            let repository: JSON = ["slug": .string(slug), "project": ["key": .string(project)]]
            return ["id": .string("refs/heads/\(branch)"), "repository": repository]
        }
        let body: JSON = [
            "title": .string(proposal.title), "description": .string(proposal.body),
            "fromRef": reference(proposal.branch), "toRef": reference(proposal.base),
        ]
        let answer = try await connection.ask(request(.post, "/pull-requests", body: body, accepting: [409]))
        if answer.isGood { return try pullRequest(answer.json) }
        guard answer.exception.contains("DuplicatePullRequest") else {
            throw ForgeFailure(
                .refused, "Bitbucket takes no pull request from \(proposal.branch): \(answer.words)")
        }
        return nil
    }

    func change(_ answer: PullRequestAnswer, _ change: PullRequestChange) async throws(ForgeFailure) {
        let number = answer.pullRequest.number
        var version = answer.json["version"]?.int ?? 0
        if change.title != nil || change.body != nil {
            // Reviewers that are not named again are taken off.
            let reviewers = (answer.json["reviewers"]?.array ?? []).compactMap { $0["user"]?["name"] }
            let body: JSON = [
                "version": .number("\(version)"), "title": .string(change.title ?? answer.pullRequest.title),
                "description": .string(change.body ?? answer.pullRequest.body),
                "reviewers": .array(reviewers.map { ["user": ["name": $0]] }),
            ]
            let changed = try await connection.ask(request(.put, "/pull-requests/\(number)", body: body)).json
            version = changed["version"]?.int ?? version + 1
        }
        guard change.closes else { return }
        let query = [("version", "\(version)")]
        _ = try await connection.ask(
            request(.post, "/pull-requests/\(number)/decline", query: query, body: ["version": .number("\(version)")]))
    }

    func closer(of answer: PullRequestAnswer) async throws(ForgeFailure) -> ForgeUser? {
        let declined = try await activities(of: answer.pullRequest.number).first { $0["action"]?.string == "DECLINED" }
        return ForgeUser(declined?["user"]?["name"])
    }

    /// The newest first.
    private func activities(of number: PullRequest.Number) async throws(ForgeFailure) -> [JSON] {
        try await list(request(.get, "/pull-requests/\(number)/activities"))
    }

    // MARK: Comments

    func comments(on number: PullRequest.Number) async throws(ForgeFailure) -> [ForgeComment] {
        try await activities(of: number).reversed().compactMap { activity in
            guard activity["action"]?.string == "COMMENTED", let id = activity["comment"]?["id"]?.int,
                let text = activity["comment"]?["text"]?.string
            else { return nil }
            return ForgeComment(id: "\(id)", text: text, version: activity["comment"]?["version"]?.int)
        }
    }

    func write(
        _ text: String, on number: PullRequest.Number, inPlaceOf comment: ForgeComment?
    ) async throws(ForgeFailure) {
        let path = "/pull-requests/\(number)/comments"
        if let comment {
            let body: JSON = ["text": .string(text), "version": .number("\(comment.version ?? 0)")]
            _ = try await connection.ask(request(.put, "\(path)/\(comment.id)", body: body))
        } else {
            _ = try await connection.ask(request(.post, path, body: ["text": .string(text)]))
        }
    }

    // MARK: Statuses

    // https://developer.atlassian.com/server/bitbucket/how-tos/updating-build-status-for-commits/
    func shows(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) -> Bool {
        let build = BuildStatus(status, page: page)
        let asking = ForgeRequest(.get, "/rest/build-status/1.0/commits/\(commit.hex)")
        return try await list(asking).contains { build.isShown(by: $0) }
    }

    func post(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) {
        let posting = ForgeRequest(
            .post, "/rest/build-status/1.0/commits/\(commit.hex)", body: BuildStatus(status, page: page).json)
        _ = try await connection.ask(posting.repeatable)
    }

    // MARK: Reading

    private func pullRequest(_ json: JSON) throws(ForgeFailure) -> PullRequest {
        guard let number = json["id"]?.int, let branch = json["fromRef"]?["id"]?.string,
            let base = json["toRef"]?["id"]?.string, let state = json["state"]?.string
        else { throw .lacking("pull request", in: "Bitbucket") }
        var pullRequest = PullRequest(
            number: .init(number), url: json["links"]?["self"]?[0]?["href"]?.string ?? "",
            branch: branch.withoutHeads, base: base.withoutHeads, head: CommitID(json["fromRef"]?["latestCommit"]),
            title: json["title"]?.string ?? "", body: json["description"]?.string ?? "",
            state: state == "OPEN" ? .open : state == "MERGED" ? .merged : .closed,
            author: ForgeUser(json["author"]?["user"]?["name"]))
        pullRequest.isDraft = json["draft"]?.bool ?? false
        if state == "MERGED" { pullRequest.mergeCommit = CommitID(json["properties"]?["mergeCommit"]?["id"]) }
        let places = [json["fromRef"], json["toRef"]].map { reference in
            [reference?["repository"]?["project"]?["key"]?.string, reference?["repository"]?["slug"]?.string]
        }
        pullRequest.isFromFork = places[0].contains(nil) || places[0] != places[1]
        return pullRequest
    }
}

extension String {
    /// A branch's name without `refs/heads/`.
    var withoutHeads: String { hasPrefix("refs/heads/") ? String(dropFirst(11)) : self }
}

extension ForgeAnswer {
    /// The class of the first error, which tells refusals of one status apart.
    var exception: String { json["errors"]?[0]?["exceptionName"]?.string ?? "" }
}
