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
    var weightBefore: Int { share(in: before) }
    var weightAfter: Int { share(in: after) }
    /// What a commit gives the canary, by its weight or by the counts of pods.
    private func share(in commit: PlannerWorld.Commit) -> Int {
        guard world.byReplicas else { return number(.weight, in: commit) }
        let canary = number(.canaryReplicas, in: commit)
        let split = ReplicaSplit(stable: max(0, number(.stableReplicas, in: commit)), canary: max(0, canary))
        return canary == 0 ? 0 : max(1, split.share.percent)
    }
    /// How many pods there have to be where their counts split the traffic.
    var least: Int {
        guard case .replicas(let surge, let unavailable) = spec.split else { return base }
        let budget = ReplicaBudget(
            surge: surge.of(base, roundingUp: true), unavailable: unavailable.of(base, roundingUp: false))
        return base - min(base, budget.unavailable)
    }
    /// Whether the counts were on their way to those of their stage.
    var isSettling: Bool { world.byReplicas && before.state?.at.action == .grow && before.state?.phase == .progressing }
    /// How many pods the weight after the commit needs, by the stage that it brought.
    func pods(for weight: Int, in state: RolloutState?) -> Int {
        let stage = state.flatMap { state in spec.plan.stages.first { $0.key == state.stage.key } }
        return Capacity(base: base, minPods: spec.minPods).pods(
            for: Weight(clamping: weight), scale: stage?.scale ?? .matchTraffic)
    }
    var base: Int { before.state?.base?.replicas ?? after.state?.base?.replicas ?? 1 }
    /// Whether somebody gave the canary traffic behind Git's back.
    var isWeightManual: Bool {
        let share = world.byReplicas ? BindingName.canaryReplicas : .weight
        return world.faults.manual[share] != nil || world.faults.withheld.contains(share)
    }

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
