internal import HTTP
internal import Rollouts

/// Azure DevOps Services and Server, by https://learn.microsoft.com/en-us/rest/api/azure/devops/git/.
struct AzureDevOps: ForgeService {
    let traits: ForgeTraits
    var connection: ForgeConnection
    /// https://learn.microsoft.com/en-us/azure/devops/repos/git/pull-requests has it for descriptions.
    let bodyLimit = 4000
    let organization: String
    let project: String
    let repository: String

    init(_ access: ForgeAccess, clock: ForgeClock) throws(ForgeFailure) {
        let parts = try access.repositoryParts(3...3, like: "acme/shop/config")
        organization = "/\(PercentEncoding.part(parts[0]))"
        project = "\(organization)/\(PercentEncoding.part(parts[1]))"
        repository = "\(project)/_apis/git/repositories/\(PercentEncoding.part(parts[2]))"
        let root = ForgeAccess.root(access.url, else: "https://dev.azure.com")
        let credential: HTTPClient.Credential
        switch access.identity {
        // https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate
        case .token(let token): credential = .basic(user: "", password: token)
        case .basic(let user, let password): credential = .basic(user: user, password: password)
        case .app:
            throw ForgeFailure(.configuration, "Azure DevOps knows no GitHub Apps", hint: "give it an access token")
        }
        connection = try ForgeConnection(
            access, forge: "Azure DevOps", root: root, source: FixedCredential(credential: credential), clock: clock)
        var traits = ForgeTraits(name: "Azure DevOps", place: ForgeAccess.place(root, access.repository))
        traits.methods = [.merge, .squash, .rebase]
        traits.commitPage = "\(root)\(project)/_git/\(PercentEncoding.part(parts[2]))/commit/"
        self.traits = traits
    }

    func request(
        _ method: HTTPClient.Request.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil,
        accepting accepted: Set<Int> = []
    ) -> ForgeRequest {
        ForgeRequest(
            method, repository + path, query: query + [("api-version", "7.1")], body: body, accepting: accepted)
    }

    func list(_ path: String, _ query: [(String, String)] = []) async throws(ForgeFailure) -> [JSON] {
        let answer = try await connection.ask(request(.get, path, query: query))
        guard let items = answer.json["value"]?.array else { throw .lacking("value", in: "Azure DevOps") }
        return items
    }

