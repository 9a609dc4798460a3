import Analysis
import Rollouts
import Support

/// Worlds and plans as a seed has them.
extension SplitMix64 {
    /// Up to six steps: weights that repeat, fall and are 0 or 100 among them.
    mutating func steps(approvals: Bool) -> [Step] {
        var steps: [Step] = []
        for _ in 0..<Int.random(in: 0...8, using: &self) {
            switch Int.random(in: 0..<10, using: &self) {
            case 0..<5: steps.append(.setWeight(Weight(clamping: pick([0, 1, 5, 5, 10, 25, 33, 50, 50, 80, 99, 100]))))
            case 5 where oneIn(3): steps.append(.setCanaryScale(pick([.replicas(3), .weight(150), .matchTraffic])))
            case 5..<7: steps.append(.pause(Span(.seconds(pick([10, 30, 60, 120])))))
            case 7 where approvals: steps.append(.pause(nil))
            default: steps.append(.analysis(AnalysisSpec(templates: [.init(templateName: pick(["a", "b"]))])))
            }
        }
        return steps
    }

    /// A world before its first tick.
    ///
    /// - Parameter undisturbed: without approvals, and with nothing in the Rollout that needs a person.
    mutating func world(undisturbed: Bool) -> PlannerWorld {
        let autoscaled = oneIn(3)
        // An autoscaler holds at least one pod.
        let byReplicas = !undisturbed && !autoscaled && oneIn(3)
        let world = PlannerWorld(
            replicas: max(autoscaled ? 1 : 0, pick([0, 1, 2, 7, 10, 50])), autoscaled: autoscaled,
            byReplicas: byReplicas)
        if byReplicas {
            world.spec.split = .replicas(
                surge: pick([.all, .all, .pods(1), .percent(25), .none]), unavailable: pick([.none, .none, .pods(1)]))
        }
        world.spec.minPods = pick([1, 1, 2, 5])
        world.spec.plan = StagePlan(steps: steps(approvals: !undisturbed), startingStep: pick([0, 0, 0, 2]))
        world.spec.background = oneIn(5) ? .none : .builtIn
        world.applyDelay = .seconds(pick([0, 10, 30]))
        world.podDelay = .seconds(pick([0, 10, 20, 40]))
        world.spec.scaleDownDelay = .seconds(pick([0, 30]))
        if undisturbed { return world }
        world.spec.onFailure = oneIn(4) ? .hold : .rollback
        world.spec.onInconclusive = pick([.hold, .rollback, .promote])
        world.spec.restoreRelease = oneIn(4)
        world.spec.fastReturn = pick([0, 1, 1, 3])
        world.spec.applyDeadline = .seconds(pick([60, 600]))
        world.spec.progressDeadline = .seconds(pick([60, 600]))
        return world
    }
}
