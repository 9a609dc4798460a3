/// What the sequential judge found, and the numbers that it rests on.
package struct SequentialOutcome: Equatable, Sendable {
    package enum Reason: String, Codable, Sendable {
        /// The canary is worse than the baseline by more than is tolerated.
        case worse
        /// So many requests fail that nothing more is waited for.
        case panic
        /// Proven to be less than `rejectRatio` times the baseline.
        case notWorse
        /// Proven to be below the given rate.
        case belowRate
        /// Proven to be above the given rate.
        case aboveRate
        /// Seen for long enough, and never suspected to be above the given rate.
        case notAboveRate
        /// No requests, where the settings give that a meaning.
        case noRequests
        /// The planned time is over without a decision.
        case deadline
        case undecided
        /// It has passed some time ago, and what was seen since does not bear that out.
        case outlived
    }

    package let metric: String
    package let verdict: Verdict
    package let reason: Reason
    /// Intervals looked at, up to the one that decided.
    package let intervals: Int
    /// The number of the interval that decided, from 1 and of all that were given; nil where nothing is decided.
    package let decidedAt: Int?
    package let interval: Duration
    package let totals: IntervalSample
    /// The largest logarithm of the evidence for a failure, and for a pass.
    package let failEvidence: Double
    package let passEvidence: Double
    /// With confidence 1 - α the canary's bad rate is at least this many times the baseline's; nil where nothing is known.
    package let ratioAtLeast: Double?
    /// Enough requests, and not even a hint of trouble: an inconclusive release may be promoted if people want that.
    package let isUnsuspicious: Bool
    /// What is counted, in the plural: `errors`, `slow requests`.
    package let noun: String
    package let baseline: Baseline
    /// The rate that the canary has to be proven to stay below, where that is asked.
    package let maximumRate: Double?

    package var sentence: String {
        let span = Readable.span(interval * intervals)
        let stables = baseline.possessive
        let canary = "\(Readable.count(totals.canaryBad)) of \(Readable.count(totals.canaryTotal)) requests"
        let baseline = "\(Readable.count(totals.baselineBad)) of \(Readable.count(totals.baselineTotal))"
        let counts = totals.baselineTotal > 0 ? "\(canary) against \(baseline) over \(span)" : "\(canary) over \(span)"
        switch reason {
        case .worse:
            guard let ratioAtLeast else { return "canary \(noun) are above \(stables): \(counts)" }
            return "canary \(noun) are at least \(Self.down(ratioAtLeast)) times \(stables): \(counts)"
        case .panic: return "canary \(noun) are far too many: \(counts)"
        case .aboveRate: return "canary \(noun) are above \(bar): \(counts)"
        case .notWorse: return "canary \(noun) are not worse than \(stables): \(counts)"
        case .belowRate, .notAboveRate: return "canary \(noun) are below \(bar): \(counts)"
        case .deadline where totals.canaryTotal == 0: return "the canary had no requests for \(span)"
        case .deadline: return "canary \(noun) could not be told from \(stables): \(counts)"
        case .outlived: return "canary \(noun) have passed, but the newest time does not bear it out: \(counts)"
        case .undecided: return "canary \(noun) need more data: \(counts)"
        case .noRequests: return "the canary had no requests for \(span)"
        }
    }

    private var bar: String { maximumRate.map { "the bar of \(Readable.number($0 * 100)) %" } ?? "the bar" }

    /// Rounded down, so that "at least" stays true.
    private static func down(_ ratio: Double) -> String {
        let scale = ratio < 10 ? 100.0 : 1
        let tenths = ratio < 10 ? (ratio * 10).rounded(.down) / 10 : ratio.rounded(.down)
        // A bound just above the tolerated 1.25 needs its second decimal to be above it.
        return Readable.number(ratio < 1.5 ? (ratio * scale).rounded(.down) / scale : tenths)
    }

    /// The row of the commit message's table.
    package func evidence(isDryRun: Bool = false, window: Window) -> MetricEvidence {
        func rate(_ bad: Double, _ total: Double) -> String? {
            total > 0 ? "\(Readable.number(bad / total * 100)) %" : nil
        }
        return MetricEvidence(
            metric: metric, verdict: verdict, isDryRun: isDryRun, sentence: sentence,
            value: rate(totals.canaryBad, totals.canaryTotal), condition: nil,
            baseline: rate(totals.baselineBad, totals.baselineTotal),
            counts: .init(verdict, intervals: intervals), window: window)
    }
}
