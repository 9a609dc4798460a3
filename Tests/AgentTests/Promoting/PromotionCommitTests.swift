import Agent
import Analysis
import Rollouts
import Support
import Testing

@Suite("A promotion by commits")
struct PromotionCommitTests {
    private static let subject = "checkout: release v2.4.1, promoted from staging/shop-staging/checkout"

    @Test func `states a release in production when staging has had it for the soak, and nothing else`() async throws {
        let it = try await PromotionWorld.begun()
        let agent = try it.agent()
        let stable = try await it.run(agent) { $0.isStable("staging", on: World.v2) }
        guard case .waiting(.soak(let until))? = stable.promotion else {
            Issue.record("\(stable.promotions.map(\.line))")
            return
        }
        #expect(try it.stated(in: "production") == World.v1)
        let due = try await it.run(agent) { $0.promotions.contains { $0.outcome != nil } }
        #expect(it.world.now >= until && it.world.now < until + .seconds(10))
        guard case .pushed(let commit)? = due.promotions[0].outcome else {
            Issue.record("\(due.promotions[0].line)")
            return
        }
        let git = it.world.repository.git
        #expect(
            try git("diff", "--numstat", "\(commit)~1", "\(commit)") == "1\t1\t\(PromotionWorld.rollout("production"))")
        #expect(try git("log", "-1", "--format=%an: %s", "\(commit)") == "Headgate: \(Self.subject)")
        let message = try git("log", "-1", "--format=%B", "\(commit)")
        let finish = try git("log", "-1", "--format=%H", "--grep=^checkout: finish v2.4.1", "main")
        for words in [
            "Release   ghcr.io/acme/checkout:v2.4.1, was v2.4.0", "in \(finish)\n", "Soak      1m without interruption",
            "Analysis  passed over", "start v2.4.1 with", "promote v2.4.1 to stable", "Headgate-Promotion: checkout\n",
            "Headgate-Proven: staging/shop-staging/checkout \(finish)", "Headgate-Rollout: production/shop/checkout",
        ] {
            #expect(message.contains(words), "\(words) in:\n\(message)")
        }
        let last = try await it.run(agent) { $0.isStable("production", on: World.v2) }
        #expect(last.promotion == .done)
        #expect(try it.promoted() == [Self.subject])
    }

    @Test func `an approval lets it go on, and fits nothing else`() async throws {
        let spec = ["soak: 20s", "gates: [{approval: {}}]"]
        let it = try await PromotionWorld.begun(spec)
        let agent = try it.agent()
        let waiting = try await it.run(agent) { $0.promotions.first?.key != nil }
        let key = try #require(waiting.promotions[0].key)
        try it.promotion(spec + ["steer: {approve: \(key.dropLast())}"])
        #expect(try await it.world.step(.seconds(5), agent).promotions[0].key == key)
        try it.promotion(spec + ["steer: {approve: \(key)}"])
        try await it.world.step(.seconds(5), agent)
        #expect(try it.stated(in: "production") == World.v2)
    }

    @Test func `a gate judges the soak on the rollout that soaks`() async throws {
        let spec = ["soak: 40s", "gates:", "- analysis:", "    templates: [{templateName: ok}]"]
        let it = try PromotionWorld(spec) { files in
            files[".headgate/rollouts/ok.yaml"] = """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: ok}
                spec:
                  metrics:
                  - name: errors
                    interval: 5s
                    successCondition: isNaN(result[0]) || result[0] < 0.05
                    failureLimit: 1
                    provider: {prometheus: {query: 'sum(rate(http_requests_total{service="checkout",code=~"5.."}[10s]))'}}

                """
        }
        let agent = try it.agent()
        try await it.run(agent) { $0.rollouts.allSatisfy { $0.standing == .stable } }
        try it.state(World.v2, in: "staging")
        try await it.run(agent) { $0.isStable("staging", on: World.v2) }
        it.world.metrics.setErrors(0.5, of: "checkout", since: it.world.now)
        let failed = try await it.run(agent) { if case .held(.failed)? = $0.promotion { true } else { false } }
        #expect(failed.promotions[0].line.contains("the soak failed: errors"))
        for _ in 0..<4 { try await it.world.step(.seconds(30), agent) }
        #expect(try it.stated(in: "production") == World.v1)
    }

    @Test func `a gate's measurements that can be made once are claimed where the release became Stable`() async throws
    {
        let spec = ["soak: 40s", "gates:", "- analysis:", "    templates: [{templateName: probe}]"]
        let it = try PromotionWorld(spec) { files in
            files[".headgate/rollouts/probe.yaml"] = """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: probe}
                spec:
                  metrics:
                  - name: probe
                    interval: 10s
                    count: 3
                    successCondition: result > 0
                    provider: {web: {url: "https://probe.example.com"}}

                """
        }
        let agents = [try it.agent("one"), try it.agent("two")]
        try await it.run(agents[0]) { $0.rollouts.allSatisfy { $0.standing == .stable } }
        try it.state(World.v2, in: "staging")
        let stable = try await it.run(agents[0]) { $0.isStable("staging", on: World.v2) }
        let proven = try #require(stable.promotions[0].observation.source.stageCommit)
        for step in 0..<12 where try it.stated(in: "production") == World.v1 {
            _ = try await it.world.step(.seconds(5), agents[step % 2])
        }
        #expect(try it.stated(in: "production") == World.v2)
        let moments = it.world.metrics.moments.filter { $0 >= proven.arrived }
        #expect(moments.count >= 3 && Set(moments).count == moments.count)
        let note = try it.world.repository.git("notes", "--ref=headgate/staging", "show", proven.id.hex)
        #expect(note.contains("soak-checkout-1/probe@"), "\(note)")
        let message = try it.world.repository.git("log", "-1", "--format=%B", "--grep=Headgate-Promotion", "main")
        #expect(message.contains("  probe") && message.contains("Headgate-Evidence: sha256:"), "\(message)")
    }

    @Test func `a release that production took back is not promoted again, the next one is`() async throws {
        let it = try await PromotionWorld.begun(["soak: 20s"])
        let agent = try it.agent()
        try await it.run(agent) { $0.promotions.contains { $0.outcome != nil } }
        it.world.metrics.setErrors(0.5, of: "checkout-canary", since: it.world.now)
        let rejected = try await it.run(agent) { if case .rejected? = $0.promotion { true } else { false } }
        #expect(rejected.promotions[0].line.contains("rejected by production/shop/checkout: canary errors"))
        it.world.metrics.setErrors(0, of: "checkout-canary")
        for _ in 0..<10 { try await it.world.step(.seconds(30), agent) }
        #expect(try it.promoted().count == 1)
        // A person takes the failed release out of the line: the word is theirs.
        try it.state(World.v1, in: "production")
        for _ in 0..<5 { try await it.world.step(.seconds(30), agent) }
        #expect(try it.promoted().count == 1)
        try it.state(World.v3, in: "staging")
        try await it.run(agent) { $0.isStable("production", on: World.v3) }
        #expect(try it.promoted().count == 2)
    }

    @Test func `what a person states in production counts until staging has a newer release`() async throws {
        let it = try await PromotionWorld.begun(["soak: 20s"])
        let agent = try it.agent()
        try await it.run(agent) { $0.isStable("production", on: World.v2) }
        try it.state(World.v1, in: "production", by: "Bob")
        let overruled = try await it.run(agent) { if case .overruled? = $0.promotion { true } else { false } }
        #expect(overruled.promotions[0].line.contains("Bob has stated v2.4.0"))
        try await it.run(agent) { $0.isStable("production", on: World.v1) }
        for _ in 0..<5 { try await it.world.step(.seconds(60), agent) }
        #expect(try it.stated(in: "production") == World.v1)
        try it.state(World.v3, in: "staging")
        try await it.run(agent) { $0.isStable("production", on: World.v3) }
    }

    @Test func `a hold of the promotion or of everything stops it, and other lines of its files do not`() async throws {
        let spec = ["soak: 20s"]
        let it = try await PromotionWorld.begun(spec + ["steer: {hold: not before Monday}"])
        let agent = try it.agent()
        let held = try await it.run(agent) { if case .held(.steered)? = $0.promotion { true } else { false } }
        #expect(held.promotions[0].line.hasSuffix("Held: not before Monday"))
        try await it.world.step(.seconds(60), agent)
        #expect(try it.promoted().isEmpty)
        try it.world.edit(PromotionWorld.rollout("production"), ["kind: Rollout\n": "kind: Rollout\n# Ours.\n"])
        try it.promotion(spec)
        try await it.world.step(.seconds(5), agent)
        #expect(try it.promoted().count == 1)
        #expect(try it.world.repository.file(PromotionWorld.rollout("production"))?.contains("# Ours.") == true)
    }

    @Test func `the agent of production promotes by what Git says of staging, and that of staging does not`()
        async throws
    {
        let it = try await PromotionWorld.begun(["soak: 20s"])
        let (one, other) = (try it.agent("one", serving: ["staging"]), try it.agent("two", serving: ["production"]))
        try await it.run(one) { $0.isStable("staging", on: World.v2) }
        for _ in 0..<3 {
            let report = try await it.world.step(.seconds(60), one)
            #expect(report.promotions.isEmpty)
        }
        #expect(try it.promoted().isEmpty)
        let report = try await it.world.step(.seconds(5), other)
        #expect(report.rollouts.map(\.id.environment) == ["production"])
        #expect(try it.promoted().count == 1)
    }

    @Test func `agents that tick at the same moment state it once`() async throws {
        let it = try await PromotionWorld.begun(["soak: 30s"])
        let agents = [try it.agent("one"), try it.agent("two"), try it.agent("three")]
        for _ in 0..<60 {
            try await it.world.pass(.seconds(5))
            let reports = try await withThrowingTaskGroup(of: TickReport.self) { group in
                for agent in agents { group.addTask { try await agent.tick() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            if reports.contains(where: { $0.isStable("production", on: World.v2) }) { break }
        }
        #expect(try it.stated(in: "production") == World.v2)
        #expect(try it.promoted() == [Self.subject])
    }

    @Test func `a release of staging that a person reverted goes nowhere`() async throws {
        let it = try await PromotionWorld.begun(["soak: 60s"])
        let agent = try it.agent()
        try await it.run(agent) { $0.isStable("staging", on: World.v2) }
        let stages = try Ledger(of: it.world.repository, state: ".headgate/state/staging/shop-staging/checkout.yaml")
            .stages
        try it.world.revert([try #require(stages.last?.id)])
        for _ in 0..<4 { try await it.world.step(.seconds(60), agent) }
        #expect(try it.promoted().isEmpty)
    }
}
