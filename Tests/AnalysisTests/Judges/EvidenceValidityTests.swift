import Analysis
import Foundation
import Testing

/// What makes the chance of a mistake hold, whatever is looked at and however often: where the hypothesis is true, the
/// mean of an interval's e-value is at most 1.
@Suite("The evidence of an interval is worth at most 1 where there is nothing to find")
struct EvidenceValidityTests {
    /// Poisson's chances, up to where they are negligible.
    private static func chances(_ mean: Double) -> [Double] {
        var chances = [exp(-mean)]
        for count in 1...60 { chances.append(chances[count - 1] * mean / Double(count)) }
        return chances
    }

    private static func mean(
        canary: Double, baseline: Double, _ value: (_ canaryBad: Double, _ baselineBad: Double) -> Double
    ) -> Double {
        var sum = 0.0
        for (ofCanary, first) in chances(canary).enumerated() {
            for (ofBaseline, second) in chances(baseline).enumerated() {
                sum += first * second * exp(value(Double(ofCanary), Double(ofBaseline)))
            }
        }
        return sum
    }

    @Test(
        "a ratio of at most the limit, with noise and cap or without", arguments: [0.01, 0.3, 0.9, 0.99],
        [0.2, 1, 8])
    func ratio(_ share: Double, _ errors: Double) {
        // At the limit the canary has 1.25 times the baseline's rate.
        let baseline = errors * (1 - share) / (1 - share + 1.25 * share)
        for truth in [0.3, 1, 1.25] {
            for (noise, cap) in [(0.0, nil), (0.1, nil), (0.1, 1.0)] as [(Double, Double?)] {
                let test = RatioTest(limit: 1.25, noise: noise, cap: cap)
                for ratio in [1.6, 2.5, 12.5, 62.5] {
                    let mean = Self.mean(canary: truth * baseline * share / (1 - share), baseline: baseline) {
                        let sample = IntervalSample(
                            canaryBad: $0, canaryTotal: share * 1e6, baselineBad: $1, baselineTotal: (1 - share) * 1e6)
                        return test.increment(sample, ratio: ratio)
                    }
                    #expect(mean <= 1 + 1e-6, "\(ratio) for \(truth): \(mean)")
                }
            }
        }
    }

    @Test("a ratio of at least the limit, for a pass", arguments: [0.1, 0.5, 0.9], [0.2, 1, 8])
    func notWorse(_ share: Double, _ errors: Double) {
        let baseline = errors * (1 - share) / (1 - share + 2 * share)
        let test = RatioTest(limit: 2, noise: 0, cap: 1)
        for truth in [2, 3, 10.0] {
            for ratio in [1, 1.25] {
                let mean = Self.mean(canary: truth * baseline * share / (1 - share), baseline: baseline) {
                    let sample = IntervalSample(
                        canaryBad: $0, canaryTotal: share * 1e6, baselineBad: $1, baselineTotal: (1 - share) * 1e6)
                    return test.increment(sample, ratio: ratio)
                }
                #expect(mean <= 1 + 1e-6, "\(ratio) for \(truth): \(mean)")
            }
        }
    }

    @Test("a rate at most the bar, and one at least the bar", arguments: [0.001, 0.01, 0.2])
    func rate(_ bar: Double) {
        let test = RateTest(bar: bar)
        let total = 40.0
        func mean(_ truth: Double, _ rate: Double) -> Double {
            var (sum, chance) = (0.0, pow(1 - truth, total))
            for bad in stride(from: 0, through: total, by: 1) {
                sum += chance * exp(test.increment(bad: bad, total: total, rate: rate))
                chance *= (total - bad) / (bad + 1) * truth / (1 - truth)
            }
            return sum
        }
        for rate in RateTest.alternatives(above: bar) {
            for truth in [bar / 3, bar] { #expect(mean(truth, rate) <= 1 + 1e-9) }
        }
        for rate in [bar / 1.5, bar / 20] {
            for truth in [bar, bar * 2] { #expect(mean(truth, rate) <= 1 + 1e-9) }
        }
    }
}
