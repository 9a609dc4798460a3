/// The counters of one query, followed along the times of a grid: what each interval added, series by series.
///
/// Counters are asked for raw, because `increase` and `rate` lose the first sample of a series: of a new canary's errors,
/// whose series are born with the first error, that is most of them.
///
/// A grid may be read in parts, one after the other, whatever their lengths: what is kept of them is the newest value of
/// each series.
package struct Counters: Sendable {
    private var states: [[String: String]: CounterRow.State] = [:]
    /// Whether any of the series has been seen.
    private var isObserved = false

    package init() {}

    /// What one part of the grid says.
    package struct Part: Sendable {
        /// The sum over all series of what was added since the time before, for each time; the first time of all has none.
        package let increments: [Double]
        /// The position after which a series that appears is new.
        let observed: Int
        /// The positions at which processes have restarted, by the labels that tell them apart.
        let restarts: [[String: String]: Set<Int>]

        init(increments: [Double], observed: Int, restarts: [[String: String]: Set<Int>]) {
            self.increments = increments
            self.observed = observed
            self.restarts = restarts
        }

        /// What somebody else counted for each time.
        package init(counted increments: [Double]) {
            self.init(increments: increments, observed: increments.count, restarts: [:])
        }
    }

    /// Reads the next part.
    ///
    /// A value below the one before means that the counter was reset, and counts in full. So do all counters of a process
    /// whose sum is lower than before: it has restarted, which one that had counted three errors and has counted five
    /// since then would not show. A series that is first seen after others counts from 0, since it is new; where nothing
    /// has been seen before, it was perhaps only not seen, and its first value is where counting begins. What a gap hides
    /// is counted where the series is seen again.
    ///
    /// - Parameter other: what the same processes say that exists before anything is counted, such as all requests beside
    ///   errors: it tells one without errors from one that nobody observed, and knows better of restarts.
    package mutating func read(_ series: [Series], at times: [Timestamp], beside other: Part? = nil) -> Part {
        let positions = GridPositions(times)
        let rows = series.map { one in
            var row = CounterRow(one.labels, after: states[one.labels], count: times.count)
            row.take(one, at: positions)
            return row
        }
        let seen = rows.compactMap(\.first).min() ?? times.count
        let observed = min(isObserved ? -1 : seen, other?.observed ?? times.count)
        isObserved = isObserved || seen < times.count
        var increments = Array(repeating: 0.0, count: times.count)
        var restarts = other?.restarts ?? [:]
        for (labels, rows) in Dictionary(grouping: rows, by: { Self.process(of: $0.labels) ?? $0.labels }) {
            let known = other?.restarts[labels]
            var rows = rows
            let found = rows.follow(
                observed: observed, count: times.count, sign: known.map(RestartSign.positions) ?? .lowerSum)
            if known == nil, Self.process(of: labels) != nil { restarts[labels] = found }
            for row in rows {
                states[row.labels] = row.state
                for position in times.indices { increments[position] += row.increments[position] }
            }
        }
        if !times.isEmpty { forget(besides: Set(rows.map(\.labels)), restarts) }
        return Part(increments: increments, observed: observed, restarts: restarts)
    }

    /// What was not seen at all has begun anew with the other counters of its process.
    private mutating func forget(besides seen: Set<[String: String]>, _ restarts: [[String: String]: Set<Int>]) {
        for labels in states.keys where !seen.contains(labels) {
            let hasRestarted = Self.process(of: labels).flatMap { restarts[$0] }?.isEmpty == false
            states[labels] = states[labels]?.missing(isRestart: hasRestarted)
        }
    }

    /// The labels that are the same for all series of one process; nil for sums over several.
    private static func process(of labels: [String: String]) -> [String: String]? {
        guard labels["instance"] != nil || labels["pod"] != nil else { return nil }
        return labels.filter { ["job", "instance", "namespace", "pod"].contains($0.key) }
    }

    /// What each interval between neighbouring times added.
    package static func increments(
        of series: [Series], beside others: [Series] = [], at times: [Timestamp]
    ) -> [Double] {
        var (counters, presence) = (Counters(), Counters())
        let part = counters.read(series, at: times, beside: presence.read(others, at: times))
        return Array(part.increments.dropFirst())
    }
}
