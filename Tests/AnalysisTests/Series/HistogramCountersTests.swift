import Analysis
import Testing

@Suite("Histograms from raw counters")
struct HistogramCountersTests {
    private static let times = (0..<4).map { Timestamp(milliseconds: Int64($0) * 60_000) }

    /// One target's cumulative buckets; each row is a bound.
    private static func series(_ pod: String, _ rows: [(String, [Double?])]) -> [Series] {
        rows.map { bound, values in
            Series(
                labels: ["le": bound, "pod": pod],
                points: zip(times, values).compactMap { time, value in
                    value.map { Series.Point(time: time, value: $0) }
                })
        }
    }

    private static let baseline = series(
        "stable", [("0.1", [0, 50, 100, 150]), ("0.5", [0, 80, 160, 240]), ("+Inf", [0, 90, 180, 270])])

    private static func canary(_ rows: [(String, [Double?])]) -> [Series] { series("canary", rows) }

    private static func histograms(_ canary: [Series], _ baseline: [Series] = baseline) -> HistogramSeries {
        HistogramCounters.series(canary: canary, baseline: baseline, at: times)
    }

    @Test("buckets are differences of counters in time, and of bounds among each other")
    func differences() {
        let found = Self.histograms(
            Self.canary([("+Inf", [100, 110, 130, 130]), ("0.1", [50, 56, 60, 60]), ("0.5", [80, 88, 100, 100])]))
        #expect(found.bounds == [0.1, 0.5])
        #expect(found.samples.map(\.canary) == [[6, 2, 2], [4, 8, 8], [0, 0, 0]])
        #expect(found.samples.map(\.baseline) == Array(repeating: [50, 30, 10], count: 3))
    }

    @Test("a histogram is reset as a whole, even where a bucket does not show it")
    func reset() {
        let found = Self.histograms(
            Self.canary([("0.1", [2, 2, 3, 5]), ("0.5", [80, 90, 9, 12]), ("+Inf", [100, 110, 10, 15])]))
        #expect(found.samples.map(\.canary) == [[0, 10, 0], [3, 6, 1], [2, 1, 2]])
    }

    @Test("a pod that is born inside the window counts from nothing, one that nobody observed before does not")
    func births() {
        let old = Self.canary([("0.1", [5, 5, 5, 5]), ("0.5", [6, 6, 6, 6]), ("+Inf", [7, 7, 7, 7])])
        let new = Self.series(
            "new", [("0.1", [nil, nil, 3, 4]), ("0.5", [nil, nil, 3, 6]), ("+Inf", [nil, nil, 4, 8])])
        #expect(Self.histograms(old + new).samples.map(\.canary) == [[0, 0, 0], [3, 0, 1], [1, 2, 1]])
        #expect(Self.histograms(new).samples.map(\.canary) == [[0, 0, 0], [0, 0, 0], [1, 2, 1]])
    }

    @Test("only bounds that all targets have are compared")
    func commonBounds() {
        let found = Self.histograms(
            Self.canary([
                ("0.1", [0, 1, 1, 1]), ("0.2", [0, 2, 2, 2]), ("0.5", [0, 4, 4, 4]), ("+Inf", [0, 8, 8, 8]),
            ]))
        #expect(found.bounds == [0.1, 0.5])
        #expect(found.samples[0].canary == [1, 3, 4])
        let stranger = Self.canary([("7", [0, 1, 1, 1]), ("+Inf", [0, 8, 8, 8])])
        #expect(Self.histograms(stranger).bounds.isEmpty)
        #expect(Self.histograms(stranger).samples[0].canary == [8])
        #expect(Self.histograms([]).bounds == [0.1, 0.5])
        #expect(Self.histograms([]).samples[0].canary == [0, 0, 0])
        #expect(Self.histograms([], []).bounds.isEmpty)
    }

    @Test("a bound that is written in another way later is the same one")
    func spelling() {
        let found = Self.histograms(
            Self.canary([
                ("1", [0, 10, nil, nil]), ("1.0", [nil, nil, 15, 20]), ("+Inf", [0, 20, 30, 40]),
            ]),
            Self.series("stable", [("1.0", [0, 90, 180, 270]), ("+Inf", [0, 90, 180, 270])]))
        #expect(found.bounds == [1])
        #expect(found.samples.map(\.canary) == [[10, 10], [5, 5], [5, 5]])
    }

    @Test("series that are no histogram, and counts of a torn scrape, do no harm")
    func damage() {
        let torn = Self.canary([("0.1", [0, 12, 12, 12]), ("0.5", [0, 10, 20, .nan]), ("+Inf", [0, 11, 22, 33])])
        let strangers = [
            Series(labels: ["pod": "canary"], points: [.init(time: Self.times[1], value: 7)]),
            Series(labels: ["le": "many", "pod": "canary"], points: [.init(time: Self.times[1], value: 7)]),
            Series(labels: ["le": "0.1", "pod": "half"], points: [.init(time: Self.times[1], value: 7)]),
        ]
        let found = Self.histograms(torn + strangers)
        #expect(found.samples.map(\.canary) == [[12, 0, 0], [0, 10, 1], [0, 0, 11]])
        #expect(HistogramCounters.series(canary: torn, baseline: torn, at: []).samples.isEmpty)
    }

    @Test("an earlier window is laid beside the present one, in the order of its times")
    func earlier() {
        var (canary, before) = (HistogramCounters(), HistogramCounters())
        let hourBefore = Self.times.map { $0 - .seconds(3600) }
        before.read(
            Self.baseline.map { one in
                let points = one.points.map { Series.Point(time: $0.time - .seconds(3600), value: $0.value) }
                return Series(labels: one.labels, points: points)
            }, at: hourBefore)
        canary.read([], at: Self.times)
        #expect(HistogramCounters.series(canary: canary, baseline: before) == Self.histograms([]))
    }

    @Test("read in parts, histograms are the same")
    func parts() {
        let canary = Self.canary([("0.1", [2, 2, 3, nil]), ("0.5", [80, 90, 9, nil]), ("+Inf", [100, 110, 10, nil])])
        let new = Self.series(
            "new", [("0.1", [nil, nil, 3, 4]), ("0.5", [nil, nil, 3, 6]), ("+Inf", [nil, nil, 4, 8])])
        for cut in 0...Self.times.count {
            var (parted, baseline) = (HistogramCounters(), HistogramCounters())
            for times in [Self.times[..<cut], Self.times[cut...]] {
                parted.read(canary + new, at: Array(times))
                baseline.read(Self.baseline, at: Array(times))
            }
            #expect(HistogramCounters.series(canary: parted, baseline: baseline) == Self.histograms(canary + new))
        }
    }
}
