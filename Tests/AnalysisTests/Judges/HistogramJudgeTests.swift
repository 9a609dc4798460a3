import Analysis
import Foundation
import Support
import Testing

@Suite("The judge of histograms")
struct HistogramJudgeTests {
    private static let bounds = [0.05, 0.1, 0.25, 0.5, 1]

    private static func series(_ samples: [HistogramSample]) throws -> HistogramSeries {
        try #require(HistogramSeries(bounds: bounds, samples: samples))
    }

    /// Draws each bucket's count; the shares are those of a distribution that both sides have, or the canary's own.
    private static func series(
        _ count: Int, requests: Double, canary: (Int) -> [Double], baseline: [Double] = healthy,
        _ random: inout SplitMix64
    ) throws -> HistogramSeries {
        try series(
            (0..<count).map { interval in
                HistogramSample(
                    canary: canary(interval).map { random.poisson(requests * $0) },
                    baseline: baseline.map { random.poisson(9 * requests * $0) })
            })
    }

    private static let healthy = [0.1, 0.4, 0.44, 0.05, 0.009, 0.001]
    private static let slower = [0.06, 0.3, 0.48, 0.12, 0.035, 0.005]
    /// As fast as ever but for 3 % of the requests.
    private static let slowTail = [0.1, 0.39, 0.42, 0.05, 0.025, 0.015]

    private static func judge(_ shape: HistogramSettings.Shape = .both, warmUp: Int = 0) -> HistogramJudge {
        var settings = HistogramSettings(warmUpIntervals: warmUp)
        settings.shape = shape
        return HistogramJudge(metric: "latency", settings: settings)
    }

    @Test(
        "a healthy release passes, a slower one fails, whatever the shape", arguments: HistogramSettings.Shape.allCases)
    func shapes(_ shape: HistogramSettings.Shape) throws {
        var random = SplitMix64(seed: 41)
        var passed = 0
        for _ in 0..<20 {
            let healthy = try Self.series(12, requests: 600, canary: { _ in Self.healthy }, &random)
            let verdict = Self.judge(shape).judge(healthy).verdict
            #expect(verdict != .fail)
            if verdict == .pass { passed += 1 }
            let slower = try Self.series(30, requests: 600, canary: { _ in Self.slower }, &random)
            #expect(Self.judge(shape).judge(slower).verdict == .fail)
        }
        #expect(passed >= 16)
    }

    @Test("a slow tail is found above bounds, and ranks are blind to it")
    func tail() throws {
        var random = SplitMix64(seed: 42)
        var found: [HistogramSettings.Shape: Int] = [:]
        for _ in 0..<20 {
            let series = try Self.series(30, requests: 600, canary: { _ in Self.slowTail }, &random)
            for shape in HistogramSettings.Shape.allCases where Self.judge(shape).judge(series).verdict == .fail {
                found[shape, default: 0] += 1
            }
        }
        #expect(found[.exceedance, default: 0] >= 19)
        #expect(found[.both, default: 0] >= 19)
        #expect(found[.rank, default: 0] == 0)
    }

    @Test("what becomes slow in a later stage is found, and passes no earlier")
    func lateOnset() throws {
        var random = SplitMix64(seed: 43)
        for _ in 0..<10 {
            let series = try Self.series(
                30, requests: 600, canary: { $0 < 15 ? Self.healthy : Self.slower }, &random)
            let outcome = Self.judge().judge(series, stageFrom: 10)
            #expect(outcome.verdict == .fail)
            #expect((16...28).contains(outcome.intervals))
        }
    }

    @Test("an incident that slows both sides is no difference")
    func sharedIncident() throws {
        var random = SplitMix64(seed: 44)
        for _ in 0..<10 {
            let samples = (0..<30).map { interval in
                let shares = (5..<10).contains(interval) ? [0, 0.05, 0.25, 0.5, 0.15, 0.05] : Self.healthy
                return HistogramSample(
                    canary: shares.map { random.poisson(600 * $0) },
                    baseline: shares.map { random.poisson(5400 * $0) })
            }
            #expect(Self.judge().judge(try Self.series(samples)).verdict != .fail)
        }
    }

    @Test("more intervals never change a failure")
    func independentOfTicks() throws {
        var random = SplitMix64(seed: 45)
        let series = try Self.series(30, requests: 200, canary: { _ in Self.slower }, &random)
        let final = Self.judge(warmUp: 2).judge(series)
        #expect(final.verdict == .fail)
        for count in 1...30 {
            let early = Self.judge(warmUp: 2).judge(try Self.series(Array(series.samples.prefix(count))))
            #expect(count < final.intervals ? early.verdict != .fail : early == final)
        }
    }

