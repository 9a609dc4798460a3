import Agent
import Support
import Testing

/// The first recipe of docs/forges: `main` takes nothing but what people have reviewed and what the agent pushes, and a job
/// looks at every push.
@Suite("An agent in the bypass list of a protected main")
struct BypassListTests {
    private let world: World

    init() throws {
        world = try World()
        try world.protectMain(but: true)
    }

    @Test func `people go by review, stages and rollbacks are commits, and the job finds nothing`() async throws {
        try await world.run(until: "adopt finish")
        try world.repository.pull()
        #expect(try world.repository.person.attempt(["push", "--quiet", "origin", "HEAD:main"]).status == 0)
        try world.repository.person("commit", "--quiet", "--allow-empty", "--message", "Past the review")
        #expect(try world.repository.person.attempt(["push", "--quiet", "origin", "HEAD:main"]).status != 0)
        try world.repository.person("reset", "--quiet", "--hard", "origin/main")

        var looked = try world.repository.tip()
        func job() async throws -> [String] {
            try world.repository.pull()
            defer { looked = (try? world.repository.tip()) ?? looked }
            return try await world.audit("\(looked)..HEAD")
        }
        try world.merge(World.v1, World.v2)
        for _ in 0..<60 where try world.actions().last != "finish finish" || world.actions().count < 3 {
            try await world.step(.seconds(5))
            #expect(try await job() == [])
        }
        #expect(try world.actions() == RolloutTests.forward)
        try world.merge(World.v2, World.v3)
        try await world.run(until: "advance weight-10")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        #expect(try await job() == [])
    }

    @Test func `what a stolen key pushes is taken by the server and found by the job`() async throws {
        try await world.run(until: "adopt finish")
        try world.merge(World.v1, World.v2)
        try await world.run(until: "start start")
        try world.repository.pull()
        let looked = try world.repository.tip()
        var thief = world.repository.person.by("Headgate")
        thief.variables = ["PUSHER": "agent"]
        try World.replace(
            World.v1, with: "ghcr.io/evil/checkout:v6", in: World.manifest("deployment"), world.repository.folder)
        try thief("commit", "--quiet", "--all", "--message", "checkout: canary 0% → 10% (stage 1 of 5)")
        try thief("push", "--quiet", "origin", "HEAD:main")
        let found = try await world.audit("\(looked)..HEAD")
        #expect(found.count == 1 && found[0].contains("it changes no state"), "\(found)")
    }
}
