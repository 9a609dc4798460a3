import Foundation
import Rollouts
import Support

/// By https://docs.gitlab.com/api/rest/.
struct FakeGitLab: FakeForge {
    let root = "/api/v4"
    let repository = "acme/config"

    func isKnown(_ request: FakeServer.Request, token: String) -> Bool {
        request.headers["private-token"] == token
    }

    // https://docs.gitlab.com/api/rest/troubleshooting/
    func error(_ status: Int, _ words: String) -> FakeServer.Answer {
        if status == 403 {
            return answer(["error": "insufficient_scope", "error_description": .string(words)], status: 403)
        }
        return answer(["message": .string("\(status) \(words)")], status: status)
    }

    func route(_ request: FakeServer.Request) -> FakeRoute? {
        if let route = examination(request) { return route }
        guard let parts = parts(of: request, below: "/api/v4/projects/\(repository)"), let first = parts.first else {
            return nil
        }
        let number = parts.count > 1 ? Int(parts[1]) : nil
        switch (request.method, first, parts.count > 2 ? parts[2] : nil) {
        case ("GET", "merge_requests", nil) where parts.count == 1: return FakeRoute(.list) { list(request, &$0) }
        case ("POST", "merge_requests", nil): return FakeRoute(.create) { create(request, &$0) }
        case ("GET", "merge_requests", nil):
            return FakeRoute(.read) { world in found(number, &world) { answer(mergeRequest($0, &$1)) } }
        case ("PUT", "merge_requests", nil):
            return FakeRoute(.change) { world in found(number, &world) { change(request, $0, &$1) } }
        case ("PUT", "merge_requests", "merge"):
            return FakeRoute(.merge) { world in try found(number, &world) { try merge(request, $0, &$1) } }
        case ("GET", "merge_requests", "approvals"):
            return FakeRoute(.reviews) { world in
                found(number, &world) { proposal, world in
                    let approved = proposal.opinions.filter { $0.kind == .approved }
                    let items = approved.map { review -> JSON in
                        ["user": ["username": .string(review.user)], "approved_at": .time(review.time)]
                    }
                    return answer(["approved": .bool(!items.isEmpty), "approved_by": .array(items)])
                }
            }
        case ("GET", "merge_requests", "reviewers"):
            return FakeRoute(.reviews) { world in
                found(number, &world) { proposal, world in
                    let items = proposal.opinions.map { review -> JSON in
                        [
                            "user": ["username": .string(review.user)],
                            "state": review.kind == .changesRequested ? "requested_changes" : "reviewed",
                        ]
                    }
                    return paged(items, request, world)
                }
            }
        case ("GET", "merge_requests", "versions"):
            return FakeRoute(.reviews) { world in
                found(number, &world) { proposal, world in
                    let items = proposal.versions.enumerated().reversed().map { index, version -> JSON in
                        [
                            "id": .number(110 + index), "head_commit_sha": .string(version.head),
                            "created_at": .time(version.time),
                        ]
                    }
                    return paged(items, request, world)
                }
            }
        case ("GET", "merge_requests", "notes"):
            return FakeRoute(.comments) { world in
                found(number, &world) { proposal, world in paged(notes(proposal), request, world) }
            }
        case ("POST", "merge_requests", "notes"):
            return FakeRoute(.comment) { world in
                found(number, &world) { proposal, world in
                    let made = World.Comment(
                        id: world.newID(), author: World.agent, text: request.json["body"]?.string ?? "")
                    world[proposal.number].comments.append(made)
                    return answer(note(made), status: 201)
                }
            }
        case ("PUT", "merge_requests", "notes"):
            return FakeRoute(.comment) { world in
                found(number, &world) { edit(request, parts.last.flatMap { Int($0) }, $0, &$1) }
            }
        case ("GET", "repository", _) where parts.count == 4 && parts[3] == "statuses":
            return FakeRoute(.statuses) { world in
                let name = request.query["name"]
                var newest: [String: World.Status] = [:]
                for status in world.statuses[parts[2]] ?? [] where name == nil || name == status.context {
                    newest[status.context] = status
                }
                return paged(newest.values.map(status), request, world)
            }
        case ("POST", "statuses", nil): return FakeRoute(.status) { setStatus(request, parts[1], &$0) }
        default: return nil
        }
    }

