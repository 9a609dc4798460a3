/// Increments of counters between the times of a grid, series by series.
///
/// Counters are asked for raw, because `increase` and `rate` lose the first sample of a series: of a new canary's errors,
/// whose series are born with the first error, that is most of them.
package struct Counters: Sendable {
    package let times: [Timestamp]
    private let positions: [Timestamp: Int]

    package init(times: [Timestamp]) {
        self.times = times
        positions = Dictionary(zip(times, times.indices), uniquingKeysWith: { first, _ in first })
    }

    /// The sum over all series of what each interval added: one number for each pair of neighbouring times.
    ///
    /// A value below the one before means that the counter was reset, and counts in full. A series that is first seen
    /// inside the window counts from 0 where its target had been observed before; otherwise it was perhaps only not
    /// seen, and its first value is where counting begins. What a gap hides is counted where the series is seen again.
    ///
    /// - Parameter presence: series of the same targets that exist before anything is counted, such as all requests
    ///   beside errors; they tell a target without errors from one that nobody observed.
    package func increments(of series: [Series], presence: [Series] = []) -> [Double] {
        guard times.count > 1 else { return [] }
        let first = firstObserved(in: series + presence)
        var sums = Array(repeating: 0.0, count: times.count - 1)
        for one in series { add(values(of: [one]), observedFrom: first, to: &sums) }
        return sums
    }

    /// The position of the first time at which any of the series has a value.
    func firstObserved(in series: [Series]) -> Int {
        var first = times.count
        for one in series {
            for point in one.points where point.value.isFinite {
                if let position = positions[point.time] { first = min(first, position) }
            }
        }
        return first
    }

    /// What one counter had at each time, from the series that it is in.
    func values(of series: [Series]) -> [Double?] {
        var values: [Double?] = Array(repeating: nil, count: times.count)
        for one in series {
            for point in one.points where point.value.isFinite {
                guard let position = positions[point.time] else { continue }
                values[position] = max(values[position] ?? point.value, point.value)
            }
        }
        return values
    }

    /// - Parameter resets: positions at which a reset is known of, although the value may not show it.
    func add(_ values: [Double?], observedFrom first: Int, resets: Set<Int> = [], to sums: inout [Double]) {
        var before: Double?
        for (position, value) in values.enumerated() {
            guard let value else { continue }
            defer { before = value }
            guard position > 0 else { continue }
            if let before {
                sums[position - 1] += value >= before && !resets.contains(position) ? value - before : value
            } else if position > first {
                sums[position - 1] += value
            }
        }
    }
}

extension IntervalSample {
    /// The samples of a window from the raw counters of both sides.
    package static func samples(
        canaryBad: [Series], canaryTotal: [Series], baselineBad: [Series], baselineTotal: [Series], times: [Timestamp]
    ) -> [IntervalSample] {
        let counters = Counters(times: times)
        let sides = [
            counters.increments(of: canaryBad, presence: canaryTotal), counters.increments(of: canaryTotal),
            counters.increments(of: baselineBad, presence: baselineTotal), counters.increments(of: baselineTotal),
        ]
        return sides[0].indices.map { position in
            IntervalSample(
                canaryBad: sides[0][position], canaryTotal: sides[1][position], baselineBad: sides[2][position],
                baselineTotal: sides[3][position])
        }
    }
}
