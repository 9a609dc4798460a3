/// What `RateJudge` found, and the numbers that it rests on.
package struct RateOutcome: Equatable, Sendable {
    package let metric: String
    package let verdict: Verdict
    package let reason: SequentialOutcome.Reason
    package let bar: Double
    /// Intervals looked at, up to the one that decided.
    package let intervals: Int
    /// The number of the interval from which on it is so, from 1; nil where nothing is decided.
    package let decidedAt: Int?
    package let interval: Duration
    package let totals: IntervalSample
    /// The largest logarithm of the evidence that the rate is above the bar, and that it is below it.
    package let failEvidence: Double
    package let passEvidence: Double
    /// Enough requests, and not even a hint of trouble: an inconclusive release may be promoted if people want that.
    package let isUnsuspicious: Bool
    /// What is counted, in the plural: `errors`, `slow requests`.
    package let noun: String

    package var sentence: String {
        let bar = "\(Readable.number(bar * 100)) %"
        let span = Readable.span(interval * intervals)
        let (bad, total) = (Readable.count(totals.canaryBad), Readable.count(totals.canaryTotal))
        let counts = "\(bad) of \(total) requests over \(span)"
        switch reason {
        case .noRequests: return "the release had no requests for \(span)"
        case .belowRate: return "\(noun) are below \(bar): \(counts)"
        case .deadline where totals.canaryTotal > 0: return "\(noun) could not be told from \(bar): \(counts)"
        case .outlived: return "\(noun) were below \(bar), but the newest time does not bear it out: \(counts)"
        default: break
        }
        switch verdict {
        case .fail: return "\(noun) are above \(bar): \(counts)"
        case .pass: return "\(noun) are not proven to be above \(bar): \(counts)"
        default: return "\(noun) need more data: \(counts)"
        }
    }

    /// The row of the commit message's table.
    package func evidence(isDryRun: Bool = false, window: Window) -> MetricEvidence {
        let rate = totals.canaryTotal > 0 ? "\(Readable.number(totals.canaryBad / totals.canaryTotal * 100)) %" : nil
        return MetricEvidence(
            metric: metric, verdict: verdict, isDryRun: isDryRun, sentence: sentence, value: rate,
            condition: "<= \(Readable.number(bar * 100)) %", counts: .init(verdict, intervals: intervals),
            window: window)
    }
}

extension MetricEvidence.Counts {
    /// Intervals that were judged together.
    init(_ verdict: Verdict, intervals: Int) {
        self.init(
            good: verdict == .pass ? intervals : 0, bad: verdict == .fail ? intervals : 0,
            undecided: verdict == .pass || verdict == .fail ? 0 : intervals)
    }
}