    // MARK: Pull requests

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests/get-pull-requests
    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        let name =
            switch state {
            case .open: "active"
            case .closed: "abandoned"
            case .merged: "completed"
            }
        let query = [
            ("searchCriteria.sourceRefName", "refs/heads/\(branch)"),
            ("searchCriteria.targetRefName", "refs/heads/\(base)"), ("searchCriteria.status", name), ("$top", "100"),
        ]
        let items = try await connection.list(
            request(.get, "/pullrequests", query: query), in: "value", by: .skip(page: 100))
        var found = try items.map { json throws(ForgeFailure) in try pullRequest(json) }
        // Lists show the first 400 characters of a description.
        guard state == .open, let first = found.first, first.body.count >= 400 else { return found }
        found[0] = try await pullRequest(first.number).pullRequest
        return found
    }

    func pullRequest(_ number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestAnswer {
        let json = try await connection.ask(request(.get, "/pullrequests/\(number)")).json
        return PullRequestAnswer(pullRequest: try pullRequest(json), json: json)
    }

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests/create
    func create(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest? {
        let labels = proposal.labels.sorted().map { label -> JSON in ["name": .string(label)] }
        let body: JSON = [
            "sourceRefName": .string("refs/heads/\(proposal.branch)"),
            "targetRefName": .string("refs/heads/\(proposal.base)"), "title": .string(proposal.title),
            "description": .string(proposal.body), "labels": .array(labels),
        ]
        let answer = try await connection.ask(request(.post, "/pullrequests", body: body, accepting: [409]))
        if answer.isGood { return try pullRequest(answer.json) }
        // TF401179: an active pull request for the source and target branch already exists.
        guard answer.words.contains("TF401179") else {
            throw ForgeFailure(.refused, "Azure DevOps takes no pull request: \(answer.words)")
        }
        return nil
    }

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests/update
    func change(_ answer: PullRequestAnswer, _ change: PullRequestChange) async throws(ForgeFailure) {
        let number = answer.pullRequest.number
        for label in change.addedLabels.sorted() {
            let adding = request(.post, "/pullRequests/\(number)/labels", body: ["name": .string(label)])
            _ = try await connection.ask(adding.repeatable)
        }
        for label in change.removedLabels.sorted() {
            let path = "/pullRequests/\(number)/labels/\(PercentEncoding.part(label))"
            _ = try await connection.ask(request(.delete, path, accepting: [404]))
        }
        var members: [JSON.Member] = []
        if let title = change.title { members.append(.init(name: "title", value: .string(title))) }
        if let body = change.body { members.append(.init(name: "description", value: .string(body))) }
        if change.closes { members.append(.init(name: "status", value: "abandoned")) }
        guard !members.isEmpty else { return }
        _ = try await connection.ask(request(.patch, "/pullrequests/\(number)", body: .object(members)))
    }

    func closer(of answer: PullRequestAnswer) async throws(ForgeFailure) -> ForgeUser? {
        ForgeUser(answer.json["closedBy"]?["uniqueName"])
    }

    // MARK: Comments

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-request-threads/list
    func comments(on number: PullRequest.Number) async throws(ForgeFailure) -> [ForgeComment] {
        try await list("/pullRequests/\(number)/threads").compactMap { thread in
            guard let id = thread["id"]?.int, let first = thread["comments"]?[0], let comment = first["id"]?.int,
                let text = first["content"]?.string, first["isDeleted"]?.bool != true,
                first["commentType"]?.string != "system"
            else { return nil }
            return ForgeComment(id: "\(id)/comments/\(comment)", text: text)
        }
    }

    func write(
        _ text: String, on number: PullRequest.Number, inPlaceOf comment: ForgeComment?
    ) async throws(ForgeFailure) {
        let path = "/pullRequests/\(number)/threads"
        if let comment {
            _ = try await connection.ask(
                request(.patch, "\(path)/\(comment.id)", body: ["content": .string(text)]))
        } else {
            // A closed thread, so that a policy that wants all of them resolved does not wait for this one.
            let first: JSON = ["parentCommentId": 0, "content": .string(text), "commentType": "text"]
            _ = try await connection.ask(
                request(.post, path, body: ["comments": [first], "status": "closed"]))
        }
    }

    // MARK: Statuses

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/statuses/list
    func shows(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) -> Bool {
        let (genre, name) = Self.context(of: status)
        let shown = try await list("/commits/\(commit.hex)/statuses", [("latestOnly", "true"), ("top", "1000")])
        let newest = shown.filter { $0["context"]?["name"]?.string == name && $0["context"]?["genre"]?.string == genre }
            .max { ($0["id"]?.int ?? 0) < ($1["id"]?.int ?? 0) }
        let texts = [newest?["state"]?.string, newest?["description"]?.string ?? "", newest?["targetUrl"]?.string]
        return texts == [Self.name(of: status.state), status.description, status.url]
    }

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/statuses/create
    func post(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) {
        let (genre, name) = Self.context(of: status)
        var members: [JSON.Member] = [
            .init(name: "state", value: .string(Self.name(of: status.state))),
            .init(name: "description", value: .string(status.description)),
            .init(name: "context", value: ["genre": .string(genre), "name": .string(name)]),
        ]
        if let url = status.url { members.append(.init(name: "targetUrl", value: .string(url))) }
        let posting = request(.post, "/commits/\(commit.hex)/statuses", body: .object(members))
        _ = try await connection.ask(posting.repeatable)
    }

    /// What stands before the first slash is the genre.
    private static func context(of status: CommitStatus) -> (genre: String, name: String) {
        let parts = status.context.split(separator: "/", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("headgate", status.context)
    }

    private static func name(of state: CommitStatus.State) -> String {
        switch state {
        case .pending: "pending"
        case .success: "succeeded"
        case .failure: "failed"
        case .error: "error"
        }
    }

    // MARK: Reading

    private func pullRequest(_ json: JSON) throws(ForgeFailure) -> PullRequest {
        guard let number = json["pullRequestId"]?.int, let branch = json["sourceRefName"]?.string,
            let base = json["targetRefName"]?.string, let status = json["status"]?.string
        else { throw .lacking("pull request", in: "Azure DevOps") }
        let page = json["repository"]?["webUrl"]?.string.map { "\($0)/pullrequest/\(number)" }
        var pullRequest = PullRequest(
            number: .init(number), url: page ?? json["url"]?.string ?? "", branch: branch.withoutHeads,
            base: base.withoutHeads, head: CommitID(json["lastMergeSourceCommit"]?["commitId"]),
            title: json["title"]?.string ?? "", body: json["description"]?.string ?? "",
            state: status == "active" ? .open : status == "completed" ? .merged : .closed,
            author: ForgeUser(json["createdBy"]?["uniqueName"]))
        pullRequest.labels = Set(
            (json["labels"]?.array ?? []).filter { $0["active"]?.bool != false }.compactMap { $0["name"]?.string })
        pullRequest.isDraft = json["isDraft"]?.bool ?? false
        if status == "completed" { pullRequest.mergeCommit = CommitID(json["lastMergeCommit"]?["commitId"]) }
        pullRequest.isFromFork = json["forkSource"].map { !$0.isNull } ?? false
        return pullRequest
    }
}
