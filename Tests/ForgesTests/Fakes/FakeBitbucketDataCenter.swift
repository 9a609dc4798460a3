import Foundation
import Rollouts
import Support

/// By https://developer.atlassian.com/server/bitbucket/rest/.
struct FakeBitbucketDataCenter: FakeForge {
    let root = ""
    let repository = "SHOP/config"

    func isKnown(_ request: FakeServer.Request, token: String) -> Bool {
        request.headers["authorization"] == "Bearer \(token)"
    }

    func error(_ status: Int, _ words: String) -> FakeServer.Answer { error(status, words, "Exception") }

    private func error(_ status: Int, _ words: String, _ exception: String) -> FakeServer.Answer {
        let error: JSON = [
            "context": nil, "message": .string(words),
            "exceptionName": .string("com.atlassian.bitbucket.pull.\(exception)"),
        ]
        return answer(["errors": [error]], status: status)
    }

    func route(_ request: FakeServer.Request) -> FakeRoute? {
        if let route = examination(request) { return route }
        if let parts = parts(of: request, below: "/rest/build-status/1.0/commits"), let commit = parts.first {
            return builds(request, commit)
        }
        if request.method == "DELETE",
            parts(of: request, below: "/rest/branch-utils/latest/projects/SHOP/repos/config/branches") == []
        {
            return FakeRoute(.other) { world in
                try world.deleteBranch(String((request.json["name"]?.string ?? "").dropFirst(11)))
                return FakeServer.Answer("", status: 204)
            }
        }
        guard let parts = parts(of: request, below: "/rest/api/latest/projects/SHOP/repos/config"),
            parts.first == "pull-requests"
        else { return nil }
        // A request that changes something must not look like one of a browser's form.
        if request.method != "GET", request.headers["x-atlassian-token"] != "no-check" { return nil }
        let number = parts.count > 1 ? Int(parts[1]) : nil
        switch (request.method, parts.count > 2 ? parts[2] : nil) {
        case ("GET", nil) where number == nil: return FakeRoute(.list) { list(request, &$0) }
        case ("POST", nil): return FakeRoute(.create) { create(request, &$0) }
        case ("GET", nil):
            return FakeRoute(.read) { world in found(number, &world) { proposal, _ in answer(pullRequest(proposal)) } }
        case ("PUT", nil):
            return FakeRoute(.change) { world in found(number, &world) { change(request, $0, &$1) } }
        case ("POST", "decline"):
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    guard request.query["version"] == "\(proposal.revision)" else { return outOfDate }
                    world.close(proposal.number, by: World.agent)
                    return answer(pullRequest(world[proposal.number]))
                }
            }
        case ("GET", "merge"):
            return FakeRoute(.mergeability) { world in found(number, &world) { answer(mergeability($0, &$1)) } }
        case ("POST", "merge"):
            return FakeRoute(.merge) { world in try found(number, &world) { try merge(request, $0, &$1) } }
        case ("GET", "activities"):
            return FakeRoute(.comments) { world in found(number, &world) { paged(activities($0), request, $1) } }
        case ("POST", "comments"):
            return FakeRoute(.comment) { world in
                found(number, &world) { proposal, world in
                    let made = World.Comment(
                        id: world.newID(), author: World.agent, text: request.json["text"]?.string ?? "")
                    world[proposal.number].comments.append(made)
                    return answer(comment(made), status: 201)
                }
            }
        case ("PUT", "comments"):
            return FakeRoute(.comment) { world in
                found(number, &world) { edit(request, parts.last.flatMap { Int($0) }, $0, &$1) }
            }
        default: return nil
        }
    }

    private var outOfDate: FakeServer.Answer {
        error(
            409, "You are attempting to modify a pull request based on out-of-date information.",
            "PullRequestOutOfDateException")
    }

    private func found(
        _ number: Int?, _ world: inout World,
        _ body: (World.Proposal, inout World) throws -> FakeServer.Answer
    ) rethrows -> FakeServer.Answer {
        world.look()
        guard let proposal = world.find(number) else {
            return error(404, "Pull request does not exist.", "NoSuchPullRequestException")
        }
        return try body(proposal, &world)
    }

    // MARK: Lists

    // https://developer.atlassian.com/server/bitbucket/rest/v905/intro/#paged-apis
    private func paged(_ items: [JSON], _ request: FakeServer.Request, _ world: World) -> FakeServer.Answer {
        let size = min(request.query["limit"].flatMap { Int($0) } ?? 25, world.pageLimit)
        let start = request.query["start"].flatMap { Int($0) } ?? 0
        let values = Array(items.dropFirst(start).prefix(size))
        let isLast = start + values.count >= items.count
        return answer([
            "values": .array(values), "isLastPage": .bool(isLast), "start": .number(start),
            "nextPageStart": isLast ? .null : .number(start + values.count),
        ])
    }

    private func list(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        world.look()
        if world.blindLists > 0 {
            world.blindLists -= 1
            return answer(["values": [], "isLastPage": true])
        }
        let items = world.proposals.reversed().filter { proposal in
            proposal.state != .deleted && name(of: proposal.state) == request.query["state"]
                && "refs/heads/\(proposal.branch)" == request.query["at"]
        }
        return paged(items.map(pullRequest), request, world)
    }

    private func name(of state: World.State) -> String {
        state == .open ? "OPEN" : state == .merged ? "MERGED" : "DECLINED"
    }

    // MARK: Pull requests

    private func create(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        func branch(_ name: String) -> String { String((json[name]?["id"]?.string ?? "").dropFirst(11)) }
        guard world.tip(branch("fromRef")) != nil else {
            return error(404, "Repository has no branch \(branch("fromRef"))", "NoSuchBranchException")
        }
        if world.open(from: branch("fromRef"), to: branch("toRef")) != nil {
            return error(
                409, "Only one pull request may be open for a given source and target branch",
                "DuplicatePullRequestException")
        }
        let number = world.propose(
            branch("fromRef"), to: branch("toRef"), json["title"]?.string ?? "", json["description"]?.string ?? "")
        return answer(pullRequest(world[number]), status: 201)
    }

    private func change(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) -> FakeServer.Answer {
        guard request.json["version"]?.int == proposal.revision else { return outOfDate }
        if let title = request.json["title"]?.string { world[proposal.number].title = title }
        if let text = request.json["description"]?.string { world[proposal.number].body = text }
        world.lastReviewers = (request.json["reviewers"]?.array ?? []).compactMap { $0["user"]?["name"]?.string }
        world[proposal.number].revision += 1
        return answer(pullRequest(world[proposal.number]))
    }

    private func pullRequest(_ proposal: World.Proposal) -> JSON {
        func reference(_ branch: String, _ head: String, _ project: String) -> JSON {
            [
                "id": .string("refs/heads/\(branch)"), "displayId": .string(branch), "latestCommit": .string(head),
                "repository": ["slug": "config", "project": ["key": .string(project)]],
            ]
        }
        let reviewers = proposal.opinions.map { review -> JSON in
            let status: JSON =
                switch review.kind {
                case .approved: "APPROVED"
                case .changesRequested: "NEEDS_WORK"
                case .commented, .dismissed: "UNAPPROVED"
                }
            return [
                "user": ["name": .string(review.user)], "role": "REVIEWER", "status": status,
                "approved": .bool(review.kind == .approved), "lastReviewedCommit": .string(review.head),
            ]
        }
        return [
            "id": .number(proposal.number), "version": .number(proposal.revision),
            "title": .string(proposal.title), "description": .string(proposal.body),
            "state": .string(name(of: proposal.state)), "draft": .bool(proposal.isDraft),
            "fromRef": reference(proposal.branch, proposal.head, proposal.isFromFork ? "~MALLORY" : "SHOP"),
            "toRef": reference(proposal.base, "", "SHOP"),
            "author": ["user": ["name": .string(proposal.author)]], "reviewers": .array(reviewers),
            "participants": [],
            "properties": proposal.mergeCommit.map { ["mergeCommit": ["id": .string($0)]] } ?? [:],
            "links": ["self": [["href": .string("https://bitbucket.example.com/pull-requests/\(proposal.number)")]]],
        ]
    }

    private func mergeability(_ proposal: World.Proposal, _ world: inout World) -> JSON {
        if world.computing > 0 {
            world.computing -= 1
            return ["canMerge": false, "conflicted": false, "outcome": "UNKNOWN", "vetoes": []]
        }
        if let oddity = world.oddity {
            return ["canMerge": true, "conflicted": false, "outcome": .string(oddity), "vetoes": []]
        }
        let isConflicted = world.hasConflict(proposal)
        let isMissing = proposal.approvals < world.approvalsRequired
        let veto: JSON = ["summaryMessage": "Not enough approvals", "detailedMessage": "You need 1 more approval."]
        return [
            "canMerge": .bool(!isConflicted && !isMissing), "conflicted": .bool(isConflicted),
            "outcome": isConflicted ? "CONFLICTED" : "CLEAN", "vetoes": isMissing ? [veto] : [],
        ]
    }

    /// The newest first.
    private func activities(_ proposal: World.Proposal) -> [JSON] {
        let declined = [proposal.closedBy].compactMap { $0 }.map { user -> JSON in
            ["action": "DECLINED", "user": ["name": .string(user)]]
        }
        let commented = proposal.comments.reversed().map { comment -> JSON in
            ["action": "COMMENTED", "user": ["name": .string(comment.author)], "comment": self.comment(comment)]
        }
        return declined + commented + [["action": "OPENED", "user": ["name": .string(proposal.author)]]]
    }

    // MARK: Comments and builds

    private func comment(_ comment: World.Comment) -> JSON {
        [
            "id": .number(comment.id), "version": .number(comment.version), "text": .string(comment.text),
            "author": ["name": .string(comment.author)],
        ]
    }

    private func edit(
        _ request: FakeServer.Request, _ id: Int?, _ proposal: World.Proposal, _ world: inout World
    ) -> FakeServer.Answer {
        guard let index = proposal.comments.firstIndex(where: { $0.id == id }) else { return error(404, "not found") }
        let known = proposal.comments[index]
        guard known.author == World.agent else { return error(401, "You are not permitted to edit this comment") }
        guard request.json["version"]?.int == known.version else { return error(409, "out of date") }
        world[proposal.number].comments[index].text = request.json["text"]?.string ?? ""
        world[proposal.number].comments[index].version += 1
        return answer(comment(world[proposal.number].comments[index]))
    }

    // https://developer.atlassian.com/server/bitbucket/how-tos/updating-build-status-for-commits/
    private func builds(_ request: FakeServer.Request, _ commit: String) -> FakeRoute? {
        guard request.method == "POST" else {
            return FakeRoute(.statuses) { world in
                var seen: Set<String> = []
                let newest = (world.statuses[commit] ?? []).reversed().filter { seen.insert($0.context).inserted }
                let items = newest.map { status -> JSON in
                    [
                        "key": .string(status.context), "state": .string(status.state),
                        "description": .string(status.description), "url": .text(status.url),
                    ]
                }
                return paged(items, request, world)
            }
        }
        return FakeRoute(.status) { world in
            let json = request.json
            guard let key = json["key"]?.string, let url = json["url"]?.string, let state = json["state"]?.string,
                ["INPROGRESS", "SUCCESSFUL", "FAILED"].contains(state)
            else { return error(400, "Bad request") }
            let made = World.Status(
                id: world.newID(), context: key, state: state, description: json["description"]?.string ?? "", url: url)
            world.statuses[commit, default: []].append(made)
            return FakeServer.Answer("", status: 204)
        }
    }

    // MARK: Merge

    private func merge(
        _ request: FakeServer.Request, _ proposal: World.Proposal, _ world: inout World
    ) throws -> FakeServer.Answer {
        let json = request.json
        let proposal = try world.aboutToMerge(proposal)
        let methods: [String: World.Method] = [
            "no-ff": .merge, "squash": .squash, "ff-only": .fastForward, "rebase-ff-only": .rebase,
        ]
        guard let method = methods[json["strategyId"]?.string ?? "no-ff"] else {
            return error(400, "The strategy is not enabled", "InvalidMergeStrategyException")
        }
        guard request.query["version"] == "\(proposal.revision)" else { return outOfDate }
        guard proposal.state == .open, world.tip(proposal.branch) != nil, !world.hasConflict(proposal) else {
            return error(409, "The pull request has conflicts", "PullRequestMergeVetoedException")
        }
        guard proposal.approvals >= world.approvalsRequired else {
            return error(409, "Merging the pull request has been vetoed", "PullRequestMergeVetoedException")
        }
        try world.merge(proposal.number, by: method, json["message"]?.string ?? "")
        return answer(pullRequest(world[proposal.number]))
    }
}
