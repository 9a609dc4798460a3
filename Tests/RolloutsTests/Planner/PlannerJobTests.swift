import Analysis
import Rollouts
import Testing

@Suite("Jobs that a stage's commit starts")
struct PlannerJobTests {
    private static let suspended = BindingName.jobSuspended("smoke")
    private static let run = BindingName.jobRun("smoke")

    private func world(
        _ stages: [StageKey] = [StageKey("weight-5"), StageKey("weight-50")], byReplicas: Bool = false
    ) -> PlannerWorld {
        let world = PlannerWorld(release: PlannerWorld.new, byReplicas: byReplicas)
        world.judge(stages, by: "smoke")
        return world
    }

    /// What the Job runs for after each of the agent's commits; nothing while it is suspended.
    private func course(_ world: PlannerWorld) -> [String] {
        world.agentCommits.compactMap { commit in
            guard let state = commit.state else { return nil }
            let run = commit.values[Self.run].map { $0.replacing(state.releaseKey, with: "release") }
            return "\(state.at.stage) \(commit.values[Self.suspended] == "false" ? run ?? "?" : "-")"
        }
    }

    @Test func `it runs in the stages that ask for it, and is suspended again at the end`() {
        let world = world()
        #expect(world.run(to: .finish))
        #expect(
            course(world) == [
                "start -", "weight-5 release/weight-5", "weight-25 release/weight-5", "weight-50 release/weight-50",
                "promote release/weight-50", "drain release/weight-50", "finish -",
            ])
        #expect(world.tip.values[Self.run] == nil)
    }

    @Test func `a rollback puts back both fields with everything else`() {
        let world = world()
        #expect(world.run(to: StageKey("weight-5")))
        let before = world.branch[0].values
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "smoke failed") }
        #expect(world.run { _, world in world.state?.phase == .rolledBack })
        #expect(world.tip.values == before)
        #expect(course(world).suffix(2) == ["traffic release/weight-5", "rest -"])
    }

    @Test func `where counts split the traffic, the last commit of a weight starts it`() {
        let world = world([StageKey("weight-25")], byReplicas: true)
        #expect(world.run(to: .promote))
        let starting = world.agentCommits.first { $0.values[Self.suspended] == "false" }
        #expect(starting?.state?.at.action == .settle)
        #expect(starting?.state?.stage.key == StageKey("weight-25"))
    }

    @Test func `the next attempt at a release runs it for another key`() {
        let world = world()
        #expect(world.run(to: StageKey("weight-5")))
        let first = world.tip.values[Self.run]
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "smoke failed") }
        #expect(world.run { _, world in world.state?.phase == .rolledBack })
        world.spec.steering.retry = world.state?.rejected.first?.retryKey
        #expect(world.run(to: StageKey("weight-5")))
        #expect(first != nil)
        #expect(world.tip.values[Self.run] != nil)
        #expect(world.tip.values[Self.run] != first)
    }

    @Test func `a stage that asks for it only since is committed once more`() {
        let world = world([StageKey("weight-50")])
        #expect(world.run(to: StageKey("weight-5")))
        #expect(world.tip.values[Self.suspended] == "true")
        world.spec.jobs[StageKey("weight-5")] = ["smoke"]
        #expect(world.run { _, world in world.state?.at.action == .resume })
        #expect(world.tip.values[Self.run] == world.state?.runKey)
        #expect(world.state?.stage.key == StageKey("weight-5"))
        #expect(world.run(to: .finish))
        #expect(world.agentCommits.count { $0.state?.at.action == .resume } == 1)
    }

    @Test func `no release starts while it runs`() {
        let world = world()
        for index in world.branch.indices { world.branch[index].values[Self.suspended] = "false" }
        guard case .held(.notAtRest(let fields)) = world.tick().standing else {
            Issue.record("it is not held")
            return
        }
        #expect(fields.map(\.binding) == [Self.suspended])
        #expect(
            StandingText.line(.held(.notAtRest(fields)))
                .contains("a Job is not at rest: job.smoke.suspended is false, expected true"))
    }

    @Test func `one that is bound since the start is put back too, and one that no longer is stays as it is`() {
        let world = PlannerWorld(release: PlannerWorld.new)
        #expect(world.run(to: StageKey("weight-5")))
        world.judge([StageKey("weight-5"), StageKey("weight-25")], by: "smoke")
        world.spec.bindings = Digest(of: "with a Job")
        guard case .held(.bindings(let key)) = world.tick().standing else {
            Issue.record("it is not held")
            return
        }
        world.spec.steering.resume = key
        world.tick()
        #expect(world.tip.values[Self.run] == world.state?.runKey)
        #expect(world.state?.restore.contains { $0.binding == Self.run && $0.value == nil } == true)
        #expect(world.run(to: .finish))
        #expect(world.tip.values[Self.suspended] == "true")
        #expect(world.tip.values[Self.run] == nil)
    }
}
