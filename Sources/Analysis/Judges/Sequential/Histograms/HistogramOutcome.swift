/// What the bounds of a histogram are measured in.
package enum BucketUnit: String, Codable, CaseIterable, Sendable {
    case seconds, milliseconds
    /// Anything else, such as bytes.
    case none

    /// A bound as people read it: `250 ms`, `2.5 s`.
    package func readable(_ bound: Double) -> String {
        switch self {
        case .none: Readable.number(bound)
        case .milliseconds where bound < 1000: "\(Readable.number(bound)) ms"
        case .milliseconds: "\(Readable.number(bound / 1000)) s"
        case .seconds where bound < 1: "\(Readable.number(bound * 1000)) ms"
        case .seconds: "\(Readable.number(bound)) s"
        }
    }
}

/// The share of requests above that bound at which two sides differ most clearly.
package struct SlowShare: Codable, Equatable, Sendable {
    package let bound: Double
    /// Shares between 0 and 1.
    package let canary: Double
    package let baseline: Double
    /// The bound as people read it.
    package let name: String

    /// Nil where a side has no requests.
    ///
    /// The clearest difference is that of the most standard errors; among equals it is the one nearest to the median.
    init?(of sample: HistogramSample, bounds: [Double], unit: BucketUnit) {
        var best: (index: Int, clarity: Double, balance: Double, counts: IntervalSample)?
        for index in bounds.indices {
            let counts = sample.slow(above: index)
            guard counts.canaryTotal > 0, counts.baselineTotal > 0 else { return nil }
            let pooled = counts.combined
            let share = pooled.canaryBad / pooled.canaryTotal
            let variance = share * (1 - share) * (1 / counts.canaryTotal + 1 / counts.baselineTotal)
            let difference =
                (counts.canaryBad / counts.canaryTotal - counts.baselineBad / counts.baselineTotal).magnitude
            let clarity = variance > 0 ? difference / variance.squareRoot() : 0
            let balance = share * (1 - share)
            guard let found = best else {
                best = (index, clarity, balance, counts)
                continue
            }
            if (clarity, balance) > (found.clarity, found.balance) { best = (index, clarity, balance, counts) }
        }
        guard let best else { return nil }
        bound = bounds[best.index]
        canary = best.counts.canaryBad / best.counts.canaryTotal
        baseline = best.counts.baselineBad / best.counts.baselineTotal
        name = unit.readable(bound)
    }

    /// A share as a percentage with as many digits as matter: `31 %`, `4.2 %`, `0.37 %`.
    static func percent(_ share: Double) -> String {
        let value = share * 100
        let scale: Double = value >= 10 ? 1 : value >= 1 ? 10 : value >= 0.1 ? 100 : 10_000
        return "\(Readable.number((value * scale).rounded() / scale)) %"
    }
}

/// What the judge of histograms found, and the numbers that it rests on.
package struct HistogramOutcome: Equatable, Sendable {
    package let metric: String
    package let verdict: Verdict
    package let reason: SequentialOutcome.Reason
    /// Intervals looked at, up to the one that decided.
    package let intervals: Int
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
