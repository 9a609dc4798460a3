import Analysis
import Support
import Testing

@Suite("A rate that must be proven to be below a bar")
struct ProvenRateTests {
    private static let judge = RateJudge(metric: "errors", bar: 0.01, proof: .below)

    private static func samples(
        _ count: Int = 30, rate: Double, requests: Double, _ random: inout SplitMix64
    ) -> [IntervalSample] {
        (0..<count).map { _ in
            IntervalSample(canaryBad: random.poisson(requests * rate), canaryTotal: requests)
        }
    }

    @Test(
        "what is proven passes or fails, what lies at the bar is inconclusive at the deadline",
        arguments: [
            (0, 600.0, Verdict.pass), (0.003, 600, .pass), (0.01, 600, .inconclusive), (0.03, 600, .fail),
            (0.02, 6000, .fail), (0.3, 60, .fail), (0, 10, .inconclusive), (0, 60, .pass),
        ])
    func verdicts(_ rate: Double, _ requests: Double, _ expected: Verdict) {
        var random = SplitMix64(seed: 51)
        let found = (0..<20).map { _ in Self.judge.judge(Self.samples(rate: rate, requests: requests, &random)).verdict
        }
        #expect(found.count { $0 == expected } >= 18, "\(found)")
    }

    @Test("a release at the bar hardly ever fails, and one at the bar hardly ever passes")
    func errors() {
        var random = SplitMix64(seed: 52)
        var (failed, passed) = (0, 0)
        for _ in 0..<150 {
            switch Self.judge.judge(Self.samples(rate: 0.01, requests: 300, &random)).verdict {
            case .fail: failed += 1
            case .pass: passed += 1
            default: break
            }
        }
        // α and β are 5 %: 14 of 150 has a chance of 2 % at that rate.
        #expect(failed <= 13)
        #expect(passed <= 13)
    }

    @Test("nothing passes before the minimum, and a proof that the present contradicts is none")
    func minimum() {
        let good = IntervalSample(canaryBad: 0, canaryTotal: 5000)
        let bad = IntervalSample(canaryBad: 150, canaryTotal: 5000)
        #expect(Self.judge.judge(Array(repeating: good, count: 4)).verdict == .needsMoreData)
        #expect(Self.judge.judge(Array(repeating: good, count: 5)).verdict == .pass)
        #expect(Self.judge.judge([good, good, good, good, bad]).verdict == .needsMoreData)
        #expect(Self.judge.judge([good, good, good, good] + Array(repeating: bad, count: 8)).verdict == .fail)
    }

    @Test("a pass does not outlive what proved it, and a release that goes bad later fails")
    func lasting() {
        let good = IntervalSample(canaryBad: 0, canaryTotal: 5000)
        let none = IntervalSample(canaryBad: 0, canaryTotal: 0)
        let bad = IntervalSample(canaryBad: 150, canaryTotal: 5000)
        let start = Array(repeating: good, count: 10)
        #expect(Self.judge.judge(start).verdict == .pass)
        #expect(Self.judge.judge(start + Array(repeating: none, count: 6)).verdict == .needsMoreData)
        #expect(Self.judge.judge(start + Array(repeating: none, count: 60)).verdict == .inconclusive)
        #expect(Self.judge.judge(start + Array(repeating: bad, count: 8)).verdict == .fail)
    }

    @Test("sentences say what was proven")
    func sentences() {
        let good = IntervalSample(canaryBad: 0, canaryTotal: 600)
        let pass = Self.judge.judge(Array(repeating: good, count: 30))
        #expect(pass.sentence == "errors are below 1 %: 0 of 3,000 requests over 5 minutes")
        let even = IntervalSample(canaryBad: 6, canaryTotal: 600)
        let open = Self.judge.judge(Array(repeating: even, count: 30))
        #expect(open.sentence == "errors could not be told from 1 %: 180 of 18,000 requests over 30 minutes")
        #expect(open.isUnsuspicious)
        let little = IntervalSample(canaryBad: 0, canaryTotal: 1)
        #expect(!Self.judge.judge(Array(repeating: little, count: 30)).isUnsuspicious)
    }

    @Test("bars that cannot be do no harm", arguments: [-1, 0, 1, 2, .nan, .infinity, 1e-300])
    func garbage(_ bar: Double) {
        let judge = RateJudge(metric: "errors", bar: bar, proof: .below)
        let outcome = judge.judge(Array(repeating: IntervalSample(canaryBad: 1, canaryTotal: 10), count: 40))
        #expect(!outcome.failEvidence.isNaN)
        #expect(outcome.verdict != .pass)
    }
}
