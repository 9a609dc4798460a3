/// The pages for a person, and the forms on them.
extension Forge {
    /// Answers a request of a browser.
    ///
    /// - Parameter seal: what every form carries; a form without it comes from elsewhere and is refused.
    func answerPage(_ request: ForgeRequest, seal: String) async -> ForgeResponse {
        do {
            return try await alone { forge in try await forge.answerKnownPage(request, seal) }
        } catch {
            let refusal = error as? ForgeRefusal ?? ForgeRefusal(500, "\(error)")
            let frame = PageFrame(repository: name, person: person.name, title: "Not done")
            let inner: Markup = "<h1>That was not done</h1>\n<p>\(refusal.message)</p>"
            return .html(frame.around(inner), status: refusal.status)
        }
    }

    private func answerKnownPage(_ request: ForgeRequest, _ seal: String) async throws -> ForgeResponse {
        let home = name.split(separator: "/").map(String.init)
        let path = request.path
        switch (request.method, path.count) {
        case ("GET", 0): return .see("/\(name)/pulls")
        case ("GET", 2) where path == home: return .see("/\(name)/pulls")
        case ("GET", 1) where path == ["style.css"]:
            return ForgeResponse(status: 200, contentType: "text/css; charset=utf-8", body: Stylesheet.text)
        default: break
        }
        guard path.count > 2, Array(path.prefix(2)) == home else { throw ForgeRefusal(404, "There is no such page.") }
        switch (request.method, path[2], path.count) {
        case ("GET", "pulls", 3): return .html(try await list())
        case ("GET", "pulls", 4) where path[3].hasSuffix(".diff"):
            let index = try index(of: Int(path[3].dropLast(".diff".count)))
            return .text(try await change(of: pullRequests[index]))
        case ("GET", "pulls", 4): return .html(try await page(try index(of: Int(path[3])), seal))
        case ("POST", "pulls", 5): return try await act(path[4], on: try index(of: Int(path[3])), request.form, seal)
        case ("GET", "commit", 4): return .html(try await commit(path[3]))
        default: throw ForgeRefusal(404, "There is no such page.")
        }
    }

    // MARK: Pages

    private func list() async throws -> Markup {
        let commits = branches["main"] == nil ? [] : try await repository.log("refs/heads/main", limit: 15)
        return PullRequestListPage(
            frame: PageFrame(repository: name, person: person.name, title: "Pull requests", refresh: 3),
            pullRequests: pullRequests, labels: labels, statuses: statuses, commits: commits, now: clock()
        ).markup
    }

    private func page(_ index: Int, _ seal: String, notice: String? = nil) async throws -> Markup {
        let pullRequest = pullRequests[index]
        return PullRequestPage(
            frame: PageFrame(repository: name, person: person.name, title: pullRequest.title),
            pullRequest: pullRequest, labels: labels, statuses: (statuses[pullRequest.head] ?? []).newest,
            obstacles: pullRequest.state == .open ? try await obstacles(to: pullRequest) : [],
            requiredApprovals: protection(of: pullRequest.base)?.requiredApprovals ?? 0,
            files: FileDiff.read(try await change(of: pullRequest)), now: clock(), seal: seal, notice: notice
        ).markup
    }

    private func commit(_ id: String) async throws -> Markup {
        guard id.count == 40, id.allSatisfy(\.isHexDigit) else { throw ForgeRefusal(404, "There is no such commit.") }
        let message = try await repository.attempt(["log", "--max-count=1", "--format=%B", id, "--"])
        guard message.isGood else { throw ForgeRefusal(404, "There is no such commit.") }
        // The first commit is shown against the empty tree.
        let parent = try await repository.attempt(["rev-parse", "--verify", "--quiet", "\(id)^"])
        let empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
        let diff = try await repository.diff(from: parent.isGood ? parent.output.trimmed : empty, to: id)
        let frame = PageFrame(repository: name, person: person.name, title: String(id.prefix(9)))
        return CommitPage(frame: frame, id: id, message: message.output, files: FileDiff.read(diff)).markup
    }

    // MARK: Forms

    private func act(
        _ action: String, on index: Int, _ form: [String: String], _ seal: String
    ) async throws -> ForgeResponse {
        guard form["seal"] == seal else {
            throw ForgeRefusal(
                403, "The form did not come from this page, or the forge was started anew. Load it again.")
        }
        do {
            try await perform(action, on: index, form)
        } catch let refusal as ForgeRefusal where refusal.status != 404 {
            let words = refusal.message.isEmpty ? "it is merged already" : refusal.message
            return .html(try await page(index, seal, notice: "Not done: \(words)."), status: refusal.status)
        }
        return .see("/\(name)/pulls/\(pullRequests[index].number)")
    }

    private func perform(_ action: String, on index: Int, _ form: [String: String]) async throws {
        switch action {
        case "approve": _ = try review(index, .approved, "", by: person)
        case "merge":
            guard let method = MergeMethod(rawValue: form["method"] ?? "") else {
                throw ForgeRefusal(422, "say how to merge")
            }
            try await merge(index, MergeRequest(method: method, head: form["head"]), by: person)
        case "close": close(index, by: person)
        case "reopen": try reopen(index, by: person)
        case "label", "unlabel":
            guard let label = label(named: form["name"] ?? "") else {
                throw ForgeRefusal(422, "there is no such label")
            }
            if action == "label" {
                add([label.id], to: index, by: person)
            } else {
                remove([label.id], from: index, by: person)
            }
        default: throw ForgeRefusal(404, "There is no such page.")
        }
    }
}

extension ForgeResponse {
    /// A page that may load and send nothing elsewhere.
    fileprivate static func html(_ page: Markup, status: Int = 200) -> ForgeResponse {
        ForgeResponse(
            status: status, contentType: "text/html; charset=utf-8",
            headers: [
                "Content-Security-Policy":
                    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
            ], body: page.html)
    }
}
