import Analysis
import Support
import Testing

@Suite("Trying judges on numbers")
struct JudgeTrialTests {
    private static func counts(_ count: Int, bad: Double, _ random: inout SplitMix64) -> [IntervalSample] {
        (0..<count).map { _ in
            func drawn(_ total: Int, _ rate: Double) -> Double {
                Double((0..<total).count { _ in Double.random(in: 0..<1, using: &random) < rate })
            }
            let (own, other) = (Int.random(in: 0...80, using: &random), Int.random(in: 300...400, using: &random))
            return IntervalSample(
                canaryBad: drawn(own, bad), canaryTotal: Double(own), baselineBad: drawn(other, 0.02),
                baselineTotal: Double(other))
        }
    }

    private static func followed(_ finding: TrialFinding) throws -> FollowedTrial {
        guard case .followed(let trial) = finding.details else { throw Unexpected() }
        return trial
    }

    private struct Unexpected: Error {}

    @Test("the sequential judge says in a trial what it says of the same counts", arguments: 0..<8)
    func sequential(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let samples = Self.counts(40, bad: seed % 2 == 0 ? 0.02 : 0.15, &random)
        var template = SequentialTemplate()
        template.noun = "timeouts"
        template.counting.tolerateRatio = 1.5
        var trial = MetricTrial(
            name: "calls", judge: .sequential(template), data: .counts(samples, hasBaseline: true))
        trial.interval = .seconds(30)
        trial.stageFrom = Int(seed)
        let finding = try trial.finding()
        let judge = SequentialJudge(
            metric: "calls", settings: template.settings(), interval: .seconds(30), noun: "timeouts")
        let outcome = judge.judge(samples, stageFrom: Int(seed))
        #expect(finding.verdict == outcome.verdict)
        #expect(finding.sentence == outcome.sentence)
        #expect(finding.reason == outcome.reason.rawValue)
        let found = try Self.followed(finding)
        #expect(found.ratioAtLeast == outcome.ratioAtLeast)
        #expect(found.trace == judge.trace(samples, stageFrom: Int(seed)))
        #expect(found.counts == samples)
    }

    @Test("the interval that decided is the first one after which the answer is a failure", arguments: 0..<12)
    func decision(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let samples = Self.counts(70, bad: 0.12, &random)
        var template = SequentialTemplate()
        template.counting.plannedIntervals = 20
        let (judge, bar) = (
            SequentialJudge(metric: "m", settings: template.settings()),
            RateJudge(metric: "m", bar: 0.03, proof: .below, settings: template.settings())
        )
        func first(_ verdict: (ArraySlice<IntervalSample>) -> Verdict) -> Int? {
            (0...samples.count).first { verdict(samples.prefix($0)) == .fail }
        }
        #expect(judge.trace(samples).decidedAt == first { judge.judge(Array($0)).verdict })
        #expect(bar.trace(samples).decidedAt == first { bar.judge(Array($0)).verdict })
    }

