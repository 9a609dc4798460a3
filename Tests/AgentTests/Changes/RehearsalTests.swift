import Agent
import Foundation
import Rollouts
import Support
import Testing

/// What is said before a merge is what the agent does after it.
@Suite("Rehearsals")
struct RehearsalTests {
    /// Merges what was proposed and lets the agent work until nothing happens any more.
    private func merge(_ world: World, _ rollout: String = "checkout", steps: Int = 60) async throws -> [String] {
        let known = try world.actions(rollout).count
        try world.repository.person("push", "--quiet", "origin", "HEAD:refs/heads/main")
        for _ in 0..<steps { try await world.step() }
        return Array(try world.actions(rollout).dropFirst(known))
    }

    @Test func `a release: every commit, its subject, and no later than they are made`() async throws {
        let world = try await World.adopted()
        let review = try await world.review(editing: [(World.rollout(), World.v1, World.v2)])
        let change = try #require(review.rollout())
        #expect(change.parts == [.release])
        #expect(review.errors == 0)
        #expect(change.actions == Array(RolloutTests.forward.dropFirst()))
        let begin = world.seconds
        #expect(try await merge(world) == change.actions)
        let log = try world.repository.git("log", "--author=Headgate", "--reverse", "--format=%ct %s").split(
            separator: "\n")
        let made = log.suffix(change.actions.count).map { $0.split(separator: " ", maxSplits: 1) }
        #expect(made.map { String($0[1]) } == change.quickest?.commits.map(\.subject))
        for (commit, made) in zip(change.quickest?.commits ?? [], made) {
            let seconds = Int64(made[0]).map { $0 - begin } ?? 0
            #expect(commit.time <= .seconds(seconds), "\(commit.subject) after \(seconds) s")
        }
        #expect(change.slowest?.commits.map(\.stage) == change.quickest?.commits.map(\.stage))
    }

    @Test func `without a route every count of pods on the way is told`() async throws {
        let world = try ReplicasTests.world()
        try await world.run(until: "adopt finish")
        let change = try #require(try await world.review(editing: [(World.rollout(), World.v1, World.v2)]).rollout())
        #expect(change.actions.contains("grow weight-50"))
        #expect(try await merge(world) == change.actions)
    }

    @Test func `another release in the middle of one takes it back first`() async throws {
        let world = try await World.midway("advance weight-10")
        let change = try #require(try await world.review(editing: [(World.rollout(), World.v2, World.v3)]).rollout())
        #expect(change.actions.prefix(3) == ["rollback traffic", "rollback rest", "start start"])
        #expect(try await merge(world, steps: 80) == change.actions)
    }

    @Test func `taking a release back ends where stable was`() async throws {
        let world = try await World.midway("promote promote")
        let change = try #require(try await world.review(editing: [(World.rollout(), World.v2, World.v1)]).rollout())
        #expect(change.actions.first?.hasPrefix("rollback") == true)
        #expect(change.actions.last == "rollback rest")
        #expect(try await merge(world).last == "rollback rest")
    }

    @Test func `other steps in the middle of a release go on at the same weight`() async throws {
        let world = try await World.midway("advance weight-10")
        let plan = ".headgate/policies/plans/quick.yaml"
        let steps = "- setWeight: 30\n  - pause: {}\n  - setWeight: 50"
        let change = try #require(try await world.review(editing: [(plan, "- setWeight: 50", steps)]).rollout())
        #expect(change.parts == [.steps])
        let expected = ["advance weight-30", "advance weight-50", "promote promote", "drain drain", "finish finish"]
        #expect(change.actions == expected)
        #expect(change.quickest?.commits.map { !$0.approvals.isEmpty } == [false, true, false, false, false])
    }

    @Test func `a hold that people state is said, and what would follow it`() async throws {
        let world = try await World.adopted()
        let change = try #require(
            try await world.review(editing: [
                (World.rollout(), World.v1, World.v2),
                (World.rollout(), "plan: quick", "plan: quick\n  steer: {hold: not today}"),
            ]).rollout())
        #expect(change.quickest?.holds.map(StandingText.line) == ["not today"])
        #expect(change.actions == Array(RolloutTests.forward.dropFirst()))
        #expect(try await merge(world, steps: 10) == [])
    }

    @Test func `a first Rollout is adopted, and a rejected release does not start again`() async throws {
        let world = try World()
        let file = World.rollout()
        let adopted = try #require(try await world.review(editing: [(file, "plan: quick", "plan: standard")]).rollout())
        #expect(adopted.actions == ["adopt finish"])
        // Nothing is delivered now, and what is different is how a release goes.
        #expect(adopted.next?.commits.map(\.stage.text).prefix(3) == ["start", "weight-5", "weight-25"])
        #expect(adopted.next?.commits.first?.subject == "checkout: start next with 1 pod of canary (stage 0 of 6)")
        try await world.run(until: "adopt finish")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try world.state(World.v3)
        try await world.run(until: "rollback rest")
        try world.state(World.v1, over: World.v3)
        let again = try #require(try await world.review(editing: [(file, World.v1, World.v3)]).rollout())
        guard case .rejected? = again.quickest?.end else { throw Program.Failure(description: "\(again)") }
        #expect(again.actions == [])
    }

    @Test func `what no stage could write is an error now`() async throws {
        let world = try World(["catalog"])
        try await world.run(until: "adopt finish", of: "catalog")
        let file = World.manifest("autoscalers", of: "catalog")
        let review = try await world.review { _, folder in
            try World.replace("v1.17.2", with: "v1.18.0", in: World.rollout("catalog"), folder)
            let text = try #require(try world.repository.file(file))
            let tight = text.replacing(/minReplicas: \d+/, with: "minReplicas: 1").replacing(
                /maxReplicas: \d+/, with: "maxReplicas: 1")
            // Stable keeps its floor, and the canary may not grow to what half of the traffic needs.
            let stable = text.components(separatedBy: "---\n")[0]
            try folder.write(
                "person/" + file,
                stable + "---\n" + tight.components(separatedBy: "---\n").dropFirst().joined(separator: "---\n"))
        }
        #expect(review.lines.contains { $0.contains("allows 1 pods, and") }, "\(review.lines)")
        #expect(review.errors == 1)
        guard case .impossible? = review.rollout("catalog")?.quickest?.end else {
            throw Program.Failure(description: "\(review)")
        }
    }

    @Test func `an analysis without an end is a warning`() async throws {
        let world = try await World.adopted()
        let template = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: forever}
            spec:
              metrics:
              - name: rate
                interval: 10s
                successCondition: result[0] >= 0.9
                provider: {prometheus: {query: "sum(rate(x[1m]))"}}

            """
        let steps = "steps:\n  - setWeight: 10\n  - analysis: {templates: [{templateName: forever}]}"
        let review = try await world.review { _, folder in
            try folder.write("person/.headgate/rollouts/forever.yaml", template)
            try World.replace("plan: quick", with: steps, in: World.rollout(), folder)
            try World.replace(World.v1, with: World.v2, in: World.rollout(), folder)
        }
        let lines = review.lines
        #expect(
            lines.contains { $0.contains("warning: an analysis of the stage weight-10 has no end") },
            "\(lines.joined(separator: "\n"))")
    }
}
