import Analysis
import Foundation
import Support

/// What the sequential judges cost once their data is in memory.
enum Judging {
    private static let rollouts = 1000
    private static let intervals = 60

    /// 1,000 rollouts of an hour by 4 metrics each; one in ten is broken.
    struct Work {
        fileprivate let counts: [[IntervalSample]]
        fileprivate let histograms: [HistogramSeries]

        init() {
            var random = SplitMix64(seed: 7)
            func scenario<Scenario>(_ number: Int, _ healthy: [Scenario], _ broken: [Scenario]) -> Scenario {
                number % 10 == 0 ? broken[number / 10 % broken.count] : healthy[number % healthy.count]
            }
            counts = (0..<rollouts * 4).map { number in
                scenario(number / 4, ErrorScenario.healthy, ErrorScenario.broken).draw(
                    intervals, requestsPerSecond: OperatingCharacteristic.requestRates[number % 4], &random)
            }
            histograms = (0..<rollouts).compactMap { number in
                scenario(number, LatencyScenario.healthy, LatencyScenario.broken).draw(
                    intervals, requestsPerSecond: OperatingCharacteristic.requestRates[number % 4], &random)
            }
        }

        /// How many fail by their counts, of `metrics` per rollout.
        func judgeCounts(metrics: Int) -> Int {
            counts.indices.count { index in
                guard index % 4 < metrics else { return false }
                return SequentialJudge(metric: "errors", settings: settings).judge(counts[index]).verdict == .fail
            }
        }

        /// How many fail by their histograms.
        func judgeHistograms() -> Int {
            histograms.count { series in
                HistogramJudge(metric: "latency", settings: HistogramSettings(settings)).judge(series).verdict == .fail
            }
        }

        private var settings: SequentialSettings {
            var settings = SequentialSettings()
            settings.plannedIntervals = intervals
            settings.metricsSharingAlpha = 4
            settings.maximumRate = 0.01
            return settings
        }
    }
}
