import Agent
import Rollouts
import Support
import Testing

/// An agent that stays asks about a pull request at a pace of its own, and nothing where nothing can have changed.
@Suite("How often the forge is asked")
struct DeliveryPaceTests {
    /// With an open pull request that has been looked at in this very second.
    private static func looked(
        _ delivery: String = "pullRequest: [weight-50]"
    ) async throws -> (World, Agent, LocalForge, PullRequest) {
        let world = try await World.midway("advance weight-10", delivery: delivery)
        let agent = try world.agent("staying", forgePace: .seconds(20))
        let request = try await world.proposal(of: "weight-50", agent)
        try await world.step(.seconds(20), agent)
        return (world, agent, try #require(world.forge), request)
    }

    @Test func `quiet ticks ask nothing, and after a while it is read again`() async throws {
        let (world, agent, forge, request) = try await Self.looked()
        let calls = forge.calls.count
        for _ in 0..<9 {
            let report = try await world.step(.seconds(2), agent)
            #expect(report.rollouts[0].line == "Waiting: for people to merge \(request.url)")
        }
        #expect(forge.calls.count == calls)
        forge.close(request.number, by: "bob")
        try await world.step(.seconds(1), agent)
        #expect(forge.calls.count == calls)
        let line = try await world.step(.seconds(2), agent).rollouts[0].line
        #expect(line.hasPrefix("Held: bob closed "), "\(line)")
        #expect(!forge.calls.dropFirst(calls).contains(.status))
    }

    @Test func `a merge, a push and a failure are seen at once`() async throws {
        let (world, agent, forge, request) = try await Self.looked()
        try forge.push(to: request.number, "NOTES.md", "Notes.\n", by: "Eve")
        #expect(try await world.step(.seconds(1), agent).rollouts[0].line.hasPrefix("Held: Eve pushed to the branch"))
        #expect(forge.press(merge: request.number, by: .merge))
        try await world.step(.seconds(1), agent)
        #expect(try world.actions().last == "advance weight-50")

        let other = try await Self.looked()
        other.0.metrics.setErrors(0.3, of: "checkout-canary", since: other.0.now)
        for _ in 0..<8 where try other.0.actions().last == "advance weight-10" {
            try await other.0.step(.seconds(2), other.1)
        }
        #expect(try other.0.actions().last == "rollback traffic")
    }

    @Test func `nothing is merged or written by what is remembered`() async throws {
        let (world, agent, forge, request) = try await Self.looked("pullRequest: [weight-50], autoMerge: true")
        forge.approve(request.number, by: "ann")
        try await world.step(.seconds(19), agent)
        #expect(try world.actions().last == "advance weight-10")
        forge.askForChanges(on: request.number, by: "carl")
        #expect(
            try await world.step(.seconds(2), agent).rollouts[0].line.hasSuffix("(missing: carl asked for changes)"))
        forge.label(request.number, "headgate/hold")
        // Something else is to be said now: what people have said since is read before that.
        try world.edit(World.rollout(), ["plan: quick": "plan: quick\n  steer: {hold: not today}"])
        #expect(try await world.step(.seconds(1), agent).rollouts[0].line == "Held: not today")
        try world.edit(World.rollout(), ["\n  steer: {hold: not today}": ""])
        #expect(try await world.step(.seconds(1), agent).rollouts[0].line.contains("headgate/hold"))
    }
}
