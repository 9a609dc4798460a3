/// The times at which a metric is measured: from the stage's beginning, one per interval.
///
/// The grid depends on when the stage became live and never on when somebody looks, so every tick finds the same times.
package struct MeasurementGrid: Hashable, Sendable {
    package let start: Timestamp
    /// Zero where the metric is measured once.
    package let interval: Duration

    /// Longer grids are cut: two months of minutes, so that a stage that waits for an approval is judged all the while.
    package static let maximumCount = 90_000

    /// Times lie on multiples of the interval, as stores that cache answers want them, the first not before the delay is
    /// over.
    package init(liveAt: Timestamp, initialDelay: Duration = .zero, interval: Duration) {
        start = (liveAt + initialDelay).alignedUp(to: interval)
        self.interval = interval
    }

    /// The grid of a metric that is measured until it says something: from the same time on, again and again.
    package init(retrying grid: MeasurementGrid, every interval: Duration) {
        start = grid.start
        self.interval = interval
    }

    /// The times that lie at or before `end`, which is now minus the delay of the backend.
    package func times(until end: Timestamp) -> [Timestamp] {
        guard start <= end else { return [] }
        guard interval.milliseconds > 0 else { return [start] }
        let last = min((end - start).milliseconds / interval.milliseconds, Int64(Self.maximumCount - 1))
        return (0...last).map { Timestamp(milliseconds: start.milliseconds + $0 * interval.milliseconds) }
    }

    /// The first time after `moment` that the grid has; nil where the metric is measured once and that has been.
    package func next(after moment: Timestamp) -> Timestamp? {
        guard moment >= start else { return start }
        guard interval.milliseconds > 0 else { return nil }
        let passed = (moment - start).milliseconds / interval.milliseconds
        return start + .milliseconds((passed + 1) * interval.milliseconds)
    }

    /// The question whose answer has all measurements up to `end`; nil before the first one.
    package func rangeQuery(_ query: String, until end: Timestamp) -> RangeQuery? {
        guard let last = times(until: end).last else { return nil }
        return RangeQuery(query: query, start: start, end: last, step: interval > .zero ? interval : .seconds(60))
    }
}
