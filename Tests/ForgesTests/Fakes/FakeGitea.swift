import Foundation
import Rollouts
import Support

/// By https://docs.gitea.com/api/.
struct FakeGitea: FakeForge {
    let root = "/api/v1"
    let repository = "acme/config"

    // https://docs.gitea.com/development/api-usage#authentication
    func isKnown(_ request: FakeServer.Request, token: String) -> Bool {
        request.headers["authorization"] == "token \(token)"
    }

    func error(_ status: Int, _ words: String) -> FakeServer.Answer {
        answer(["message": .string(words), "url": "https://gitea.example.com/api/swagger"], status: status)
    }

    func route(_ request: FakeServer.Request) -> FakeRoute? {
        if let route = examination(request) { return route }
        guard let parts = parts(of: request, below: "/api/v1/repos/\(repository)"), let first = parts.first else {
            return nil
        }
        let number = parts.count > 1 ? Int(parts[1]) : nil
        switch (request.method, first, parts.count > 2 ? parts[2] : nil) {
        case ("GET", "pulls", nil) where number == nil: return FakeRoute(.list) { list(request, &$0) }
        case ("POST", "pulls", nil): return FakeRoute(.create) { create(request, &$0) }
        case ("GET", "pulls", nil):
            return FakeRoute(.read) { world in found(number, &world) { answer(pullRequest($0, &$1)) } }
        case ("PATCH", "pulls", nil):
            return FakeRoute(.change) { world in found(number, &world) { change(request, $0, &$1) } }
        case ("GET", "pulls", "reviews"):
            return FakeRoute(.reviews) { world in found(number, &world) { paged(reviews($0), request, $1) } }
        case ("POST", "pulls", "merge"):
            return FakeRoute(.merge) { world in try found(number, &world) { try merge(request, $0, &$1) } }
        case ("GET", "pulls", _) where number == nil:
            return FakeRoute(.other) { world in
                let branch = parts.dropFirst(2).joined(separator: "/")
                guard
                    let proposal = world.proposals.last(where: {
                        $0.state != .deleted && $0.base == parts[1] && $0.branch == branch
                    })
                else { return error(404, "not found") }
                return answer(pullRequest(proposal, &world))
            }
        case ("GET", "labels", nil):
            return FakeRoute(.other) { world in paged(Self.labels.map { label($0) }, request, world) }
        case ("POST", "labels", nil):
            // The new one has the number after the last.
            return FakeRoute(.other) { world in
                world.madeLabel = request.json["name"]?.string
                return answer(["id": .number(Self.labels.count + 1), "name": .text(world.madeLabel)], status: 201)
            }
        case ("POST", "issues", "labels"):
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    let known = Self.labels + [world.madeLabel].compactMap { $0 }
                    let added = (request.json["labels"]?.array ?? []).compactMap(\.int).map { known[$0 - 1] }
                    world[proposal.number].labels += added.filter { !proposal.labels.contains($0) }
                    return answer(.array(world[proposal.number].labels.map { label($0) }))
                }
            }
        case ("DELETE", "issues", "labels"):
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    let name = parts.last.flatMap { Int($0) }.map { Self.labels[$0 - 1] }
                    world[proposal.number].labels.removeAll { $0 == name }
                    return FakeServer.Answer("", status: 204)
                }
            }
        case ("GET", "issues", "timeline"):
            return FakeRoute(.other) { world in
                found(number, &world) { proposal, world in
                    let closings = [proposal.closedBy].compactMap { $0 }.map { user -> JSON in
                        ["type": "close", "user": ["login": .string(user)]]
                    }
                    return paged([["type": "comment", "user": ["login": "alice"]]] + closings, request, world)
                }
            }
        case ("GET", "issues", "comments"):
            return FakeRoute(.comments) { world in
                // All at once: this list has no pages.
                found(number, &world) { proposal, _ in answer(.array(proposal.comments.map(comment))) }
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
        case ("PATCH", "issues", let id?) where parts[1] == "comments":
            return FakeRoute(.comment) { world in edit(request, Int(id), &world) }
        case ("GET", "branches", nil):
            return FakeRoute(.read) { branch(parts[1], $0) }
        case ("GET", "commits", "status"):
            return FakeRoute(.statuses) { world in
                var seen: Set<String> = []
                let newest = (world.statuses[parts[1]] ?? []).reversed().filter { seen.insert($0.context).inserted }
                // Where nothing was reported, there is not even a list.
                guard !newest.isEmpty else { return answer(["state": "", "total_count": 0, "statuses": .null]) }
                return answer(["state": "pending", "statuses": .array(newest.map(status))])
            }
        case ("POST", "statuses", nil):
            return FakeRoute(.status) { world in
                let json = request.json
                let made = World.Status(
                    id: world.newID(), context: json["context"]?.string ?? "default",
                    state: json["state"]?.string ?? "", description: json["description"]?.string ?? "",
                    url: json["target_url"]?.string)
                world.statuses[parts[1], default: []].append(made)
                return answer(status(made), status: 201)
            }
        default: return nil
        }
    }

    /// The labels of the repository, whose numbers are their places.
    private static let labels = ["bug", "headgate", "headgate/stage", "headgate/rollback", "headgate/hold"]

    private func label(_ name: String) -> JSON {
        ["id": .number((Self.labels.firstIndex(of: name) ?? -1) + 1), "name": .string(name)]
    }

    private func found(
        _ number: Int?, _ world: inout World,
        _ body: (World.Proposal, inout World) throws -> FakeServer.Answer
    ) rethrows -> FakeServer.Answer {
        world.look()
        guard let proposal = world.find(number) else { return error(404, "The target couldn't be found.") }
        return try body(proposal, &world)
    }

    // MARK: Lists

    // https://docs.gitea.com/development/api-usage#pagination
    private func paged(_ items: [JSON], _ request: FakeServer.Request, _ world: World) -> FakeServer.Answer {
        let page = request.page(of: items, size: "limit", standard: 30, limit: min(world.pageLimit, 50))
        var headers = ["X-Total-Count": "\(items.count)"]
        if let next = page.next {
            headers["Link"] =
                "<\(request.url(with: ["page": "\(next)"]))>; rel=\"next\",<\(request.url(with: ["page": "99"]))>; rel=\"last\""
        }
        return answer(.array(page.items), headers: headers)
    }

    /// All of the repository: there is no filter by branch.
    private func list(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        world.look()
        if world.blindLists > 0 {
            world.blindLists -= 1
            return answer([])
        }
        let wanted = request.query["state"] ?? "open"
        var items: [JSON] = []
        for proposal in world.proposals.reversed() where proposal.state != .deleted {
            if wanted != "all", (wanted == "open") != (proposal.state == .open) { continue }
            items.append(pullRequest(proposal, &world))
        }
        return paged(items, request, world)
    }

    // MARK: Pull requests

    private func create(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        let branch = json["head"]?.string ?? ""
        let base = json["base"]?.string ?? ""
        guard world.tip(branch) != nil else { return error(404, "The target couldn't be found.") }
        if let other = world.open(from: branch, to: base) {
            return error(409, "pull request already exists for these targets [id: \(other.number)]")
        }
        let number = world.propose(branch, to: base, json["title"]?.string ?? "", json["body"]?.string ?? "")
        return answer(pullRequest(world[number], &world), status: 201)
    }

    private func change(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) -> FakeServer.Answer {
        if let title = request.json["title"]?.string { world[proposal.number].title = title }
        if let body = request.json["body"]?.string { world[proposal.number].body = body }
        if request.json["state"]?.string == "closed" { world.close(proposal.number, by: World.agent) }
        return answer(pullRequest(world[proposal.number], &world), status: 201)
    }

    private func pullRequest(_ proposal: World.Proposal, _ world: inout World) -> JSON {
        let isMerged = proposal.state == .merged
        return [
            "number": .number(proposal.number), "title": .string(proposal.title), "body": .string(proposal.body),
            "html_url": .string("https://gitea.example.com/\(repository)/pulls/\(proposal.number)"),
            "state": proposal.state == .open ? "open" : "closed", "draft": .bool(proposal.isDraft),
            "user": ["login": .string(proposal.author)], "merged": .bool(isMerged),
            "merge_commit_sha": .text(proposal.mergeCommit), "mergeable": .bool(isMergeable(proposal, &world)),
            "labels": .array(proposal.labels.map { label($0) }),
            "head": [
                "ref": .string(proposal.branch), "sha": .string(proposal.head),
                "repo": ["full_name": .string(proposal.isFromFork ? "mallory/config" : repository)],
            ],
            "merge_base": .text(world.forkPoint(of: proposal)),
            "base": ["ref": .string(proposal.base), "repo": ["full_name": .string(repository)]],
        ]
    }

    private func isMergeable(_ proposal: World.Proposal, _ world: inout World) -> Bool {
        guard proposal.state == .open, proposal.branch != "" else { return false }
        if world.computing > 0 {
            world.computing -= 1
            return false
        }
        return !world.hasConflict(proposal)
    }

    private func reviews(_ proposal: World.Proposal) -> [JSON] {
        proposal.reviews.map { review in
            let state =
                switch review.kind {
                case .approved: "APPROVED"
                case .changesRequested: "REQUEST_CHANGES"
                case .commented, .dismissed: "COMMENT"
                }
            return [
                "id": .number(review.id), "user": ["login": .string(review.user)], "state": .string(state),
                "commit_id": .string(review.head), "stale": .bool(review.head != proposal.head), "official": true,
                "dismissed": .bool(review.kind == .dismissed),
            ]
        }
    }

    // MARK: Comments and statuses

    private func comment(_ comment: World.Comment) -> JSON {
        ["id": .number(comment.id), "body": .string(comment.text), "user": ["login": .string(comment.author)]]
    }

    private func edit(_ request: FakeServer.Request, _ id: Int?, _ world: inout World) -> FakeServer.Answer {
        for number in world.proposals.map(\.number) {
            guard let index = world[number].comments.firstIndex(where: { $0.id == id }) else { continue }
            guard world[number].comments[index].author == World.agent else { return error(403, "not yours") }
            world[number].comments[index].text = request.json["body"]?.string ?? ""
            return answer(comment(world[number].comments[index]))
        }
        return error(404, "The target couldn't be found.")
    }

    private func status(_ status: World.Status) -> JSON {
        [
            "id": .number(status.id), "context": .string(status.context), "status": .string(status.state),
            "description": .string(status.description), "target_url": .text(status.url),
        ]
    }

    // MARK: Merge

    // https://docs.gitea.com/api/#tag/repository/operation/repoMergePullRequest
    private func merge(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) throws -> FakeServer.Answer {
        let json = request.json
        let proposal = try world.aboutToMerge(proposal)
        let methods: [String: World.Method] = [
            "merge": .merge, "squash": .squash, "rebase": .rebase, "fast-forward-only": .fastForward,
        ]
        guard let method = methods[json["Do"]?.string ?? ""] else { return error(422, "[Do]: In") }
        guard proposal.state == .open, !proposal.isDraft, world.tip(proposal.branch) != nil else {
            return error(405, "Please try again later")
        }
        if let head = json["head_commit_id"]?.string, head != "", head != proposal.head {
            return error(409, "head out of date")
        }
        let message = [json["MergeTitleField"]?.string, json["MergeMessageField"]?.string].compactMap { $0 }
        // Whoever may, merges over the rules.
        if proposal.approvals < world.approvalsRequired, json["force_merge"]?.bool != true {
            guard json["merge_when_checks_succeed"]?.bool == true else {
                return error(405, "Does not have enough approvals")
            }
            world[proposal.number].waiting = (method, message.joined(separator: "\n\n"))
            return FakeServer.Answer("", status: 201)
        }
        guard !world.hasConflict(proposal) else { return error(405, "Please try again later") }
        try world.merge(proposal.number, by: method, message.joined(separator: "\n\n"))
        if json["delete_branch_after_merge"]?.bool == true { try world.deleteBranch(proposal.branch) }
        return FakeServer.Answer("")
    }
}
