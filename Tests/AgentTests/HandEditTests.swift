import Support
import Testing

@Suite("People edit manifests")
struct HandEditTests {
    @Test func `a bound field in the middle of a release: Git is taken as it is, and the rollout is held`() async throws
    {
        let world = try await World.midway("advance weight-10")
        try world.edit(World.manifest("httproute"), ["weight: 90": "weight: 70", "weight: 10": "weight: 30"])
        let line = try await world.settle()
        #expect(line.hasPrefix("Held: edited by hand: "))
        #expect(line.contains("weight is 30, expected 10"))
        #expect(try world.actions().last == "advance weight-10")
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 70, "checkout-canary": 30])
        // Nothing is undone that nobody understands, however bad it looks.
        world.metrics.setErrors(0.3, of: "checkout-canary")
        #expect(try await world.settle(steps: 3).hasPrefix("Held: edited by hand: "))
    }

    @Test func `an edit that is taken back by hand is no edit any more`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.edit(World.manifest("httproute"), ["weight: 90": "weight: 70", "weight: 10": "weight: 30"])
        _ = try await world.settle(steps: 2)
        try world.revert(["HEAD"])
        try await world.run(until: "finish finish")
    }

    @Test func `stable's pod template in the middle of a release: held, and left as it is`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.edit(World.manifest("deployment"), ["\"EUR\"": "\"USD\""])
        let line = try await world.settle()
        #expect(line.hasPrefix("Held: edited by hand: "), "\(line)")
        #expect(try world.repository.file(World.manifest("deployment"))?.contains("\"USD\"") == true)
        #expect(try world.actions().last == "advance weight-10")
    }

    @Test func `an edit of something else does not concern the rollout`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.edit(World.manifest("httproute"), ["checkout.shop.example.com": "buy.example.com"])
        try world.edit(World.manifest("deployment"), ["evening peak": "noon"])
        try await world.run(until: "finish finish")
        #expect(try world.repository.file(World.manifest("httproute"))?.contains("buy.example.com") == true)
    }

    @Test func `people's edit of stable at rest reaches everybody at merge, as ever`() async throws {
        let world = try World()
        try await world.run(until: "adopt finish")
        try world.edit(World.manifest("deployment"), ["replicas: 4": "replicas: 6"])
        #expect(try await world.settle() == "Stable")
        #expect(world.cluster.images(of: "checkout").count == 6)
        try world.edit(World.manifest("deployment"), [World.v1: World.v2])
        #expect(try await world.settle().hasPrefix("Held: stable is not what the Rollout states"))
        try world.state(World.v2)
        #expect(try await world.settle() == "Stable")
    }

    @Test func `a rollback after an edit of the same lines renders the recorded values`() async throws {
        let world = try await World.midway("advance weight-10")
        // A neighbouring line, so that the text of the revert would not apply.
        try world.edit(World.manifest("httproute"), ["port: 80\n      weight: 10": "port: 8080\n      weight: 10"])
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        let route = try #require(try world.repository.file(World.manifest("httproute")))
        #expect(route.contains("port: 8080\n      weight: 0") && route.contains("weight: 100"))
    }

    @Test func `a rollback beside changed lines says that it wrote the recorded values`() async throws {
        let world = try await World.midway("advance weight-10")
        let canary = World.manifest("deployment-canary")
        try world.edit(canary, ["# At rest. Headgate": "# Headgate"])
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        let message = try world.repository.git("log", "-1", "--format=%B", "main")
        #expect(message.contains("the recorded values were written into \(canary)"))
        let text = try #require(try world.repository.file(canary))
        #expect(text.contains("replicas: 0") && text.contains("# Headgate scales") && text.contains(World.v1))
    }
}
