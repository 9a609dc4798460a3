import Analysis
import Rollouts

/// All that is known of one run of the agent: what it saw, what it decided and what came of it.
struct Tick {
    let world: PlannerWorld
    let spec: Specification
    let before: PlannerWorld.Commit
    let after: PlannerWorld.Commit
    let markBefore: RolloutState?
    let stageIndex: Int
    let observation: Observation
    let decision: Decision
    /// The decision when it is asked for again at once.
    let again: Decision

    init(running world: PlannerWorld) {
        self.world = world
        world.sync()
        spec = world.spec
        before = world.tip
        markBefore = world.mark
        stageIndex = world.stageIndex
        decision = world.decide()
        observation = world.observed ?? world.observe()
        for effect in decision.effects { world.carryOut(effect) }
        after = world.tip
        again = world.decide()
    }

    var transition: Transition? { decision.transition }
    var reading: LiveReading? { if case .read(let live) = observation.live { live } else { nil } }
    var weightBefore: Int { number(.weight, in: before) }
    var weightAfter: Int { number(.weight, in: after) }
    var base: Int { before.state?.base?.replicas ?? after.state?.base?.replicas ?? 1 }
    /// Whether somebody gave the canary traffic behind Git's back.
    var isWeightManual: Bool { world.faults.manual[.weight] != nil || world.faults.withheld.contains(.weight) }

    func number(_ name: BindingName, in commit: PlannerWorld.Commit) -> Int { Int(commit.values[name] ?? "") ?? 0 }

    /// The stage that the rollout was in, by today's plan.
    var stage: Stage? {
        guard let state = before.state else { return nil }
        let plan = state.plan == StagePlan.fastReturnDigest.description ? .fastReturn : spec.plan
        if let index = plan.index(of: state.stage.key) { return plan.stages[index] }
        return Stage(
            key: state.stage.key, kind: state.stage.kind, weight: state.stage.weight,
            judged: state.stage.kind == .weight)
    }

    /// The analyses that have to pass before the stage is left.
    var required: [AnalysisRequest.ID] {
        guard let stage else { return [] }
        let inline = stage.conditions.compactMap { condition -> AnalysisRequest.ID? in
            if case .analysis(_, let number) = condition { .inline(number) } else { nil }
        }
        return (stage.judged && spec.background != .none ? [.background] : []) + inline
    }

    /// Whether this tick's own readings let the stage be left.
    var isPassed: Bool {
        required.allSatisfy { id in
            guard let reading = observation.analyses.first(where: { $0.id == id }) else { return false }
            let isLetGo =
                spec.steering.resume?.hasPrefix("inconclusive-") == true
                || (spec.onInconclusive == .promote && reading.harmless)
            return reading.verdict == .pass || (reading.verdict == .inconclusive && isLetGo)
        }
    }
}
