/// How many requests each side had in each bucket of a histogram in one interval.
package struct HistogramSample: Hashable, Sendable {
    /// Requests per bucket, not cumulative; the last bucket is that above every bound.
    package let canary: [Double]
    package let baseline: [Double]

    /// Counts that cannot be (negative, not finite) are none.
    package init(canary: [Double], baseline: [Double]) {
        self.canary = canary.map(Self.count)
        self.baseline = baseline.map(Self.count)
    }

    package var canaryTotal: Double { canary.reduce(0, +) }
    package var baselineTotal: Double { baseline.reduce(0, +) }

    /// The requests above a bound as bad ones.
    ///
    /// - Parameter bound: its index.
    package func slow(above bound: Int) -> IntervalSample {
        IntervalSample(
            canaryBad: canary.dropFirst(bound + 1).reduce(0, +), canaryTotal: canaryTotal,
            baselineBad: baseline.dropFirst(bound + 1).reduce(0, +), baselineTotal: baselineTotal)
    }

    private static func count(_ value: Double) -> Double { value.isFinite ? max(0, value) : 0 }
}
