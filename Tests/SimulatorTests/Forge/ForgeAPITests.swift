import Support
import Testing

@testable import Simulator

@Suite("The forge's API")
struct ForgeAPITests {
    @Test func `a pull request shows both branches, and its head follows pushes`() async throws {
        let fixture = try await ForgeFixture()
        let branch = "headgate/shop/checkout/weight-10"
        let first = try fixture.push(branch, weight: 10)
        let number = try await fixture.propose(branch, body: "Evidence")
        let made = await fixture.ask("GET", "/pulls/\(number)").json
        #expect(made["head", "ref"]?.string == branch && made["head", "sha"]?.string == first)
        #expect(made["base", "ref"] == "main" && made["state"] == "open" && made["mergeable"] == true)
        #expect(made["user", "login"] == "headgate-bot" && made["body"] == "Evidence")
        #expect(made["html_url"] == "http://127.0.0.1:8082/demo/shop/pulls/1")
        #expect(made["head", "repo", "full_name"] == made["base", "repo", "full_name"])
        let second = try fixture.push(branch, weight: 11, from: first)
        #expect(await fixture.ask("GET", "/pulls/\(number)").json["head", "sha"]?.string == second)
        let timeline = await fixture.ask("GET", "/issues/\(number)/timeline").json
        #expect(timeline.array?.map { $0["type"] } == ["pull_push"])
    }

    @Test func `only one pull request is open between two branches, and one that is gone cannot be proposed`()
        async throws
    {
        let fixture = try await ForgeFixture()
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        let again = await fixture.ask("POST", "/pulls", ["head": "one", "base": "main", "title": "again"])
        #expect(again.status == 409 && again.json["message"]?.string?.contains("already exists") == true)
        #expect(await fixture.ask("POST", "/pulls", ["head": "two", "base": "main", "title": "two"]).status == 404)
        #expect(await fixture.ask("POST", "/pulls", ["head": "main", "base": "main", "title": "x"]).status == 422)
        #expect(await fixture.ask("POST", "/pulls", ["head": "one", "base": "main", "title": " "]).status == 422)
    }

