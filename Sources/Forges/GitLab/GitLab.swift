internal import HTTP
internal import Rollouts

/// GitLab, by https://docs.gitlab.com/api/rest/.
///
/// Whether a merge makes a commit of its own or moves the branch forward is a setting of the project; a request only
/// chooses whether commits are squashed.
struct GitLab: ForgeService {
    let traits: ForgeTraits
    var connection: ForgeConnection
    let bodyLimit = 1_000_000
    /// `/projects/<escaped path>`.
    let project: String

    init(_ access: ForgeAccess, clock: ForgeClock) throws(ForgeFailure) {
        let parts = try access.repositoryParts(2...21, like: "acme/config")
        project = "/projects/\(PercentEncoding.part(parts.joined(separator: "/")))"
        let root = ForgeAccess.root(access.url, else: "https://gitlab.com/api/v4")
        guard case .token(let token) = access.identity else {
            throw ForgeFailure(.configuration, "GitLab takes a token", hint: "give it a project access token")
        }
        // https://docs.gitlab.com/api/rest/authentication/
        let source = FixedCredential(credential: .header(name: "PRIVATE-TOKEN", value: token))
        connection = try ForgeConnection(access, forge: "GitLab", root: root, source: source, clock: clock)
        var traits = ForgeTraits(name: "GitLab", place: ForgeAccess.place(root, access.repository))
        traits.methods = [.merge, .squash, .fastForward]
        traits.commitPage = access.commitPage(root, "/-/commit/")
        self.traits = traits
    }

    func request(
        _ method: HTTPClient.Request.Method, _ path: String, query: [(String, String)] = [], body: JSON? = nil,
        accepting accepted: Set<Int> = []
    ) -> ForgeRequest {
        ForgeRequest(method, project + path, query: query, body: body, accepting: accepted)
    }

    // https://docs.gitlab.com/api/rest/#offset-based-pagination
    func list(_ path: String, _ query: [(String, String)] = []) async throws(ForgeFailure) -> [JSON] {
        try await connection.list(
            request(.get, path, query: query + [("per_page", "100")]), by: .header("X-Next-Page"))
    }

    // MARK: Merge requests

    // https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests
    func pullRequests(
        from branch: String, to base: String, in state: PullRequest.State
    ) async throws(ForgeFailure) -> [PullRequest] {
        let query = [
            ("source_branch", branch), ("target_branch", base), ("state", state == .open ? "opened" : state.rawValue),
            ("order_by", "created_at"), ("sort", "desc"),
        ]
        return try await list("/merge_requests", query).map { json throws(ForgeFailure) in try pullRequest(json) }
    }

    // https://docs.gitlab.com/api/merge_requests/#get-single-mr
    func pullRequest(_ number: PullRequest.Number) async throws(ForgeFailure) -> PullRequestAnswer {
        let json = try await connection.ask(request(.get, "/merge_requests/\(number)")).json
        return PullRequestAnswer(pullRequest: try pullRequest(json), json: json)
    }

    // https://docs.gitlab.com/api/merge_requests/#create-mr
    func create(_ proposal: PullRequestProposal) async throws(ForgeFailure) -> PullRequest? {
        var members: [JSON.Member] = [
            .init(name: "source_branch", value: .string(proposal.branch)),
            .init(name: "target_branch", value: .string(proposal.base)),
            .init(name: "title", value: .string(proposal.title)),
            .init(name: "description", value: .string(proposal.body)),
        ]
        if !proposal.labels.isEmpty {
            members.append(.init(name: "labels", value: .string(proposal.labels.sorted().joined(separator: ","))))
        }
        let creating = request(.post, "/merge_requests", body: .object(members), accepting: [400, 409, 422])
        let answer = try await connection.ask(creating)
        if answer.isGood { return try pullRequest(answer.json) }
        if answer.status == 409 { return nil }
        let words = answer.words
        throw ForgeFailure(
            words.contains("does not exist") ? .notFound : .refused,
            "GitLab takes no merge request from \(proposal.branch): \(words)")
    }

    // https://docs.gitlab.com/api/merge_requests/#update-mr
    func change(_ answer: PullRequestAnswer, _ change: PullRequestChange) async throws(ForgeFailure) {
        var members: [JSON.Member] = []
        func add(_ name: String, _ text: String?) {
            if let text { members.append(.init(name: name, value: .string(text))) }
        }
        func labels(_ labels: Set<String>) -> String? {
            labels.isEmpty ? nil : labels.sorted().joined(separator: ",")
        }
        add("title", change.title)
        add("description", change.body)
        add("add_labels", labels(change.addedLabels))
        add("remove_labels", labels(change.removedLabels))
        add("state_event", change.closes ? "close" : nil)
        let path = "/merge_requests/\(answer.pullRequest.number)"
        _ = try await connection.ask(request(.put, path, body: .object(members)))
    }

