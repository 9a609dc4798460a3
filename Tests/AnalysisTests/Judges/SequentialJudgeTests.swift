import Analysis
import Glibc
import Support
import Testing

@Suite("The sequential judge")
struct SequentialJudgeTests {
    private static func run(
        intervals: Int = 30, requests: Double, share: Double = 0.1, rate: Double, ratio: (Int) -> Double,
        incident: (Int) -> Double = { _ in 1 },
        _ random: inout SplitMix64
    ) -> [IntervalSample] {
        (0..<intervals).map { interval in
            let canary = random.poisson(requests)
            let baseline = random.poisson(requests * (1 - share) / share)
            let base = min(1, rate * incident(interval))
            return IntervalSample(
                canaryBad: random.poisson(canary * min(1, base * ratio(interval))), canaryTotal: canary,
                baselineBad: random.poisson(baseline * base),
                baselineTotal: baseline)
        }
    }

    /// The share of releases with each verdict.
    private static func verdicts(
        _ count: Int, seed: UInt64, requests: Double, rate: Double, ratio: @escaping (Int) -> Double,
        incident: @escaping (Int) -> Double = { _ in 1 }
    ) -> [Verdict: Double] {
        var random = SplitMix64(seed: seed)
        var found: [Verdict: Double] = [:]
        for _ in 0..<count {
            let samples = run(requests: requests, rate: rate, ratio: ratio, incident: incident, &random)
            found[SequentialJudge(metric: "errors").judge(samples).verdict, default: 0] += 1 / Double(count)
        }
        return found
    }

    @Test(
        "healthy releases hardly ever fail, however often one looks",
        arguments: [(60.0, 0.005), (600, 0.03), (6, 0.03)])
    func healthy(_ requests: Double, _ rate: Double) {
        let found = Self.verdicts(120, seed: 11, requests: requests, rate: rate, ratio: { _ in 1 })
        #expect(found[.fail, default: 0] <= 0.05)
    }

    @Test("an incident that both sides share fails nothing")
    func sharedIncident() {
        let found = Self.verdicts(
            100, seed: 12, requests: 600, rate: 0.005, ratio: { _ in 1 }, incident: { (5..<10).contains($0) ? 20 : 1 })
        #expect(found[.fail, default: 0] <= 0.05)
    }

    @Test("a healthy release with traffic passes")
    func passes() {
        let found = Self.verdicts(60, seed: 13, requests: 600, rate: 0.02, ratio: { _ in 1 })
        #expect(found[.pass, default: 0] > 0.95)
    }

    @Test("twice the errors is found, and passes hardly ever")
    func detects() {
        let found = Self.verdicts(100, seed: 14, requests: 600, rate: 0.005, ratio: { _ in 2 })
        #expect(found[.fail, default: 0] > 0.85)
        #expect(found[.pass, default: 0] <= 0.05)
    }

    @Test("what cannot be decided is said to be undecided")
    func lowTraffic() {
        let found = Self.verdicts(60, seed: 15, requests: 6, rate: 0.005, ratio: { _ in 1 })
        #expect(found[.inconclusive, default: 0] > 0.95)
    }

    @Test("a release that breaks half of the requests fails within two intervals")
    func panic() {
        var random = SplitMix64(seed: 16)
        for _ in 0..<30 {
            let samples = Self.run(requests: 60, rate: 0.005, ratio: { _ in 100 }, &random)
            let outcome = SequentialJudge(metric: "errors").judge(samples)
            #expect(outcome.verdict == .fail)
            #expect(outcome.reason == .panic)
            #expect(outcome.intervals <= 2)
        }
    }

    @Test("ten times nothing is nothing: rates below the floor are no failure")
    func floor() {
        let samples = (0..<30).map { _ in
            IntervalSample(canaryBad: 3, canaryTotal: 10_000, baselineBad: 2, baselineTotal: 90_000)
        }
        #expect(SequentialJudge(metric: "errors").judge(samples).verdict != .fail)
        var settings = SequentialSettings()
        settings.floor = 0
        #expect(SequentialJudge(metric: "errors", settings: settings).judge(samples).verdict == .fail)
    }

