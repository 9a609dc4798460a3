internal import Analysis
internal import YAML

/// The buckets of one side, one row per interval.
struct BucketRows {
    /// Each has the counts of one interval.
    let rows: [NumberColumn]
    /// All of them, for messages.
    let whole: NumberColumn

    /// Counts per bucket, whether they are given so or as those at most a bound.
    fileprivate func counts(bounds: Int, isCumulative: Bool) throws(YAMLError) -> [[Double]] {
        var counts: [[Double]] = []
        for row in rows { counts.append(try Self.counts(row, bounds: bounds, isCumulative: isCumulative)) }
        return counts
    }

    static func counts(_ row: NumberColumn, bounds: Int, isCumulative: Bool) throws(YAMLError) -> [Double] {
        guard row.values.count == bounds + 1 else {
            throw row.error(
                "\(Readable.plural(row.values.count, "count")) for \(Readable.plural(bounds, "bound"))",
                hint: "\(bounds + 1) are needed: one per bound, and one of all that lies above the last")
        }
        try row.requireCounts()
        guard isCumulative else { return row.values }
        for index in row.values.indices.dropFirst() where row.values[index] < row.values[index - 1] {
            throw row.error(
                at: index, "a bucket has fewer than the one below it",
                hint: "leave cumulative out where each request is counted in one bucket only")
        }
        return row.values.indices.map { $0 == 0 ? row.values[0] : row.values[$0] - row.values[$0 - 1] }
    }

    /// Both sides, interval by interval.
    static func data(
        bounds: NumberColumn, canary: BucketRows, baseline: BucketRows, known: NumberColumn?, isCumulative: Bool
    ) throws(YAMLError) -> TrialData {
        let limits = try ascending(bounds)
        let ofCanary = try canary.counts(bounds: limits.count, isCumulative: isCumulative)
        let ofBaseline = try baseline.counts(bounds: limits.count, isCumulative: isCumulative)
        guard ofCanary.count == ofBaseline.count else {
            throw baseline.whole.error(
                "\(Readable.plural(ofBaseline.count, "interval")), and the canary has \(ofCanary.count)",
                hint: "both sides are counted over the same intervals")
        }
        let before = try known.map { known throws(YAMLError) in
            try counts(known, bounds: limits.count, isCumulative: isCumulative)
        }
        let samples = zip(ofCanary, ofBaseline).map { HistogramSample(canary: $0, baseline: $1) }
        guard let series = HistogramSeries(bounds: limits, samples: samples) else {
            throw bounds.error("the buckets do not fit the bounds")
        }
        return .histograms(series, known: before ?? [])
    }

    /// The bounds without the infinite one.
    private static func ascending(_ bounds: NumberColumn) throws(YAMLError) -> [Double] {
        var limits = bounds.values
        if limits.last == .infinity { limits.removeLast() }
        if limits.isEmpty { throw bounds.error("there is no bound", hint: "such as bounds: [0.1, 0.25, 0.5, 1]") }
        for (index, limit) in limits.enumerated() {
            guard limit.isFinite else { throw bounds.error(at: index, "a bound is a number") }
            if index > 0, limit <= limits[index - 1] {
                throw bounds.error(at: index, "bounds ascend", hint: "the lowest comes first, and none twice")
            }
        }
        return limits
    }
}
