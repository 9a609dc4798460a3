import Analysis
import Rollouts

extension PlannerCheck {
    /// When the Jobs run that stages are judged by.
    static let jobs: [PlannerCheck] = [
        PlannerCheck("a Job runs for the release and the stage of the commit that starts it") { tick in
            (tick.transition?.changes ?? []).allSatisfy { change in
                guard case .runJob(let job, let key) = change, let state = tick.after.state else { return true }
                return state.phase == .progressing && key == state.runKey && !tick.isUnsettled
                    && tick.spec.jobs[state.stage.key]?.contains(job) == true
            }
        },
        PlannerCheck("a stage is not left before its Jobs have been started") { tick in
            let leaving: [RolloutState.Action] = [.advance, .promote, .drain]
            guard let transition = tick.transition, leaving.contains(transition.state.at.action),
                let state = tick.before.state, state.phase == .progressing, !tick.isSettling
            else { return true }
            return (tick.spec.jobs[state.stage.key] ?? []).allSatisfy { job in
                tick.before.values[.jobRun(job)] == state.runKey && tick.before.values[.jobSuspended(job)] == "false"
            }
        },
        PlannerCheck("at its end a release leaves its Jobs suspended") { tick in
            guard let state = tick.transition?.state, state.phase == .stable || state.phase == .rolledBack,
                state.at.action == .finish || state.at.action == .rollback,
                !tick.world.branch.contains(where: \.isEdit)
            else { return true }
            return Set(tick.spec.jobs.values.joined()).allSatisfy { job in
                tick.after.values[.jobSuspended(job)] == "true" && tick.after.values[.jobRun(job)] == nil
            }
        },
    ]
}

extension Tick {
    /// Whether the commit leaves counts of pods on their way.
    fileprivate var isUnsettled: Bool { world.byReplicas && after.state?.at.action == .grow }
}
