internal import Analysis
internal import Rollouts

/// The stages of the release that is under way, or of the one that would start, and which of them is present.
struct StageOutline {
    let stages: [Stage]
    /// The index of the stage that the state is in; -1 before the first.
    let present: Int

    init(_ status: RolloutStatus) {
        let stated = status.specification?.plan.stages ?? []
        guard status.isMoving, let state = status.state else {
            stages = stated
            present = -1
            return
        }
        let plan = state.plan == StagePlan.fastReturnDigest.description ? StagePlan.fastReturn.stages : stated
        stages = plan.isEmpty ? [Self.recorded(state)] : plan
        present = stages.firstIndex { $0.key == state.stage.key } ?? Self.place(of: state, in: stages)
    }

    private static func recorded(_ state: RolloutState) -> Stage {
        Stage(key: state.stage.key, kind: state.stage.kind, weight: state.stage.weight)
    }

    /// Where the plan has lost the stage: before the first one that it has not reached.
    private static func place(of state: RolloutState, in stages: [Stage]) -> Int {
        (stages.firstIndex { $0.kind == .weight && $0.weight >= state.stage.weight } ?? stages.count) - 1
    }

    /// What has to hold before the stage is left: `10m pause, approval`.
    static func conditions(_ stage: Stage) -> String {
        stage.conditions.map { condition in
            switch condition {
            case .pause(let duration): "\(Span(duration)) pause"
            case .approval: "approval"
            case .analysis(let spec, _): "analysis \(spec.title)"
            }
        }.joined(separator: ", ")
    }
}