    @Test("the sentence names the bound at which the sides differ most")
    func sentence() throws {
        let sample = HistogramSample(canary: [5, 20, 44, 25, 5, 1], baseline: [100, 340, 440, 100, 15, 5])
        let fail = Self.judge().judge(try Self.series(Array(repeating: sample, count: 7)))
        #expect(fail.verdict == .fail)
        #expect(
            fail.sentence
                == "canary requests are slower than stable's: 31 % above 250 ms against 12 % over \(fail.intervals) minutes"
        )
        let window = Window(start: Timestamp(milliseconds: 0), end: Timestamp(milliseconds: 420_000))
        let row = fail.evidence(window: window)
        #expect(row.value == "31 % above 250 ms")
        #expect(row.baseline == "12 %")
        let same = HistogramSample(canary: [100, 340, 440, 100, 15, 5], baseline: [900, 3060, 3960, 900, 135, 45])
        let pass = Self.judge().judge(try Self.series(Array(repeating: same, count: 30)))
        #expect(pass.verdict == .pass)
        #expect(pass.sentence.hasPrefix("canary requests are not slower than stable's: "))
        var judge = Self.judge()
        judge.settings.sequential.baseline = .previous
        let earlier = judge.judge(try Self.series(Array(repeating: sample, count: 30)))
        #expect(earlier.sentence.hasPrefix("canary requests are slower than those before the release: "))
    }

    @Test(
        "bounds are read as what they measure",
        arguments: [
            (BucketUnit.seconds, 0.25, "250 ms"), (.seconds, 0.0025, "2.5 ms"), (.seconds, 2.5, "2.5 s"),
            (.milliseconds, 250, "250 ms"), (.milliseconds, 2500, "2.5 s"), (.none, 1024, "1024"),
        ])
    func units(_ unit: BucketUnit, _ bound: Double, _ expected: String) {
        #expect(unit.readable(bound) == expected)
    }

    @Test("pods are given time to warm up, at the beginning and where new ones are added")
    func warmUp() throws {
        let cold = HistogramSample(canary: [0, 0, 0, 50, 50, 500], baseline: [540, 2160, 2376, 270, 49, 5])
        let warm = HistogramSample(canary: [60, 240, 264, 30, 5, 1], baseline: [540, 2160, 2376, 270, 49, 5])
        func row(_ count: Int, coldAt: [Int]) throws -> HistogramSeries {
            try Self.series((0..<count).map { coldAt.contains($0) ? cold : warm })
        }
        let series = try row(30, coldAt: [0, 1, 2, 3, 4, 12, 13])
        #expect(Self.judge().judge(series).verdict == .fail)
        let outcome = Self.judge(warmUp: 5).judge(series, podsFrom: [0, 12])
        #expect(outcome.verdict == .pass)
        #expect(outcome.totals.canary[5] < 30)
        #expect(Self.judge(warmUp: 3).judge(try row(2, coldAt: [0, 1])).verdict == .needsMoreData)
        for odd in [-5, 40, .max, .min] {
            #expect(Self.judge(warmUp: .max).judge(series, podsFrom: [odd]).intervals > 0)
        }
    }

    @Test("bounds that are known from before are used from the first interval on")
    func known() throws {
        let slow = HistogramSample(canary: [60, 250, 200, 0, 50, 40], baseline: [540, 2160, 2376, 270, 49, 5])
        let series = try Self.series(Array(repeating: slow, count: 30))
        let trace = Self.judge(.exceedance).trace(series, known: [500, 2000, 2200, 250, 45, 5])
        #expect(trace.intervals[0].slowAbove == [0.1, 0.25, 0.5, 1, nil])
        let unknown = Self.judge(.exceedance).trace(series)
        #expect(unknown.intervals[0].slowAbove == [nil, nil, nil, nil, nil])
        #expect(unknown.intervals[1].slowAbove == [0.1, 0.25, 0.5, 1, nil])
        #expect(trace.verdict == .fail && unknown.verdict == .fail)
        #expect(unknown.decidedAfter == trace.decidedAfter + 1)
    }

    @Test("the bounds of an interval do not depend on that interval, and settle")
    func predictable() throws {
        var random = SplitMix64(seed: 46)
        let series = try Self.series(12, requests: 60, canary: { _ in Self.healthy }, &random)
        let bounds = Self.judge().trace(series).intervals.map(\.slowAbove)
        for position in 1..<12 {
            var samples = Array(series.samples.prefix(position + 1))
            samples[position] = HistogramSample(canary: [0, 0, 0, 0, 0, 900], baseline: [0, 0, 0, 0, 0, 9000])
            #expect(
                Self.judge().trace(try Self.series(samples)).intervals.map(\.slowAbove)
                    == Array(bounds.prefix(position + 1)))
        }
        // 540 requests a minute: the 99th percentile has its ten requests after two intervals.
        #expect(Set(bounds.dropFirst(2).map { $0?[0..<4] }).count == 1)
    }

    @Test("histograms that cannot be compared are said to be so")
    func incomparable() throws {
        let series = try #require(
            HistogramSeries(
                bounds: [], samples: Array(repeating: HistogramSample(canary: [60], baseline: [540]), count: 40)))
        let outcome = Self.judge().judge(series)
        #expect(outcome.verdict == .inconclusive)
        #expect(outcome.sentence == "the canary's histogram has no bound in common with stable's")
        #expect(HistogramSeries(bounds: [1, 1], samples: []) == nil)
        #expect(HistogramSeries(bounds: [.infinity], samples: []) == nil)
        #expect(HistogramSeries(bounds: [1], samples: [HistogramSample(canary: [1], baseline: [1, 2])]) == nil)
    }

    @Test("counts that cannot be do no harm")
    func garbage() throws {
        let odd: [Double] = [.nan, .infinity, -.infinity, -5, 0, 1e300, 0.3, 1]
        var random = SplitMix64(seed: 47)
        let samples = (0..<200).map { _ in
            HistogramSample(
                canary: (0..<6).map { _ in random.pick(odd) }, baseline: (0..<6).map { _ in random.pick(odd) })
        }
        var settings = HistogramSettings(warmUpIntervals: -1)
        settings.sequential.plannedIntervals = 0
        settings.sequential.grid = []
        settings.sequential.minimumEvidenceIntervals = 0
        settings.quantiles = [.nan, 2, -1]
        settings.shifts = []
        for judge in [Self.judge(), HistogramJudge(metric: "latency", settings: settings)] {
            for count in [0, 1, 50, 200] {
                let outcome = judge.judge(try Self.series(Array(samples.prefix(count))))
                #expect(!outcome.failEvidence.isNaN)
                #expect(!outcome.sentence.isEmpty)
            }
        }
        #expect(Self.judge().judge(try Self.series([])).verdict == .needsMoreData)
    }
}
