import Support
import Testing

/// From promote on there is nothing beside the release to compare it with.
@Suite("Judging a promoted release")
struct PromotionTests {
    @Test func `one that fails more than the plan's bar is taken back`() async throws {
        let world = try await World.midway("promote promote")
        let before = try world.ledger().stages.first { $0.at?.action == "adopt" }?.id
        world.metrics.setErrors(0.3, of: "checkout", since: world.now)
        try await world.run(until: "rollback rest")
        #expect(try world.actions().suffix(4).contains("promote promote"))
        #expect(try world.manifests() == world.manifests(at: before ?? ""))
        #expect(try await world.settle().contains("errors are above 5 %"))
    }

    @Test func `one that fails no more than its predecessor goes on`() async throws {
        let world = try await World.midway("adopt finish")
        for service in ["checkout", "checkout-canary"] { world.metrics.setErrors(0.15, of: service) }
        try await world.run(until: "finish finish")
        #expect(try world.actions() == RolloutTests.forward)
    }

    @Test func `one that nobody measures any more waits`() async throws {
        let world = try await World.midway("promote promote")
        world.metrics.setDown(true)
        #expect(try await world.settle() == "Waiting: for the metrics: errors: the store does not answer")
        world.metrics.setDown(false)
        try await world.run(until: "finish finish")
    }
}
