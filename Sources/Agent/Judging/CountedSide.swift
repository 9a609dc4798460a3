internal import Analysis
internal import Rollouts

/// What is counted on one side of a comparison: all requests, and those of them that were bad, or those that were good.
struct CountedSide {
    let total: any MetricSource
    let part: any MetricSource
    let isPartGood: Bool

    /// What each interval between neighbouring times had.
    func counts(over times: [Timestamp]) async throws -> [(bad: Double, total: Double)] {
        let grid = CountedGrid(times, hasCounters: total.traits.hasCounters)
        var (totals, parts) = (FollowedCount(source: total), FollowedCount(source: part))
        var counts: [(bad: Double, total: Double)] = []
        for times in grid.parts {
            let total = try await totals.read(times, beside: nil)
            let part = try await parts.read(times, beside: total)
            for (part, total) in zip(part.increments, total.increments) {
                counts.append((bad: isPartGood ? max(0, total - part) : part, total: total))
            }
        }
        return Array(counts.dropFirst(grid.before + 1))
    }
}

/// The histograms of one side.
struct CountedBuckets {
    let source: any MetricSource

    func counters(over times: [Timestamp]) async throws -> HistogramCounters {
        var counters = HistogramCounters()
        for times in CountedGrid(times, hasCounters: true).parts {
            counters.read(try await source.series(at: times), at: times)
        }
        return counters
    }
}

/// The times at which counters are read in order to know what was counted between some of them.
struct CountedGrid {
    /// In parts, so that the answer to none of the questions is large, however long a release has been waiting.
    private(set) var parts: [[Timestamp]] = []
    /// How many of them lie before the first interval: they tell a target that is new from one that was only not seen just
    /// when the first interval began.
    let before: Int

    private static let most = 500
    static let context = 5

    init(_ times: [Timestamp], hasCounters: Bool) {
        guard hasCounters, times.count > 1 else {
            before = 0
            parts = [times]
            return
        }
        before = Self.context
        let interval = times[1] - times[0]
        let all = (1...before).reversed().map { times[0] - interval * $0 } + times
        for start in stride(from: 0, to: all.count, by: Self.most) {
            parts.append(Array(all[start..<min(all.count, start + Self.most)]))
        }
    }
}

/// One of the things that are counted, followed along a grid.
private struct FollowedCount {
    let source: any MetricSource
    private var counters = Counters()

    init(source: any MetricSource) { self.source = source }

    mutating func read(_ times: [Timestamp], beside other: Counters.Part?) async throws -> Counters.Part {
        let series = try await source.series(at: times)
        if source.traits.hasCounters { return counters.read(series, at: times, beside: other) }
        var sums: [Timestamp: Double] = [:]
        for point in series.flatMap(\.points) where point.value.isFinite { sums[point.time, default: 0] += point.value }
        return Counters.Part(counted: times.map { sums[$0] ?? 0 })
    }
}
