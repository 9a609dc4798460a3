/// The numbers that a judge is tried on.
package enum TrialData: Hashable, Sendable {
    /// What was measured of both sides, in the order of time; NaN where there was nothing.
    case values(canary: [Double], baseline: [Double])
    /// Requests per interval, and how many of them were bad.
    case counts([IntervalSample], hasBaseline: Bool)
    /// Buckets per interval, and what the baseline had in each before the first of them.
    case histograms(HistogramSeries, known: [Double])

    /// Values to compare: those of counts are their rates, NaN in an interval without requests.
    var compared: (canary: [Double], baseline: [Double]) {
        switch self {
        case .values(let canary, let baseline): (canary, baseline)
        case .counts(let samples, _):
            (
                samples.map { $0.canaryTotal > 0 ? $0.canaryBad / $0.canaryTotal : .nan },
                samples.map { $0.baselineTotal > 0 ? $0.baselineBad / $0.baselineTotal : .nan }
            )
        case .histograms: ([], [])
        }
    }

    /// Counts to follow; values and buckets have none.
    var counted: [IntervalSample] { if case .counts(let samples, _) = self { samples } else { [] } }

    /// The first values or intervals of it.
    package func first(_ count: Int) -> TrialData {
        switch self {
        case .values(let canary, let baseline):
            .values(canary: Array(canary.prefix(count)), baseline: Array(baseline.prefix(count)))
        case .counts(let samples, let hasBaseline): .counts(Array(samples.prefix(count)), hasBaseline: hasBaseline)
        case .histograms(let series, let known):
            .histograms(
                HistogramSeries(bounds: series.bounds, fitting: Array(series.samples.prefix(count))), known: known)
        }
    }
}

extension TrialData {
    /// Whether every row of buckets ascends, as those do that hold all below them, too.
    package var looksCumulative: Bool {
        guard case .histograms(let series, _) = self else { return false }
        let rows = series.samples.flatMap { [$0.canary, $0.baseline] }.filter { $0.contains { $0 > 0 } }
        return rows.count > 2
            && rows.allSatisfy { row in
                row.count > 2 && zip(row, row.dropFirst()).allSatisfy { $0 <= $1 }
            }
    }
}
