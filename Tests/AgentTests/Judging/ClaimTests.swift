import Agent
import Analysis
import Rollouts
import Support
import Testing

/// Measurements that nobody can ask for again are claimed in the stage's note before they are made, and made once.
@Suite("Measurements that can be made once")
struct ClaimTests {
    private static func world(_ metric: String) async throws -> World {
        try await World.midway("advance weight-10") { files in
            files[World.rollout()]?.append("  analysis: {templates: [{templateName: probe}]}\n")
            files[".headgate/rollouts/probe.yaml"] = """
                apiVersion: argoproj.io/v1alpha1
                kind: AnalysisTemplate
                metadata: {name: probe}
                spec:
                  metrics:
                  - name: probe
                    interval: 10s
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

    @Test func `a release whose probe fails is taken back by what the note has of it`() async throws {
        let world = try await Self.world("successCondition: result > 100")
        try await world.run(until: "rollback traffic")
        #expect(world.metrics.moments.count == 1)
    }
}
