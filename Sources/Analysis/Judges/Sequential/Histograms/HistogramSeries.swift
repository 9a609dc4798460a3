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
