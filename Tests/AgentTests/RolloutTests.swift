import Support
import Testing

@Suite("Whole rollouts")
struct RolloutTests {
    static let forward = [
        "adopt finish", "start start", "advance weight-10", "advance weight-50", "promote promote", "drain drain",
        "finish finish",
    ]

    @Test func `a good release goes through every stage and leaves nothing behind`() async throws {
        let world = try World()
        try await world.run(until: "adopt finish")
        let before = try world.manifests()
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        let ledger = try world.ledger()
        #expect(ledger.actions == Self.forward)
        #expect(ledger.serials == Array(1...7))
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v2, count: 4))
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 100, "checkout-canary": 0])
        #expect(try world.manifests() != before)
    }

    @Test func `a bad release comes back, byte for byte`() async throws {
        let world = try World()
        try await world.run(until: "adopt finish")
        let before = try world.manifests()
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try world.state(World.v3)
        try await world.run(until: "rollback rest")
        #expect(try await world.settle().hasPrefix("RolledBack: "))
        #expect(
            try world.actions() == [
                "adopt finish", "start start", "advance weight-10", "rollback traffic", "rollback rest",
            ])
        #expect(try world.manifests() == before)
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v1, count: 4))
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 100, "checkout-canary": 0])
    }
}
