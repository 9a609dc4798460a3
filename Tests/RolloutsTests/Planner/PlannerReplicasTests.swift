import Analysis
import Rollouts
import Testing

@Suite("The planner where the counts of pods split the traffic")
struct PlannerReplicasTests {
    static let steps: [Step] = [20, 50].flatMap { weight in
        [.setWeight(Weight(clamping: weight)), .pause(Span(.seconds(60)))]
    }

    static func world(_ replicas: Int = 10, surge: PodAllowance = .all, unavailable: PodAllowance = .none)
        -> PlannerWorld
    {
        let world = PlannerWorld(steps: steps, replicas: replicas, byReplicas: true)
        world.spec.split = .replicas(surge: surge, unavailable: unavailable)
        world.tick()
        world.spec.release = PlannerWorld.new
        return world
    }

    /// What the agent did, with the counts after it: `grow weight-20 10+2`.
    static func story(_ world: PlannerWorld) -> [String] {
        world.agentCommits.compactMap { commit in
            guard let at = commit.state?.at else { return nil }
            let counts = [.stableReplicas, .canaryReplicas].map { commit.values[$0] ?? "?" }.joined(separator: "+")
            return "\(at.action) \(at.stage) \(counts)"
        }
    }

    @Test("a good release grows before it settles, at every weight, and ends where it began")
    func good() {
        let world = Self.world()
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
        #expect(
            Self.story(world) == [
                "adopt finish 10+0", "start start 10+0", "grow weight-20 10+2", "settle weight-20 8+2",
                "grow weight-50 8+5", "settle weight-50 5+5", "promote promote 5+5", "grow drain 10+5",
                "drain drain 10+0",
                "finish finish 10+0",
            ])
    }

    @Test("a bad release gives stable its pods before the canary's go, and ends byte for byte as it was")
    func bad() {
        let world = Self.world()
        let before = world.tip.values
        world.run(to: StageKey("weight-50"))
        #expect(world.run { _, world in world.state?.at.action == .settle && world.observed?.note.liveAt != nil })
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        #expect(world.run { _, world in world.state?.phase == .rolledBack })
        #expect(
            Self.story(world).suffix(3) == [
                "rollback traffic 10+5", "rollback traffic 10+0", "rollback rest 10+0",
            ])
        #expect(world.tip.values == before)
    }

    @Test("a release that fails while the counts are on their way is taken back from there")
    func badOnTheWay() {
        let world = Self.world()
        #expect(world.run { _, world in world.state?.at.action == .grow })
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        #expect(world.run { _, world in world.state?.phase == .rolledBack })
        // Stable still has all of its pods.
        #expect(Self.story(world).suffix(2) == ["rollback traffic 10+0", "rollback rest 10+0"])
    }

    @Test("pods that never come are not waited for with a bad canary in service")
    func noRoom() {
        let world = Self.world()
        world.run(to: StageKey("weight-50"))
        #expect(world.run { _, world in world.state?.at.action == .settle && world.observed?.note.liveAt != nil })
        world.judge = { request, _ in AnalysisReading(id: request.id, verdict: .fail, sentence: "errors tripled") }
        #expect(world.run { _, world in world.state?.phase == .rollingBack })
        (world.faults.lost[.stable], world.faults.pending[.stable]) = (5, "checkout-7: Insufficient cpu")
        #expect(world.run { _, world in world.tip.values[.canaryReplicas] == "0" })
    }

    @Test("a small budget takes more commits, none of which leaves it")
    func budget() {
        let world = Self.world(4, surge: .pods(1), unavailable: .none)
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
        let counts = world.agentCommits.map { commit in
            [.stableReplicas, .canaryReplicas].compactMap { commit.values[$0].flatMap { Int($0) } }.reduce(0, +)
        }
        #expect(counts.allSatisfy { (4...5).contains($0) })
        #expect(
            Self.story(world).filter { $0.hasPrefix("settle") } == ["settle weight-20 4+1", "settle weight-50 2+2"])
    }

    @Test("nothing starts while the canary still has pods, and a hand-made canary is held")
    func notAtRest() {
        let world = Self.world()
        world.spec.release = PlannerWorld.old
        world.commit("Alice", isEdit: true) { $0.values[.canaryReplicas] = "2" }
        guard case .held(.notAtRest(let fields)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        #expect(fields.map(\.binding) == [.canaryReplicas])
    }

    @Test("a route that is named in the middle of a release by counts holds it, whatever is resumed")
    func routeAdded() {
        let world = Self.world()
        world.run(to: StageKey("weight-50"))
        #expect(world.run { _, world in world.state?.at.action == .settle })
        world.spec.split = .route
        world.spec.bindings = Digest(of: "a route")
        world.spec.steering.resume = "bindings-\(world.spec.bindings.short)"
        world.spec.steering.abort = world.state?.releaseKey
        #expect(!world.run(limit: 60) { _, world in world.tip.values[.stableReplicas] != "5" || world.weight > 0 })
        guard case .held(.configuration(let text)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        #expect(text.contains("take it out of the Rollout"))
        world.spec.split = .replicas(surge: .all, unavailable: .none)
        world.spec.bindings = Digest(of: "bindings")
        #expect(world.run { _, world in world.state?.phase == .rolledBack })
        #expect(world.tip.values[.stableReplicas] == "10")
    }

    @Test("counts that a person changes are held, and taken as they are after a resume")
    func edited() {
        let world = Self.world()
        world.run(to: StageKey("weight-20"))
        #expect(world.run { _, world in world.state?.at.action == .settle })
        world.commit("Alice", isEdit: true) { $0.values[.canaryReplicas] = "4" }
        guard case .held(.edited(_, let key)) = world.tick().standing else {
            Issue.record("not held: \(world.tick().standing)")
            return
        }
        world.spec.steering.resume = key
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
        #expect(Self.story(world).contains("resume weight-20 8+4"))
        #expect(world.tip.values[.stableReplicas] == "10")
    }
}

@Suite("The planner and what the canary's pods are counted from")
struct PlannerCapacityTests {
    @Test("a base that has grown by more than a quarter is counted again before the next weight")
    func resizes() {
        let world = PlannerWorld(autoscaled: true)
        world.tick()
        world.spec.release = PlannerWorld.new
        world.run(to: StageKey("weight-5"))
        world.live.demand = 12
        world.run(to: StageKey("weight-25"))
        #expect(!world.agentCommits.contains { $0.state?.at.action == .resize }, "a fifth is no reason")
        world.live.demand = 20
        world.run(to: StageKey("weight-50"))
        let resized = world.agentCommits.first { $0.state?.at.action == .resize }
        #expect(resized?.state?.at.stage == StageKey("weight-25"))
        #expect(resized?.values[.stableFloor] == "20")
        #expect(resized?.values[.canaryFloor] == "10")
        #expect(resized?.values[.weight] == "25")
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
        #expect(world.tip.values[.stableFloor] == "2", "the floor that was there before the release")
    }

    @Test("the plan's scale and the least count are what is written, one stage ahead")
    func scaled() {
        let world = PlannerWorld(steps: [
            .setCanaryScale(.replicas(4)), .pause(Span(.seconds(10))), .setCanaryScale(.matchTraffic),
            .setWeight(Weight(clamping: 5)), .pause(Span(.seconds(10))), .setWeight(Weight(clamping: 50)),
        ])
        world.spec.minPods = 2
        world.tick()
        world.spec.release = PlannerWorld.new
        #expect(
            world.run { _, world in world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new })
        #expect(
            world.agentCommits.map { "\($0.state?.at.stage.text ?? "") \($0.values[.canaryReplicas] ?? "")" } == [
                "finish 0", "start 4", "weight-5 5", "weight-50 5", "promote 5", "drain 5", "finish 0",
            ])
    }

    @Test("a scale with conditions of its own is a stage, whose pods are live before it is left")
    func ownStage() {
        let world = PlannerWorld(steps: [
            .setWeight(Weight(clamping: 10)), .pause(Span(.seconds(10))), .setCanaryScale(.weight(50)),
            .pause(Span(.seconds(10))),
        ])
        world.tick()
        world.spec.release = PlannerWorld.new
        #expect(world.run(to: StageKey("scale-10")))
        #expect(world.tip.values[.weight] == "10")
        #expect(world.tip.values[.canaryReplicas] == "5")
        world.broken[PlannerWorld.new] = "checkout-canary-1: CrashLoopBackOff"
        world.live.canary.since = world.now
        #expect(world.run { _, world in world.state?.phase == .rolledBack })
    }
}