    @Test("one interval alone fails nothing short of a panic")
    func cap() {
        let quiet = IntervalSample(canaryBad: 0, canaryTotal: 600, baselineBad: 0, baselineTotal: 5400)
        let burst = IntervalSample(canaryBad: 60, canaryTotal: 600, baselineBad: 0, baselineTotal: 5400)
        let samples = Array(repeating: quiet, count: 10) + [burst] + Array(repeating: quiet, count: 19)
        #expect(SequentialJudge(metric: "errors").judge(samples).verdict == .inconclusive)
    }

    @Test("without errors on either side only a bar can pass a release")
    func noErrors() {
        let samples = (0..<30).map { _ in
            IntervalSample(canaryBad: 0, canaryTotal: 100, baselineBad: 0, baselineTotal: 900)
        }
        #expect(SequentialJudge(metric: "errors").judge(samples).verdict == .inconclusive)
        var settings = SequentialSettings()
        settings.maximumRate = 0.01
        let outcome = SequentialJudge(metric: "errors", settings: settings).judge(samples)
        #expect(outcome.verdict == .pass)
        #expect(outcome.reason == .belowRate)
        #expect(outcome.intervals == 5)
    }

    @Test("more intervals never change a failure, nor a pass but by what they say themselves")
    func independentOfTicks() {
        var random = SplitMix64(seed: 17)
        for _ in 0..<12 {
            let ratio: Double = [1.0, 2, 5].randomElement(using: &random) ?? 1
            let samples = Self.run(requests: 200, rate: 0.01, ratio: { _ in ratio }, &random)
            let judge = SequentialJudge(metric: "errors")
            let final = judge.judge(samples)
            for count in stride(from: 1, through: 30, by: 3) {
                let early = judge.judge(Array(samples.prefix(count)))
                switch early.reason {
                case .worse, .panic, .aboveRate, .noRequests: #expect(early == final)
                case .undecided, .deadline: #expect(final.intervals > count)
                case .notWorse, .belowRate, .notAboveRate, .outlived:
                    #expect(final == early || final.reason == .outlived || final.intervals >= early.intervals)
                }
            }
        }
    }

    @Test("the sentence names the ratio, the counts and the time")
    func sentence() {
        let samples = (0..<7).map { _ in
            IntervalSample(canaryBad: 30, canaryTotal: 1300, baselineBad: 45, baselineTotal: 11_630)
        }
        let outcome = SequentialJudge(metric: "errors").judge(samples)
        #expect(outcome.verdict == .fail)
        #expect((outcome.ratioAtLeast ?? 0) > 1.25)
        #expect((outcome.ratioAtLeast ?? 9) < 5.97)
        #expect(outcome.sentence.hasPrefix("canary errors are at least "))
        #expect(outcome.sentence.contains("times stable's: \(30 * outcome.intervals) of "))
        #expect(outcome.sentence.hasSuffix("over \(outcome.intervals) minutes"))
    }

    @Test("the lower bound is below the true ratio as often as it promises")
    func lowerBound() {
        var random = SplitMix64(seed: 18)
        var wrong = 0
        for _ in 0..<40 {
            let samples = Self.run(requests: 300, rate: 0.01, ratio: { _ in 3 }, &random)
            if let bound = SequentialJudge(metric: "errors").ratioAtLeast(samples), bound > 3 { wrong += 1 }
        }
        #expect(wrong <= 4)
    }

    @Test("counts that cannot be do no harm")
    func garbage() {
        let odd: [Double] = [.nan, .infinity, -.infinity, -5, 0, 1e300, 0.3]
        var samples: [IntervalSample] = []
        for first in odd {
            for second in odd {
                samples.append(
                    IntervalSample(canaryBad: first, canaryTotal: second, baselineBad: second, baselineTotal: first))
            }
        }
        for count in [0, 1, 7, samples.count] {
            let outcome = SequentialJudge(metric: "errors").judge(Array(samples.prefix(count)))
            #expect(!outcome.failEvidence.isNaN)
            #expect(!outcome.sentence.isEmpty)
        }
        var settings = SequentialSettings()
        settings.plannedIntervals = 0
        settings.grid = []
        settings.minimumEvidenceIntervals = 0
        settings.metricsSharingAlpha = 0
        #expect(SequentialJudge(metric: "errors", settings: settings).judge(samples).intervals <= samples.count)
    }
}