    func closer(of answer: PullRequestAnswer) async throws(ForgeFailure) -> ForgeUser? {
        ForgeUser(answer.json["closed_by"]?["username"])
    }

    // MARK: Comments

    // https://docs.gitlab.com/api/notes/#list-all-merge-request-notes
    func comments(on number: PullRequest.Number) async throws(ForgeFailure) -> [ForgeComment] {
        try await notes(on: number).filter { $0["system"]?.bool != true }.compactMap { json in
            guard let id = json["id"]?.int, let text = json["body"]?.string else { return nil }
            return ForgeComment(id: "\(id)", text: text)
        }
    }

    func notes(on number: PullRequest.Number) async throws(ForgeFailure) -> [JSON] {
        try await list("/merge_requests/\(number)/notes", [("sort", "asc"), ("order_by", "created_at")])
    }

    // https://docs.gitlab.com/api/notes/#create-new-merge-request-note
    func write(
        _ text: String, on number: PullRequest.Number, inPlaceOf comment: ForgeComment?
    ) async throws(ForgeFailure) {
        let body: JSON = ["body": .string(text)]
        let path = "/merge_requests/\(number)/notes"
        if let comment {
            _ = try await connection.ask(request(.put, "\(path)/\(comment.id)", body: body))
        } else {
            _ = try await connection.ask(request(.post, path, body: body))
        }
    }

    // MARK: Statuses

    /// https://docs.gitlab.com/api/commits/#list-commit-statuses: only the state counts, since nothing else of a status
    /// can be changed while the state stays.
    func shows(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) -> Bool {
        let shown = try await list("/repository/commits/\(commit.hex)/statuses", [("name", status.context)])
            .filter { $0["name"]?.string == status.context }
            .max { ($0["id"]?.int ?? 0) < ($1["id"]?.int ?? 0) }
        return shown?["status"]?.string == Self.name(of: status.state)
    }

    // https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
    func post(_ status: CommitStatus, on commit: CommitID) async throws(ForgeFailure) {
        var members: [JSON.Member] = [
            .init(name: "state", value: .string(Self.name(of: status.state))),
            .init(name: "name", value: .string(status.context)),
            .init(name: "description", value: .string(status.description)),
        ]
        if let url = status.url { members.append(.init(name: "target_url", value: .string(url))) }
        let posting = request(.post, "/statuses/\(commit.hex)", body: .object(members), accepting: [400])
        let answer = try await connection.ask(posting.repeatable)
        // Another run has set the same in the meantime.
        guard answer.isGood || answer.words.contains("Cannot transition status") else {
            throw ForgeFailure(.refused, "GitLab does not take the status \(status.context): \(answer.words)")
        }
    }

    private static func name(of state: CommitStatus.State) -> String {
        switch state {
        case .pending: "pending"
        case .success: "success"
        case .failure: "failed"
        case .error: "canceled"
        }
    }

    // MARK: Reading

    private func pullRequest(_ json: JSON) throws(ForgeFailure) -> PullRequest {
        guard let number = json["iid"]?.int, let branch = json["source_branch"]?.string,
            let base = json["target_branch"]?.string, let state = json["state"]?.string
        else { throw .lacking("merge request", in: "GitLab") }
        var pullRequest = PullRequest(
            number: .init(number), url: json["web_url"]?.string ?? "", branch: branch, base: base,
            head: CommitID(json["sha"]), title: json["title"]?.string ?? "",
            body: json["description"]?.string ?? "",
            state: state == "merged" ? .merged : state == "closed" ? .closed : .open,
            author: ForgeUser(json["author"]?["username"]))
        pullRequest.labels = Set((json["labels"]?.array ?? []).compactMap { $0.string ?? $0["name"]?.string })
        pullRequest.isDraft = json["draft"]?.bool ?? false
        if state == "merged" {
            // Where the branch was moved forward there is no other commit.
            pullRequest.mergeCommit =
                CommitID(json["merge_commit_sha"]) ?? CommitID(json["squash_commit_sha"]) ?? CommitID(json["sha"])
        }
        let source = json["source_project_id"]?.int
        pullRequest.isFromFork = source == nil || source != json["target_project_id"]?.int
        return pullRequest
    }
}
