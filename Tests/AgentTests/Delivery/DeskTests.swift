import Agent
import Rollouts
import Support
import Testing

@Suite("Pull requests and refusals, for a person who only looks")
struct DeskTests {
    private func line(_ world: World, _ agent: Agent) async throws -> String {
        try #require(try await agent.look().rollouts.first).line
    }

    @Test func `a look without a forge waits for it, and names the branch`() async throws {
        let (world, _, request) = try await World.proposing("start")
        let desk = try world.agent("desk", knowsForge: false)
        let report = try #require(try await desk.look().rollouts.first)
        guard case .progressing(.forge(let sentence))? = report.standing else {
            Issue.record("\(report.line)")
            return
        }
        #expect(sentence.contains("from the branch \(request.branch)"), "\(sentence)")
        #expect(WaitGoal.stable.progress(of: report) == .pending)
    }

    @Test func `an agent without a forge is held, and says what is missing`() async throws {
        let world = try await World.midway("adopt finish", delivery: "pullRequest: [start]")
        let agent = try world.agent("other", knowsForge: false)
        let report = try #require(try await world.step(.seconds(5), agent).rollouts.first)
        #expect(report.line == "Held: start is delivered by pull request, and the agent knows no forge")
    }

    @Test func `a rollback that waits in a pull request is seen with its URL`() async throws {
        let (world, forge, _) = try await World.proposing("weight-50")
        try world.protect()
        forge.turn { $0.approvalsRequired = 1 }
        world.metrics.setErrors(0.3, of: "checkout-canary")
        #expect(try await world.settle(steps: 8).hasPrefix("RollingBack: for people to merge https://forge.example/2"))
        let desk = try world.agent("desk")
        let seen = try #require(try await desk.look().rollouts.first)
        let words = "RollingBack: for people to merge https://forge.example/2 (missing: "
        #expect(seen.line.hasPrefix(words), "\(seen.line)")
        #expect(seen.remedy == "review and merge https://forge.example/2")
        let preview = try await desk.preview(of: RolloutReference("checkout"))
        #expect(preview.report.line == seen.line)
        // Without a forge to ask, what Git knows.
        let blind = try await line(world, try world.agent("blind", knowsForge: false))
        #expect(blind.hasPrefix("RollingBack: for the forge: the rollback waits in a pull request, from the branch "))
    }

    @Test func `a push that was refused is seen with the server's words, until it is taken`() async throws {
        let world = try await World.midway("adopt finish")
        try world.protect()
        let held = try await world.settle(steps: 3)
        #expect(held.hasPrefix("Held: the push was refused: "), "\(held)")
        let desk = try world.agent("desk")
        #expect(try await line(world, desk) == held)
        let report = try #require(try await desk.look().rollouts.first)
        #expect(report.remedy?.contains("spec.delivery: {mode: pullRequest}") == true)
        let pushes = await Doctor(agent: desk).examine().filter { $0.subject == "push" }
        #expect(pushes.map(\.state) == [.ok, .warning])
        let words = held.replacing("Held: the push was refused: ", with: "")
        #expect(pushes.last?.message == "the newest push for production/shop/checkout was refused: \(words)")
        try world.repository.hook("pre-receive", "exit 0")
        try await world.step()
        #expect(try await !line(world, desk).contains("refused"))
    }

    @Test func `a refusal is written down once`() async throws {
        let world = try await World.midway("adopt finish")
        try world.protect()
        _ = try await world.settle(steps: 2)
        let notes = try world.repository.git("for-each-ref", "refs/notes")
        _ = try await world.settle(steps: 3)
        #expect(try world.repository.git("for-each-ref", "refs/notes") == notes)
    }
}
