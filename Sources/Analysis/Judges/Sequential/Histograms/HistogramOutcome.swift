/// What the judge of histograms found, and the numbers that it rests on.
package struct HistogramOutcome: Equatable, Sendable {
    package let metric: String
    package let verdict: Verdict
    package let reason: SequentialOutcome.Reason
    /// Intervals looked at, up to the one that decided.
    package let intervals: Int
    /// The number of the interval that decided, from 1 and of all that were given; nil where nothing is decided.
    package let decidedAt: Int?
    package let interval: Duration
    /// Of the intervals that counted.
    package let totals: HistogramSample
    /// Where the two sides differ most; nil where one of them had no requests.
    package let slow: SlowShare?
    /// The largest logarithm of the evidence for a failure, and for a pass.
    package let failEvidence: Double
    package let passEvidence: Double
    /// Enough requests, and not even a hint of trouble: an inconclusive release may be promoted if people want that.
    package let isUnsuspicious: Bool
    package let baseline: Baseline
    /// Whether the two sides have any bound in common.
    package let isComparable: Bool

    package var sentence: String {
        let span = Readable.span(interval * intervals)
        let stables = baseline.possessive
        let shares =
            slow.map {
                "\(SlowShare.percent($0.canary)) above \($0.name) against \(SlowShare.percent($0.baseline)) over \(span)"
            } ?? "\(Readable.count(totals.canaryTotal)) requests over \(span)"
        if !isComparable { return "the canary's histogram has no bound in common with \(stables)" }
        switch reason {
        case .worse, .panic, .aboveRate: return "canary requests are slower than \(stables): \(shares)"
        case .notWorse, .belowRate, .notAboveRate: return "canary requests are not slower than \(stables): \(shares)"
        case .noRequests: return "the canary had no requests for \(span)"
        case .deadline where totals.canaryTotal == 0: return "the canary had no requests for \(span)"
        case .deadline: return "canary requests could not be told from \(stables): \(shares)"
        case .outlived: return "canary requests have passed, but the newest time does not bear it out: \(shares)"
        case .undecided: return "canary requests need more data: \(shares)"
        }
    }

    /// The row of the commit message's table.
    package func evidence(isDryRun: Bool = false, window: Window) -> MetricEvidence {
        MetricEvidence(
            metric: metric, verdict: verdict, isDryRun: isDryRun, sentence: sentence,
            value: slow.map { "\(SlowShare.percent($0.canary)) above \($0.name)" }, condition: nil,
            baseline: slow.map { SlowShare.percent($0.baseline) }, counts: .init(verdict, intervals: intervals),
            window: window)
    }
}
