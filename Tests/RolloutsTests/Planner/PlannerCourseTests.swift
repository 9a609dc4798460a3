import Analysis
import Rollouts
import Support
import Testing

@Suite("The planner where nothing disturbs it")
struct PlannerCourseTests {
    /// What a world without people, outages or failing verdicts is to do, worked out from the plan alone.
    struct Course: Equatable {
        var stages: [String]
        var duration: Duration
    }

    @Test("a release ends stable in exactly the planned commits and its shortest time")
    func undisturbed() {
        for seed in 0..<UInt64(400) {
            let random = RandomWorld(seed: seed, undisturbed: true)
            let world = random.world
            world.tick()
            let expected = Self.course(of: world, analysisLength: random.analysisLength)
            world.spec.release = PlannerWorld.new
            let begin = world.now
            // An agent that looks again at once after each commit, so that its interval does not count.
            let isStable = world.run(limit: 2000) { _, world in
                for _ in 0..<20 where world.tick().transition == nil { break }
                return world.state?.phase == .stable && world.state?.release.values == PlannerWorld.new
            }
            let found = Course(
                stages: world.agentCommits.dropFirst().compactMap(\.state?.at.stage.text), duration: world.now - begin)
            #expect(isStable && found == expected, "seed \(seed): \(found), expected \(expected)")
            #expect(world.tip.values.release(.stable).values.contains("ghcr.io/acme/checkout:v2"))
            #expect(world.weight == 0, "seed \(seed)")
        }
    }

    @Test("a failing verdict in a working cluster ends rolled back, with every bound field as before")
    func failing() {
        var judged = 0
        for seed in 1000..<UInt64(1400) {
            let random = RandomWorld(seed: seed, undisturbed: true)
            let world = random.world
            random.climates = [.background: .failing, .inline(1): .failing, .inline(2): .failing]
            world.tick()
            let before = world.tip.values
            world.spec.release = PlannerWorld.new
            let asks = world.spec.plan.stages.contains { stage in
                stage.judged && world.spec.background != .none
                    || stage.conditions.contains { if case .analysis = $0 { true } else { false } }
            }
            // A first release has one stage to judge, and a plan may ask for nothing.
            guard asks, world.live.stable.wanted > 0 else { continue }
            judged += 1
            #expect(
                world.run(limit: 2000) { _, world in world.state?.phase == .rolledBack },
                "seed \(seed): \(world.tick().standing)")
            #expect(world.tip.values == before, "seed \(seed)")
            let back = world.agentCommits.compactMap(\.state).filter { $0.at.action == .rollback }.map(\.at.stage.text)
            #expect(
                [["rest"], ["traffic", "rest"], ["stable", "traffic", "rest"]].contains(back), "seed \(seed): \(back)")
        }
        #expect(judged > 200)
    }

    /// Stage by stage: the commit, the cluster's delay, then whichever takes longest of the conditions on their one
    /// time line, the background's verdict and the pods that were written ahead.
    private static func course(of world: PlannerWorld, analysisLength: Duration) -> Course {
        let spec = world.spec
        let runsNothing = !world.autoscaled && world.live.stable.wanted == 0
        let base = world.autoscaled ? max(1, world.live.stable.wanted) : world.live.stable.wanted
        let capacity = Capacity(base: base, minPods: spec.minPods)
        let stages = spec.plan.stages
        var course = Course(stages: [], duration: .zero)
        var pods = world.autoscaled ? 1 : 0
        for (index, stage) in stages.enumerated() {
            if runsNothing, stage.kind == .start || stage.kind == .weight || stage.kind == .drain { continue }
            let before = index > 0 ? stages[index - 1].weight : .none
            if stage.kind == .drain, before == .none { continue }
            course.stages.append(stage.key.text)
            if stage.kind == .finish { break }
            var written = capacity.written(at: index, of: spec.plan, before: before)
            if world.autoscaled { written = max(1, written) }
            let isChanged = stage.kind != .weight || stage.weight != before || written != pods
            let isGrowing = stage.kind == .weight ? written > pods : !runsNothing
            if stage.kind == .start || stage.kind == .weight { pods = written }
            course.duration += stay(in: stage, growing: isGrowing, changing: isChanged, world, analysisLength)
        }
        return course
    }

    private static func stay(
        in stage: Stage, growing: Bool, changing: Bool, _ world: PlannerWorld, _ analysisLength: Duration
    ) -> Duration {
        var chain = Duration.zero
        for condition in stage.conditions {
            switch condition {
            case .pause(let duration): chain += duration
            case .analysis: chain += analysisLength
            case .approval: break
            }
        }
        let background = stage.judged && world.spec.background != .none ? analysisLength : .zero
        let delay = changing ? world.applyDelay : .zero
        switch stage.kind {
        case .promote: return delay + (growing ? world.podDelay : .zero) + max(chain, background)
        case .drain: return delay + world.spec.scaleDownDelay
        default: return delay + max(chain, background, growing ? world.podDelay : .zero)
        }
    }
}
