/// The histograms of one side, from raw series of cumulative buckets with the label `le`, followed along the times of a
/// grid in parts as `Counters` are.
///
/// Each series is differenced by itself, as other counters are, but a histogram is reset as a whole: where one of its
/// series falls, all of them count in full.
package struct HistogramCounters: Sendable {
    /// Of each target, by its labels without the bound.
    private var states: [[String: String]: [Double: CounterRow.State]] = [:]
    private var isObserved = false
    private var count = 0
    /// For each bound and time, what was added below it since the time before.
    private var below: [Double: [Double]] = [:]
    /// The finite bounds that every target has; nil before any target was seen.
    private var shared: Set<Double>?

    package init() {}

    /// Reads the next part.
    ///
    /// Series without a bound, and targets without an infinite one, are left out.
    package mutating func read(_ series: [Series], at times: [Timestamp]) {
        let positions = GridPositions(times)
        let seen = series.flatMap { $0.points.filter(\.value.isFinite).compactMap { positions[$0.time] } }.min()
        var increments: [Double: [Double]] = [:]
        for (target, rows) in rows(of: series, at: positions) where rows[.infinity] != nil {
            let bounds = Set(rows.keys.filter(\.isFinite))
            shared = shared?.intersection(bounds) ?? bounds
            var counters = Array(rows.values)
            counters.follow(
                observed: isObserved ? -1 : seen ?? times.count, count: times.count, sign: .anyLower)
            for (bound, row) in zip(rows.keys, counters) {
                states[target, default: [:]][bound] = row.state
                increments[bound] = zip(increments[bound] ?? Array(repeating: 0, count: times.count), row.increments)
                    .map(+)
            }
        }
        for bound in Set(below.keys).union(increments.keys) {
            below[bound, default: Array(repeating: 0, count: count)] +=
                increments[bound] ?? Array(repeating: 0, count: times.count)
        }
        count += times.count
        isObserved = isObserved || seen != nil
    }

    /// The rows of each target, by their bounds; one bound may be written in different ways, `1` and `1.0`.
    private func rows(
        of series: [Series], at positions: GridPositions
    ) -> [[String: String]: [Double: CounterRow]] {
        var rows: [[String: String]: [Double: CounterRow]] = [:]
        for one in series {
            var target = one.labels
            guard let text = target.removeValue(forKey: "le"), let bound = Double(text), !bound.isNaN else { continue }
            let empty = CounterRow(one.labels, after: states[target]?[bound], count: positions.count)
            rows[target, default: [:]][bound, default: empty].take(one, at: positions)
        }
        return rows
    }

    // MARK: Both sides

    /// The requests per bucket in each interval.
    ///
    /// Only bounds that every target of both sides has are kept, since two releases may have different buckets, and a sum
    /// over those that have a bound would lack the others' requests.
    ///
    /// - Parameter first: how many of the times that were read lie before the first interval's beginning.
    /// - Returns: without any bounds where the sides have none in common.
    package static func series(
        canary: HistogramCounters, baseline: HistogramCounters, after first: Int = 0
    ) -> HistogramSeries {
        let common = [canary.shared, baseline.shared].compactMap { $0 }
        let bounds = common.dropFirst().reduce(common.first ?? []) { $0.intersection($1) }.sorted()
        let intervals = first + 1..<max(first + 1, canary.count, baseline.count)
        return HistogramSeries(
            bounds: bounds,
            fitting: intervals.map { interval in
                HistogramSample(
                    canary: canary.buckets(bounds, at: interval), baseline: baseline.buckets(bounds, at: interval))
            })
    }

    /// Of series that are there at once.
    package static func series(canary: [Series], baseline: [Series], at times: [Timestamp]) -> HistogramSeries {
        var (ofCanary, ofBaseline) = (HistogramCounters(), HistogramCounters())
        ofCanary.read(canary, at: times)
        ofBaseline.read(baseline, at: times)
        return series(canary: ofCanary, baseline: ofBaseline)
    }

    private func buckets(_ bounds: [Double], at time: Int) -> [Double] {
        var lower = 0.0
        // Buckets of one scrape need not fit each other exactly: a client may count between two of them.
        return (bounds + [.infinity]).map { bound in
            guard let value = below[bound], time < value.count else { return 0 }
            defer { lower = max(lower, value[time]) }
            return max(0, value[time] - lower)
        }
    }
}
