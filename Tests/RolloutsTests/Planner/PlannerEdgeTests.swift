import Analysis
import Testing

@testable import Rollouts

@Suite("The planner at the edges of its rules")
struct PlannerEdgeTests {
    @Test("a route that no gateway has taken yet is waited for by its name")
    func untakenRoute() {
        let world = PlannerWorld()
        world.tick()
        world.spec.release = PlannerWorld.new
        world.faults.route = .pending("public has not taken generation 2 of HTTPRoute/checkout")
        #expect(
            world.run { decision, _ in
                StandingText.line(decision.standing).hasPrefix(
                    "Waiting: for the route: public has not taken generation 2 of HTTPRoute/checkout (no longer than ")
            })
    }

    @Test("a canary that a person gives traffic after the drain is drained again before it goes to rest")
    func drainsAgain() throws {
        let world = PlannerPeopleTests.midway()
        world.run(to: .drain)
        world.commit("Alice", isEdit: true) { $0.values[.weight] = "30" }
        guard case .held(.edited(_, let key)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        world.spec.steering.resume = key
        #expect(world.run { _, world in world.state?.phase == .stable })
        #expect(
            world.agentCommits.suffix(4).compactMap(\.state?.at.action) == [.drain, .resume, .drain, .finish])
        #expect(world.weight == 0)
    }

    @Test(
        "what an autoscaler may take to no pod is no first release, once something has been stable",
        arguments: [(0, RolloutState.Action.start), (1, .promote)])
    func idle(lowest: Int, action: RolloutState.Action) throws {
        let world = PlannerWorld(autoscaled: true)
        world.run { _, world in world.state != nil }
        world.spec.release = PlannerWorld.new
        let nothing = SideReading(desired: 0, total: 0, updated: 0, available: 0)
        var observation = world.observe()
        observation.manifests.stableLowest = lowest
        observation.live = .read(LiveReading(time: world.now, stable: nothing, canary: nothing))
        let transition = try #require(Planner.plan(world.spec, observation, at: world.now).transition)
        #expect(transition.state.at.action == action)
        #expect(transition.state.base?.replicas == 1)
        observation.state = nil
        observation.history = .begin
        #expect(Planner.plan(world.spec, observation, at: world.now).transition?.state.at.action == .promote)
    }

    @Test("a DaemonSet's base is what stable wants on the nodes")
    func nodes() throws {
        let world = PlannerWorld()
        world.run { _, world in world.state != nil }
        world.spec.release = PlannerWorld.new
        var observation = world.observe()
        observation.manifests.onEveryNode = true
        observation.manifests.values[.stableReplicas] = nil
        let stable = SideReading(desired: 40, total: 40, updated: 40, available: 40)
        observation.live = .read(LiveReading(time: world.now, stable: stable))
        let transition = try #require(Planner.plan(world.spec, observation, at: world.now).transition)
        #expect(transition.state.base == .init(replicas: 40, from: .nodes))
        let subject = CommitMessage(of: transition, by: world.spec.id).subject
        #expect(subject == "checkout: start v2 with a pod on every node of canary (stage 0 of 6)")
    }

    @Test("a key fits one edit of one state alone: neither the same edit again, nor one whose values are not shown")
    func keysOfEdits() {
        let world = PlannerPeopleTests.midway()
        world.run(to: StageKey("weight-25"))
        func key() -> String? {
            if case .held(.edited(_, let key)) = world.tick().standing { key } else { nil }
        }
        world.commit("Alice", isEdit: true) { $0.values[.weight] = "30" }
        let first = key()
        world.spec.steering.resume = first
        #expect(first != nil && world.run(limit: 3) { _, world in world.state?.at.action == .resume })
        world.commit("Alice", isEdit: true) { $0.values[.weight] = "25" }
        let second = key()
        world.spec.steering.resume = second
        #expect(second != nil && world.run(limit: 3) { _, world in world.state?.stage.weight.percent == 25 })
        // The first edit once more, with the first key still in the Rollout.
        world.commit("Alice", isEdit: true) { $0.values[.weight] = "30" }
        world.spec.steering.resume = first
        #expect(key() != nil && key() != first)
        let state = world.state
        let hidden = ["a", "b"].compactMap { value in
            state.map {
                [
                    FieldDifference(
                        binding: .stableTemplate, place: "", expected: nil, found: nil, hidden: Digest(of: value))
                ].digest(after: $0)
            }
        }
        #expect(Set(hidden).count == 2)
    }

    @Test("a retry after a reverted rollback takes the release back and starts it anew")
    func retriesRevertedRollback() {
        let world = PlannerPeopleTests.midway()
        let passing = world.judge
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        world.run(to: StageKey("traffic"))
        world.judge = passing
        world.revert(to: world.branch.count - 2, by: "Alice")
        guard case .held(.rollbackReverted(_, let retry)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        world.spec.steering.retry = retry
        #expect(world.run { _, world in world.state?.phase == .stable && world.state?.release.attempt == 2 })
        #expect(world.state?.release.values == PlannerWorld.new)
    }

    @Test("a branch that was rewritten to before the first state begins again once a person resumes")
    func rewritten() {
        let world = PlannerPeopleTests.midway()
        world.branch = [world.branch[0]]
        world.spec.release = PlannerWorld.old
        guard case .held(.rewritten(let key)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        world.spec.steering.resume = key
        #expect(world.run(limit: 3) { _, world in world.state?.at == .init(serial: 5, action: .adopt, stage: .finish) })
    }

    @Test("a release that was reverted stays rejected when another one has gone out since")
    func remembersRevert() {
        let world = PlannerPeopleTests.midway()
        let start = world.branch.firstIndex { $0.state?.at.action == .start } ?? 1
        world.revert(to: start - 1, by: "Alice")
        world.spec.release = PlannerWorld.newer
        #expect(world.run { _, world in world.state?.release.values == PlannerWorld.newer })
        #expect(world.state?.rejected.map(\.digest) == [PlannerWorld.new.digest])
        #expect(world.state?.rejected.first?.reason.hasPrefix("Reverted by Alice") == true)
    }

    @Test("stable is not left alone with the traffic while it lacks pods", arguments: [nil, "Insufficient cpu"])
    func shortStable(pending: String?) {
        let world = PlannerPeopleTests.midway()
        let passing = world.judge
        world.judge = { request, now in
            request.comparedUntil == nil
                ? passing(request, now) : AnalysisReading(id: request.id, verdict: .needsMoreData)
        }
        world.run(to: .promote)
        world.run(limit: 20) { _, _ in false }
        world.judge = passing
        world.faults.lost[.stable] = 4
        world.faults.pending[.stable] = pending
        #expect(!world.run(limit: 200) { _, world in world.state?.at.stage != .promote })
        world.faults = .init()
        #expect(world.run(to: .drain))
    }

    @Test("an agent whose clock is ahead cuts no pause short")
    func clockAhead() {
        let world = PlannerPeopleTests.midway()
        world.spec.background = .none
        let isPaused = world.run { decision, _ in
            if case .progressing(.pause) = decision.standing { true } else { false }
        }
        #expect(isPaused)
        world.skew = .seconds(86_400)
        #expect(!world.run(limit: 3) { _, world in world.weight == 50 })
        #expect(world.run(limit: 20) { _, world in world.weight == 50 })
    }

    @Test("a text that is no weight is not resumed from")
    func unreadable() {
        let world = PlannerPeopleTests.midway()
        world.commit("Alice", isEdit: true) { $0.values[.weight] = "lots" }
        if case .held(let hold) = world.tick().standing { world.spec.steering.resume = hold.key }
        #expect(
            world.tick().standing
                == .held(.configuration("route.weight is \"lots\", which is no weight from 0 to 100")))
    }
}
