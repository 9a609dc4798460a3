import Analysis
import Glibc
import Support
import Testing

@Suite("Evidence over a whole rollout")
struct AccumulationTests {
    private static let stages = 3
    private static let length = 10

    private static var settings: SequentialSettings {
        var settings = SequentialSettings()
        settings.stages = stages
        return settings
    }

    /// Samples of all stages, ten intervals each at 10, 20 and 30 % of the traffic.
    private static func rollout(
        requests: Double, rate: Double, ratio: (Int) -> Double, _ random: inout SplitMix64
    ) -> [IntervalSample] {
        (0..<stages * length).map { interval in
            let share = Double(interval / length + 1) / 10
            let canary = random.poisson(requests * share)
            let baseline = random.poisson(requests * (1 - share))
            return IntervalSample(
                canaryBad: random.poisson(canary * min(1, rate * ratio(interval))), canaryTotal: canary,
                baselineBad: random.poisson(baseline * rate), baselineTotal: baseline)
        }
    }

    /// Whether a release is taken back at the end of any stage, as ticks would find it.
    private static func fails(_ samples: [IntervalSample], accumulating: Bool) -> Bool {
        (1...samples.count).contains { count in
            let stage = (count - 1) / length * length
            let judge = SequentialJudge(metric: "errors", settings: accumulating ? settings : SequentialSettings())
            let seen = Array(samples.prefix(count))
            let verdict =
                accumulating
                ? judge.judge(seen, stageFrom: stage).verdict : judge.judge(Array(seen.dropFirst(stage))).verdict
            return verdict == .fail
        }
    }

    private static func share(
        of count: Int, seed: UInt64, requests: Double, rate: Double, accumulating: Bool, ratio: (Int) -> Double
    ) -> Double {
        var random = SplitMix64(seed: seed)
        let failed = (0..<count).count { _ in
            fails(rollout(requests: requests, rate: rate, ratio: ratio, &random), accumulating: accumulating)
        }
        return Double(failed) / Double(count)
    }

    @Test("what each stage alone could not tell, all together tell")
    func accumulates() {
        let together = Self.share(
            of: 60, seed: 21, requests: 400, rate: 0.01, accumulating: true, ratio: { _ in 2.5 })
        let apart = Self.share(
            of: 60, seed: 21, requests: 400, rate: 0.01, accumulating: false, ratio: { _ in 2.5 })
        #expect(together > 0.6)
        #expect(apart < 0.3)
    }

    @Test("a healthy release fails as rarely over the whole rollout as over one stage")
    func healthy() {
        let failed = Self.share(of: 150, seed: 22, requests: 2000, rate: 0.02, accumulating: true, ratio: { _ in 1 })
        #expect(failed <= 0.05)
    }

    @Test("what breaks under the load of a later stage is found soon")
    func lateOnset() {
        var random = SplitMix64(seed: 23)
        var found: [Int] = []
        for _ in 0..<30 {
            let samples = Self.rollout(
                requests: 2000, rate: 0.01, ratio: { $0 >= 20 ? 4 : 1 }, &random)
            let judge = SequentialJudge(metric: "errors", settings: Self.settings)
            let outcome = judge.judge(samples, stageFrom: 20)
            if outcome.verdict == .fail { found.append(outcome.intervals - 20) }
        }
        #expect(found.count == 30)
        // Of 3,000 releases 98 % were found by the seventh interval, all by the ninth.
        #expect(found.count { (1...7).contains($0) } >= 27)
    }

    @Test("a stage passes by its own intervals alone")
    func passesByStage() {
        let quiet = IntervalSample(canaryBad: 10, canaryTotal: 1000, baselineBad: 90, baselineTotal: 9000)
        let judge = SequentialJudge(metric: "errors", settings: Self.settings)
        let samples = Array(repeating: quiet, count: 12)
        #expect(judge.judge(samples).verdict == .pass)
        let early = judge.judge(samples, stageFrom: 10)
        #expect(early.verdict == .needsMoreData)
        #expect(early.intervals == 2)
    }

    /// The share of healthy or bad releases that may go on some time after they have passed.
    private static func lasting(seed: UInt64, ratio: @escaping (Int) -> Double) -> Double {
        var random = SplitMix64(seed: seed)
        var (passed, lasting) = (0.0, 0.0)
        for _ in 0..<200 {
            let samples = rollout(requests: 4000, rate: 0.01, ratio: ratio, &random)
            let judge = SequentialJudge(metric: "errors")
            let early = judge.judge(Array(samples.prefix(10)))
            guard early.verdict == .pass else { continue }
            passed += 1
            if judge.judge(samples).verdict == .pass { lasting += 1 }
        }
        return lasting / max(1, passed)
    }

    @Test("a pass lasts for a healthy release, and not for one that has become twice as bad since")
    func lastingPass() {
        #expect(Self.lasting(seed: 24) { _ in 1 } > 0.9)
        #expect(Self.lasting(seed: 25) { $0 < 10 ? 1 : 2 } < 0.1)
    }

    @Test("a pass that nobody bears out for as long as a decision may take ends inconclusive")
    func endlessSilence() {
        let quiet = IntervalSample(canaryBad: 10, canaryTotal: 1000, baselineBad: 90, baselineTotal: 9000)
        let silent = IntervalSample(canaryBad: 0, canaryTotal: 0)
        let judge = SequentialJudge(metric: "errors")
        let start = Array(repeating: quiet, count: 10)
        #expect(judge.judge(start + Array(repeating: silent, count: 5)).verdict == .needsMoreData)
        #expect(judge.judge(start + Array(repeating: silent, count: 60)).verdict == .inconclusive)
    }

