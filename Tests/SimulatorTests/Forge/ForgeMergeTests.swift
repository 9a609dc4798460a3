import Support
import Testing

@testable import Simulator

@Suite("The forge's merges, with git as the second opinion")
struct ForgeMergeTests {
    @Test(arguments: MergeMethod.allCases)
    func `every method brings the change to main, each with its own history`(method: MergeMethod) async throws {
        let fixture = try await ForgeFixture()
        let base = try fixture.remote.tip()
        try fixture.push("one", weight: 10, message: "first")
        let head = try fixture.push(
            "one", ["NOTES": "n\n"], from: try fixture.remote.tip("refs/heads/one"), message: "second")
        // Somebody else was faster, except where only a fast-forward will do.
        if method != .fastForwardOnly { try fixture.remote.put(["other.yaml": "a: 1\n"], "elsewhere") }
        let before = try fixture.remote.tip()
        try await fixture.propose("one")
        let answer = await fixture.ask(
            "POST", "/pulls/1/merge",
            [
                "Do": .string(method.rawValue), "head_commit_id": .string(head), "MergeTitleField": "the subject",
                "MergeMessageField": "the text\n\nHeadgate-Stage: 1/5", "delete_branch_after_merge": true,
            ], token: "alice")
        try #require(answer.status == 200, "\(answer.json)")
        let git = fixture.remote.git
        let tip = try fixture.remote.tip()
        #expect(try fixture.remote.file(ForgeFixture.manifest) == ForgeFixture.weights(10))
        #expect(try fixture.remote.file("NOTES") == "n\n")
        if method != .fastForwardOnly { #expect(try fixture.remote.file("other.yaml") == "a: 1\n") }
        let parents = try git("log", "-1", "--format=%P", tip).split(separator: " ").map(String.init)
        let subjects = try git("log", "--format=%s", "--topo-order", "\(base)..\(tip)").split(separator: "\n").map(
            String.init)
        switch method {
        case .merge: #expect(parents == [before, head])
        case .squash: #expect(parents == [before])
        case .rebase: #expect(subjects == ["second", "first", "elsewhere"])
        case .rebaseMerge: #expect(parents[0] == before && subjects.prefix(3) == ["the subject", "second", "first"])
        case .fastForwardOnly: #expect(tip == head)
        }
        if [.merge, .squash, .rebaseMerge].contains(method) {
            #expect(try git("log", "-1", "--format=%B", tip) == "the subject\n\nthe text\n\nHeadgate-Stage: 1/5\n")
            #expect(try git("log", "-1", "--format=%an", tip) == "alice")
        }
        if method == .rebase {
            #expect(try git("log", "-1", "--format=%an %cn", tip) == "Headgate alice")
            #expect(parents == [try git("rev-parse", "\(tip)^")])
        }
        let now = await fixture.ask("GET", "/pulls/1").json
        #expect(now["merged"] == true && now["merge_commit_sha"]?.string == tip)
        #expect(now["merged_by", "login"] == "alice")
        #expect(try git.attempt(["rev-parse", "--verify", "refs/heads/one"]).status != 0)
        #expect(try git("fsck", "--strict", "--no-dangling") == "")
    }

    @Test func `a head that moved is not merged`() async throws {
        let fixture = try await ForgeFixture()
        let head = try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        try fixture.push("one", weight: 11, from: head)
        let answer = await fixture.ask("POST", "/pulls/1/merge", ["Do": "merge", "head_commit_id": .string(head)])
        #expect(answer.status == 409 && answer.json["message"] == "head out of date")
        #expect(try fixture.remote.file(ForgeFixture.manifest) == ForgeFixture.weights(0))
    }

    @Test(arguments: MergeMethod.allCases)
    func `a conflict is said and changes nothing`(method: MergeMethod) async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        try fixture.remote.put([ForgeFixture.manifest: ForgeFixture.weights(50)], "elsewhere")
        let tip = try fixture.remote.tip()
        #expect(await fixture.ask("GET", "/pulls/1").json["mergeable"] == false)
        let answer = await fixture.ask("POST", "/pulls/1/merge", ["Do": .string(method.rawValue)])
        #expect(answer.status == 405 && answer.json["message"] == "Please try again later")
        #expect(try fixture.remote.tip() == tip)
    }

