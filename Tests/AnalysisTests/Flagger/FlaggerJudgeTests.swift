import Analysis
import Support
import Testing

@Suite("The judge of Flagger's checks")
struct FlaggerJudgeTests {
    private static let start = Timestamp(milliseconds: 1_700_000_000_000)
    private static let minute = Duration.seconds(60)
    private static let rate = FlaggerCheck(
        FlaggerMetric(name: "request-success-rate", thresholdRange: .init(min: 99)), source: .builtIn(.successRate))
    private static let duration = FlaggerCheck(
        FlaggerMetric(name: "request-duration", thresholdRange: .init(max: 500)), source: .builtIn(.duration),
        scale: 1000)

    private static func time(_ index: Int) -> Timestamp { start + minute * index }
    private static func times(_ count: Int) -> [Timestamp] { (0..<count).map(time) }

    /// One measurement per value; nil is a time without data, and infinity stands for itself.
    private static func measurements(_ values: [Double?]) -> [Measurement] {
        values.enumerated().map { index, value in
            Measurement(time: time(index), reading: value.map { .value(.vector([$0])) } ?? .absent)
        }
    }

    private static func judge(
        threshold: Int = 1, passes: Int? = 1, mode: FlaggerJudge.Mode = .compat, _ checks: [FlaggerCheck] = [rate]
    ) -> FlaggerJudge {
        FlaggerJudge(checks: checks, threshold: threshold, passesWanted: passes, mode: mode)
    }

    private static func outcome(_ judge: FlaggerJudge, _ values: [Double?]..., from: Int = 0) -> FlaggerOutcome {
        judge.judge(
            at: times(values.map(\.count).max() ?? 0), values.map(measurements), stageFrom: from > 0 ? time(from) : nil)
    }

