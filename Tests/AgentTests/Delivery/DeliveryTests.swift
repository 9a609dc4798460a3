import Agent
import Rollouts
import Support
import Testing

@Suite("Stages by pull request")
struct DeliveryTests {
    @Test(arguments: PullRequestMerge.Method.allCases)
    func `a stage that people merge has happened, by whatever method`(by method: PullRequestMerge.Method) async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        #expect(request.title == "checkout: canary 10% → 50% (stage 2 of 5)")
        let before = try world.repository.tip()
        #expect(try await world.settle(steps: 3) == "Waiting: for people to merge https://forge.example/1")
        #expect(try world.repository.tip() == before)
        #expect(forge.statuses(of: forge.open.first?.head).map(\.state) == [.success])
        #expect(forge.press(merge: request.number, by: method))
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        #expect(try world.actions() == RolloutTests.forward)
        #expect(try world.branches() == [])
        #expect(forge.all.map(\.state) == [.merged])
    }

    @Test func `one that waited for long is applied like any other, merged as it is`() async throws {
        let (world, forge, request) = try await World.proposing("weight-10")
        for _ in 0..<5 { _ = try await world.step(.seconds(300)) }
        #expect(forge.press(merge: request.number, by: .fastForward))
        world.cluster.suspend(true)
        let line = try await world.settle(steps: 3)
        #expect(line.hasPrefix("Waiting: for the cluster to take over"), "\(line)")
        world.cluster.suspend(false)
        try await world.run(until: "finish finish")
    }

    @Test func `every stage that advances`() async throws {
        let world = try await World.midway("adopt finish", delivery: "mode: pullRequest, method: squash")
        let forge = try #require(world.forge)
        for stage in ["start", "weight-10", "weight-50", "promote"] {
            let request = try await world.proposal(of: stage)
            #expect(forge.press(merge: request.number, by: .squash))
        }
        try await world.run(until: "finish finish")
        #expect(try world.actions() == RolloutTests.forward)
        _ = try await world.settle(steps: 3)
        #expect(try world.branches() == [])
    }

    @Test func `nothing is asked of the forge where nothing is proposed`() async throws {
        let world = try await World.midway("finish finish", delivery: "mode: commit")
        #expect(world.forge?.calls == [])
    }

    @Test func `a closed one holds the rollout until it is opened again`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        forge.close(request.number, by: "bob")
        let line = try await world.settle(steps: 3)
        #expect(line.hasPrefix("Held: bob closed https://forge.example/1, and "), "\(line)")
        #expect(forge.all.count == 1)
        #expect(forge.reopen(request.number))
        #expect(try await world.settle(steps: 2) == "Waiting: for people to merge https://forge.example/1")
        #expect(forge.press(merge: request.number, by: .merge))
        try await world.run(until: "finish finish")
    }

    @Test func `a closed one, and the release is aborted and tried again`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        forge.close(request.number, by: "bob")
        _ = try await world.settle(steps: 2)
        let key = try world.releaseKey()
        try world.steer("abort: \(key)")
        try await world.run(until: "rollback rest")
        _ = try await world.settle(steps: 3)
        #expect(try world.branches() == [])
        try world.steer("retry: \(key)")
        let next = try await world.proposal(of: "weight-50")
        #expect(next.branch != request.branch)
        #expect(forge.press(merge: next.number, by: .merge))
        try await world.run(until: "finish finish")
    }

    @Test func `somebody else's commit on the branch means hands off`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        try forge.push(to: request.number, "NOTES.md", "A word about this release.\n", by: "Eve")
        let head = try world.repository.tip("refs/heads/\(request.branch)")
        let line = try await world.settle(steps: 4)
        #expect(line.hasPrefix("Held: Eve pushed to the branch of "), "\(line)")
        #expect(try world.repository.tip("refs/heads/\(request.branch)") == head)
        #expect(forge.press(merge: request.number, by: .squash))
        try await world.run(until: "finish finish")
        #expect(try world.repository.file("NOTES.md") != nil)
    }

    @Test func `what others have pushed can be taken out again, by the command that is said`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        let head = try world.repository.tip("refs/heads/\(request.branch)")
        try forge.push(to: request.number, "NOTES.md", "A word about this release.\n", by: "Eve")
        let report = try await world.step(.seconds(5))
        guard case .held(let hold)? = report.rollouts[0].standing, let remedy = StandingText.remedy(hold),
            let command = remedy.firstMatch(of: /git push --force origin (\w+):(\S+)$/)
        else {
            Issue.record("\(report.rollouts[0].line)")
            return
        }
        #expect(command.1 == head)
        try world.repository.person("fetch", "--quiet", "origin", request.branch)
        try world.repository.person("push", "--quiet", "--force", "origin", "\(command.1):\(command.2)")
        #expect(try await world.settle(steps: 1) == "Waiting: for people to merge \(request.url)")
        #expect(forge.press(merge: request.number, by: .merge))
        try await world.run(until: "finish finish")
    }

    @Test func `one that was closed stays closed, whatever stood on its branch and whoever deletes that`() async throws
    {
        let (world, forge, request) = try await World.proposing("weight-50")
        try forge.push(to: request.number, "NOTES.md", "A word about this release.\n", by: "Eve")
        _ = try await world.settle(steps: 2)
        forge.close(request.number, by: "bob")
        let line = try await world.settle(steps: 2)
        #expect(line.hasPrefix("Held: bob closed https://forge.example/1"), "\(line)")
        try world.repository.git("update-ref", "-d", "refs/heads/\(request.branch)")
        #expect(try await world.settle(steps: 3) == line)
        #expect(forge.all.count == 1)
    }

    @Test func `one whose text is older than its commit stays closed, too`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        // The agent makes the commit anew, and is gone before it says so.
        forge.turn { ($0.failure, $0.failing) = (ForgeFailure(.cancelled, "the agent was killed"), .update) }
        try world.edit(World.manifest("httproute"), ["metadata:": "# The shop's.\nmetadata:"])
        _ = try await world.settle(steps: 1)
        #expect(ProposalMark(in: forge.all[0].body)?.head != forge.all[0].head)
        forge.close(request.number, by: "bob")
        try world.repository.git("update-ref", "-d", "refs/heads/\(request.branch)")
        forge.turn { $0.failure = nil }
        #expect(try await world.settle(steps: 3).hasPrefix("Held: bob closed https://forge.example/1"))
        #expect(forge.all.count == 1)
    }

    @Test func `a base that moves elsewhere leaves what people have approved, and one that moves there does not`()
        async throws
    {
        let (world, forge, request) = try await World.proposing("weight-50")
        let head = try world.repository.tip("refs/heads/\(request.branch)")
        try world.put(["README.md": "Read me.\n"])
        _ = try await world.settle(steps: 3)
        #expect(try world.repository.tip("refs/heads/\(request.branch)") == head)
        try world.edit(World.manifest("httproute"), ["metadata:": "# The shop's.\nmetadata:"])
        _ = try await world.settle(steps: 3)
        #expect(try world.repository.tip("refs/heads/\(request.branch)") != head)
        #expect(try world.repository.git("rev-list", "--count", "main..\(request.branch)") == "1")
        #expect(forge.open.map(\.number) == [request.number])
        #expect(forge.press(merge: request.number, by: .rebase))
        try await world.run(until: "finish finish")
    }

    @Test func `a base that a rule wants it up to date with makes it anew`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        forge.turn { $0.isStrict = true }
        let head = try world.repository.tip("refs/heads/\(request.branch)")
        try world.put(["README.md": "Read me.\n"])
        _ = try await world.settle(steps: 3)
        #expect(try world.repository.tip("refs/heads/\(request.branch)") != head)
        #expect(forge.press(merge: request.number, by: .fastForward))
        try await world.run(until: "finish finish")
    }

    @Test func `after a revert it is proposed again`() async throws {
        let (world, forge, request) = try await World.proposing("weight-50")
        #expect(forge.press(merge: request.number, by: .squash))
        _ = try await world.settle(steps: 2)
        try world.revert(["HEAD"])
        #expect(try await world.settle(steps: 3).hasPrefix("Held: stage 2 (weight-50) was reverted by Bob"))
        try world.steer("resume: reverted-\(try world.repository.git("rev-parse", "main").prefix(9))")
        let next = try await world.proposal(of: "weight-50")
        #expect(next.number > request.number)
        #expect(forge.press(merge: next.number, by: .merge))
        try await world.run(until: "finish finish")
    }
}
