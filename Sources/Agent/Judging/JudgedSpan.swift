internal import Analysis
internal import Rollouts

/// The intervals that a request is judged by: all since the canary first had traffic, and which of them are the stage's.
struct JudgedSpan {
    /// The bounds of the intervals.
    let times: [Timestamp]
    /// The index of the stage's first interval.
    let stage: Int
    /// When the canary first had traffic, on the grid: the time before the release ends there, whatever is left out.
    let began: Timestamp
    private let from: Timestamp

    /// - Parameters:
    ///   - horizon: for how many intervals evidence accumulates. Where there are more than can be asked for, the earliest
    ///     such lengths of time are left out: they were judged while they lasted.
    ///   - most: how many times can be asked for.
    init(
        _ request: AnalysisRequest, interval: Duration, until end: Timestamp, horizon: Int,
        most: Int = MeasurementGrid.maximumCount
    ) {
        began = min(request.servedSince, request.failuresFrom, request.from).alignedUp(to: interval)
        var first = began
        let excess = (end - first - interval * (most - 1)).milliseconds
        let length = (interval * min(horizon, most - 1)).milliseconds
        if excess > 0, length > 0 { first = first + .milliseconds((excess + length - 1) / length * length) }
        from = max(first, request.from.alignedUp(to: interval))
        times = MeasurementGrid(liveAt: first, interval: interval).times(until: end)
        let from = from
        stage = times.firstIndex { $0 >= from } ?? times.count
    }

    var stageTimes: ArraySlice<Timestamp> { times.dropFirst(stage) }
    var whole: Window { window(times[...]) }
    var ofStage: Window { window(stageTimes) }

    /// A failure is that of everything that was seen, anything else is about the stage.
    func window(of verdict: Verdict) -> Window { verdict == .fail ? whole : ofStage }

    private func window(_ times: ArraySlice<Timestamp>) -> Window {
        let start = times.first ?? from
        return Window(start: start, end: max(start, times.last ?? start))
    }

    /// When an interval ended.
    ///
    /// - Parameter number: from 1, counted from the beginning or from that of the stage.
    func end(of number: Int?, ofStage: Bool = false) -> Timestamp? {
        guard let index = number.map({ $0 + (ofStage ? stage : 0) }), times.indices.contains(index) else { return nil }
        return times[index]
    }
}
