import Analysis
import Rollouts

/// One run of the agent: observe, plan, carry out.
extension PlannerWorld {
    func observe() -> Observation {
        let stage = stageIndex
        let edits = tip.values.filter { branch[stage].values[$0.key] != $0.value }.map {
            FieldDifference(binding: $0.key, place: "", expected: branch[stage].values[$0.key], found: $0.value)
        }
        var observation = Observation(
            history: history, state: state, taken: mark == state ? nil : mark, nextSerial: nextSerial,
            stageCommit: .init(id: CommitID(hex: "\(stage)"), arrived: branch[stage].stamped),
            manifests: ManifestReading(
                values: tip.values, edits: state == nil ? [] : edits.sorted { $0.binding < $1.binding },
                originals: originals, stableAutoscaled: autoscaled, canaryAutoscaled: autoscaled),
            note: notes[stage] ?? StageNote(), steeredAt: steeredAt)
        observation.branches = forge?.branches ?? []
        return observation
    }

    private var originals: [RolloutState.Restore] {
        let runs = Set(spec.jobs.values.joined()).map(BindingName.jobRun)
        let names = Set(tip.values.keys).union(runs)
        return names.filter { byReplicas || $0 != .stableReplicas }.sorted().map {
            .init(binding: $0, manifest: "apps/checkout.yaml", path: $0.text, value: tip.values[$0])
        }
    }

    /// Plans until nothing is needed any more.
    func decide() -> Decision {
        if isDeleted { return state.map(Planner.planDeleted) ?? Decision(.retired) }
        var observation = observe()
        var decision = Decision(.stable)
        // The cluster, and then one round for each analysis of a stage; a decision that needs more after that says so.
        for _ in 0..<12 {
            decision = Planner.plan(spec, observation, at: agentTime)
            observed = observation
            if decision.needs.isEmpty { return decision }
            for need in decision.needs {
                switch need {
                case .live: observation.live = clusterIsDown ? .unavailable("connection refused") : .read(reading)
                case .analyses(let requests): observation.analyses = requests.map { judge($0, now) }
                case .proposals(let question):
                    observation.proposals = forge?.reading(question) ?? .noForge(isLooking: isLooking)
                }
            }
        }
        return decision
    }

    @discardableResult
    func tick() -> Decision {
        sync()
        let decision = decide()
        for effect in decision.effects { carryOut(effect) }
        return decision
    }
}
