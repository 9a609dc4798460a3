internal import Analysis
internal import Rollouts

/// The intervals that a request is judged by: those since the canary first had traffic, and which of them are the stage's.
struct JudgedSpan {
    /// The bounds of the intervals.
    let times: [Timestamp]
    /// The index of the stage's first interval.
    let stage: Int
    private let from: Timestamp

    /// - Parameter horizon: for how many intervals evidence accumulates. Of a release that has waited for longer, the
    ///   present such length of time is asked for and the one before it: earlier ones were judged while they lasted.
    init(_ request: AnalysisRequest, interval: Duration, until end: Timestamp, horizon: Int) {
        var first = min(request.servedSince, request.failuresFrom, request.from).alignedUp(to: interval)
        let length = interval * horizon
        if end > first + length, length > .zero {
            let lengths = (end - first).milliseconds / length.milliseconds
            first = first + .milliseconds(length.milliseconds * (lengths - 1))
        }
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
}
