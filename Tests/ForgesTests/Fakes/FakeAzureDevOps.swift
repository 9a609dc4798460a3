import Foundation
import Rollouts
import Support

/// By https://learn.microsoft.com/en-us/rest/api/azure/devops/git/.
struct FakeAzureDevOps: FakeForge {
    let root = ""
    let repository = "acme/shop/config"

    // https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate
    func isKnown(_ request: FakeServer.Request, token: String) -> Bool {
        request.headers["authorization"] == "Basic \(Data(":\(token)".utf8).base64EncodedString())"
    }

    func error(_ status: Int, _ words: String) -> FakeServer.Answer {
        answer(["$id": "1", "message": .string(words), "typeKey": "Exception", "errorCode": 0], status: status)
    }

    func route(_ request: FakeServer.Request) -> FakeRoute? {
        if let route = examination(request) { return route }
        if request.path == "/acme/shop/_apis/policy/evaluations" {
            let number = request.query["artifactId"]?.split(separator: "/").last.flatMap { Int($0) }
            return FakeRoute(.read) { world in found(number, &world) { policies($0, $1) } }
        }
        guard request.query["api-version"] != nil,
            let parts = parts(of: request, below: "/acme/shop/_apis/git/repositories/config"), let first = parts.first
        else { return nil }
        let number = parts.count > 1 ? Int(parts[1]) : nil
        // Addresses do not tell capitals from small letters.
        switch (request.method, first.lowercased(), parts.count > 2 ? parts[2] : nil) {
        case ("GET", "pullrequests", nil) where number == nil: return FakeRoute(.list) { list(request, &$0) }
        case ("POST", "pullrequests", nil): return FakeRoute(.create) { create(request, &$0) }
        case ("GET", "pullrequests", nil):
            return FakeRoute(.read) { world in found(number, &world) { answer(pullRequest($0, &$1)) } }
        case ("PATCH", "pullrequests", nil): return patch(request, number)
        case ("POST", "pullrequests", "labels"):
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    let name = request.json["name"]?.string ?? ""
                    if !proposal.labels.contains(name) { world[proposal.number].labels.append(name) }
                    return answer(["name": .string(name), "active": true])
                }
            }
        case ("DELETE", "pullrequests", "labels"):
            let name = parts.dropFirst(3).joined(separator: "/")
            return FakeRoute(.change) { world in
                found(number, &world) { proposal, world in
                    world[proposal.number].labels.removeAll { $0 == name }
                    return FakeServer.Answer("")
                }
            }
        case ("GET", "pullrequests", "iterations"):
            return FakeRoute(.reviews) { world in
                found(number, &world) { proposal, _ in
                    let items = proposal.versions.enumerated().map { index, version -> JSON in
                        [
                            "id": .number(index + 1), "createdDate": .time(version.time),
                            "sourceRefCommit": ["commitId": .string(version.head)],
                        ]
                    }
                    return answer(["value": .array(items), "count": .number(items.count)])
                }
            }
        case ("GET", "pullrequests", "threads"):
            return FakeRoute(.comments) { world in
                found(number, &world) { proposal, _ in answer(["value": .array(threads(proposal))]) }
            }
        case ("POST", "pullrequests", "threads"):
            return FakeRoute(.comment) { world in
                found(number, &world) { proposal, world in
                    let made = World.Comment(
                        id: world.newID(), author: World.agent,
                        text: request.json["comments"]?[0]?["content"]?.string ?? "")
                    world[proposal.number].comments.append(made)
                    return answer(thread(made))
                }
            }
        case ("PATCH", "pullrequests", "threads"):
            let id = parts.count > 3 ? Int(parts[3]) : nil
            return FakeRoute(.comment) { world in found(number, &world) { edit(request, id, $0, &$1) } }
        case ("GET", "commits", "statuses"):
            return FakeRoute(.statuses) { world in
                answer(["value": .array((world.statuses[parts[1]] ?? []).map(status))])
            }
        case ("POST", "commits", "statuses"): return FakeRoute(.status) { setStatus(request, parts[1], &$0) }
        default: return nil
        }
    }

    private func found(
        _ number: Int?, _ world: inout World,
        _ body: (World.Proposal, inout World) throws -> FakeServer.Answer
    ) rethrows -> FakeServer.Answer {
        world.look()
        guard let proposal = world.find(number) else {
            return error(404, "TF401180: The requested pull request was not found.")
        }
        return try body(proposal, &world)
    }

    // MARK: Lists

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests/get-pull-requests
    private func list(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        world.look()
        if world.blindLists > 0 {
            world.blindLists -= 1
            return answer(["value": [], "count": 0])
        }
        var items: [JSON] = []
        for proposal in world.proposals.reversed() where proposal.state != .deleted {
            let wanted = request.query["searchCriteria.status"] ?? "active"
            guard wanted == name(of: proposal.state),
                request.query["searchCriteria.sourceRefName"] == "refs/heads/\(proposal.branch)",
                request.query["searchCriteria.targetRefName"] == "refs/heads/\(proposal.base)"
            else { continue }
            items.append(pullRequest(proposal, &world, isWhole: false))
        }
        let skip = request.query["$skip"].flatMap { Int($0) } ?? 0
        let page = Array(items.dropFirst(skip).prefix(request.query["$top"].flatMap { Int($0) } ?? 101))
        return answer(["value": .array(page), "count": .number(page.count)])
    }

    private func name(of state: World.State) -> String {
        state == .open ? "active" : state == .merged ? "completed" : "abandoned"
    }

    // MARK: Pull requests

    private func create(_ request: FakeServer.Request, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        func branch(_ name: String) -> String { String((json[name]?.string ?? "").dropFirst(11)) }
        guard json["description"]?.string.map({ $0.utf16.count <= 4000 }) != false else {
            return error(400, "Invalid argument value. Parameter name: Description")
        }
        guard world.tip(branch("sourceRefName")) != nil else {
            return error(404, "TF401398: The pull request cannot be activated because the source branch does not exist")
        }
        if world.open(from: branch("sourceRefName"), to: branch("targetRefName")) != nil {
            return error(
                409, "TF401179: An active pull request for the source and target branch already exists.")
        }
        let number = world.propose(
            branch("sourceRefName"), to: branch("targetRefName"), json["title"]?.string ?? "",
            json["description"]?.string ?? "")
        world[number].labels = (json["labels"]?.array ?? []).compactMap { $0["name"]?.string }
        return answer(pullRequest(world[number], &world), status: 201)
    }

    private func pullRequest(_ proposal: World.Proposal, _ world: inout World, isWhole: Bool = true) -> JSON {
        let reviewers = proposal.opinions.map { review -> JSON in
            let vote =
                switch review.kind {
                case .approved: 10
                case .changesRequested: -5
                case .commented, .dismissed: 0
                }
            return ["uniqueName": .string(review.user), "vote": .number(vote)]
        }
        return [
            "pullRequestId": .number(proposal.number), "status": .string(name(of: proposal.state)),
            "title": .string(proposal.title),
            // Lists show no more of it.
            "description": .string(isWhole ? proposal.body : String(proposal.body.prefix(400))),
            "isDraft": .bool(proposal.isDraft), "createdBy": ["uniqueName": .string(proposal.author)],
            "closedBy": proposal.closedBy.map { ["uniqueName": .string($0)] } ?? .null,
            "sourceRefName": .string("refs/heads/\(proposal.branch)"),
            "targetRefName": .string("refs/heads/\(proposal.base)"),
            "lastMergeSourceCommit": ["commitId": .string(proposal.head)],
            "lastMergeCommit": proposal.mergeCommit.map { ["commitId": .string($0)] } ?? .null,
            "mergeStatus": .string(mergeStatus(proposal, &world, isWhole)), "reviewers": .array(reviewers),
            "labels": .array(proposal.labels.map { ["name": .string($0), "active": true] }),
            "forkSource": proposal.isFromFork ? ["name": "refs/heads/x"] : .null,
            "repository": [
                "webUrl": "https://dev.azure.com/acme/shop/_git/config", "project": ["id": "project-1"],
            ],
        ]
    }

    private func mergeStatus(_ proposal: World.Proposal, _ world: inout World, _ isWhole: Bool) -> String {
        guard proposal.state == .open, isWhole else { return "succeeded" }
        if world.computing > 0 {
            world.computing -= 1
            return "queued"
        }
        if let oddity = world.oddity { return oddity }
        return world.hasConflict(proposal) ? "conflicts" : "succeeded"
    }

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/policy/evaluations/list
    private func policies(_ proposal: World.Proposal, _ world: World) -> FakeServer.Answer {
        let isMissing = proposal.approvals < world.approvalsRequired
        let reviewers: JSON = [
            "status": isMissing ? "queued" : "approved",
            "configuration": [
                "isBlocking": true, "isEnabled": true, "type": ["displayName": "Minimum number of reviewers"],
            ],
        ]
        let optional: JSON = [
            "status": "rejected",
            "configuration": ["isBlocking": false, "isEnabled": true, "type": ["displayName": "Build"]],
        ]
        return answer(["value": world.approvalsRequired > 0 ? [reviewers, optional] : [optional], "count": 1])
    }

    // MARK: Threads and statuses

    private func thread(_ comment: World.Comment) -> JSON {
        [
            "id": .number(comment.id), "status": "closed",
            "comments": [
                [
                    "id": 1, "content": .string(comment.text), "commentType": "text",
                    "author": ["uniqueName": .string(comment.author)],
                ]
            ],
        ]
    }

    private func threads(_ proposal: World.Proposal) -> [JSON] {
        let votes = proposal.reviews.map { review -> JSON in
            let vote =
                switch review.kind {
                case .approved: "10"
                case .changesRequested: "-5"
                case .commented, .dismissed: "0"
                }
            return [
                "id": .number(review.id), "publishedDate": .time(review.time),
                "comments": [["id": 1, "content": .string("voted \(vote)"), "commentType": "system"]],
                "properties": [
                    "CodeReviewThreadType": ["$type": "System.String", "$value": "VoteUpdate"],
                    "CodeReviewVoteResult": ["$type": "System.String", "$value": .string(vote)],
                    "CodeReviewVotedByIdentity": ["$type": "System.String", "$value": "1"],
                ],
                "identities": ["1": ["uniqueName": .string(review.user)]],
            ]
        }
        return votes + proposal.comments.map(thread)
    }

    private func edit(
        _ request: FakeServer.Request, _ id: Int?, _ proposal: World.Proposal, _ world: inout World
    ) -> FakeServer.Answer {
        guard let index = proposal.comments.firstIndex(where: { $0.id == id }) else { return error(404, "no thread") }
        guard proposal.comments[index].author == World.agent else { return error(403, "TF401027: not yours") }
        world[proposal.number].comments[index].text = request.json["content"]?.string ?? ""
        return answer(thread(world[proposal.number].comments[index]))
    }

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/statuses/create
    private func setStatus(_ request: FakeServer.Request, _ commit: String, _ world: inout World) -> FakeServer.Answer {
        let json = request.json
        let context = [json["context"]?["genre"]?.string, json["context"]?["name"]?.string].compactMap { $0 }
        let made = World.Status(
            id: world.newID(), context: context.joined(separator: "|"), state: json["state"]?.string ?? "",
            description: json["description"]?.string ?? "", url: json["targetUrl"]?.string)
        guard ["pending", "succeeded", "failed", "error"].contains(made.state) else { return error(400, "state") }
        world.statuses[commit, default: []].append(made)
        return answer(status(made), status: 201)
    }

    private func status(_ status: World.Status) -> JSON {
        let context = status.context.split(separator: "|").map(String.init)
        return [
            "id": .number(status.id), "state": .string(status.state), "description": .string(status.description),
            "targetUrl": .text(status.url),
            "context": ["genre": .text(context.first), "name": .text(context.last)],
        ]
    }

    // MARK: Changes and merges

    // https://learn.microsoft.com/en-us/rest/api/azure/devops/git/pull-requests/update
    private func patch(_ request: FakeServer.Request, _ number: Int?) -> FakeRoute {
        let json = request.json
        guard json["completionOptions"] == nil else {
            return FakeRoute(.merge) { world in try found(number, &world) { try complete(json, $0, &$1) } }
        }
        return FakeRoute(.change) { world in
            found(number, &world) { proposal, world in
                if let title = json["title"]?.string { world[proposal.number].title = title }
                if let text = json["description"]?.string { world[proposal.number].body = text }
                if json["status"]?.string == "abandoned" { world.close(proposal.number, by: World.agent) }
                return answer(pullRequest(world[proposal.number], &world))
            }
        }
    }

    private func complete(
        _ json: JSON, _ proposal: World.Proposal, _ world: inout World
    ) throws -> FakeServer.Answer {
        let proposal = try world.aboutToMerge(proposal)
        let options = json["completionOptions"]
        let methods: [String: World.Method] = ["noFastForward": .merge, "squash": .squash, "rebase": .rebase]
        guard let method = methods[options?["mergeStrategy"]?.string ?? ""] else { return error(400, "mergeStrategy") }
        guard options?["bypassPolicy"]?.bool == false else { return error(403, "TF401027: no right to bypass") }
        let message = options?["mergeCommitMessage"]?.string ?? ""
        if json["autoCompleteSetBy"]?["id"]?.string == "id-of-headgate-bot" {
            world[proposal.number].waiting = (method, message)
            if proposal.approvals >= world.approvalsRequired { world.look() }
            return answer(pullRequest(world[proposal.number], &world))
        }
        guard json["lastMergeSourceCommit"]?["commitId"]?.string == proposal.head else {
            return error(409, "TF401192: The pull request has been modified since it was last read.")
        }
        guard proposal.state == .open, world.tip(proposal.branch) != nil else { return error(400, "not active") }
        guard proposal.approvals >= world.approvalsRequired else {
            return error(409, "TF402455: Pushes to this branch are not permitted; policies are not met.")
        }
        guard !world.hasConflict(proposal) else { return answer(pullRequest(proposal, &world)) }
        if world.mergesLater {
            world[proposal.number].waiting = (method, message)
            return answer(pullRequest(proposal, &world))
        }
        try world.merge(proposal.number, by: method, message)
        if options?["deleteSourceBranch"]?.bool == true { try world.deleteBranch(proposal.branch) }
        return answer(pullRequest(world[proposal.number], &world))
    }
}
