import Agent
import Analysis
import Rollouts
import Support
import Testing

/// Measurements that nobody can ask for again are claimed in the stage's note before they are made, and made once.
@Suite("Measurements that can be made once")
struct ClaimTests {
    private static func world(_ metric: String, interval: String = "interval: 10s") async throws -> World {
        try await World.midway("advance weight-10") { files in
            files[World.rollout()]?.append("  analysis: {templates: [{templateName: probe}]}\n")
            files[".headgate/rollouts/probe.yaml"] = """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: probe}
                spec:
                  metrics:
                  - name: probe
                    \(interval)
                    \(metric)
                    provider: {web: {url: "https://probe.example.com"}}

                """
        }
    }

    @Test func `any number of agents and ticks make each measurement of the grid once`() async throws {
        let world = try await Self.world("successCondition: result > 0")
        let other = try world.agent("other")
        for _ in 0..<12 {
            try await world.pass(.seconds(2))
            async let one = world.step(.zero)
            async let two = other.tick()
            _ = try await (one, two)
        }
        let moments = world.metrics.moments
        #expect(moments.count >= 2)
        #expect(Set(moments).count == moments.count)
        #expect(moments.allSatisfy { $0.milliseconds % 10_000 == 0 })
    }

    @Test func `a look measures nothing, and sees what ticks have measured`() async throws {
        let world = try await Self.world("successCondition: result > 0")
        let onlooker = try world.agent("onlooker")
        _ = try await onlooker.look()
        #expect(world.metrics.moments.isEmpty)
        while world.metrics.moments.isEmpty { try await world.step(.seconds(2)) }
        let known = world.metrics.moments.count
        #expect(known > 0)
        let report = try await onlooker.look()
        #expect(world.metrics.moments.count == known)
        let reading = report.rollouts.first?.observation?.analyses.first
        #expect((reading?.evidence.first?.metrics.first?.counts.good ?? 0) > 0)
    }

    @Test func `what is measured once is measured again only while it has no result`() async throws {
        let world = try await Self.world("successCondition: result > 0", interval: "initialDelay: 2s")
        world.metrics.setDown(true)
        for _ in 0..<5 { try await world.step(.seconds(2)) }
        #expect(world.metrics.moments.count == 1)
        let waiting = try await world.agent("onlooker").look().rollouts.first?.observation?.analyses.first
        #expect(waiting?.verdict == .unknown)
        #expect(waiting?.sentence == "probe: the service does not answer")
        world.metrics.setDown(false)
        for _ in 0..<40 where world.metrics.moments.count < 2 { try await world.step(.seconds(2)) }
        #expect(world.metrics.moments.count == 2)
        #expect(world.metrics.moments[1] - world.metrics.moments[0] == .seconds(60))
        for _ in 0..<40 { try await world.step(.seconds(5)) }
        // Each stage that is judged has one of its own.
        let judged = try world.actions().filter { $0.hasPrefix("advance") || $0.hasPrefix("promote") }
        #expect(judged.count > 1)
        #expect(world.metrics.moments.count == 1 + judged.count)
    }

    @Test func `what a service refuses is no measurement, and an error until somebody mends it`() async throws {
        let world = try await Self.world("successCondition: result > 0\n    noData: bad")
        world.metrics.setRefused(true)
        while world.metrics.moments.count < 3 { try await world.step(.seconds(5)) }
        let reading = try await world.agent("onlooker").look().rollouts.first?.observation?.analyses.first
        #expect(reading?.verdict == .error)
        #expect(reading?.sentence == "probe: the service knows nobody")
        world.metrics.setRefused(false)
        let report = try await world.step(.seconds(10))
        #expect(world.metrics.moments.count == 4)
        let mended = report.rollouts.first?.observation?.analyses.first
        #expect(mended?.evidence.first?.metrics.first?.counts == .init(good: 1, bad: 0, undecided: 0))
    }

    @Test func `another question has measurements of its own`() async throws {
        let world = try await Self.world("successCondition: result > 0")
        while world.metrics.moments.isEmpty { try await world.step(.seconds(2)) }
        try world.edit(".headgate/rollouts/probe.yaml", ["probe.example.com": "other.example.com"])
        let reading = try await world.agent("onlooker").look().rollouts.first?.observation?.analyses.first
        #expect(reading?.verdict == .needsMoreData)
        #expect(reading?.evidence.first?.metrics.first?.counts == .init(good: 0, bad: 0, undecided: 0))
    }

    @Test func `a release whose probe fails is taken back by what the note has of it`() async throws {
        let world = try await Self.world("successCondition: result > 100")
        try await world.run(until: "rollback traffic")
        #expect(world.metrics.moments.count == 1)
    }
}
