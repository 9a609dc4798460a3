extension Counters {
    /// The histograms of both sides in each interval, from raw series of cumulative buckets with the label `le`.
    ///
    /// Each series is differenced by itself, as other counters are, but a histogram is reset as a whole: where one of its
    /// series falls, all of them count in full. Only bounds that every histogram of both sides has are kept, since two
    /// releases may have different buckets, and a sum over those that have a bound would lack the others' requests.
    ///
    /// - Returns: without any bounds where the sides have none in common.
    package func histograms(canary: [Series], baseline: [Series]) -> HistogramSeries {
        let sides = [canary, baseline].map { CumulativeHistogram.histograms(of: $0) }
        let bounds = CumulativeHistogram.commonBounds(of: sides.flatMap { $0 })
        let counts = zip(sides, [canary, baseline]).map { histograms, series in
            bucketIncrements(of: histograms, bounds: bounds + [.infinity], observedFrom: firstObserved(in: series))
        }
        return HistogramSeries(
            bounds: bounds,
            fitting: zip(counts[0], counts[1]).map { HistogramSample(canary: $0, baseline: $1) })
    }

    /// The requests in each bucket of each interval.
    private func bucketIncrements(
        of histograms: [CumulativeHistogram], bounds: [Double], observedFrom first: Int
    ) -> [[Double]] {
        let intervals = max(0, times.count - 1)
        var cumulative = Array(repeating: Array(repeating: 0.0, count: intervals), count: bounds.count)
        for histogram in histograms {
            let rows = bounds.map { values(of: histogram.series[$0] ?? []) }
            let resets = rows.reduce(into: Set<Int>()) { $0.formUnion(falls(in: $1)) }
            for (index, row) in rows.enumerated() {
                add(row, observedFrom: first, resets: resets, to: &cumulative[index])
            }
        }
        return (0..<intervals).map { interval in
            var below = 0.0
            // Buckets of one scrape need not fit each other exactly: a client may count between two of them.
            return cumulative.map { row in
                defer { below = max(below, row[interval]) }
                return max(0, row[interval] - below)
            }
        }
    }

    /// The positions at which a counter is lower than before.
    private func falls(in values: [Double?]) -> Set<Int> {
        var before: Double?
        var positions: Set<Int> = []
        for (position, value) in values.enumerated() {
            guard let value else { continue }
            if let before, value < before { positions.insert(position) }
            before = value
        }
        return positions
    }
}

/// The series of one target's histogram, by their bounds.
private struct CumulativeHistogram {
    /// More than one series where a bound was written differently at different times, `1` and `1.0`.
    var series: [Double: [Series]] = [:]

    /// - Parameter series: those without a bound, and histograms without an infinite one, are left out.
    static func histograms(of series: [Series]) -> [CumulativeHistogram] {
        var found: [CumulativeHistogram] = []
        var positions: [[String: String]: Int] = [:]
        for one in series {
            var labels = one.labels
            guard let text = labels.removeValue(forKey: "le"), let bound = Double(text), !bound.isNaN else { continue }
            let position = positions[labels] ?? found.count
            if position == found.count {
                positions[labels] = position
                found.append(CumulativeHistogram())
            }
            found[position].series[bound, default: []].append(one)
        }
        return found.filter { $0.series[.infinity] != nil }
    }

    /// The finite bounds that all of them have, ascending.
    static func commonBounds(of histograms: [CumulativeHistogram]) -> [Double] {
        guard let first = histograms.first else { return [] }
        let common = histograms.dropFirst().reduce(Set(first.series.keys)) { $0.intersection($1.series.keys) }
        return common.filter(\.isFinite).sorted()
    }
}
