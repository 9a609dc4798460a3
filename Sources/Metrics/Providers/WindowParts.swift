internal import Analysis
internal import Rollouts

/// The times of a grid in parts that are asked for at once, where a service answers a long span differently from a
/// short one: with fewer points, or not at all.
struct WindowParts {
    struct Part: Hashable {
        let times: ArraySlice<Timestamp>
        /// Where the window of the first time begins.
        let start: Timestamp
        /// The last time.
        let end: Timestamp
    }

    /// More parts than this are not asked for in one tick.
    static let most = 500

    /// Parts whose spans are at most `longest`, or of a single window where that is longer already.
    ///
    /// - Parameters:
    ///   - times: in order.
    ///   - window: the length of the window that ends at each time.
    static func parts(
        of times: [Timestamp], window: Duration, longest: Duration, place: String
    ) throws(MetricFailure) -> [Part] {
        var parts: [Part] = []
        var index = 0
        while index < times.count {
            guard parts.count < most else {
                throw MetricFailure(
                    .configuration, "\(times.count) measurements need more than \(most) questions to \(place)",
                    hint: "state a longer interval, or a count")
            }
            let start = times[index] - window
            let limit = start + longest
            var next = index + 1
            while next < times.count, times[next] <= limit { next += 1 }
            parts.append(Part(times: times[index..<next], start: start, end: times[next - 1]))
            index = next
        }
        return parts
    }
}
