package import Analysis
import Foundation

/// A release and its traffic, as far as requests take time: what a simulated rollout is drawn from.
///
/// The canary has a tenth of the traffic. Latencies are lognormal with a median of 100 ms and σ = 0.6, in the default
/// buckets of Prometheus' client libraries. Load and latency drift by 10 % for both sides at once, and each side's
/// latency by 2 % from one interval, which is a minute, to the next by itself.
package struct LatencyScenario: Sendable {
    package var name: String
    /// How many times as long the canary's requests take.
    package var factor = 1.0
    /// A share of the canary's requests that takes this many times as long.
    package var tail: (share: Double, factor: Double)?
    /// The interval from which on the canary differs.
    package var onset = 0
    /// A part of the time in which both sides take this many times as long.
    package var incident: (intervals: Range<Int>, factor: Double)?

    package static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let (median, sigma, ownNoise) = (0.1, 0.6, 0.02)

    package init(_ name: String, factor: Double = 1) {
        self.name = name
        self.factor = factor
    }

    package func with(_ change: (inout LatencyScenario) -> Void) -> LatencyScenario {
        var copy = self
        change(&copy)
        return copy
    }

    /// Draws a rollout.
    ///
    /// - Parameter requestsPerSecond: the canary's.
    package func draw(
        _ count: Int, requestsPerSecond: Double, _ random: inout SplitMix64
    ) -> HistogramSeries? {
        var (load, latency) = (Drift(&random), Drift(&random))
        let samples = (0..<count).map { interval in
            let requests = 60 * requestsPerSecond * load.next(&random)
            var median = Self.median * latency.next(&random)
            if let incident, incident.intervals.contains(interval) { median *= incident.factor }
            let isWorse = interval >= onset
            let canary = Self.buckets(
                requests, median: median * (isWorse ? factor : 1), tail: isWorse ? tail : nil, &random)
            let baseline = Self.buckets(
                requests * (1 - ErrorScenario.share) / ErrorScenario.share, median: median, tail: nil, &random)
            return HistogramSample(canary: canary, baseline: baseline)
        }
        return HistogramSeries(bounds: Self.bounds, samples: samples)
    }

    private static func buckets(
        _ requests: Double, median: Double, tail: (share: Double, factor: Double)?, _ random: inout SplitMix64
    ) -> [Double] {
        let center = log(median) + ownNoise * random.normal()
        func share(below bound: Double, _ center: Double) -> Double {
            NormalDistribution.cumulative((log(bound) - center) / sigma)
        }
        var before = 0.0
        return (bounds + [.infinity]).map { bound in
            var below = share(below: bound, center)
            if let tail {
                below = (1 - tail.share) * below + tail.share * share(below: bound, center + log(tail.factor))
            }
            defer { before = below }
            return random.poisson(requests * max(0, below - before))
        }
    }
}

extension LatencyScenario {
    /// Releases that must not be rolled back.
    package static let healthy = [
        LatencyScenario("as fast as stable"), LatencyScenario("3 % slower", factor: 1.03),
        LatencyScenario("both twice as slow for 5 minutes").with { $0.incident = (10..<15, 2) },
    ]

    /// Releases that must be rolled back.
    package static let broken = [
        LatencyScenario("20 % slower", factor: 1.2), LatencyScenario("twice as slow", factor: 2),
        LatencyScenario("3 % of requests 5 times as slow").with { $0.tail = (0.03, 5) },
        LatencyScenario("1 % of requests 5 times as slow").with { $0.tail = (0.01, 5) },
        LatencyScenario("twice as slow from minute 15", factor: 2).with { $0.onset = 15 },
    ]
}
