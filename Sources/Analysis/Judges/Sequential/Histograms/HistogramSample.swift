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

/// Histograms of both sides over a row of intervals, in the same buckets.
package struct HistogramSeries: Hashable, Sendable {
    /// The upper bounds of the buckets, ascending, without that of the last one, which is infinite.
    package let bounds: [Double]
    /// One per interval, in the order of time.
    package let samples: [HistogramSample]

    /// Nil where the bounds do not ascend, or a sample has not one bucket more than there are bounds.
    package init?(bounds: [Double], samples: [HistogramSample]) {
        let ascends = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
        let buckets = bounds.count + 1
        guard ascends, bounds.allSatisfy(\.isFinite),
            samples.allSatisfy({ $0.canary.count == buckets && $0.baseline.count == buckets })
        else { return nil }
        self.bounds = bounds
        self.samples = samples
    }

    /// Counts of which it is known that they fit.
    init(bounds: [Double], fitting samples: [HistogramSample]) {
        self.bounds = bounds
        self.samples = samples
    }
}
