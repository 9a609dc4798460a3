import Support
import Testing

/// What people say by editing the Rollout document.
@Suite("People edit the Rollout")
struct SteeringTests {
    @Test(arguments: ["start start", "advance weight-10", "advance weight-50", "promote promote"])
    func `the release is taken back at once, and nothing is rejected`(at action: String) async throws {
        let world = try await World.midway(action)
        let start = try #require(try world.ledger().commit("start start"))
        let before = try world.manifests(at: "\(start)~1")
        _ = try await world.step()
        try world.state(World.v1, over: World.v2)
        try await world.run(until: "rollback rest")
        #expect(try await world.settle() == "Stable")
        #expect(try world.manifests() == before)
        #expect(try world.repository.file(World.state())?.contains("rejected: []") == true)
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v1, count: 4))
        // Stated again, it starts again.
        try world.state(World.v2)
        try await world.run(until: "finish finish")
    }

    @Test(arguments: ["start start", "advance weight-50", "promote promote"])
    func `another release: the traffic goes back first, then the new one starts`(at action: String) async throws {
        let world = try await World.midway(action)
        try world.state(World.v3, over: World.v2)
        try await world.run(until: "finish finish", within: 90)
        let actions = try world.actions()
        let back = try #require(actions.firstIndex(of: "rollback rest"))
        #expect(actions[(back + 1)...] == RolloutTests.forward.dropFirst())
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v3, count: 4))
        #expect(try world.repository.file(World.state())?.contains("rejected: []") == true)
    }

    @Test func `other steps: the stage of the same key goes on`() async throws {
        let world = try await World.midway("advance weight-10")
        let plan = ".headgate/policies/plans/quick.yaml"
        try world.edit(plan, ["setWeight: 50": "setWeight: 30\n  - pause: {duration: 5s}\n  - setWeight: 60"])
        try await world.run(until: "finish finish")
        #expect(
            try world.actions().dropFirst(2) == [
                "advance weight-10", "advance weight-30", "advance weight-60", "promote promote", "drain drain",
                "finish finish",
            ])
    }

    @Test func `other steps: without the key it goes on at the next weight that is not below`() async throws {
        let world = try await World.midway("advance weight-50")
        let plan = ".headgate/policies/plans/quick.yaml"
        try world.edit(plan, ["setWeight: 50": "setWeight: 40\n  - pause: {duration: 5s}\n  - setWeight: 80"])
        try await world.run(until: "finish finish")
        let actions = try world.actions().dropFirst(3).filter { !$0.hasPrefix("grow") }
        #expect(
            actions == [
                "advance weight-50", "advance weight-80", "promote promote", "drain drain", "finish finish",
            ])
    }

    @Test func `a release that was rejected is shown and left alone; retry tries it again`() async throws {
        let world = try await World.midway("start start")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        let tip = try world.repository.tip()
        #expect(try await world.settle().hasPrefix("RolledBack: canary errors"))
        #expect(try world.repository.tip() == tip)
        world.metrics.setErrors(0, of: "checkout-canary")
        let digest = try world.releaseKey()
        try world.steer("retry: \(digest)")
        try await world.run(until: "finish finish")
        #expect(try world.repository.file(World.state())?.contains("rejected: []") == true)
        #expect(try world.repository.file(World.state())?.contains("attempt: 2") == true)
        // The key stays where it is and fits nothing any more.
        #expect(try await world.settle() == "Stable")
    }

    @Test func `abort takes the release back and rejects it`() async throws {
        let world = try await World.midway("advance weight-10")
        let digest = try world.releaseKey()
        try world.steer("abort: \(digest)")
        try await world.run(until: "rollback rest")
        #expect(try await world.settle() == "RolledBack: Aborted by a person")
    }

    @Test func `a hold stops the advance and never the rollback`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.steer("hold: \"the fair is on\"")
        #expect(try await world.settle() == "Held: the fair is on")
        #expect(try world.actions().last == "advance weight-10")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
    }

    @Test func `a hold in the configuration stops every rollout`() async throws {
        let world = try World(["checkout", "payments"]) { files in
            files[".headgate/config.yaml"]?.append("hold: \"audit\"\n")
        }
        #expect(try await world.settle(steps: 2) == "Held: everything is held: audit")
        #expect(try await world.settle("payments", steps: 2) == "Held: everything is held: audit")
        #expect(try world.ledger().entries.count == 1)
        try world.edit(".headgate/config.yaml", ["hold: \"audit\"\n": ""])
        try await world.run(until: "adopt finish")
    }

    @Test func `an approval is waited for, and given by its key`() async throws {
        let world = try await World.midway("advance weight-10") { files in
            files[".headgate/policies/plans/quick.yaml"]?.replace("pause: {duration: 20s}", with: "pause: {}")
        }
        let line = try await world.settle(steps: 4)
        let key = try #require(line.firstMatch(of: /for approve: (\S+)/)).1
        #expect(key.hasSuffix("/weight-10"))
        try world.steer("approve: \(key)")
        try await world.run(until: "advance weight-50")
        let next = try await world.settle(steps: 4)
        #expect(next.hasSuffix("/weight-50"))
    }
}