    private func found(
        _ number: Int?, _ world: inout World,
        _ body: (World.Proposal, inout World) throws -> FakeServer.Answer
    ) rethrows -> FakeServer.Answer {
        world.look()
        guard let proposal = world.find(number) else { return error(404, "Not found") }
        return try body(proposal, &world)
    }

    // MARK: Lists

    // https://docs.gitlab.com/api/rest/#pagination-response-headers
    private func paged(_ items: [JSON], _ request: FakeServer.Request, _ world: World) -> FakeServer.Answer {
        let page = request.page(of: items, size: "per_page", standard: 20, limit: world.pageLimit)
        return answer(.array(page.items), headers: ["X-Next-Page": page.next.map { "\($0)" } ?? ""])
    }

    private func list(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        world.look()
        if world.blindLists > 0 {
            world.blindLists -= 1
            return answer([], headers: ["X-Next-Page": ""])
        }
        var items: [JSON] = []
        for proposal in world.proposals.reversed() where proposal.state != .deleted {
            if let branch = request.query["source_branch"], branch != proposal.branch { continue }
            if let base = request.query["target_branch"], base != proposal.base { continue }
            if let state = request.query["state"], state != "all", state != name(of: proposal.state) { continue }
            items.append(mergeRequest(proposal, &world))
        }
        return paged(items, request, world)
    }

    private func name(of state: World.State) -> String {
        state == .open ? "opened" : state == .merged ? "merged" : "closed"
    }

    // MARK: Merge requests

    // https://docs.gitlab.com/api/merge_requests/#create-mr
    private func create(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        let branch = json["source_branch"]?.string ?? ""
        let base = json["target_branch"]?.string ?? ""
        guard world.tip(branch) != nil else {
            return answer(["message": [.string("Source branch \"\(branch)\" does not exist")]], status: 422)
        }
        if let other = world.open(from: branch, to: base) {
            return answer(
                [
                    "message": [
                        .string("Another open merge request already exists for this source branch: !\(other.number)")
                    ]
                ], status: 409)
        }
        let number = world.propose(branch, to: base, json["title"]?.string ?? "", json["description"]?.string ?? "")
        world[number].labels = (json["labels"]?.string ?? "").split(separator: ",").map(String.init)
        return answer(mergeRequest(world[number], &world), status: 201)
    }

    private func change(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) -> FakeServer.Answer {
        let json = request.json
        if let title = json["title"]?.string { world[proposal.number].title = title }
        if let text = json["description"]?.string { world[proposal.number].body = text }
        func names(_ name: String) -> [String] { (json[name]?.string ?? "").split(separator: ",").map(String.init) }
        world[proposal.number].labels.removeAll { names("remove_labels").contains($0) }
        world[proposal.number].labels += names("add_labels")
        if json["state_event"]?.string == "close" { world.close(proposal.number, by: World.agent) }
        return answer(mergeRequest(world[proposal.number], &world))
    }

    // https://docs.gitlab.com/api/merge_requests/#get-single-mr
    private func mergeRequest(_ proposal: World.Proposal, _ world: inout World) -> JSON {
        // Where the branch was moved forward, neither commit is stated.
        let isForward = proposal.mergeCommit == proposal.head
        return [
            "id": .number(9000 + proposal.number), "iid": .number(proposal.number),
            "web_url": .string("https://gitlab.com/\(repository)/-/merge_requests/\(proposal.number)"),
            "source_branch": .string(proposal.branch), "target_branch": .string(proposal.base),
            "source_project_id": .number(proposal.isFromFork ? 78 : 77), "target_project_id": 77,
            "sha": .string(proposal.head), "title": .string(proposal.title), "description": .text(proposal.body),
            "state": .string(name(of: proposal.state)), "draft": .bool(proposal.isDraft),
            "author": ["username": .string(proposal.author)],
            "closed_by": proposal.closedBy.map { ["username": .string($0)] } ?? .null,
            "labels": .array(proposal.labels.map { .string($0) }),
            "merge_commit_sha": isForward ? .null : .text(proposal.mergeCommit), "squash_commit_sha": .null,
            "detailed_merge_status": .string(status(of: proposal, &world)),
        ]
    }

