import Support
import Testing

/// Reverts of a stage, of a whole release, of a revert and of a rollback, and what may follow from each.
@Suite("People revert")
struct RevertTests {
    private func commit(_ action: String, in world: World) throws -> String {
        try #require(try world.ledger().commit(action))
    }

    @Test func `the newest stage commit: the agent stays at the restored stage and says who did it`() async throws {
        let world = try await World.midway("advance weight-50")
        let before = try world.manifests(at: "main~1")
        try world.revert([try commit("advance weight-50", in: world)])
        let line = try await world.settle()
        let tip = try world.repository.tip()
        #expect(line == "Held: stage 2 (weight-50) was reverted by Bob in \(tip.prefix(9))")
        #expect(try world.manifests() == before)
        #expect(try world.ledger().entries.last?.author == "Bob")
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 90, "checkout-canary": 10])
    }

    @Test func `a stage, and the canary is still judged`() async throws {
        let world = try await World.midway("advance weight-50")
        try world.revert([try commit("advance weight-50", in: world)])
        _ = try await world.settle(steps: 2)
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 100, "checkout-canary": 0])
    }

    @Test func `a stage, and people say that it goes on`() async throws {
        let world = try await World.midway("advance weight-50")
        try world.revert([try commit("advance weight-50", in: world)])
        _ = try await world.settle(steps: 2)
        try world.steer("resume: reverted-\(try world.repository.tip().prefix(9))")
        try await world.run(until: "finish finish")
        let ledger = try world.ledger()
        #expect(
            ledger.actions.suffix(6) == [
                "advance weight-10", "resume weight-10", "advance weight-50", "promote promote", "drain drain",
                "finish finish",
            ])
        #expect(ledger.serials.suffix(6) == [3, 5, 6, 7, 8, 9])
    }

    @Test(arguments: ["advance weight-10", "promote promote", "finish finish"])
    func `the whole release: it does not start again, and the next one does`(until: String) async throws {
        let world = try await World.midway(until)
        let stages = try world.ledger().stages
        let start = try #require(stages.first { $0.at?.action == "start" }).id
        let before = try world.manifests(at: "\(start)~1")
        try world.revert(["\(start)~1..HEAD"])
        let line = try await world.settle()
        let tip = try world.repository.tip()
        #expect(line.hasPrefix("Held: the release v2.4.1 was reverted by Bob in \(tip.prefix(9))"))
        #expect(try world.manifests() == before)
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v1, count: 4))
        try world.state(World.v3, over: World.v2)
        try await world.run(until: "finish finish")
        let serials = try world.ledger().stages.filter { $0.author == "Headgate" }.compactMap(\.at?.serial)
        #expect(serials == Array(1...serials.count))
        // What was reverted is remembered as rejected.
        try world.state(World.v2, over: World.v3)
        #expect(try await world.settle().hasPrefix("RolledBack: Reverted by Bob"))
    }

    @Test func `the revert: the agent goes on from the restored stage`() async throws {
        let world = try await World.midway("advance weight-50")
        try world.revert([try commit("advance weight-50", in: world)])
        _ = try await world.settle(steps: 2)
        try world.revert(["HEAD"])
        try await world.run(until: "finish finish")
        #expect(
            try world.actions().suffix(5) == [
                "advance weight-10", "advance weight-50", "promote promote", "drain drain", "finish finish",
            ])
        #expect(try world.ledger().serials == [1, 2, 3, 4, 3, 4, 5, 6, 7])
    }

    @Test func `the whole release and then the reverts: the release is there again`() async throws {
        let world = try await World.midway("finish finish")
        let start = try commit("start start", in: world)
        let after = try world.manifests()
        try world.revert(["\(start)~1..HEAD"])
        _ = try await world.settle(steps: 3)
        try world.revert(["HEAD~6..HEAD"])
        #expect(try await world.settle() == "Stable")
        #expect(try world.manifests() == after)
    }

    @Test func `the agent's rollback: the release is held and judged, and retry starts it anew`() async throws {
        let world = try await World.midway("start start")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        world.metrics.setErrors(0, of: "checkout-canary")
        try world.revert(["HEAD", "HEAD~1"])
        let line = try await world.settle()
        #expect(line.hasPrefix("Held: the rollback was reverted by Bob") && line.hasSuffix("; use retry"))
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 90, "checkout-canary": 10])
        let digest = try world.releaseKey()
        try world.steer("retry: \(digest)")
        try await world.run(until: "finish finish", within: 90)
        #expect(try world.actions().suffix(9).contains("start start"))
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v2, count: 4))
    }

    @Test func `a whole release that was reverted stays reverted when its file gets another name`() async throws {
        let world = try World { $0[World.rollout()]?.replace(World.v1, with: World.v2) }
        try await world.run(until: "advance weight-10")
        let stages = try world.ledger().stages.map(\.id)
        try world.revert(stages.reversed())
        #expect(try await world.settle().contains("was reverted by Bob"))
        let text = try #require(try world.repository.file(World.rollout()))
        try world.put([World.rollout(): nil, ".headgate/rollouts/production/till.yaml": text], "Another name")
        #expect(try await world.settle().contains("was reverted by Bob"))
        #expect(try world.repository.file(World.state()) == nil)
    }

    @Test func `a Rollout that was retired out of a file of several may be stated again`() async throws {
        let all = ".headgate/rollouts/production/all.yaml"
        var payments = ""
        let world = try World(["checkout", "payments"]) { files in
            let checkout = files.removeValue(forKey: World.rollout()) ?? ""
            payments = files.removeValue(forKey: World.rollout("payments")) ?? ""
            files[all] = checkout + "---\n" + payments
        }
        try await world.run(until: "adopt finish", of: "payments")
        let both = try #require(try world.repository.file(all))
        try world.put([all: both.replacing("---\n" + payments, with: "")], "Payments goes")
        _ = try await world.settle(steps: 3)
        #expect(try world.repository.file(World.state("payments")) == nil)
        try world.put([all: both], "Payments again")
        #expect(try await world.settle("payments") == "Stable")
    }
}
