import Analysis
import Support
import Testing

@Suite("The threshold judge")
struct ThresholdJudgeTests {
    private static let live = Timestamp(milliseconds: 1_700_000_000_000)
    private static let minute = Duration.seconds(60)

    private static func measurements(_ values: [Double?]) -> [Measurement] {
        values.enumerated().map { index, value in
            Measurement(time: live + minute * index, reading: value.map { .value(.vector([$0])) } ?? .absent)
        }
    }

    private static func judge(
        count: Int? = 3, failureLimit: Int = 0, consecutiveSuccess: Int = 0, mode: Expression.Mode = .safe,
        noData: ThresholdJudge.NoDataPolicy = .wait, failure: String = ""
    ) throws -> ThresholdJudge {
        ThresholdJudge(
            metric: "success-rate", conditions: try Conditions(success: "result[0] >= 0.95", failure: failure),
            limits: MeasurementLimits(count: count, failure: failureLimit, consecutiveSuccess: consecutiveSuccess),
            mode: mode,
            noData: noData)
    }

    @Test("the walk ends at the first state that is final")
    func endsEarly() throws {
        let outcome = try Self.judge(count: 5).judge(Self.measurements([1, 0.9, 1, 1, 1]))
        #expect(outcome.phase == .failed)
        #expect(outcome.verdict == .fail)
        #expect(outcome.endedAt == Self.live + Self.minute)
        #expect(outcome.counters.measurements == 2)
        #expect(
            outcome.sentence == "success-rate failed: failed (1) > failureLimit (0); last value 0.9, wanted >= 0.95")
    }

    @Test("a window that ended while the pass was fresh renews nothing")
    func fresh() throws {
        let judge = try Self.judge(count: 1)
        func renewed(_ values: [Double?]) -> Verdict? {
            let measured = Self.measurements(values)
            let passed = judge.judge(measured)
            return judge.renewal(measured, of: passed, from: Self.live + Self.minute * 2)?.outcome.verdict
        }
        #expect(renewed([1]) == nil)
        #expect(renewed([1, 0]) == nil)
        #expect(renewed([1, 0, 1]) == .pass)
        #expect(renewed([1, 1, 0, 1]) == .fail)
        #expect(renewed([1, 1, 1, nil]) == .needsMoreData)
    }

    @Test("the count of measurements passes, and until then more data is needed")
    func passes() throws {
        let judge = try Self.judge()
        #expect(judge.judge([]).phase == .pending)
        let running = judge.judge(Self.measurements([1, 1]))
        #expect(running.verdict == .needsMoreData)
        #expect(running.endedAt == nil)
        #expect(running.sentence == "success-rate goes on: 2 of 3 wanted counted, 0 failed")
        let done = judge.judge(Self.measurements([1, 1, 1, 0]))
        #expect(done.verdict == .pass)
        #expect(done.sentence == "success-rate passed: 3 of 3 measurements succeeded")
    }

    @Test("a gap waits, is good or is bad, as the policy says")
    func gaps() throws {
        let points = Self.measurements([1, nil, .nan, 1, 1])
        let waiting = try Self.judge().judge(points)
        #expect(waiting.verdict == .pass)
        #expect(waiting.counters.noData == 2)
        #expect(waiting.endedAt == Self.live + Self.minute * 4)
        #expect(try Self.judge(noData: .ok).judge(points).endedAt == Self.live + Self.minute * 2)
        #expect(try Self.judge(noData: .bad).judge(points).verdict == .fail)
        #expect(try Self.judge().judge(Self.measurements([nil, nil, nil, nil])).verdict == .needsMoreData)
    }

    @Test("as Argo does it a gap is an error, which fails the release after the fifth in a row")
    func strictGaps() throws {
        let judge = try Self.judge(mode: .argo)
        #expect(judge.judge(Self.measurements([1, nil, nil, nil, nil])).phase == .running)
        let outcome = judge.judge(Self.measurements([1, nil, nil, nil, nil, nil, 1, 1]))
        #expect(outcome.phase == .error)
        #expect(outcome.verdict == .fail)
        #expect(judge.judge(Self.measurements([1, .nan])).phase == .failed)
    }

    @Test("an error of the configuration is an error, never a failed release")
    func wrongCondition() throws {
        var judge = try Self.judge()
        judge.conditions = try Conditions(success: "reslt > 1")
        let outcome = judge.judge(Self.measurements([1, 1, 1, 1, 1]))
        #expect(outcome.verdict == .error)
        #expect(outcome.sentence.contains("unknown name reslt"))
    }

    @Test("a metric without a count goes on until its stage ends, and passes only if it was measured")
    func background() throws {
        let judge = try Self.judge(count: nil)
        #expect(judge.judge(Self.measurements([1, 1, 1])).phase == .running)
        #expect(judge.judge(Self.measurements([1, 1, 1]), isTerminating: true).verdict == .pass)
        #expect(judge.judge(Self.measurements([nil, nil]), isTerminating: true).verdict == .inconclusive)
        #expect(try Self.judge(count: nil, mode: .argo).judge([], isTerminating: true).verdict == .pass)
    }

    @Test("successes in a row end a metric early, and a gap does not break the row")
    func row() throws {
        let judge = try Self.judge(count: 9, failureLimit: 2, consecutiveSuccess: 3)
        #expect(judge.judge(Self.measurements([1, 1, 0, 1, 1, nil, 1])).verdict == .pass)
        #expect(judge.judge(Self.measurements([1, 1, 0, 1, 1])).verdict == .needsMoreData)
    }

    @Test("asking at any times, any number of times, gives one answer")
    func independentOfTicks() throws {
        var random = SplitMix64(seed: 7)
        for _ in 0..<150 {
            let values: [Double?] = (0..<20).map { _ in
                switch Int.random(in: 0..<10, using: &random) {
                case 0: nil
                case 1: .nan
                case 2, 3: 0.5
                default: 1
                }
            }
            let series = [
                Series(
                    points: values.enumerated().compactMap { index, value in
                        value.map { .init(time: Self.live + Self.minute * index, value: $0) }
                    })
            ]
            let judge = try Self.judge(
                count: Int.random(in: 1...15, using: &random), failureLimit: Int.random(in: -1...4, using: &random),
                consecutiveSuccess: Int.random(in: 0...4, using: &random),
                mode: Bool.random(using: &random) ? .argo : .safe,
                noData: [.wait, .ok, .bad].randomElement(using: &random) ?? .wait)
            let grid = MeasurementGrid(liveAt: Self.live, interval: Self.minute)
            func answer(_ now: Timestamp) -> MetricOutcome {
                judge.judge(Measurement.series(series, at: grid.times(until: now)))
            }
            let final = answer(Self.live + Self.minute * 19)
            var now = Self.live
            var decided: MetricOutcome?
            while now <= Self.live + Self.minute * 19 {
                let outcome = answer(now)
                if let decided { #expect(outcome == decided) }
                if outcome.phase.isCompleted {
                    decided = outcome
                    #expect(outcome == final)
                } else if let end = final.endedAt {
                    #expect(end > now)
                }
                now = now + .milliseconds(Int64.random(in: 1...400_000, using: &random))
            }
        }
    }

    @Test("the row of a commit message's table")
    func evidence() throws {
        let window = Window(start: Self.live, end: Self.live + Self.minute * 3)
        let judge = try Self.judge()
        let row = judge.judge(Self.measurements([1, 0.99, 0.998_72])).evidence(
            condition: judge.conditions.summary, window: window)
        #expect(row.value == "0.9987")
        #expect(row.condition == ">= 0.95")
        #expect(row.counts == .init(good: 3, bad: 0, undecided: 0))
        #expect(row.verdict == .pass)
    }

    @Test(
        "conditions in a table",
        arguments: [
            ("result >= 0.99", "", ">= 0.99"), ("result[0] < 500", "", "< 500"),
            ("len(result) > 0 && result[0] > 1", "", "len(result) > 0 && result[0] > 1"),
            ("result > 1 && result < 2", "", "result > 1 && result < 2"), ("", "result > 5", "not (result > 5)"),
            ("result >= 2", "result < 1", "result >= 2, not (result < 1)"),
        ])
    func summaries(_ success: String, _ failure: String, _ expected: String) throws {
        #expect(try Conditions(success: success, failure: failure).summary == expected)
    }
}
