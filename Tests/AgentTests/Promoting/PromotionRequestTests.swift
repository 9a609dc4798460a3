import Agent
import Rollouts
import Support
import Testing

@Suite("A promotion by pull requests")
struct PromotionRequestTests {
    private static let spec = ["soak: 20s", "delivery: pullRequest"]

    /// With the pull request of v2.4.1 open.
    private static func proposed() async throws -> (PromotionWorld, Agent) {
        let it = try await PromotionWorld.begun(spec)
        let agent = try it.agent()
        try await it.run(agent) { _ in !it.forge.open.isEmpty }
        return (it, agent)
    }

    @Test(
        "it proposes the line with what was proven, and goes on when that is merged",
        arguments: [
            PullRequestMerge.Method.merge, .squash, .rebase, .fastForward,
        ])
    func merged(method: PullRequestMerge.Method) async throws {
        let (it, agent) = try await Self.proposed()
        let request = try #require(it.forge.open.first)
        #expect(request.title == "checkout: release v2.4.1, promoted from staging/shop-staging/checkout")
        #expect(request.branch.hasPrefix(PromotionWorld.branchFolder))
        for words in [
            "`image.app`: `ghcr.io/acme/checkout:v2.4.0` → `ghcr.io/acme/checkout:v2.4.1`",
            "in `.headgate/rollouts/production/checkout.yaml`", "without interruption for longer than the soak of 20s",
            "](https://forge.example/acme/config/commit/", "Analysis  passed over", "### When this is closed",
        ] {
            #expect(request.body.contains(words), "\(words) in:\n\(request.body)")
        }
        let git = it.world.repository.git
        #expect(
            try git("diff", "--numstat", "main...\(request.branch)") == "1\t1\t\(PromotionWorld.rollout("production"))")
        #expect(try it.stated(in: "production") == World.v1)
        let status = try #require(it.forge.statuses(of: request.head).first)
        #expect(status.context == "headgate/promotion/checkout/production/shop/checkout")
        #expect(
            status.state == .success && status.description == "nothing stands against a merge"
                && status.url == request.url)
        let calls = it.forge.calls.count
        let waiting = try await it.world.step(.seconds(60), agent)
        #expect(waiting.promotion == .waiting(.review(url: request.url)))
        #expect(it.forge.calls.dropFirst(calls) == [.list(.open)], "what has not changed is not sent again")
        it.forge.setTime(it.world.seconds)
        #expect(it.forge.press(merge: .init(1), by: method))
        try await it.run(agent) { $0.isStable("production", on: World.v2) }
        #expect(it.forge.all.count == 1)
        #expect(try git("for-each-ref", "refs/heads/headgate") == "", "its branch is over")
    }

    @Test func `one that a person closes is not proposed again until they reopen it, and a newer release overtakes it`()
        async throws
    {
        let (it, agent) = try await Self.proposed()
        it.forge.close(.init(1), by: "alice")
        let declined = try await it.world.step(.seconds(30), agent)
        #expect(declined.promotions[0].line.hasSuffix("forge.example/1 was closed by alice; it is not proposed again"))
        for _ in 0..<3 { try await it.world.step(.seconds(60), agent) }
        #expect(it.forge.all.count == 1)
        it.forge.reopen(.init(1))
        #expect(
            try await it.world.step(.seconds(5), agent).promotion == .waiting(.review(url: it.forge.all[0].url)))
        it.forge.close(.init(1), by: "alice")
        try it.state(World.v3, in: "staging")
        try await it.run(agent) { _ in it.forge.all.count == 2 }
        #expect(it.forge.open.first?.title.contains("v2.5.0") == true)
    }

    @Test func `a newer release overtakes one that waits, and says so`() async throws {
        let (it, agent) = try await Self.proposed()
        try it.state(World.v3, in: "staging")
        try await it.run(agent) { _ in it.forge.all.count == 2 }
        let old = it.forge.all[0]
        #expect(old.state == .closed)
        #expect(old.body.contains("Withdrawn by Headgate: superseded by v2.5.0"))
        #expect(
            try it.world.repository.git("for-each-ref", "--format=%(refname)", "refs/heads/headgate").split(
                separator: "\n"
            ).count == 1)
        it.forge.setTime(it.world.seconds)
        #expect(it.forge.press(merge: .init(2), by: .merge))
        try await it.run(agent) { $0.isStable("production", on: World.v3) }
    }

    @Test func `it follows edits of the file on the base, and keeps the same pull request`() async throws {
        let (it, agent) = try await Self.proposed()
        let branch = it.forge.open[0].branch
        let before = try it.world.repository.git("rev-parse", branch)
        try it.world.put(["README.md": "Elsewhere.\n"], "Elsewhere")
        try await it.world.step(.seconds(5), agent)
        #expect(
            try it.world.repository.git("rev-parse", branch) == before, "what does not concern it leaves reviews alone")
        try it.world.edit(PromotionWorld.rollout("production"), ["plan: quick": "plan: quick\n  restoreRelease: true"])
        try await it.world.step(.seconds(5), agent)
        #expect(
            try it.world.repository.file(PromotionWorld.rollout("production"), at: branch)?.contains("restoreRelease")
                == true)
        #expect(it.forge.all.count == 1)
    }

    @Test func `a branch that somebody else has written to is left alone`() async throws {
        let (it, agent) = try await Self.proposed()
        let git = it.world.repository.git.by("Bob", at: it.world.seconds)
        let branch = it.forge.open[0].branch
        let commit = try git("commit-tree", "\(branch)^{tree}", "-p", branch, "-m", "Mine")
        try git("update-ref", "refs/heads/\(branch)", commit)
        let calls = it.forge.calls.count
        let report = try await it.world.step(.seconds(5), agent)
        #expect(report.promotion == .held(.foreignBranch(branch, by: "Bob", url: it.forge.open[0].url)))
        #expect(report.promotions[0].line.contains("Held: Bob pushed to \(branch) (https://forge.example/1)"))
        #expect(it.forge.calls.dropFirst(calls).allSatisfy { $0 == .list(.open) || $0 == .list(.closed) })
        #expect(try git("rev-parse", branch) == commit)
    }

    @Test func `a branch with the work of others stays when a newer release overtakes it`() async throws {
        let (it, agent) = try await Self.proposed()
        let git = it.world.repository.git.by("Bob", at: it.world.seconds)
        let branch = it.forge.open[0].branch
        let commit = try git("commit-tree", "\(branch)^{tree}", "-p", branch, "-m", "Mine")
        try git("update-ref", "refs/heads/\(branch)", commit)
        try it.state(World.v3, in: "staging")
        try await it.run(agent) { _ in it.forge.all.count == 2 }
        try await it.world.step(.seconds(5), agent)
        #expect(try git("rev-parse", branch) == commit)
    }

    @Test func `a hold is written into the open one and beside its commit, and taken out again`() async throws {
        let (it, agent) = try await Self.proposed()
        func status() throws -> CommitStatus { try #require(it.forge.statuses(of: it.forge.open[0].head).first) }
        try it.promotion(Self.spec + ["steer: {hold: not before Monday}"])
        try await it.world.step(.seconds(5), agent)
        #expect(it.forge.open[0].body.contains("**Not to be merged now:** Held: not before Monday"))
        #expect(try status().state == .failure)
        #expect(try status().description == "not to be merged now: Held: not before Monday")
        let calls = it.forge.calls.count
        try await it.world.step(.seconds(5), agent)
        #expect(it.forge.calls.dropFirst(calls) == [.list(.open)], "what has been said is not said again")
        try it.promotion(Self.spec)
        try await it.world.step(.seconds(5), agent)
        #expect(!it.forge.open[0].body.contains("Not to be merged now"))
        #expect(try status().state == .success)
    }

    @Test(
        "a person's label holds it, which its text and its status say, and its absence lets it go on",
        arguments: ["headgate/hold", "headgate/rollback"])
    func labelled(_ label: String) async throws {
        let (it, agent) = try await Self.proposed()
        it.forge.label(.init(1), label)
        let held = try await it.world.step(.seconds(5), agent)
        let url = it.forge.open[0].url
        #expect(held.promotion == .held(.label(label, url: url)))
        #expect(held.promotions[0].line.hasSuffix("Held: label \(label) on \(url)"))
        #expect(it.forge.open[0].body.contains("**Not to be merged now:** Held: label \(label) on"))
        #expect(it.forge.statuses(of: it.forge.open[0].head).first?.state == .failure)
        it.forge.unlabel(.init(1))
        #expect(try await it.world.step(.seconds(5), agent).promotion == .waiting(.review(url: url)))
        #expect(!it.forge.open[0].body.contains("Not to be merged now"))
        #expect(it.forge.statuses(of: it.forge.open[0].head).first?.state == .success)
    }

    @Test func `a release that staging takes back is withdrawn`() async throws {
        let (it, agent) = try await Self.proposed()
        let state = ".headgate/state/staging/shop-staging/checkout.yaml"
        let stages = try Ledger(of: it.world.repository, state: state).stages.reversed()
        try it.world.revert(stages.prefix { $0.at?.action != "adopt" }.map(\.id))
        try await it.world.step(.seconds(5), agent)
        #expect(it.forge.open.isEmpty)
        #expect(it.forge.all[0].body.contains("staging/shop-staging/checkout has taken it back: reverted by Bob"))
        for _ in 0..<3 { try await it.world.step(.seconds(60), agent) }
        #expect(try it.stated(in: "production") == World.v1)
        #expect(it.forge.all.count == 1)
    }

    @Test func `a forge that is away holds up no rollout, and is asked again`() async throws {
        let it = try await PromotionWorld.begun(Self.spec)
        let agent = try it.agent()
        it.forge.turn { $0.failure = ForgeFailure(.unavailable, "503 from the forge") }
        let waiting = try await it.run(agent) { if case .waiting(.forge)? = $0.promotion { true } else { false } }
        #expect(waiting.promotions[0].line.contains("503 from the forge"))
        #expect(waiting.isStable("staging", on: World.v2))
        it.forge.turn { $0.failure = nil }
        try await it.world.step(.seconds(5), agent)
        #expect(it.forge.open.count == 1)
    }

    @Test(
        "an agent that is killed at any call to the forge is taken up by the next",
        arguments: [LocalForge.Call.list(.closed), .open])
    func killed(call: LocalForge.Call) async throws {
        let it = try await PromotionWorld.begun(Self.spec)
        it.forge.turn { ($0.failure, $0.failing) = (ForgeFailure(.cancelled, "the agent was killed"), call) }
        try await it.run(try it.agent()) { _ in it.forge.calls.contains(call) }
        it.forge.turn { $0.failure = nil }
        let next = try it.agent("next")
        try await it.run(next) { _ in !it.forge.open.isEmpty }
        try await it.world.step(.seconds(5), next)
        #expect(it.forge.all.count == 1)
    }

    @Test func `agents that propose at the same moment open one pull request`() async throws {
        let it = try await PromotionWorld.begun(Self.spec)
        try await it.run(try it.agent()) { $0.isStable("staging", on: World.v2) }
        let agents = [try it.agent("one"), try it.agent("two"), try it.agent("three")]
        try await it.world.pass(.seconds(60))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in agents { group.addTask { _ = try await agent.tick() } }
            try await group.waitForAll()
        }
        #expect(it.forge.all.count == 1)
    }

    @Test func `without a forge a person is needed, and whoever only looks is not alarmed`() async throws {
        let it = try await PromotionWorld.begun(Self.spec)
        let agent = try it.world.agent("agent")
        let report = try await it.run(agent) { if case .held? = $0.promotion { true } else { false } }
        #expect(report.promotions[0].line.contains("the agent knows no forge"))
        let look = try await agent.look()
        #expect(look.promotions[0].line.contains("Waiting: for the forge"))
    }
}
