internal import HTTP
internal import Rollouts

/// GitHub and GitHub Enterprise Server, by https://docs.github.com/en/rest.
struct GitHub: ForgeService {
    let traits: ForgeTraits
    var connection: ForgeConnection
    let bodyLimit = 65_536
    let owner: String
    let name: String
    /// `/repos/<owner>/<name>`.
    let repository: String

    init(_ access: ForgeAccess, clock: ForgeClock) throws(ForgeFailure) {
        let parts = try access.repositoryParts(2...2, like: "acme/config")
        (owner, name) = (parts[0], parts[1])
        repository = "/repos/\(PercentEncoding.part(parts[0]))/\(PercentEncoding.part(parts[1]))"
        let root = ForgeAccess.root(access.url, else: "https://api.github.com")
        let source: any CredentialSource
        switch access.identity {
        case .token(let token): source = FixedCredential(credential: .bearer(token))
        case .app(let key): source = GitHubApp(key, repository: repository, name: parts[1])
        case .basic:
            throw ForgeFailure(.configuration, "GitHub takes no password", hint: "give it a token or an App")
        }
        connection = try ForgeConnection(access, forge: "GitHub", root: root, source: source, clock: clock)
        var traits = ForgeTraits(name: "GitHub", place: ForgeAccess.place(root, access.repository))
        traits.methods = [.merge, .squash, .rebase]
        traits.commitPage = access.commitPage(
            root, hosts: ["https://api.github.com": "https://github.com"], "/commit/")
        self.traits = traits
    }

    func request(
        _ method: HTTPClient.Request.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil,
        accepting accepted: Set<Int> = []
    ) -> ForgeRequest {
        var request = ForgeRequest(method, repository + path, query: query, body: body, accepting: accepted)
        request.headers = Self.headers
        return request
    }

    // https://docs.github.com/en/rest/about-the-rest-api/api-versions
    static let headers = [HTTPClient.Header("X-GitHub-Api-Version", "2022-11-28")]

    // MARK: Pull requests

    // https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        let query = [
            ("head", "\(owner):\(branch)"), ("base", base), ("state", state == .open ? "open" : "closed"),
            ("sort", "created"), ("direction", "desc"), ("per_page", "100"),
        ]
        return try await connection.list(request(.get, "/pulls", query: query), by: .link)
            .map { json throws(ForgeFailure) in try pullRequest(json) }
    }

    // https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    func pullRequest(_ number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestAnswer {
        let json = try await connection.ask(request(.get, "/pulls/\(number)")).json
        return PullRequestAnswer(pullRequest: try pullRequest(json), json: json)
    }

    // https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request
    func create(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest? {
        let body: JSON = [
            "title": .string(proposal.title), "head": .string(proposal.branch), "base": .string(proposal.base),
            "body": .string(proposal.body),
        ]
        let answer = try await connection.ask(request(.post, "/pulls", body: body, accepting: [422]))
        if answer.isGood { return try pullRequest(answer.json) }
        let words = answer.words
        if words.contains("already exists") { return nil }
        if words.contains("head invalid") {
            throw ForgeFailure(.notFound, "GitHub has no branch \(proposal.branch): \(words)")
        }
        throw ForgeFailure(.refused, "GitHub takes no pull request from \(proposal.branch): \(words)")
    }

    // https://docs.github.com/en/rest/pulls/pulls#update-a-pull-request
    // https://docs.github.com/en/rest/issues/labels
    func change(_ answer: PullRequestAnswer, _ change: PullRequestChange) async throws(ForgeFailure) {
        let number = answer.pullRequest.number
        if !change.addedLabels.isEmpty {
            let labels = JSON.array(change.addedLabels.sorted().map { .string($0) })
            let adding = request(.post, "/issues/\(number)/labels", body: ["labels": labels])
            _ = try await connection.ask(adding.repeatable)
        }
        for label in change.removedLabels.sorted() {
            let path = "/issues/\(number)/labels/\(PercentEncoding.part(label))"
            _ = try await connection.ask(request(.delete, path, accepting: [404]))
        }
        let members = change.membersLikeGitHub
        guard !members.isEmpty else { return }
        _ = try await connection.ask(request(.patch, "/pulls/\(number)", body: .object(members)))
    }

    // https://docs.github.com/en/rest/issues/issues#get-an-issue
    func closer(of answer: PullRequestAnswer) async throws(ForgeFailure) -> ForgeUser? {
        let issue = try await connection.ask(request(.get, "/issues/\(answer.pullRequest.number)")).json
        return ForgeUser(issue["closed_by"]?["login"])
    }

    // MARK: Comments

    // https://docs.github.com/en/rest/issues/comments#list-issue-comments
    func comments(on number: PullRequest.Number) async throws(ForgeFailure) -> [ForgeComment] {
        let query = [("per_page", "100")]
        return try await connection.list(request(.get, "/issues/\(number)/comments", query: query), by: .link)
            .compactMap { json in
                guard let id = json["id"]?.int, let text = json["body"]?.string else { return nil }
                return ForgeComment(id: "\(id)", text: text)
            }
    }

    // https://docs.github.com/en/rest/issues/comments#update-an-issue-comment
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

    // https://docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference
    func shows(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) -> Bool {
        let query = [("per_page", "100")]
        let shown = try await connection.list(
            request(.get, "/commits/\(commit.hex)/status", query: query), in: "statuses", by: .link)
        guard let newest = shown.first(where: { $0["context"]?.string == status.context }) else { return false }
        let texts = [newest["state"]?.string, newest["description"]?.string ?? "", newest["target_url"]?.string]
        return texts == [status.state.rawValue, status.description, status.url]
    }

    // https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
    func post(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) {
        var members: [JSON.Member] = [
            .init(name: "state", value: .string(status.state.rawValue)),
            .init(name: "context", value: .string(status.context)),
            .init(name: "description", value: .string(status.description)),
        ]
        if let url = status.url { members.append(.init(name: "target_url", value: .string(url))) }
        let posting = request(.post, "/statuses/\(commit.hex)", body: .object(members))
        _ = try await connection.ask(posting.repeatable)
    }

    // MARK: Reading

    func pullRequest(_ json: JSON) throws(ForgeFailure) -> PullRequest {
        let isMerged = json["merged_at"].map { !$0.isNull } ?? false
        var pullRequest = try PullRequest(likeGitHub: json, isMerged: isMerged, in: "GitHub")
        // Before the merge it is the one of a merge on trial.
        if isMerged { pullRequest.mergeCommit = CommitID(json["merge_commit_sha"]) }
        return pullRequest
    }
}

extension ForgeAccess {
    /// The root of an API without a slash at the end.
    static func root(_ stated: String?, else publicService: String) -> String {
        var root = stated ?? publicService
        while root.hasSuffix("/") { root.removeLast() }
        return root
    }

    /// For people: a host and the repository there.
    static func place(_ root: String, _ repository: String) -> String {
        let host = root.split(separator: "/").dropFirst().first.map(String.init) ?? root
        return "\(host)/\(repository)"
    }
}
