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
