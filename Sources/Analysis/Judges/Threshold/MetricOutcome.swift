/// What the threshold judge found for one metric.
package struct MetricOutcome: Hashable, Sendable {
    package let metric: String
    package let phase: MetricPhase
    package let counters: MeasurementCounters
    /// The measurement that was looked at last.
    package let last: Measurement?
    /// The time of the newest measurement that had data; nil where none had.
    package let lastCounted: Timestamp?
    /// The time of the measurement that decided; nil while the metric goes on.
    package let endedAt: Timestamp?
    package let sentence: String
    /// Judged exactly as Argo does, where an error fails the release.
    package let isStrict: Bool
    /// What was measured, in the order of time, and what each measurement meant.
    package let measurements: [MeasuredPoint]

    package var verdict: Verdict {
        switch phase {
        case .pending, .running: .needsMoreData
        case .successful: .pass
        case .failed: .fail
        case .inconclusive: .inconclusive
        case .error: isStrict ? .fail : .error
        }
    }

    /// The row of the commit message's table.
    package func evidence(
        condition: String?, unit: String = "", baseline: String? = nil, isDryRun: Bool = false, window: Window
    ) -> MetricEvidence {
        var value: String?
        if case .value(let found)? = last?.reading {
            value = unit.isEmpty ? found.readable : "\(found.readable) \(unit)"
        }
        var evidence = MetricEvidence(
            metric: metric, verdict: verdict, isDryRun: isDryRun, sentence: sentence, value: value,
            condition: condition, baseline: baseline,
            counts: MetricEvidence.Counts(
                good: counters.successful, bad: counters.failed,
                undecided: counters.inconclusive + counters.error + counters.noData),
            window: window)
        evidence.measurements = measurements
        return evidence
    }
}