    @Test("a release that waits for days is still judged")
    func longWait() {
        let quiet = IntervalSample(canaryBad: 1, canaryTotal: 100, baselineBad: 9, baselineTotal: 900)
        let bad = IntervalSample(canaryBad: 15, canaryTotal: 100, baselineBad: 9, baselineTotal: 900)
        let judge = SequentialJudge(metric: "errors", settings: Self.settings)
        let samples = Array(repeating: quiet, count: 4000)
        #expect(judge.judge(samples, stageFrom: 20).verdict == .pass)
        #expect(judge.judge(samples + Array(repeating: bad, count: 12), stageFrom: 20).verdict == .fail)
    }

    @Test("the weights of a mixture are at most 1 in all", arguments: [1, 2, 3, 9], [1, 2, 30])
    func weights(stages: Int, planned: Int) {
        for stage in [nil, 0, 1, planned / 2, planned, planned + 5] {
            let onset = OnsetWeights(first: 0.5, plannedIntervals: planned, stages: stages, stage: stage)
            // An e-process that learns nothing has the weight that has entered, and what still waits.
            var process = EvidenceProcess(alternatives: 3, onset: onset)
            for _ in 0..<planned + 10 {
                process.add([0, 0, 0])
                #expect(process.logValue <= 1e-12)
            }
        }
    }
}

@Suite("A release that serves alone, against a bar")
struct RateJudgeTests {
    private static func samples(_ count: Int, rate: Double, requests: Double, _ random: inout SplitMix64)
        -> [IntervalSample]
    {
        (0..<count).map { _ in
            IntervalSample(canaryBad: random.poisson(requests * rate), canaryTotal: requests)
        }
    }

    @Test("what is at the bar hardly ever fails, what is above it does", arguments: [0.005, 0.01, 0.03])
    func bar(rate: Double) {
        var random = SplitMix64(seed: 31)
        let failed = (0..<100).count { _ in
            let judge = RateJudge(metric: "errors", bar: 0.01)
            return judge.judge(Self.samples(20, rate: rate, requests: 1000, &random)).verdict == .fail
        }
        if rate <= 0.01 { #expect(failed <= 5) } else { #expect(failed == 100) }
    }

    @Test("a service with hardly any traffic passes after the minimum, and not before")
    func littleTraffic() {
        let judge = RateJudge(metric: "errors", bar: 0.01)
        let one = IntervalSample(canaryBad: 0, canaryTotal: 1)
        #expect(judge.judge(Array(repeating: one, count: 4)).verdict == .needsMoreData)
        #expect(judge.judge(Array(repeating: one, count: 5)).verdict == .pass)
    }

    @Test("a suspicion is waited for, also after the minimum")
    func suspicion() {
        var judge = RateJudge(metric: "errors", bar: 0.01)
        judge.settings.minimumIntervals = 3
        let quiet = IntervalSample(canaryBad: 1, canaryTotal: 1000)
        let bad = IntervalSample(canaryBad: 60, canaryTotal: 1000)
        #expect(judge.judge([bad, bad, bad]).verdict == .needsMoreData)
        #expect(judge.judge([bad, bad, bad, bad]).verdict == .fail)
        #expect(judge.judge([bad] + Array(repeating: quiet, count: 10)).verdict == .pass)
    }

    @Test("counters that have stopped pass nothing")
    func silent() {
        let judge = RateJudge(metric: "errors", bar: 0.01)
        let some = Array(repeating: IntervalSample(canaryBad: 0, canaryTotal: 100), count: 5)
        let none = Array(repeating: IntervalSample(canaryBad: 0, canaryTotal: 0), count: 30)
        #expect(judge.judge(some + none.prefix(2)).verdict == .needsMoreData)
        #expect(judge.judge(some + none).verdict == .inconclusive)
    }

    @Test("half of the requests failing is acted on within an interval")
    func panic() {
        let judge = RateJudge(metric: "errors", bar: 0.01)
        let outcome = judge.judge([IntervalSample(canaryBad: 50, canaryTotal: 100)])
        #expect(outcome.verdict == .fail)
        #expect(outcome.sentence == "errors are above 1 %: 50 of 100 requests over 1 minute")
    }

    @Test(
        "what the predecessor did as well is no failure of the release",
        arguments: [(30.0, 1000.0, Verdict.pass), (5, 5000, .fail), (1, 2, .fail), (0, 0, .fail)])
    func predecessor(_ bad: Double, _ total: Double, _ expected: Verdict) {
        var random = SplitMix64(seed: 32)
        let seen = IntervalSample(canaryBad: 0, canaryTotal: 0, baselineBad: bad, baselineTotal: total)
        let judge = RateJudge(metric: "errors", bar: 0.01, predecessor: seen)
        let found = (0..<20).map { _ in judge.judge(Self.samples(20, rate: 0.03, requests: 500, &random)).verdict }
        #expect(found.count { $0 == expected } >= 18, "\(found)")
    }

    @Test("a release that has been good for however long is found when it goes bad, and does not pass meanwhile")
    func lateOnset() {
        let judge = RateJudge(metric: "errors", bar: 0.01)
        let good = IntervalSample(canaryBad: 12, canaryTotal: 6000)
        let bad = IntervalSample(canaryBad: 900, canaryTotal: 6000)
        for count in [5, 25, 29, 31, 40, 200] {
            let start = Array(repeating: good, count: count)
            #expect(judge.judge(start).verdict == .pass, "\(count)")
            #expect(judge.judge(start + [bad]).verdict != .pass, "\(count)")
            #expect(judge.judge(start + Array(repeating: bad, count: 12)).verdict == .fail, "\(count)")
        }
    }
}
