/// One interval of histograms, worked out for every judgement of it.
struct HistogramInterval: JudgedSample {
    /// What lies above each of the bounds, and the share of the baseline that lay above it before.
    struct Slow: Sendable {
        var bound: Int?
        var counts = IntervalSample(canaryBad: 0, canaryTotal: 0)
        var shareBefore = 0.0
    }

    private(set) var slow: [Slow]
    private(set) var terms: RankTest.Terms?
    private(set) var canaryTotal: Double
    let baselineTotal: Double

    var hasCanary: Bool { canaryTotal > 0 }

    var withoutCanary: HistogramInterval {
        var copy = self
        copy.slow = slow.map { Slow(bound: $0.bound, shareBefore: $0.shareBefore) }
        copy.terms = nil
        copy.canaryTotal = 0
        return copy
    }

    private init(_ sample: HistogramSample, _ bounds: SlowBounds, _ chosen: [Int?], _ shape: HistogramSettings.Shape) {
        slow = chosen.map { bound in
            guard let bound, shape != .rank else { return Slow() }
            return Slow(
                bound: bound, counts: sample.slow(above: bound), shareBefore: bounds.share(above: bound))
        }
        terms = shape == .exceedance ? nil : RankTest.terms(of: sample)
        canaryTotal = sample.canaryTotal
        baselineTotal = sample.baselineTotal
    }

    /// - Parameter known: the baseline's requests in each bucket before the first interval, where that is known.
    static func intervals(
        of series: HistogramSeries, settings: HistogramSettings, known: [Double]
    ) -> [HistogramInterval] {
        var bounds = SlowBounds(quantiles: settings.quantiles, buckets: series.bounds.count + 1, known: known)
        return series.samples.map { sample in
            let chosen = bounds.choose()
            let interval = HistogramInterval(sample, bounds, chosen, settings.shape)
            bounds.learn(sample.baseline)
            return interval
        }
    }
}
