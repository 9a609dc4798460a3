/// The Jobs that stages are judged by: people commit them suspended, and the commit of a stage lets each run once.
extension Planning {
    /// The decision with the Jobs in its commit that the commit's stage asks for.
    func startingJobs(_ decision: Decision) -> Decision {
        var decision = decision
        decision.effects = decision.effects.map { effect in
            guard case .commit(var transition) = effect else { return effect }
            let key = transition.state.runKey
            transition.changes += jobsToStart(transition.state).map { .runJob($0, key: key) }
            return .commit(transition)
        }
        return decision
    }

    /// The present stage's commit once more, where its analyses ask for a Job since that nobody has started.
    func startLate(_ state: RolloutState) -> Decision? {
        let jobs = jobsToStart(state)
        guard !jobs.isEmpty else { return nil }
        var next = state
        next.at = .init(serial: world.nextSerial, action: .resume, stage: state.at.stage)
        let names = jobs.map { "Job/\($0)" }.joined(separator: " and ")
        return commit(
            next, [], from: state.stage.weight, [], cause: "The stage is judged by \(names) since, which starts now")
    }

    /// Where counts of pods split the traffic, a stage begins with the last of its commits, and its Jobs with it.
    private func jobsToStart(_ state: RolloutState) -> [String] {
        guard state.phase == .progressing, !isSettling(state) else { return [] }
        return (spec.jobs[state.stage.key] ?? []).filter { job in
            world.manifests.values[.jobRun(job)] != state.runKey
                || world.manifests.values[.jobSuspended(job)] != "false"
        }
    }

    /// What Jobs have of an earlier run although nothing is delivered.
    var unsuspendedJobs: [FieldDifference] {
        Set(spec.jobs.values.joined()).sorted().flatMap { job -> [FieldDifference] in
            [(BindingName.jobSuspended(job), "true"), (.jobRun(job), nil)].compactMap { binding, expected in
                let found = world.manifests.values[binding]
                return found == expected
                    ? nil : FieldDifference(binding: binding, place: "", expected: expected, found: found)
            }
        }
    }

    /// The records of a state with those of Jobs that are bound since, and without those of Jobs that no longer are.
    func restoringJobs(_ records: [RolloutState.Restore]) -> [RolloutState.Restore] {
        let bound = world.manifests.originals.filter(\.binding.isOfJob)
        let kept = records.filter { record in
            !record.binding.isOfJob || bound.contains { $0.binding == record.binding }
        }
        return kept + bound.filter { job in !records.contains { $0.binding == job.binding } }
    }
}
