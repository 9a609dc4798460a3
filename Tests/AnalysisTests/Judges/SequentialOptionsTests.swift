import Analysis
import Foundation
import Support
import Testing

@Suite("What a sequential judge can be told")
struct SequentialOptionsTests {
    private static let none = IntervalSample(canaryBad: 0, canaryTotal: 0, baselineBad: 9, baselineTotal: 900)
    private static let some = IntervalSample(canaryBad: 2, canaryTotal: 100, baselineBad: 18, baselineTotal: 900)

    private static func judge(_ change: (inout SequentialSettings) -> Void) -> SequentialJudge {
        var settings = SequentialSettings()
        change(&settings)
        return SequentialJudge(metric: "errors", settings: settings)
    }

    // MARK: Silence

    @Test(
        "a canary without requests is waited for, passes or fails, as the settings say",
        arguments: [
            (SequentialSettings.NoDataPolicy.wait, 4, Verdict.needsMoreData), (.wait, 30, .inconclusive),
            (.ok, 4, .needsMoreData), (.ok, 5, .pass), (.bad, 4, .needsMoreData), (.bad, 5, .fail), (.bad, 30, .fail),
        ])
    func silence(_ policy: SequentialSettings.NoDataPolicy, _ count: Int, _ expected: Verdict) {
        let judge = Self.judge { $0.noData = policy }
        let outcome = judge.judge(Array(repeating: Self.none, count: count))
        #expect(outcome.verdict == expected)
        if expected != .needsMoreData { #expect(outcome.sentence.hasPrefix("the canary had no requests for ")) }
        let alone = RateJudge(metric: "errors", bar: 0.01, settings: judge.settings)
        #expect(alone.judge(Array(repeating: Self.none, count: count)).verdict == expected)
        let proven = RateJudge(metric: "errors", bar: 0.01, proof: .below, settings: judge.settings)
        #expect(proven.judge(Array(repeating: Self.none, count: count)).verdict == expected)
    }

    @Test("requests that are too few are no silence, and an earlier stage's silence is not the present one's")
    func sparse() {
        let row = (0..<40).map { $0 % 4 == 0 ? Self.some : Self.none }
        #expect(Self.judge { $0.noData = .bad }.judge(row).verdict != .fail)
        let early = Array(repeating: Self.none, count: 10) + Array(repeating: Self.some, count: 3)
        #expect(Self.judge { $0.noData = .bad }.judge(early, stageFrom: 10).verdict == .needsMoreData)
        #expect(Self.judge { $0.noData = .bad }.judge(early).verdict == .fail)
    }

    @Test("a failure by silence stays what it was, whatever fails later")
    func silenceFirst() {
        let broken = IntervalSample(canaryBad: 80, canaryTotal: 100, baselineBad: 18, baselineTotal: 900)
        let row = Array(repeating: Self.none, count: 5) + Array(repeating: broken, count: 10)
        let judge = Self.judge { $0.noData = .bad }
        let later = judge.judge(row)
        #expect((later.reason, later.decidedAt) == (.noRequests, 5))
        let alone = RateJudge(metric: "errors", bar: 0.01, settings: judge.settings).judge(row)
        #expect((alone.reason, alone.decidedAt) == (.noRequests, 5))
        #expect(judge.judge(Array(row.dropFirst())).reason == .panic)
    }

    @Test("a pass outlives silence only where silence is well")
    func lastingSilence() {
        let row = Array(repeating: Self.some, count: 20) + Array(repeating: Self.none, count: 4)
        #expect(Self.judge { $0.noData = .wait }.judge(row).verdict == .needsMoreData)
        #expect(Self.judge { $0.noData = .ok }.judge(row).verdict == .pass)
    }

    // MARK: Warming up

    @Test("what cold pods do is not counted")
    func warmUp() {
        let cold = IntervalSample(canaryBad: 30, canaryTotal: 100, baselineBad: 18, baselineTotal: 900)
        let warm = Array(repeating: Self.some, count: 20)
        let row = Array(repeating: cold, count: 5) + warm + Array(repeating: cold, count: 5) + warm
        #expect(Self.judge { _ in }.judge(row).verdict == .fail)
        let judge = Self.judge { $0.warmUpIntervals = 5 }
        #expect(judge.judge(row.dropLast(20)).verdict != .pass)
        let outcome = judge.judge(row, podsFrom: [0, 25])
        #expect(outcome.verdict == .pass)
        #expect(outcome.totals.canaryBad == 2 * (outcome.totals.canaryTotal / 100))
        let alone = RateJudge(metric: "errors", bar: 0.05, settings: judge.settings)
        #expect(alone.judge(row, podsFrom: [0, 25]).verdict == .pass)
        #expect(alone.judge(row).verdict == .fail)
    }

    // MARK: An earlier baseline

    @Test("against an earlier window more is tolerated")
    func previous() {
        var random = SplitMix64(seed: 61)
        func fails(_ baseline: Baseline, ratio: Double) -> Int {
            let judge = Self.judge { $0.baseline = baseline }
            return (0..<30).count { _ in
                let samples = (0..<30).map { _ in
                    IntervalSample(
                        canaryBad: random.poisson(600 * 0.02 * ratio), canaryTotal: 600,
                        baselineBad: random.poisson(5400 * 0.02), baselineTotal: 5400)
                }
                return judge.judge(samples).verdict == .fail
            }
        }
        #expect(fails(.concurrent, ratio: 1.75) >= 25)
        #expect(fails(.previous, ratio: 1.75) <= 1)
        #expect(fails(.previous, ratio: 3.5) >= 25)
    }

    @Test("intervals are paired by the time since each window began, and none is used twice")
    func pairing() {
        let canary = (1...3).map { IntervalSample(canaryBad: Double($0), canaryTotal: 100) }
        let earlier = [
            IntervalSample(canaryBad: 0, canaryTotal: 0, baselineBad: 5, baselineTotal: 900),
            IntervalSample(canaryBad: 7, canaryTotal: 800),
        ]
        let paired = IntervalSample.pairing(canary, withEarlier: earlier)
        #expect(paired.map(\.canaryBad) == [1, 2, 3])
        #expect(paired.map(\.baselineBad) == [5, 7, 0])
        #expect(paired.map(\.baselineTotal) == [900, 800, 0])
    }

    @Test("the sentence says what the release was compared with")
    func possessive() {
        let bad = IntervalSample(canaryBad: 60, canaryTotal: 600, baselineBad: 54, baselineTotal: 5400)
        let outcome = Self.judge { $0.baseline = .previous }.judge(Array(repeating: bad, count: 10))
        #expect(outcome.sentence.contains(" times those before the release: "))
    }

    // MARK: Promoting what is undecided

    @Test(
        "undecided is unsuspicious only with enough requests, something to compare with, and no hint of trouble",
        arguments: [
            (1.0, 2.0, 18.0, true), (0.04, 2, 18, false), (1, 2, 0, false), (1, 8, 18, false),
        ])
    func unsuspicious(_ scale: Double, _ bad: Double, _ baseline: Double, _ expected: Bool) {
        let sample = IntervalSample(
            canaryBad: bad * scale, canaryTotal: 100 * scale, baselineBad: baseline * scale,
            baselineTotal: baseline > 0 ? 900 * scale : 0)
        let outcome = Self.judge { $0.minimumIntervals = 9 }.judge(Array(repeating: sample, count: 3))
        #expect(outcome.verdict == .needsMoreData)
        #expect(outcome.isUnsuspicious == expected)
    }

    // MARK: Trace

    @Test("the trace ends where the judge decided, and has no number that JSON has not")
    func trace() throws {
        let bad = IntervalSample(canaryBad: 12, canaryTotal: 600, baselineBad: 27, baselineTotal: 5400)
        let samples = Array(repeating: bad, count: 40)
        let judge = Self.judge {
            $0.maximumRate = 0.01
            $0.stages = 2
        }
        let outcome = judge.judge(samples, stageFrom: 3)
        let trace = judge.trace(samples, stageFrom: 3)
        #expect(trace.verdict == outcome.verdict && trace.decidedAfter == outcome.intervals)
        #expect(trace.sentence == outcome.sentence)
        #expect(trace.intervals.count == 40)
        let first = trace.intervals.firstIndex { ($0.failEvidence ?? 0) >= trace.failLimit }
        #expect(first.map { $0 + 1 } == outcome.intervals)
        #expect(trace.intervals[2].passEvidence == nil && trace.intervals[3].passEvidence != nil)
        #expect(
            trace.processes.map(\.name)
                == ["worse", "floor", "panic rate", "panic ratio", "not worse", "below the rate"])
        let worse = try #require(trace.intervals[0].steps.first)
        #expect(worse.increments.count == 8 && worse.logs.count == 8)
        #expect(trace.processes[0].alternatives.count == 8)
        #expect(trace.processes[0].hypothesis == "canary rate <= 1.25 x baseline rate")
        #expect(trace.processes[4].hypothesis == "canary rate >= 2 x baseline rate")
        #expect(worse.capped > 0)
        let data = try JSONEncoder().encode(trace)
        #expect(try JSONDecoder().decode(SequentialTrace.self, from: data) == trace)
    }

    @Test("a trace of any numbers can be written as JSON")
    func traceOfGarbage() throws {
        let odd: [Double] = [.nan, .infinity, -5, 0, 1e300, 1e-300, 7]
        var random = SplitMix64(seed: 62)
        let samples = (0..<100).map { _ in
            IntervalSample(
                canaryBad: random.pick(odd), canaryTotal: random.pick(odd), baselineBad: random.pick(odd),
                baselineTotal: random.pick(odd))
        }
        for settings in [SequentialSettings(), Self.judge { $0.grid = [] }.settings] {
            let judge = SequentialJudge(metric: "errors", settings: settings)
            #expect(throws: Never.self) { try JSONEncoder().encode(judge.trace(samples)) }
            let rate = RateJudge(metric: "errors", bar: 0.01, proof: .below, settings: settings)
            #expect(throws: Never.self) { try JSONEncoder().encode(rate.trace(samples)) }
        }
    }
}