    private func status(of proposal: World.Proposal, _ world: inout World) -> String {
        guard proposal.state == .open else { return "not_open" }
        if world.computing > 0 {
            world.computing -= 1
            return "checking"
        }
        if let oddity = world.oddity { return oddity }
        if proposal.isDraft { return "draft_status" }
        if world.tip(proposal.branch) == nil { return "commits_status" }
        if world.hasConflict(proposal) { return "conflict" }
        return proposal.approvals < world.approvalsRequired ? "not_approved" : "mergeable"
    }

    // https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
    private func merge(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) throws -> FakeServer.Answer {
        let json = request.json
        let proposal = try world.aboutToMerge(proposal)
        if let sha = json["sha"]?.string, sha != proposal.head {
            return answer(
                ["message": .string("SHA does not match HEAD of source branch: \(proposal.head)")], status: 409)
        }
        let isSquash = json["squash"]?.bool ?? false
        let text = json[isSquash ? "squash_commit_message" : "merge_commit_message"]?.string
        guard text != "" else { return answer(["error": "merge_commit_message is empty"], status: 422) }
        let method: World.Method =
            isSquash ? .squash : world.allowedMethods.contains(.merge) ? .merge : .fastForward
        let isMissing = proposal.approvals < world.approvalsRequired
        if isMissing, json["auto_merge"]?.bool == true || json["merge_when_pipeline_succeeds"]?.bool == true {
            world[proposal.number].waiting = (method, text ?? "")
            return answer(mergeRequest(world[proposal.number], &world))
        }
        guard proposal.state == .open, !proposal.isDraft, !isMissing, world.tip(proposal.branch) != nil else {
            return answer(["message": "405 Method Not Allowed"], status: 405)
        }
        guard !world.hasConflict(proposal) else { return error(422, "Branch cannot be merged") }
        try world.merge(proposal.number, by: method, text ?? "")
        if json["should_remove_source_branch"]?.bool == true { try world.deleteBranch(proposal.branch) }
        return answer(mergeRequest(world[proposal.number], &world))
    }

    // MARK: Notes

    private func note(_ comment: World.Comment) -> JSON {
        [
            "id": .number(comment.id), "body": .string(comment.text), "system": false,
            "author": ["username": .string(comment.author)],
        ]
    }

    private func notes(_ proposal: World.Proposal) -> [JSON] {
        let approvals = proposal.reviews.filter { $0.kind == .approved }.map { review -> JSON in
            [
                "id": .number(review.id), "body": "approved this merge request", "system": true,
                "author": ["username": .string(review.user)], "created_at": .time(review.time),
            ]
        }
        return approvals + proposal.comments.map(note)
    }

    private func edit(
        _ request: FakeServer.Request, _ id: Int?, _ proposal: World.Proposal, _ world: inout World
    ) -> FakeServer.Answer {
        guard let index = proposal.comments.firstIndex(where: { $0.id == id }) else { return error(404, "Not found") }
        guard proposal.comments[index].author == World.agent else { return error(403, "Forbidden") }
        world[proposal.number].comments[index].text = request.json["body"]?.string ?? ""
        return answer(note(world[proposal.number].comments[index]))
    }

    // MARK: Statuses

    // https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
    private func setStatus(_ request: FakeServer.Request, _ commit: String, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        let made = World.Status(
            id: world.newID(), context: json["name"]?.string ?? json["context"]?.string ?? "default",
            state: json["state"]?.string ?? "", description: json["description"]?.string ?? "",
            url: json["target_url"]?.string)
        guard ["pending", "running", "success", "failed", "canceled"].contains(made.state) else {
            return answer(["error": "state does not have a valid value"], status: 400)
        }
        let present = world.statuses[commit]?.last { $0.context == made.context }
        guard present?.state != made.state else {
            return answer(
                ["message": ["state": [.string("Cannot transition status via :enqueue from :\(made.state)")]]],
                status: 400)
        }
        world.statuses[commit, default: []].append(made)
        return answer(status(made), status: 201)
    }

    private func status(_ status: World.Status) -> JSON {
        [
            "id": .number(status.id), "name": .string(status.context), "status": .string(status.state),
            "description": .string(status.description), "target_url": .text(status.url),
        ]
    }
}
