import Analysis
import Foundation
import Support
import Testing

@Suite("Simulated traffic is what it says")
struct TrafficTests {
    private static func isNear(_ value: Double, _ expected: Double, within margin: Double) -> Bool {
        abs(value - expected) < margin
    }

    /// Four standard errors of the mean of `count` numbers with a variance.
    private static func margin(_ variance: Double, _ count: Double) -> Double { 4 * (variance / count).squareRoot() }

    @Test("counts have Poisson's mean and variance", arguments: [0.03, 0.5, 5, 29.9, 30, 31, 500, 54_000])
    func poisson(_ mean: Double) {
        var random = SplitMix64(seed: 71)
        let counts = (0..<4000).map { _ in random.poisson(mean) }
        let average = counts.reduce(0, +) / 4000
        let variance = counts.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 3999
        // Four standard errors; the variance of the variance is (μ + 2μ²) / n.
        #expect(Self.isNear(average, mean, within: Self.margin(mean, 4000)))
        #expect(Self.isNear(variance, mean, within: Self.margin(mean + 2 * mean * mean, 4000)))
        #expect(counts.allSatisfy { $0 >= 0 && $0 == $0.rounded() })
    }

    @Test("counts below a bound are as frequent as Poisson has it")
    func distribution() {
        var random = SplitMix64(seed: 72)
        // P(X <= 25) for the mean 30, and P(X <= 45) for 40: scipy.stats.poisson.cdf.
        for (mean, bound, expected) in [(30.0, 25.0, 0.208_357_4), (40, 45, 0.809_650_1)] {
            let below = (0..<4000).count { _ in random.poisson(mean) <= bound }
            let margin = Self.margin(expected * (1 - expected), 4000)
            #expect(Self.isNear(Double(below) / 4000, expected, within: margin))
        }
    }

    @Test("normal numbers have mean 0 and variance 1")
    func normal() {
        var random = SplitMix64(seed: 73)
        let numbers = (0..<4000).map { _ in random.normal() }
        let average = numbers.reduce(0, +) / 4000
        let square = numbers.reduce(0) { $0 + $1 * $1 } / 4000
        #expect(Self.isNear(average, 0, within: Self.margin(1, 4000)))
        #expect(Self.isNear(square, 1, within: Self.margin(2, 4000)))
    }

    @Test("a release's rates are those of its scenario")
    func errors() {
        var random = SplitMix64(seed: 74)
        let scenario = ErrorScenario("twice as bad", rate: 0.02).with { $0.ratio = 2 }
        let total = (0..<20).flatMap { _ in scenario.draw(30, requestsPerSecond: 10, &random) }.total
        #expect(Self.isNear(total.canaryBad / total.canaryTotal, 0.04, within: 0.003))
        #expect(Self.isNear(total.baselineBad / total.baselineTotal, 0.02, within: 0.0015))
        #expect(Self.isNear(total.canaryTotal / (total.canaryTotal + total.baselineTotal), 0.1, within: 0.002))
        #expect(Self.isNear(total.canaryTotal / 360_000, 1, within: 0.05))
    }

    @Test("errors in batches are as many, and together")
    func batches() throws {
        let scenario = try #require(ErrorScenario.healthy.first { $0.batch > 1 })
        var random = SplitMix64(seed: 75)
        let samples = (0..<20).flatMap { _ in scenario.draw(30, requestsPerSecond: 100, &random) }
        #expect(Self.isNear(samples.total.canaryBad / samples.total.canaryTotal, 0.005, within: 0.000_5))
        let mean = samples.total.canaryBad / 600
        let variance = samples.reduce(0) { $0 + ($1.canaryBad - mean) * ($1.canaryBad - mean) } / 599
        #expect(variance > 5 * mean)
    }

    @Test("latencies are lognormal, and a tail is one")
    func latency() throws {
        var random = SplitMix64(seed: 76)
        let scenario = LatencyScenario("slow tail").with { $0.tail = (0.03, 5) }
        let samples = try (0..<10).flatMap { _ in
            try #require(scenario.draw(30, requestsPerSecond: 100, &random)).samples
        }
        func share(_ side: (HistogramSample) -> [Double], above bound: Double) throws -> Double {
            let index = try #require(LatencyScenario.bounds.firstIndex(of: bound))
            let slow = samples.reduce(0) { $0 + side($1).dropFirst(index + 1).reduce(0, +) }
            return slow / samples.reduce(0) { $0 + side($1).reduce(0, +) }
        }
        #expect(Self.isNear(try share(\.baseline, above: 0.1), 0.5, within: 0.05))
        #expect(Self.isNear(try share(\.baseline, above: 0.5), 0.004, within: 0.002))
        // Half of the tail is above its own median of 500 ms.
        #expect(Self.isNear(try share(\.canary, above: 0.5), 0.019, within: 0.004))
    }

    @Test("bounds of a share are those of Clopper and Pearson")
    func bounds() {
        // scipy.stats.beta.ppf(0.95, k + 1, n - k), and the mirror image of it.
        #expect(Self.isNear(BinomialBounds(successes: 0, trials: 300).upper, 0.009_936_1, within: 1e-6))
        #expect(Self.isNear(BinomialBounds(successes: 6, trials: 1200).upper, 0.009_844_7, within: 1e-6))
        #expect(Self.isNear(BinomialBounds(successes: 288, trials: 300).lower, 0.935_996_1, within: 1e-6))
        #expect(BinomialBounds(successes: 5, trials: 5).upper == 1)
    }
}
