import Analysis
import Testing

@Suite("Counters")
struct CountersTests {
    private static let times = (0..<5).map { Timestamp(milliseconds: Int64($0) * 60_000) }

    private static func series(_ values: [Double?]) -> Series {
        Series(
            points: zip(times, values).compactMap { time, value in value.map { Series.Point(time: time, value: $0) } })
    }

    @Test(
        "increments of one series",
        arguments: [
            ([10, 12, 12, 20, 21], [2, 0, 8, 1]), ([10, 12, 3, 5, 5], [2, 3, 2, 0]),
            ([10, nil, nil, 16, 18], [0, 0, 6, 2]),
            ([10, 20, nil, 4, 6], [10, 0, 4, 2]), ([nil, nil, nil, nil, nil], [0, 0, 0, 0]),
            ([10, .nan, 12, .infinity, 13], [0, 2, 0, 1]),
            ([nil, nil, 50, 60, 61], [0, 0, 10, 1]),
        ] as [([Double?], [Double])])
    func single(_ values: [Double?], _ expected: [Double]) {
        #expect(Counters(times: Self.times).increments(of: [Self.series(values)]) == expected)
    }

    @Test("a series that is born beside others counts from nothing: its first error is an error")
    func born() {
        let old = Self.series([100, 110, 120, 130, 140])
        let new = Self.series([nil, nil, 1, 3, 3])
        #expect(Counters(times: Self.times).increments(of: [old, new]) == [10, 11, 12, 10])
    }

    @Test("errors of a target that was seen before count from nothing, those after an outage do not")
    func presence() {
        let requests = Self.series([100, 110, 120, 130, 140])
        let errors = Self.series([nil, nil, 2, 3, 5])
        #expect(Counters(times: Self.times).increments(of: [errors], presence: [requests]) == [0, 2, 1, 2])
        let unseen = Self.series([nil, nil, 120, 130, 140])
        #expect(Counters(times: Self.times).increments(of: [errors], presence: [unseen]) == [0, 0, 1, 2])
    }

    @Test("samples are differences of both sides")
    func samples() {
        let samples = IntervalSample.samples(
            canaryBad: [Self.series([nil, 1, 1, 2, 2])], canaryTotal: [Self.series([0, 10, 20, 30, 40])],
            baselineBad: [], baselineTotal: [Self.series([0, 90, 180, 270, 360])], times: Self.times)
        #expect(samples.map(\.canaryBad) == [1, 0, 1, 0])
        #expect(samples.map(\.canaryTotal) == [10, 10, 10, 10])
        #expect(samples.allSatisfy { $0.baselineBad == 0 && $0.baselineTotal == 90 })
        #expect(Counters(times: []).increments(of: []).isEmpty)
        #expect(
            IntervalSample.samples(canaryBad: [], canaryTotal: [], baselineBad: [], baselineTotal: [], times: [])
                .isEmpty)
    }
}

@Suite("The grid of measurements")
struct MeasurementGridTests {
    private static let live = Timestamp(milliseconds: 1_000_000)

    /// On a multiple of a minute.
    private static let minute = Timestamp(milliseconds: 960_000)

    @Test("times lie on the clock's own grid, begin after the delay and end with the data")
    func times() {
        let grid = MeasurementGrid(liveAt: Self.live, initialDelay: .seconds(30), interval: .seconds(60))
        let first = Self.minute + .seconds(120)
        #expect(grid.start == first)
        #expect(grid.times(until: first - .milliseconds(1)) == [])
        #expect(grid.times(until: first) == [first])
        #expect(grid.times(until: first + .seconds(119)).count == 2)
        #expect(grid.times(until: first + .seconds(120)).count == 3)
        #expect(grid.next(after: Self.live) == first)
        #expect(grid.next(after: first) == first + .seconds(60))
        #expect(grid.rangeQuery("up", until: Self.live) == nil)
        let query = grid.rangeQuery("up", until: first + .seconds(100))
        #expect(
            query
                == RangeQuery(query: "up", start: first, end: first + .seconds(60), step: .seconds(60)))
        #expect(MeasurementGrid(liveAt: Self.minute, interval: .seconds(60)).start == Self.minute)
    }

    @Test("a metric without an interval is measured once, and a grid of years is cut")
    func limits() {
        let once = MeasurementGrid(liveAt: Self.live, interval: .zero)
        #expect(once.times(until: Self.live + .seconds(600)) == [Self.live])
        #expect(once.next(after: Self.live) == nil)
        let long = MeasurementGrid(liveAt: Self.live, interval: .milliseconds(1))
        #expect(long.times(until: Timestamp(milliseconds: .max)).count == MeasurementGrid.maximumCount)
    }
}