    @Test("one check in range lets the release go on, one out of it ends the rollout")
    func single() {
        let passed = Self.outcome(Self.judge(), [99.5, 10])
        #expect(passed.verdict == .pass)
        #expect(passed.endedAt == Self.time(0))
        #expect(passed.sentence == "1 check passed, 0 failed; 1 failed check ends the rollout")
        let failed = Self.outcome(Self.judge(), [98.5, 100])
        #expect(failed.verdict == .fail)
        #expect(failed.endedAt == Self.time(0))
        #expect(
            failed.sentence
                == "1 check failed, and 1 failed check ends the rollout; last: request-success-rate 98.5 %, wanted >= 99 %"
        )
        #expect(Self.outcome(Self.judge(), []).sentence == "nothing has been checked yet")
        #expect(Self.judge(threshold: 0).threshold == 1)
    }

    @Test(
        "a check that one of its metrics was not asked for passes nothing, and fails by the others",
        arguments: [
            FlaggerJudge.Mode.compat, .safe,
        ])
    func unasked(mode: FlaggerJudge.Mode) {
        var later = Self.duration
        later.isAlwaysAsked = false
        let judge = Self.judge(mode: mode, [Self.rate, later])
        let waiting = judge.judge(at: Self.times(3), [Self.measurements([100, 100, 100]), []])
        #expect(waiting.verdict == .needsMoreData)
        #expect(waiting.passed == 0 && waiting.lastCounted == nil)
        let failed = judge.judge(at: Self.times(3), [Self.measurements([100, 98, 100]), []])
        #expect(failed.verdict == .fail)
        #expect(failed.endedAt == Self.time(1))
        // Where it is asked again, the check is whole.
        let asked = judge.judge(
            at: Self.times(2), [Self.measurements([100, 100]), [Self.measurements([nil, 0.1])[1]]])
        #expect(asked.verdict == .pass)
        #expect(asked.endedAt == Self.time(1))
    }

    @Test("failed checks add up, whatever passes between them")
    func cumulative() {
        let judge = Self.judge(threshold: 3, passes: nil)
        let going = Self.outcome(judge, [98, 100, 100, 97, 100])
        #expect(going.verdict == .needsMoreData)
        #expect(going.failed == 2 && going.passed == 3)
        #expect(going.lastCounted == Self.time(4))
        let failed = Self.outcome(judge, [98, 100, 100, 97, 100, 100, 0, 100])
        #expect(failed.verdict == .fail)
        #expect(failed.endedAt == Self.time(6))
    }

    @Test("a stage needs passes of its own, and counts the failures of those before it")
    func stages() {
        let judge = Self.judge(threshold: 3, passes: 2)
        let values: [Double?] = [98, 98, 100, 100, 97]
        #expect(Self.outcome(judge, [98, 98, 100, 100]).verdict == .pass)
        let later = Self.outcome(Self.judge(threshold: 4, passes: 2), values, from: 3)
        #expect(later.verdict == .needsMoreData)
        #expect(later.passedInStage == 1 && later.passed == 2 && later.failed == 3)
        #expect(
            later.sentence
                == "1 of 2 wanted passed, 3 failed; 4 failed checks end the rollout; last: request-success-rate 97 %, "
                + "wanted >= 99 %")
        #expect(Self.outcome(judge, values, from: 3).verdict == .fail)
    }

    @Test("what has no value fails in Flagger, and waits here")
    func noData() {
        for value: Double? in [nil, .nan] {
            #expect(Self.outcome(Self.judge(), [value, 100]).verdict == .fail)
            let safe = Self.outcome(Self.judge(mode: .safe), [value, 100])
            #expect(safe.verdict == .pass)
            #expect(safe.undecided == 1 && safe.failed == 0)
            #expect(safe.endedAt == Self.time(1))
        }
        let silent = Self.outcome(Self.judge(mode: .safe), [nil, nil])
        #expect(silent.verdict == .needsMoreData)
        #expect(silent.lastCounted == nil)
        #expect(
            silent.sentence
                == "0 of 1 wanted passed, 0 failed, 2 had no data; 1 failed check ends the rollout; last: "
                + "request-success-rate has no data: no values were found")
    }

    @Test("a query that failed fails the check in Flagger, and not here")
    func failures() {
        let measurements = [[Measurement(time: Self.time(0), reading: .failure("timed out"))]]
        let strict = Self.judge().judge(at: Self.times(1), measurements)
        #expect(strict.verdict == .fail)
        #expect(strict.sentence.hasSuffix("last: request-success-rate could not be asked: timed out"))
        #expect(Self.judge(mode: .safe).judge(at: Self.times(1), measurements).verdict == .needsMoreData)
    }

    @Test("infinity is a value in Flagger, and none here")
    func infinity() {
        let errors = FlaggerCheck(metric: "errors", bounds: FlaggerBounds(maximum: 5))
        #expect(Self.outcome(Self.judge([errors]), [.infinity]).verdict == .fail)
        #expect(Self.outcome(Self.judge(), [.infinity]).verdict == .pass)
        #expect(Self.outcome(Self.judge(mode: .safe, [errors]), [.infinity]).undecided == 1)
        // An infinite duration is 0 for Flagger.
        #expect(Self.outcome(Self.judge([Self.duration]), [.infinity]).verdict == .pass)
        #expect(Self.outcome(Self.judge(mode: .safe, [Self.duration]), [.infinity]).verdict == .needsMoreData)
    }

    @Test("a built-in query's seconds become whole milliseconds")
    func scale() {
        #expect(Self.outcome(Self.judge([Self.duration]), [0.5009]).verdict == .pass)
        let failed = Self.outcome(Self.judge([Self.duration]), [0.612])
        #expect(failed.sentence.hasSuffix("last: request-duration 612 ms, wanted <= 500 ms"))
    }

    @Test("of several series the backend's rule takes one, and an empty answer of InfluxDB is 0 for Flagger")
    func series() {
        let several = [[Measurement(time: Self.time(0), reading: .value(.vector([100, 1])))]]
        let metric = FlaggerMetric(name: "x", thresholdRange: .init(min: 99), templateRef: .init(name: "t"))
        for (kind, verdict) in [(FlaggerProvider.Kind.prometheus, Verdict.fail), (.datadog, .pass), (.splunk, .fail)] {
            let check = FlaggerCheck(metric, source: metric.sources[0], provider: kind)
            #expect(Self.judge([check]).judge(at: Self.times(1), several).verdict == verdict, "\(kind)")
        }
        let errors = FlaggerMetric(name: "x", thresholdRange: .init(max: 5), templateRef: .init(name: "t"))
        let influx = FlaggerCheck(errors, source: errors.sources[0], provider: .influxdb)
        #expect(Self.outcome(Self.judge([influx]), [nil]).verdict == .pass)
        #expect(Self.outcome(Self.judge(mode: .safe, [influx]), [nil]).verdict == .needsMoreData)
    }

    @Test("every metric has to be in range, and one out of range counts beside one without data")
    func several() {
        let checks = [Self.rate, Self.duration]
        #expect(Self.outcome(Self.judge(checks), [100], [0.2]).verdict == .pass)
        #expect(Self.outcome(Self.judge(checks), [100], [0.7]).verdict == .fail)
        #expect(Self.outcome(Self.judge(mode: .safe, checks), [nil], [0.7]).verdict == .fail)
        #expect(Self.outcome(Self.judge(mode: .safe, checks), [nil], [0.2]).verdict == .needsMoreData)
        // The first one that fails is the one that is named.
        let failed = Self.outcome(Self.judge(checks), [98], [0.7])
        #expect(failed.failed == 1)
        #expect(failed.sentence.contains("last: request-success-rate 98 %"))
        let missing = Self.judge(checks).judge(at: Self.times(1), [Self.measurements([100])])
        #expect(missing.verdict == .fail)
    }

    @Test("the evidence has a row for each metric")
    func evidence() {
        let judge = Self.judge(threshold: 2, passes: nil, [Self.rate, Self.duration])
        let outcome = Self.outcome(judge, [100, 98.2, nil], [0.212, 0.3, 0.2129])
        let window = Window(start: Self.time(0), end: Self.time(2))
        let rows = outcome.evidence(window: window)
        #expect(rows.map(\.metric) == ["request-success-rate", "request-duration"])
        #expect(rows.map(\.verdict) == [.fail, .pass])
        #expect(rows.map(\.counts) == [.init(good: 1, bad: 2, undecided: 0), .init(good: 3, bad: 0, undecided: 0)])
        #expect(rows.map(\.value) == [nil, "212 ms"])
        #expect(rows.map(\.condition) == [">= 99 %", "<= 500 ms"])
        #expect(
            rows[0].sentence
                == "request-success-rate was in range in 1 of 3 checks; last: request-success-rate has no data: no values "
                + "were found")
        #expect(rows[0].window == window)
        #expect(rows[0].measurements.map(\.text) == ["100 %", "98.2 %", "no values were found"])
        #expect(rows[0].measurements.map(\.meaning) == ["in range", "out of range", "no data"])
        #expect(rows[1].measurements.map(\.time) == Self.times(3))
    }

    @Test("an analysis without an end says when its stage last passed, and has the verdict that is made of that")
    func ongoing() {
        let judge = Self.judge(threshold: 3, passes: nil, mode: .safe)
        let outcome = Self.outcome(judge, [98, 100, 100, nil], from: 2)
        #expect(outcome.lastPassedInStage == Self.time(2))
        #expect(outcome.lastCounted == Self.time(2))
        let window = Window(start: Self.time(0), end: Self.time(3))
        #expect(outcome.evidence(window: window).map(\.verdict) == [.needsMoreData])
        #expect(outcome.evidence(as: .pass, window: window).map(\.verdict) == [.pass])
        #expect(Self.outcome(judge, [100, 98], from: 1).lastPassedInStage == nil)
    }

    @Test("without metrics Flagger passes, and nothing does here")
    func nothing() {
        #expect(Self.judge([]).judge(at: Self.times(1), []).verdict == .pass)
        let safe = Self.judge(mode: .safe, []).judge(at: Self.times(1), [])
        #expect(safe.verdict == .needsMoreData)
        #expect(safe.sentence.hasSuffix("last: there is no metric to judge by"))
    }

    @Test("whoever looks when, the last look says the same", arguments: 0..<20)
    func replay(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let values: [Double?] = (0..<40).map { _ in random.pick([100, 99.5, 98, nil, .nan, .infinity]) }
        for mode in [FlaggerJudge.Mode.compat, .safe] {
            let judge = Self.judge(threshold: Int.random(in: 1...8, using: &random), passes: 5, mode: mode)
            let stage = Int.random(in: 0..<10, using: &random)
            let whole = Self.outcome(judge, values, from: stage)
            var seen: Verdict?
            for count in stride(from: 1, through: 40, by: Int.random(in: 1...7, using: &random)) {
                let verdict = Self.outcome(judge, Array(values.prefix(count)), from: stage).verdict
                if verdict == .needsMoreData { continue }
                #expect(verdict == whole.verdict)
                seen = verdict
            }
            if whole.verdict == .needsMoreData { #expect(seen == nil) }
        }
    }
}
