import Foundation
import Rollouts
import Support

/// By https://developer.atlassian.com/cloud/bitbucket/rest/.
struct FakeBitbucketCloud: FakeForge {
    let root = "/2.0"
    let repository = "acme/config"

    func isKnown(_ request: FakeServer.Request, token: String) -> Bool {
        request.headers["authorization"] == "Bearer \(token)"
    }

    // https://developer.atlassian.com/cloud/bitbucket/rest/intro/#standardized-error-responses
    func error(_ status: Int, _ words: String) -> FakeServer.Answer {
        answer(["type": "error", "error": ["message": .string(words)]], status: status)
    }

    func route(_ request: FakeServer.Request) -> FakeRoute? {
        if let route = examination(request) { return route }
        guard let parts = parts(of: request, below: "/2.0/repositories/\(repository)"), let first = parts.first else {
            return nil
        }
        let number = parts.count > 1 ? Int(parts[1]) : nil
        switch (request.method, first, parts.count > 2 ? parts[2] : nil) {
        case ("GET", "pullrequests", nil) where number == nil: return FakeRoute(.list) { list(request, &$0) }
        case ("POST", "pullrequests", nil): return FakeRoute(.create) { create(request, &$0) }
        case ("GET", "pullrequests", nil):
            return FakeRoute(.read) { world in found(number, &world) { proposal, _ in answer(pullRequest(proposal)) } }
        case ("PUT", "pullrequests", nil):
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    if let title = request.json["title"]?.string { world[proposal.number].title = title }
                    if let text = request.json["description"]?.string { world[proposal.number].body = text }
                    return answer(pullRequest(world[proposal.number]))
                }
            }
        case ("POST", "pullrequests", "decline"):
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    world.close(proposal.number, by: World.agent)
                    return answer(pullRequest(world[proposal.number]))
                }
            }
        case ("POST", "pullrequests", "merge"):
            return FakeRoute(.merge) { world in try found(number, &world) { try merge(request, $0, &$1) } }
        case ("GET", "pullrequests", "activity"):
            return FakeRoute(.reviews) { world in found(number, &world) { paged(activity($0), request, $1) } }
        case ("GET", "pullrequests", "diffstat"):
            // "A redirect to the repository diffstat with the revspec that corresponds to the pull request."
            let place = "\(request.path.prefix { $0 != "?" })".replacing("/pullrequests/", with: "/diffstat/")
            return FakeRoute(.read) { _ in FakeServer.Answer("", status: 302, headers: ["Location": place]) }
        case ("GET", "diffstat", _):
            return FakeRoute(.read) { world in
                found(number, &world) { proposal, world in
                    let status: JSON = world.hasConflict(proposal) ? "merge conflict" : "modified"
                    return paged([["type": "diffstat", "status": status]], request, world)
                }
            }
        case ("GET", "pullrequests", "comments"):
            return FakeRoute(.comments) { world in
                found(number, &world) { proposal, world in paged(proposal.comments.map(comment), request, world) }
            }
        case ("POST", "pullrequests", "comments"):
            return FakeRoute(.comment) { world in
                found(number, &world) { proposal, world in
                    let made = World.Comment(
                        id: world.newID(), author: World.agent, text: request.json["content"]?["raw"]?.string ?? "")
                    world[proposal.number].comments.append(made)
                    return answer(comment(made), status: 201)
                }
            }
        case ("PUT", "pullrequests", "comments"):
            return FakeRoute(.comment) { world in
                found(number, &world) { edit(request, parts.last.flatMap { Int($0) }, $0, &$1) }
            }
        case ("GET", "commit", nil):
            return FakeRoute(.read) { world in
                let outcome = try world.git.attempt(["rev-parse", "--verify", "--quiet", parts[1] + "^{commit}"])
                guard outcome.status == 0 else { return error(404, "Commit not found") }
                return answer([
                    "type": "commit", "hash": .string(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)),
                ])
            }
        case ("GET", "commit", "statuses") where parts.count == 5:
            return FakeRoute(.statuses) { world in
                guard let status = world.statuses[parts[1]]?.last(where: { $0.context == parts[4] }) else {
                    return error(404, "Status not found")
                }
                return answer(self.status(status))
            }
        case ("POST", "commit", "statuses"): return FakeRoute(.status) { setStatus(request, parts[1], &$0) }
        default: return nil
        }
    }

    private func found(
        _ number: Int?, _ world: inout World,
        _ body: (World.Proposal, inout World) throws -> FakeServer.Answer
    ) rethrows -> FakeServer.Answer {
        world.look()
        guard let proposal = world.find(number) else { return error(404, "Resource not found") }
        return try body(proposal, &world)
    }

    // MARK: Lists

    // https://developer.atlassian.com/cloud/bitbucket/rest/intro/#pagination
    private func paged(_ items: [JSON], _ request: FakeServer.Request, _ world: World) -> FakeServer.Answer {
        let page = request.page(of: items, size: "pagelen", standard: 10, limit: world.pageLimit)
        var members: [JSON.Member] = [
            .init(name: "pagelen", value: 10), .init(name: "values", value: .array(page.items)),
        ]
        if let next = page.next {
            members.append(.init(name: "next", value: .string(request.url(with: ["page": "\(next)"]))))
        }
        return answer(.object(members))
    }

    /// The filters of https://developer.atlassian.com/cloud/bitbucket/rest/intro/#filtering that are asked here.
    private func list(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        world.look()
        if world.blindLists > 0 {
            world.blindLists -= 1
            return answer(["values": []])
        }
        let filter = request.query["q"] ?? ""
        func value(_ name: String) -> String? {
            filter.range(of: "\(name)=\"").map { String(filter[$0.upperBound...].prefix { $0 != "\"" }) }
        }
        let items = world.proposals.reversed().filter { proposal in
            proposal.state != .deleted && filter.contains("state=\"\(name(of: proposal.state))\"")
                && value("source.branch.name") == proposal.branch
                && value("destination.branch.name") == proposal.base
        }
        return paged(items.map(pullRequest), request, world)
    }

    private func name(of state: World.State) -> String {
        state == .open ? "OPEN" : state == .merged ? "MERGED" : "DECLINED"
    }

    // MARK: Pull requests

    private func create(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        let branch = json["source"]?["branch"]?["name"]?.string ?? ""
        let base = json["destination"]?["branch"]?["name"]?.string ?? ""
        let title = json["title"]?.string ?? ""
        let text = json["description"]?.string ?? ""
        guard world.tip(branch) != nil else { return error(400, "branch not found: \(branch)") }
        if let other = world.open(from: branch, to: base) {
            world[other.number].title = title
            world[other.number].body = text
            return answer(pullRequest(world[other.number]), status: 201)
        }
        let number = world.propose(branch, to: base, title, text)
        return answer(pullRequest(world[number]), status: 201)
    }

    /// Object ids of branches and merges have 12 digits.
    private func commit(_ hash: String?) -> JSON {
        hash.map { ["type": "commit", "hash": .string(String($0.prefix(12)))] } ?? .null
    }

    private func pullRequest(_ proposal: World.Proposal) -> JSON {
        let participants = proposal.opinions.map { review -> JSON in
            [
                "user": ["nickname": .string(review.user)], "approved": .bool(review.kind == .approved),
                "state": review.kind == .approved
                    ? "approved" : review.kind == .changesRequested ? "changes_requested" : .null,
                "participated_on": .time(review.time),
            ]
        }
        return [
            "id": .number(proposal.number), "title": .string(proposal.title),
            "description": .string(proposal.body), "state": .string(name(of: proposal.state)),
            "draft": .bool(proposal.isDraft), "author": ["nickname": .string(proposal.author)],
            "closed_by": proposal.closedBy.map { ["nickname": .string($0)] } ?? .null,
            "links": [
                "html": ["href": .string("https://bitbucket.org/\(repository)/pull-requests/\(proposal.number)")]
            ],
            "source": [
                "branch": ["name": .string(proposal.branch)], "commit": commit(proposal.head),
                "repository": ["full_name": .string(proposal.isFromFork ? "mallory/config" : repository)],
            ],
            "destination": [
                "branch": ["name": .string(proposal.base)], "repository": ["full_name": .string(repository)],
            ],
            "merge_commit": commit(proposal.mergeCommit), "participants": .array(participants),
        ]
    }

    /// The newest first.
    private func activity(_ proposal: World.Proposal) -> [JSON] {
        let updates = proposal.versions.map { version in
            (
                version.time,
                [
                    "update": [
                        "state": "OPEN", "date": .time(version.time), "source": ["commit": commit(version.head)],
                    ]
                ] as JSON
            )
        }
        let reviews = proposal.reviews.filter { $0.kind == .approved }.map { review in
            (
                review.time,
                ["approval": ["date": .time(review.time), "user": ["nickname": .string(review.user)]]] as JSON
            )
        }
        return (updates + reviews).sorted { $0.0 > $1.0 }.map(\.1)
    }

    // MARK: Comments and statuses

    private func comment(_ comment: World.Comment) -> JSON {
        [
            "id": .number(comment.id), "content": ["raw": .string(comment.text)], "deleted": false,
            "user": ["nickname": .string(comment.author)],
        ]
    }

    private func edit(
        _ request: FakeServer.Request, _ id: Int?, _ proposal: World.Proposal, _ world: inout World
    ) -> FakeServer.Answer {
        guard let index = proposal.comments.firstIndex(where: { $0.id == id }) else { return error(404, "not found") }
        guard proposal.comments[index].author == World.agent else { return error(403, "not yours") }
        world[proposal.number].comments[index].text = request.json["content"]?["raw"]?.string ?? ""
        return answer(comment(world[proposal.number].comments[index]))
    }

    // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/
    private func setStatus(_ request: FakeServer.Request, _ commit: String, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        guard let key = json["key"]?.string, key.count <= 40, let url = json["url"]?.string,
            let state = json["state"]?.string, ["INPROGRESS", "SUCCESSFUL", "FAILED", "STOPPED"].contains(state)
        else { return error(400, "Bad request") }
        let made = World.Status(
            id: world.newID(), context: key, state: state, description: json["description"]?.string ?? "", url: url)
        world.statuses[commit, default: []].append(made)
        return answer(status(made), status: 201)
    }

    private func status(_ status: World.Status) -> JSON {
        [
            "key": .string(status.context), "state": .string(status.state),
            "description": .string(status.description), "url": .text(status.url),
        ]
    }

    // MARK: Merge

    private func merge(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) throws -> FakeServer.Answer {
        let json = request.json
        // Whatever the head is by now: no request can name the one that was judged.
        let proposal = try world.aboutToMerge(proposal)
        let methods: [String: World.Method] = [
            "merge_commit": .merge, "squash": .squash, "fast_forward": .fastForward, "rebase_fast_forward": .rebase,
        ]
        guard let method = methods[json["merge_strategy"]?.string ?? "merge_commit"] else {
            return error(400, "merge_strategy is not valid")
        }
        guard proposal.state == .open, world.tip(proposal.branch) != nil else {
            return error(400, "This pull request can't be merged.")
        }
        guard proposal.approvals >= world.approvalsRequired else {
            return error(400, "You can't merge until you resolve all merge checks: 1 approval is needed")
        }
        guard !world.hasConflict(proposal) else {
            return error(400, "You can't merge until you resolve all merge conflicts.")
        }
        let message = json["message"]?.string ?? ""
        if world.mergesLater {
            world[proposal.number].waiting = (method, message)
            return FakeServer.Answer("", status: 202, headers: ["Location": request.path + "/task-status/1"])
        }
        try world.merge(proposal.number, by: method, message)
        if json["close_source_branch"]?.bool == true { try world.deleteBranch(proposal.branch) }
        return answer(pullRequest(world[proposal.number]))
    }
}
