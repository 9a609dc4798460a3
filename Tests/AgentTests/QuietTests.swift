import Agent
import Support
import Testing

@Suite("Ticks that find nothing new")
struct QuietTests {
    @Test func `read neither the cluster nor the metrics, and say the same`() async throws {
        let world = try await World.midway("finish finish")
        let before = try await world.settle(steps: 2)
        world.cluster.setDown(true)
        world.metrics.setDown(true)
        let queries = world.metrics.queries
        #expect(try await world.settle(steps: 2) == before)
        #expect(world.metrics.queries == queries)
    }

    @Test func `see the next change all the same`() async throws {
        let world = try await World.midway("finish finish")
        _ = try await world.settle(steps: 2)
        try world.steer("hold: wait")
        try world.state(World.v3, over: World.v2)
        #expect(try await world.settle(steps: 2) == "Held: wait")
        try world.edit(World.rollout(), ["hold: wait": ""])
        try await world.run(until: "advance weight-10")
    }

    @Test func `see a mark and notes that others have changed`() async throws {
        let world = try await World.midway("advance weight-50")
        try world.revert(["HEAD"])
        #expect(try await world.settle(steps: 3).hasPrefix("Held: stage 2 (weight-50) was reverted"))
        try world.repository.git("update-ref", "-d", "refs/notes/headgate/production")
        #expect(try await world.settle(steps: 3).hasPrefix("Held: stage 2 (weight-50) was reverted"))
    }

    @Test func `see environments that come and go`() async throws {
        let world = try await World.midway("adopt finish")
        try world.edit(".headgate/config.yaml", ["environments:\n": "environments:\n  test: {path: test}\n"])
        _ = try await world.settle(steps: 2)
        try world.edit(".headgate/config.yaml", ["  test: {path: test}\n": ""])
        try await world.run(until: "advance weight-10")
    }
}