    @Test("a pass is decided at its own interval, counted from the beginning, and no answer at none")
    func passing() throws {
        var random = SplitMix64(seed: 3)
        let samples = Self.counts(28, bad: 0, &random)
        let judge = SequentialJudge(metric: "m")
        let stage = 4
        let end = try #require(
            (stage...samples.count).first {
                judge.judge(Array(samples.prefix($0)), stageFrom: stage).verdict == .pass
            })
        let trace = judge.trace(Array(samples.prefix(end)), stageFrom: stage)
        #expect(trace.decidedAt == end)
        #expect(trace.decidedAfter == end - stage)
        #expect(judge.trace(Array(samples.prefix(2))).decidedAt == nil)
    }

    @Test("the confident judge sees the stage's canary alone")
    func confident() throws {
        let bad = IntervalSample(canaryBad: 50, canaryTotal: 100, baselineBad: 1, baselineTotal: 900)
        let good = IntervalSample(canaryBad: 0, canaryTotal: 100, baselineBad: 400, baselineTotal: 900)
        let samples = [bad, bad, bad] + Array(repeating: good, count: 20)
        var template = ConfidentTemplate(bar: 0.01)
        template.counting.warmUpIntervals = 2
        var trial = MetricTrial(name: "m", judge: .confident(template), data: .counts(samples, hasBaseline: true))
        trial.podsFrom = [0, 3]
        #expect(try trial.finding().verdict == .fail)
        trial.stageFrom = 3
        let found = try Self.followed(try trial.finding())
        #expect(found.trace.verdict == .pass)
        #expect(found.counts.allSatisfy { $0.baselineTotal == 0 })
        #expect(found.warmingUp == [1, 2])
    }

    @Test("rates of counts can be compared, and an interval without requests has none")
    func rates() throws {
        let samples = [
            IntervalSample(canaryBad: 1, canaryTotal: 10, baselineBad: 2, baselineTotal: 40),
            IntervalSample(canaryBad: 0, canaryTotal: 0, baselineBad: 5, baselineTotal: 50),
        ]
        let trial = MetricTrial(
            name: "m", judge: .compare(CompareTemplate()), data: .counts(samples, hasBaseline: true))
        let outcome = try #require(try trial.finding().outcome)
        #expect(outcome.canary.points == 2 && outcome.canary.missing == 1)
        #expect(outcome.canary.summary.mean == 0.1)
        #expect(abs(outcome.baseline.summary.mean - 0.075) < 1e-15)
    }

    @Test("a judge that such numbers are not for says which is")
    func misfits() throws {
        let values = TrialData.values(canary: [1], baseline: [2])
        let alone = TrialData.counts([IntervalSample(canaryBad: 0, canaryTotal: 1)], hasBaseline: false)
        let series = try #require(
            HistogramSeries(bounds: [1], samples: [HistogramSample(canary: [1, 2], baseline: [3, 4])]))
        let buckets = TrialData.histograms(series, known: [])
        let cases: [(JudgeTemplate, TrialData)] = [
            (.sequential(SequentialTemplate()), values), (.sequential(SequentialTemplate()), alone),
            (.confident(ConfidentTemplate(bar: 0.1)), values), (.confident(ConfidentTemplate(bar: 0.1)), buckets),
            (.compare(CompareTemplate()), alone), (.compare(CompareTemplate()), buckets),
        ]
        for (judge, data) in cases {
            let trial = MetricTrial(name: "m", judge: judge, data: data)
            let error = #expect(throws: TemplateError.self) { try trial.finding() }
            #expect(error?.hint != nil)
            #expect(error == trial.misfit)
        }
    }

    @Test("the first intervals alone can be looked at")
    func prefix() {
        #expect(TrialData.values(canary: [1, 2, 3], baseline: [4]).first(2) == .values(canary: [1, 2], baseline: [4]))
        let sample = IntervalSample(canaryBad: 0, canaryTotal: 1)
        #expect(
            TrialData.counts([sample, sample], hasBaseline: false).first(1) == .counts([sample], hasBaseline: false))
    }

    // MARK: Several metrics

    private static func compared(_ name: String, _ shift: Double, _ change: (inout CompareSettings) -> Void = { _ in })
        -> MetricTrial
    {
        var settings = CompareSettings()
        change(&settings)
        let baseline = (0..<10).map { 100 + Double($0) }
        return MetricTrial(
            name: name, judge: .compare(CompareTemplate(settings: settings)),
            data: .values(canary: baseline.map { $0 + shift }, baseline: baseline))
    }

    private static func counted(_ name: String, bad: Double, _ intervals: Int) -> MetricTrial {
        MetricTrial(
            name: name, judge: .sequential(SequentialTemplate()),
            data: .counts(
                Array(
                    repeating: IntervalSample(canaryBad: bad, canaryTotal: 100, baselineBad: 5, baselineTotal: 500),
                    count: intervals), hasBaseline: true))
    }

    @Test("without a score the verdict is that of the worst, in its words")
    func folding() throws {
        let good = Self.compared("memory", 0)
        let failed = Self.compared("latency", 50)
        let early = Self.counted("errors", bad: 0, 2)
        let report = try JudgeTrial(metrics: [good, early, failed]).report()
        #expect(report.verdict == .fail)
        #expect(report.reason == "higher")
        #expect(report.sentence.hasPrefix("canary latency is at least"))
        #expect(report.score == nil)
        #expect(try JudgeTrial(metrics: [good, early]).report().verdict == .needsMoreData)
        #expect(try JudgeTrial(metrics: [good, good]).report().sentence == "all 2 pass")
        #expect(try JudgeTrial(metrics: [good]).report().sentence.hasPrefix("canary memory is within"))
        let muted = Self.compared("latency", 50) { $0.isMuted = true }
        #expect(try JudgeTrial(metrics: [good, muted]).report().verdict == .pass)
        #expect(try JudgeTrial(metrics: [muted]).report().reason == "muted")
    }

    @Test("a score takes the place of the metrics that are compared, and the others keep their say")
    func scoring() throws {
        var scoring = CompareScoring()
        scoring.pass = 50
        scoring.marginal = 40
        let compared = [Self.compared("memory", 0), Self.compared("latency", 50)]
        let report = try JudgeTrial(metrics: compared, score: scoring).report()
        #expect(report.verdict == .pass)
        #expect(report.score?.summary == 50)
        #expect(report.reason == "weightedSum")
        let more = try JudgeTrial(metrics: compared + [Self.counted("errors", bad: 60, 9)], score: scoring).report()
        #expect(more.verdict == .fail)
        #expect(more.reason == "panic")
        let none = try JudgeTrial(metrics: [Self.counted("errors", bad: 60, 9)], score: scoring).report()
        #expect(none.score == nil && none.verdict == .fail)
    }

    @Test("metrics that count share α, and those that are compared do not")
    func sharing() throws {
        let trial = JudgeTrial(metrics: [
            Self.counted("a", bad: 1, 3), Self.counted("b", bad: 1, 3), Self.compared("c", 0),
        ])
        let traces = try trial.report().findings.prefix(2).map { try Self.followed($0).trace }
        // -ln(0.05 / 2)
        #expect(traces.allSatisfy { abs($0.failLimit - 3.6888794541139363) < 1e-12 })
    }

    @Test("scores and weights that cannot be are refused")
    func validation() {
        func path(_ change: (inout CompareScoring) -> Void) -> String? {
            var scoring = CompareScoring()
            change(&scoring)
            do throws(TemplateError) { try scoring.validate() } catch { return error.path }
            return nil
        }
        #expect(path { _ in } == nil)
        #expect(path { $0.pass = 101 } == "pass")
        #expect(path { $0.pass = .nan } == "pass")
        #expect(path { $0.marginal = 96 } == "marginal")
        #expect(path { $0.groupWeights = ["a": -1] } == "groupWeights.a")
        #expect(path { $0.groupWeights = ["a": 60, "b": 41] } == "groupWeights")
        #expect(path { $0.groupWeights = ["a": 60, "b": 40] } == nil)
    }

    @Test("numbers of intervals of which a product would overflow are refused")
    func overflow() {
        var template = SequentialTemplate()
        template.counting.plannedIntervals = .max
        #expect(throws: TemplateError.self) { try JudgeTemplate.sequential(template).validate() }
    }
}
