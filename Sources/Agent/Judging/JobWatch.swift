internal import Analysis
internal import Rollouts

/// The Job of a metric as the cluster has it.
///
/// Its end is read again by every tick, so that nothing has to be claimed; before it there is no measurement at all.
struct JobWatch {
    let name: String
    /// What a Job runs for in the stage that is judged.
    private let run: String?
    /// Nil where the cluster was not read.
    private let jobs: [String: JobReading]?

    /// Nil for a metric of another kind.
    init?(_ provider: MetricProvider, _ facts: RolloutFacts) throws(MetricFailure) {
        guard provider.kind == "job" else { return nil }
        guard case .string(let name)? = provider.settings?["name"], !name.isEmpty else {
            throw MetricFailure(.configuration, "provider.job: name is missing", hint: "write the name of the Job")
        }
        self.name = name
        (jobs, run) = (facts.jobs, facts.run)
    }

    /// The one measurement, of the time at which the Job ended: what its stage waits for next counts from there.
    func measurements(on grid: MeasurementGrid, until now: Timestamp) throws(MetricFailure) -> [Measurement] {
        guard let jobs else { throw MetricFailure(.unavailable, "Job/\(name): the cluster has not been read") }
        guard let first = grid.times(until: now).first, let job = jobs[name], let run, job.run == run,
            let (phase, message) = Self.result(job.phase)
        else { return [] }
        let time = max(first, job.finished ?? first)
        guard time <= now else { return [] }
        var members = [Value.Member("phase", .string(phase.rawValue)), .init("job", .string(name))]
        if !message.isEmpty { members.append(.init("message", .string(message))) }
        return [Measurement(time: time, reading: .value(.map(members)))]
    }

    /// Nil while it goes on.
    private static func result(_ phase: JobReading.Phase) -> (MetricPhase, String)? {
        switch phase {
        case .suspended, .running: nil
        case .complete: (.successful, "")
        case .failed(let words): (.failed, words)
        case .withoutImage(let words): (.inconclusive, words)
        }
    }

    /// Why there is no measurement yet.
    var standing: String {
        guard let job = jobs?[name] else { return "Job/\(name) is not in the cluster" }
        guard let run, job.run == run else {
            return "Job/\(name) \(job.run.map { "ran for \($0)" } ?? "has not been started")"
        }
        return job.phase == .suspended ? "Job/\(name) is suspended" : "Job/\(name) is running"
    }
}
