internal import Analysis
internal import Rollouts

/// Points of a range, dealt out to the windows that end at the times of a grid.
///
/// A service that keeps points every so often is asked once for the whole range; what it would have answered at a time of
/// the grid is then what lies in the window that ends there.
struct PointWindows {
    private let points: [Series.Point]
    private let length: Duration

    /// - Parameters:
    ///   - points: in any order.
    ///   - length: of each window, which is open at its beginning: a point at a time of the grid belongs to one window.
    init(_ points: [Series.Point], length: Duration) {
        self.points = points.sorted { $0.time < $1.time }
        self.length = length
    }

    /// The points of the window that ends at `time`, oldest first.
    func points(until time: Timestamp) -> ArraySlice<Series.Point> {
        let start = time - length
        return points[firstIndex(after: start)..<firstIndex(after: time)]
    }

    /// One measurement per time, from the points of its window; a window without any is absent.
    func measurements(
        at times: [Timestamp], _ value: (ArraySlice<Series.Point>) -> Value
    ) -> [Measurement] {
        times.map { time in
            let points = points(until: time)
            return Measurement(time: time, reading: points.isEmpty ? .absent : .value(value(points)))
        }
    }

    private func firstIndex(after time: Timestamp) -> Int {
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
