import Foundation
import Rollouts
import Support

/// By https://docs.github.com/en/rest and https://docs.github.com/en/graphql.
struct FakeGitHub: FakeForge {
    let root = ""
    let repository = "acme/config"

    func isKnown(_ request: FakeServer.Request, token: String) -> Bool {
        request.headers["authorization"] == "Bearer \(token)"
    }

    // https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
    func error(_ status: Int, _ words: String) -> FakeServer.Answer {
        answer(["message": .string(words), "documentation_url": "https://docs.github.com/rest"], status: status)
    }

    // https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed
    private func invalid(_ error: JSON) -> FakeServer.Answer {
        answer(["message": "Validation Failed", "errors": [error]], status: 422)
    }

    func route(_ request: FakeServer.Request) -> FakeRoute? {
        if let route = examination(request) { return route }
        if request.path == "/graphql" { return graph(request) }
        guard let parts = parts(of: request, below: "/repos/\(repository)"), let first = parts.first else { return nil }
        let number = parts.count > 1 ? Int(parts[1]) : nil
        switch (request.method, first, parts.count > 2 ? parts[2] : nil) {
        case ("GET", "pulls", nil) where number == nil: return FakeRoute(.list) { list(request, &$0) }
        case ("POST", "pulls", nil): return FakeRoute(.create) { create(request, &$0) }
        case ("GET", "pulls", nil):
            return FakeRoute(.read) { world in found(number, &world) { answer(pullRequest($0, &$1, isWhole: true)) } }
        case ("PATCH", "pulls", nil):
            return FakeRoute(.change) { world in found(number, &world) { change(request, $0, &$1) } }
        case ("GET", "pulls", "reviews"):
            return FakeRoute(.reviews) { world in found(number, &world) { reviews(request, $0, $1) } }
        case ("PUT", "pulls", "merge"):
            return FakeRoute(.merge) { world in try found(number, &world) { try merge(request, $0, &$1) } }
        case ("GET", "issues", nil):
            return FakeRoute(.other) { world in
                found(number, &world) { proposal, _ in
                    answer([
                        "number": .number(proposal.number),
                        "closed_by": proposal.closedBy.map { ["login": .string($0)] } ?? .null,
                    ])
                }
            }
        case ("POST", "issues", "labels"):
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    let added = (request.json["labels"]?.array ?? []).compactMap(\.string)
                    world[proposal.number].labels += added.filter { !proposal.labels.contains($0) }
                    return answer(labels(world[proposal.number]))
                }
            }
        case ("DELETE", "issues", "labels"):
            let label = parts.dropFirst(3).joined(separator: "/")
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    guard proposal.labels.contains(label) else { return error(404, "Label does not exist") }
                    world[proposal.number].labels.removeAll { $0 == label }
                    return answer(labels(world[proposal.number]))
                }
            }
        case ("GET", "issues", "comments"):
            return FakeRoute(.comments) { world in
                found(number, &world) { proposal, world in
                    paged(proposal.comments.map(comment), request, world)
                }
            }
        case ("POST", "issues", "comments"):
            return FakeRoute(.comment) { world in
                found(number, &world) { proposal, world in
                    let made = World.Comment(
                        id: world.newID(), author: World.agent, text: request.json["body"]?.string ?? "")
                    world[proposal.number].comments.append(made)
                    return answer(comment(made), status: 201)
                }
            }
        case ("PATCH", "issues", _) where parts.count == 3 && parts[1] == "comments":
            return FakeRoute(.comment) { edit(request, Int(parts[2]), &$0) }
        case ("GET", "commits", "status"):
            return FakeRoute(.statuses) { world in
                // https://docs.github.com/en/rest/commits/statuses: the newest of each context.
                var seen: Set<String> = []
                let newest = (world.statuses[parts[1]] ?? []).reversed().filter { seen.insert($0.context).inserted }
                return answer(["state": "pending", "statuses": .array(newest.map(status))])
            }
        case ("POST", "statuses", nil):
            return FakeRoute(.status) { world in
                let json = request.json
                let made = World.Status(
                    id: world.newID(), context: json["context"]?.string ?? "default",
                    state: json["state"]?.string ?? "", description: json["description"]?.string ?? "",
                    url: json["target_url"]?.string)
                guard ["error", "failure", "pending", "success"].contains(made.state), made.description.count <= 140
                else { return invalid(["resource": "Status", "code": "custom", "field": "state"]) }
                world.statuses[parts[1], default: []].append(made)
                return answer(status(made), status: 201)
            }
        case ("DELETE", "git", "heads"):
            return FakeRoute(.other) { world in
                try world.deleteBranch(parts.dropFirst(3).joined(separator: "/"))
                return FakeServer.Answer("", status: 204)
            }
        default: return nil
        }
    }

    private func found(
        _ number: Int?, _ world: inout World,
        _ body: (World.Proposal, inout World) throws -> FakeServer.Answer
    ) rethrows -> FakeServer.Answer {
        world.look()
        // A pull request is closed when its branch goes.
        if let proposal = world.find(number), proposal.state == .open, world.tip(proposal.branch) == nil {
            world.close(proposal.number, by: "alice")
        }
        guard let proposal = world.find(number) else { return error(404, "Not Found") }
        return try body(proposal, &world)
    }

    // MARK: Lists

    // https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
    private func paged(_ items: [JSON], _ request: FakeServer.Request, _ world: World) -> FakeServer.Answer {
        let page = request.page(of: items, size: "per_page", standard: 30, limit: world.pageLimit)
        var headers: [String: String] = [:]
        if let next = page.next {
            headers["Link"] =
                "<\(request.url(with: ["page": "1"]))>; rel=\"first\", <\(request.url(with: ["page": "\(next)"]))>; rel=\"next\""
        }
        return answer(.array(page.items), headers: headers)
    }

    private func list(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        world.look()
        if world.blindLists > 0 {
            world.blindLists -= 1
            return answer([])
        }
        let wanted = request.query["state"] ?? "open"
        var items: [JSON] = []
        for proposal in world.proposals.reversed() where proposal.state != .deleted {
            let owner = proposal.isFromFork ? "mallory" : "acme"
            if let head = request.query["head"], head != "\(owner):\(proposal.branch)" { continue }
            if let base = request.query["base"], base != proposal.base { continue }
            if wanted != "all", (wanted == "open") != (proposal.state == .open) { continue }
            items.append(pullRequest(proposal, &world, isWhole: false))
        }
        return paged(items, request, world)
    }

    // MARK: Pull requests

    private func create(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        let branch = json["head"]?.string ?? ""
        let base = json["base"]?.string ?? ""
        guard let head = world.tip(branch) else {
            return invalid(["resource": "PullRequest", "field": "head", "code": "invalid"])
        }
        if world.open(from: branch, to: base) != nil {
            return invalid([
                "resource": "PullRequest", "code": "custom",
                "message": .string("A pull request already exists for acme:\(branch)."),
            ])
        }
        if world.isAncestor(head, of: world.tip(base) ?? "") {
            return invalid([
                "resource": "PullRequest", "code": "custom",
                "message": .string("No commits between \(base) and \(branch)"),
            ])
        }
        let number = world.propose(branch, to: base, json["title"]?.string ?? "", json["body"]?.string ?? "")
        return answer(pullRequest(world[number], &world, isWhole: false), status: 201)
    }

    private func change(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) -> FakeServer.Answer {
        if let title = request.json["title"]?.string { world[proposal.number].title = title }
        if let body = request.json["body"]?.string { world[proposal.number].body = body }
        if request.json["state"]?.string == "closed" { world.close(proposal.number, by: World.agent) }
        return answer(pullRequest(world[proposal.number], &world, isWhole: true))
    }

    // https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
    private func pullRequest(_ proposal: World.Proposal, _ world: inout World, isWhole: Bool) -> JSON {
        let isMerged = proposal.state == .merged
        var members: [JSON.Member] = [
            .init(name: "number", value: .number(proposal.number)),
            .init(name: "node_id", value: .string("PR_\(proposal.number)")),
            .init(name: "html_url", value: .string("https://github.com/\(repository)/pull/\(proposal.number)")),
            .init(name: "state", value: proposal.state == .open ? "open" : "closed"),
            .init(name: "title", value: .string(proposal.title)),
            .init(name: "body", value: proposal.body.isEmpty ? .null : .string(proposal.body)),
            .init(name: "draft", value: .bool(proposal.isDraft)),
            .init(name: "user", value: ["login": .string(proposal.author)]),
            .init(name: "labels", value: labels(proposal)),
            .init(
                name: "head",
                value: [
                    "ref": .string(proposal.branch), "sha": .string(proposal.head),
                    "repo": ["full_name": .string(proposal.isFromFork ? "mallory/config" : repository)],
                ]),
            .init(name: "base", value: ["ref": .string(proposal.base), "repo": ["full_name": .string(repository)]]),
            .init(name: "merged_at", value: isMerged ? .time(world.time) : .null),
            .init(name: "merge_commit_sha", value: .text(proposal.mergeCommit ?? String(repeating: "e", count: 40))),
        ]
        guard isWhole else { return .object(members) }
        let (mergeable, state) = mergeability(proposal, &world)
        members.append(.init(name: "merged", value: .bool(isMerged)))
        members.append(.init(name: "mergeable", value: mergeable))
        members.append(.init(name: "mergeable_state", value: .string(state)))
        return .object(members)
    }

    private func mergeability(_ proposal: World.Proposal, _ world: inout World) -> (JSON, String) {
        guard proposal.state == .open else { return (.null, "unknown") }
        if world.computing > 0 {
            world.computing -= 1
            return (.null, "unknown")
        }
        if let oddity = world.oddity { return (true, oddity) }
        if proposal.isDraft { return (true, "draft") }
        if world.hasConflict(proposal) { return (false, "dirty") }
        return (true, proposal.approvals < world.approvalsRequired ? "blocked" : "clean")
    }

    private func labels(_ proposal: World.Proposal) -> JSON {
        .array(proposal.labels.map { ["name": .string($0)] })
    }

    // MARK: Comments, reviews, statuses

    private func comment(_ comment: World.Comment) -> JSON {
        ["id": .number(comment.id), "body": .string(comment.text), "user": ["login": .string(comment.author)]]
    }

    private func edit(_ request: FakeServer.Request, _ id: Int?, _ world: inout World) -> FakeServer.Answer {
        for number in world.proposals.map(\.number) {
            guard let index = world[number].comments.firstIndex(where: { $0.id == id }) else { continue }
            guard world[number].comments[index].author == World.agent else {
                return error(403, "Resource not accessible by integration")
            }
            world[number].comments[index].text = request.json["body"]?.string ?? ""
            return answer(comment(world[number].comments[index]))
        }
        return error(404, "Not Found")
    }

    private func reviews(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: World
    ) -> FakeServer.Answer {
        let items = proposal.reviews.map { review -> JSON in
            let state =
                switch review.kind {
                case .approved: "APPROVED"
                case .changesRequested: "CHANGES_REQUESTED"
                case .commented: "COMMENTED"
                case .dismissed: "DISMISSED"
                }
            return [
                "id": .number(review.id), "user": ["login": .string(review.user)], "state": .string(state),
                "commit_id": .string(review.head), "submitted_at": .time(review.time),
            ]
        }
        return paged(items, request, world)
    }

    private func status(_ status: World.Status) -> JSON {
        [
            "id": .number(status.id), "context": .string(status.context), "state": .string(status.state),
            "description": .string(status.description), "target_url": .text(status.url),
        ]
    }

    // MARK: Merge

    // https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
    private func merge(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) throws -> FakeServer.Answer {
        let json = request.json
        let proposal = try world.aboutToMerge(proposal)
        guard let method = World.Method(rawValue: json["merge_method"]?.string ?? "merge"), method != .fastForward
        else {
            return error(422, "Invalid merge_method")
        }
        guard world.allowedMethods.contains(method) else {
            return error(405, "\(method.rawValue.capitalized) merges are not allowed on this repository.")
        }
        guard proposal.state == .open, !proposal.isDraft, !world.hasConflict(proposal) else {
            return error(405, "Pull Request is not mergeable")
        }
        if let sha = json["sha"]?.string, sha != proposal.head {
            return error(409, "Head branch was modified. Review and try the merge again.")
        }
        guard proposal.approvals >= world.approvalsRequired else {
            return error(
                405, "At least \(world.approvalsRequired) approving review is required by reviewers with write access.")
        }
        let message = [json["commit_title"]?.string, json["commit_message"]?.string].compactMap { $0 }
        let commit = try world.merge(proposal.number, by: method, message.joined(separator: "\n\n"))
        return answer(["sha": .string(commit), "merged": true, "message": "Pull Request successfully merged"])
    }

    // https://docs.github.com/en/graphql/reference/mutations#enablepullrequestautomerge
    private func graph(_ request: FakeServer.Request) -> FakeRoute? {
        guard request.method == "POST", let query = request.json["query"]?.string else { return nil }
        let variables = request.json["variables"]
        func number(_ id: JSON?) -> Int? { id?.string.flatMap { Int($0.dropFirst(3)) } }
        func failure(_ words: String) -> FakeServer.Answer {
            answer(["data": ["node": nil], "errors": [["type": "UNPROCESSABLE", "message": .string(words)]]])
        }
        guard query.contains("enablePullRequestAutoMerge") else {
            return FakeRoute(.other) { world in
                guard let proposal = world.find(number(variables?["id"])) else { return failure("no node") }
                let isMissing = proposal.approvals < world.approvalsRequired
                return answer(["data": ["node": ["reviewDecision": isMissing ? "REVIEW_REQUIRED" : "APPROVED"]]])
            }
        }
        return FakeRoute(.merge) { world in
            let input = variables?["input"]
            world.look()
            guard let found = world.find(number(input?["pullRequestId"])) else { return failure("no node") }
            let proposal = try world.aboutToMerge(found)
            if let head = input?["expectedHeadOid"]?.string, head != proposal.head {
                return failure("Head sha was modified")
            }
            guard proposal.approvals < world.approvalsRequired else {
                return failure("Pull request Pull request is in clean status")
            }
            let message = [input?["commitHeadline"]?.string, input?["commitBody"]?.string].compactMap { $0 }
            let method = World.Method(rawValue: input?["mergeMethod"]?.string?.lowercased() ?? "") ?? .merge
            world[proposal.number].waiting = (method, message.joined(separator: "\n\n"))
            return answer([
                "data": ["enablePullRequestAutoMerge": ["pullRequest": ["number": .number(proposal.number)]]]
            ])
        }
    }
}
