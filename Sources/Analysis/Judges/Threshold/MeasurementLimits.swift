/// How many measurements of each kind a metric may have, with Argo's defaults.
package struct MeasurementLimits: Hashable, Sendable {
    /// Measurements until the metric ends; nil goes on for as long as the stage does.
    package var count: Int?
    /// Failures tolerated; -1 tolerates all.
    package var failure: Int
    package var inconclusive: Int
    package var consecutiveError: Int
    /// Successes in a row that end the metric; 0 is off.
    package var consecutiveSuccess: Int

    package init(
        count: Int?, failure: Int = 0, inconclusive: Int = 0, consecutiveError: Int = 4, consecutiveSuccess: Int = 0
    ) {
        self.count = count
        self.failure = failure
        self.inconclusive = inconclusive
        self.consecutiveError = consecutiveError
        self.consecutiveSuccess = consecutiveSuccess
    }

    /// The phase after the measurements that `counters` has seen, and why it is that.
    ///
    /// Within one metric the last limit that is exceeded wins: errors before inconclusive ones before failures.
    package func assess(
        _ counters: MeasurementCounters, isTerminating: Bool = false
    ) -> (phase: MetricPhase, reason: String) {
        guard counters.measurements > 0 || counters.consecutiveError > 0 else {
            return isTerminating ? (.successful, "never measured") : (.pending, "not measured yet")
        }
        if let exceeded = exceeded(by: counters) { return exceeded }
        if consecutiveSuccess > 0, counters.consecutiveSuccess >= consecutiveSuccess {
            return (.successful, "\(counters.consecutiveSuccess) successes in a row")
        }
        if let count, counters.count >= count { return atCount(counters) }
        return isTerminating ? (.successful, "ended with its stage") : (.running, "goes on")
    }

    /// The limit that the counters are over, in Argo's words; of several the last one that Argo looks at.
    func exceeded(by counters: MeasurementCounters) -> (phase: MetricPhase, reason: String)? {
        if counters.consecutiveError > consecutiveError {
            return (
                .error, "consecutiveErrors (\(counters.consecutiveError)) > consecutiveErrorLimit (\(consecutiveError))"
            )
        }
        if counters.inconclusive > inconclusive {
            return (.inconclusive, "inconclusive (\(counters.inconclusive)) > inconclusiveLimit (\(inconclusive))")
        }
        if failure >= 0, counters.failed > failure {
            return (.failed, "failed (\(counters.failed)) > failureLimit (\(failure))")
        }
        return nil
    }

    private func atCount(_ counters: MeasurementCounters) -> (phase: MetricPhase, reason: String) {
        let row = "never \(consecutiveSuccess) successes in a row in \(Readable.plural(counters.count, "measurement"))"
        guard consecutiveSuccess > 0 else { return (.successful, "all \(counters.count) measured") }
        return failure >= 0 ? (.inconclusive, row) : (.failed, row)
    }
}