    @Test func `lists have pages, states and orders`() async throws {
        let fixture = try await ForgeFixture()
        let commit = try fixture.push("b0", weight: 1)
        for index in 1..<5 { try fixture.remote.git("update-ref", "refs/heads/b\(index)", commit) }
        for index in 0..<5 { try await fixture.propose("b\(index)") }
        #expect(await fixture.ask("PATCH", "/pulls/2", ["state": "closed"]).status == 201)
        func numbers(_ query: String) async -> [Int] {
            (await fixture.ask("GET", "/pulls?" + query).json.array ?? []).compactMap { $0["number"]?.integer }
        }
        #expect(await numbers("state=open") == [5, 4, 3, 1])
        #expect(await numbers("state=closed") == [2])
        #expect(await numbers("state=all&sort=oldest") == [1, 2, 3, 4, 5])
        #expect(await numbers("state=all&sort=recentupdate") == [2, 5, 4, 3, 1])
        let page = await fixture.ask("GET", "/pulls?state=all&limit=2&page=2")
        #expect(page.json.array?.count == 2 && page.headers["X-Total-Count"] == "5")
        let link = try #require(page.headers["Link"])
        #expect(
            link.contains("page=3>; rel=\"next\"")
                && link.contains("http://127.0.0.1:8082/api/v1/repos/demo/shop/pulls"))
        #expect(await fixture.ask("GET", "/pulls?state=all&limit=2&page=3").headers["Link"]?.contains("next") == false)
    }

    @Test func `a branch with slashes is found by both of its names`() async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("headgate/shop/x", weight: 10)
        try await fixture.propose("headgate/shop/x")
        #expect(await fixture.ask("GET", "/pulls/main/headgate%2Fshop%2Fx").json["number"] == 1)
        #expect(await fixture.ask("GET", "/pulls/main/headgate/shop/y").status == 404)
        #expect(await fixture.ask("GET", "/branches/headgate%2Fshop%2Fx").json["name"] == "headgate/shop/x")
        #expect(await fixture.ask("DELETE", "/branches/main").status == 403)
        #expect(await fixture.ask("DELETE", "/branches/headgate%2Fshop%2Fx").status == 204)
        let gone = await fixture.ask("GET", "/pulls/1").json
        #expect(gone["state"] == "closed" && gone["merged"] == false)
    }

    @Test(
        arguments: [
            (nil, 401, "token is required"), ("wrong", 401, "user does not exist"),
            ("carol", 403, "permission to write"),
        ] as [(String?, Int, String)])
    func `nobody writes without a token that may`(token: String?, status: Int, words: String) async throws {
        let fixture = try await ForgeFixture()
        let answer = await fixture.ask("POST", "/labels", ["name": "x", "color": "#fff"], token: token)
        #expect(answer.status == status && answer.json["message"]?.string?.contains(words) == true)
    }

    @Test func `who asks is told who they are and what they may`() async throws {
        let fixture = try await ForgeFixture(approvals: 1)
        #expect(await fixture.call("GET", "/user").json["login"] == "headgate-bot")
        let repository = await fixture.ask("GET", "").json
        #expect(repository["permissions", "push"] == true && repository["permissions", "admin"] == false)
        let branch = await fixture.ask("GET", "/branches/main").json
        #expect(branch["protected"] == true && branch["required_approvals"] == 1)
        #expect(await fixture.ask("GET", "/branch_protections/main").status == 403)
        let rule = await fixture.ask("PATCH", "/branch_protections/main", ["required_approvals": 2], token: "alice")
        #expect(rule.json["required_approvals"] == 2)
        #expect(await fixture.call("GET", "/repos/demo/other").status == 404)
    }

    @Test func `labels have numbers, are made once and are put on and taken off`() async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        let made = await fixture.ask("POST", "/labels", ["name": "headgate", "color": "#4a7ebb"])
        let id = try #require(made.json["id"]?.integer)
        #expect(made.status == 201 && made.json["color"] == "4a7ebb")
        let put = await fixture.ask("POST", "/issues/1/labels", ["labels": [.integer(id)]])
        #expect(put.json.array?.compactMap { $0["name"]?.string } == ["headgate"])
        #expect(await fixture.ask("POST", "/issues/1/labels", ["labels": [99]]).status == 422)
        #expect(await fixture.ask("DELETE", "/issues/1/labels/\(id)").status == 204)
        #expect(await fixture.ask("GET", "/pulls/1").json["labels"] == [])
    }

    @Test func `comments are changed by their author, and by an administrator`() async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        let made = await fixture.ask("POST", "/issues/1/comments", ["body": "mine"], token: "alice").json
        let path = "/issues/comments/\(made["id"]?.integer ?? 0)"
        #expect(await fixture.ask("PATCH", path, ["body": "not mine"]).status == 403)
        #expect(await fixture.ask("PATCH", path, ["body": "changed"], token: "alice").status == 200)
        #expect(await fixture.ask("GET", "/issues/1/comments").json.array?.map { $0["body"] } == ["changed"])
        #expect(await fixture.ask("POST", "/issues/1/comments", ["body": "  "]).status == 422)
    }

    @Test func `the newest status of each context counts, and the worst of them is the commit's`() async throws {
        let fixture = try await ForgeFixture()
        let head = try fixture.push("one", weight: 10)
        let empty = await fixture.ask("GET", "/commits/\(head)/status").json
        #expect(empty["statuses"] == .null && empty["state"] == "")
        for (state, context) in [("failure", "a"), ("success", "a"), ("pending", "b")] {
            let body: Value = ["state": .string(state), "context": .string(context), "description": "d"]
            #expect(await fixture.ask("POST", "/statuses/\(head)", body).status == 201)
        }
        let combined = await fixture.ask("GET", "/commits/one/status").json
        #expect(combined["state"] == "pending" && combined["total_count"] == 2)
        #expect(combined["statuses"]?.array?.map { $0["status"] } == ["pending", "success"])
        #expect(await fixture.ask("GET", "/commits/\(head)/statuses").json.array?.count == 3)
        #expect(await fixture.ask("POST", "/statuses/\(head)", ["state": "great"]).status == 422)
    }

    @Test func `a review belongs to a head, and nobody approves what is theirs`() async throws {
        let fixture = try await ForgeFixture(approvals: 1)
        let head = try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        #expect(await fixture.ask("POST", "/pulls/1/reviews", ["event": "APPROVED"]).status == 422)
        let approved = await fixture.ask("POST", "/pulls/1/reviews", ["event": "APPROVED"], token: "alice").json
        #expect(approved["commit_id"]?.string == head && approved["official"] == true && approved["stale"] == false)
        try fixture.push("one", weight: 11, from: head)
        let stale = await fixture.ask("GET", "/pulls/1/reviews").json.array?.first
        #expect(stale?["stale"] == true && stale?["dismissed"] == false)
        let merge = await fixture.ask("POST", "/pulls/1/merge", ["Do": "merge"])
        #expect(merge.status == 405 && merge.json["message"] == "Does not have enough approvals")
    }

    @Test func `closed is closed, and reopened it is open again`() async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        #expect(await fixture.ask("PATCH", "/pulls/1", ["state": "closed"], token: "alice").status == 201)
        #expect(await fixture.ask("POST", "/pulls/1/merge", ["Do": "merge"]).status == 404)
        let closer = await fixture.ask("GET", "/issues/1/timeline").json.array?.last { $0["type"] == "close" }
        #expect(closer?["user", "login"] == "alice")
        #expect(await fixture.ask("PATCH", "/pulls/1", ["state": "open"], token: "alice").json["state"] == "open")
    }

    @Test func `what is no object, and what is not there, is said`() async throws {
        let fixture = try await ForgeFixture()
        #expect(await fixture.ask("POST", "/pulls", "text").status == 422)
        #expect(await fixture.ask("GET", "/pulls/7").status == 404)
        #expect(await fixture.ask("GET", "/pulls/-1").status == 404)
        #expect(await fixture.ask("GET", "/wiki").status == 404)
        #expect(await fixture.call("GET", "/version").status == 200)
    }
}