    @Test func `a branch that lags behind has no fast-forward`() async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        try fixture.remote.put(["other.yaml": "a: 1\n"], "elsewhere")
        let answer = await fixture.ask("POST", "/pulls/1/merge", ["Do": "fast-forward-only"])
        #expect(answer.status == 500 && answer.json["message"]?.string?.contains("diverged") == true)
        #expect(await fixture.ask("GET", "/pulls/1").json["state"] == "open")
    }

    @Test func `a merge that is asked for early is made when the last approval comes`() async throws {
        let fixture = try await ForgeFixture(approvals: 1)
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        let request: Value = ["Do": "squash", "merge_when_checks_succeed": true, "MergeTitleField": "later"]
        #expect(await fixture.ask("POST", "/pulls/1/merge", request).status == 201)
        #expect(await fixture.ask("POST", "/pulls/1/merge", request).status == 409)
        #expect(await fixture.ask("GET", "/pulls/1").json["merged"] == false)
        _ = await fixture.ask("POST", "/pulls/1/reviews", ["event": "APPROVED"], token: "alice")
        let now = await fixture.ask("GET", "/pulls/1").json
        #expect(now["merged"] == true && now["merged_by", "login"] == "headgate-bot")
        #expect(try fixture.remote.git("log", "-1", "--format=%s", "main") == "later")
    }

    @Test func `rules of the branch keep a merge back, in the words that clients know`() async throws {
        let fixture = try await ForgeFixture()
        let head = try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        let rule: Value = [
            "enable_status_check": true, "status_check_contexts": ["analysis"], "block_on_rejected_reviews": true,
            "block_on_outdated_branch": true,
        ]
        #expect(await fixture.ask("PATCH", "/branch_protections/main", rule, token: "alice").status == 200)
        func refused() async -> Value? { await fixture.ask("POST", "/pulls/1/merge", ["Do": "merge"]).json["message"] }
        #expect(await refused() == "Not all required status checks successful")
        _ = await fixture.ask("POST", "/statuses/\(head)", ["state": "success", "context": "analysis"])
        let rejection: Value = ["event": "REQUEST_CHANGES", "body": "not today"]
        let review = await fixture.ask("POST", "/pulls/1/reviews", rejection, token: "alice").json
        #expect(await refused() == "There are requested changes")
        let id = review["id"]?.integer ?? 0
        _ = await fixture.ask("POST", "/pulls/1/reviews/\(id)/dismissals", [:], token: "alice")
        try fixture.remote.put(["other.yaml": "a: 1\n"], "elsewhere")
        #expect(await refused() == "The head branch is behind the base branch")
        let forced = await fixture.ask("POST", "/pulls/1/merge", ["Do": "merge", "force_merge": true])
        #expect(forced.status == 405)
    }

    @Test func `an approval of an older head is dismissed where the branch wants that`() async throws {
        let fixture = try await ForgeFixture(approvals: 1, dismissesStale: true)
        let head = try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        _ = await fixture.ask("POST", "/pulls/1/reviews", ["event": "APPROVED"], token: "alice")
        try fixture.push("one", weight: 11, from: head)
        #expect(await fixture.ask("GET", "/pulls/1/reviews").json.array?.first?["dismissed"] == true)
    }

    @Test func `of many who merge at once one does, and the others are told`() async throws {
        let fixture = try await ForgeFixture()
        try fixture.push("one", weight: 10)
        try await fixture.propose("one")
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<6 { group.addTask { await fixture.ask("POST", "/pulls/1/merge", ["Do": "merge"]).status } }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 405, 405, 405, 405, 405])
        #expect(try fixture.remote.git("rev-list", "--count", "--merges", "main") == "1")
    }
}
