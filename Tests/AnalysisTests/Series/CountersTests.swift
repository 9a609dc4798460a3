import Analysis
import Testing

@Suite("Counters")
struct CountersTests {
    private static let times = (0..<5).map { Timestamp(milliseconds: Int64($0) * 60_000) }

    private static func series(_ values: [Double?], _ labels: [String: String] = [:]) -> Series {
        Series(
            labels: labels,
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
        #expect(Counters.increments(of: [Self.series(values)], at: Self.times) == expected)
    }

    @Test("a series that is born beside others counts from nothing: its first error is an error")
    func born() {
        let old = Self.series([100, 110, 120, 130, 140], ["code": "200"])
        let new = Self.series([nil, nil, 1, 3, 3], ["code": "500"])
        #expect(Counters.increments(of: [old, new], at: Self.times) == [10, 11, 12, 10])
    }

    @Test("errors of a target that was seen before count from nothing, those after an outage do not")
    func presence() {
        let requests = Self.series([100, 110, 120, 130, 140])
        let errors = Self.series([nil, nil, 2, 3, 5])
        #expect(Counters.increments(of: [errors], beside: [requests], at: Self.times) == [0, 2, 1, 2])
        let unseen = Self.series([nil, nil, 120, 130, 140])
        #expect(Counters.increments(of: [errors], beside: [unseen], at: Self.times) == [0, 0, 1, 2])
    }

    private static func labels(_ pod: String, _ code: String) -> [String: String] { ["pod": pod, "code": code] }

    @Test("a restart that only the target's other counters show resets all of them")
    func restarts() {
        let requests = Self.series([100, 110, 30, 40, 50], Self.labels("a", "200"))
        // Of the first code six after the restart, of the second none for a while, then seven.
        let errors = Self.series([1, 5, 5, 6, 6], Self.labels("a", "500"))
        let rare = Self.series([6, 6, nil, nil, 7], Self.labels("a", "503"))
        // What the store has kept from before for want of news is nothing new, though it is higher than at the last look.
        let kept = Self.series([2, 3, 4, 4, 1], Self.labels("a", "504"))
        let others = Self.series([1, 5, 5, 6, 6], Self.labels("b", "500"))
        func found(_ series: Series) -> [Double] {
            Counters.increments(of: [series], beside: [requests, errors, rare, kept, others], at: Self.times)
        }
        #expect(found(errors) == [4, 0, 6, 0])
        #expect(found(kept) == [1, 1, 0, 1])
        #expect(found(rare) == [0, 0, 0, 7])
        #expect(found(others) == [4, 0, 1, 0])
    }

    @Test("an exporter that drops one counter and begins it anew has not restarted")
    func dropped() {
        let requests = Self.series([1000, 1100, 1200, 1300, 1400], Self.labels("a", "200"))
        let idle = Self.series([50, nil, 1, 2, 2], Self.labels("a", "500"))
        #expect(Counters.increments(of: [requests, idle], at: Self.times) == [100, 101, 101, 100])
        #expect(Counters.increments(of: [idle], beside: [requests, idle], at: Self.times) == [0, 1, 1, 0])
    }

    @Test("a grid that is read in parts says the same as one that is read at once, wherever it is cut")
    func parts() {
        let series = [
            Self.series([100, 110, 30, nil, 50], Self.labels("a", "200")),
            Self.series([1, 5, 5, 6, 6], Self.labels("a", "500")),
            Self.series([6, nil, nil, nil, 7], Self.labels("a", "503")),
            Self.series([nil, nil, nil, 4, 9], Self.labels("b", "200")),
        ]
        let whole = Counters.increments(of: Array(series.dropFirst()), beside: series, at: Self.times)
        #expect(whole == [4, 0, 10, 12])
        for cut in 0...Self.times.count {
            var (counters, presence) = (Counters(), Counters())
            let increments = [Self.times[..<cut], Self.times[cut...]].flatMap { times in
                let present = presence.read(series, at: Array(times))
                return counters.read(Array(series.dropFirst()), at: Array(times), beside: present).increments
            }
            #expect(Array(increments.dropFirst()) == whole, "cut at \(cut)")
        }
        #expect(Counters.increments(of: [], at: []).isEmpty)
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
