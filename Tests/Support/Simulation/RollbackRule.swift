package import Analysis

/// A way to decide when a release is rolled back, as far as its metrics decide it.
package struct RollbackRule<Window: Sendable>: Sendable {
    package let name: String
    /// The interval, counted from 1, after which it rolls back; nil where it does not.
    package let failure: @Sendable (Window) -> Int?

    package init(_ name: String, _ failure: @escaping @Sendable (Window) -> Int?) {
        self.name = name
        self.failure = failure
    }
}

/// How long a rollout is looked at, in intervals.
package enum Horizon {
    /// For everything that looks at so many measurements.
    package static let intervals = 30
    /// Flagger goes on for as many checks as have failed.
    package static let drawn = intervals + flaggerThreshold - 1

    static let flaggerThreshold = 5
}

extension RollbackRule where Window == [IntervalSample] {
    /// This project's judge with its defaults.
    package static let sequential = RollbackRule("sequential") { samples in
        let outcome = SequentialJudge(metric: "errors").judge(Array(samples.prefix(Horizon.intervals)))
        return outcome.verdict == .fail ? outcome.intervals : nil
    }

    /// Argo Rollouts: `successCondition: result[0] >= bar`, an interval of a minute, `count: 30`, `failureLimit: 3`.
    package static func argo(successRate bar: Double) -> RollbackRule? {
        guard let conditions = try? Conditions(success: "result[0] >= \(bar)") else { return nil }
        return RollbackRule("Argo >= \(bar)") { samples in
            ArgoReplay.failure(of: samples.map(\.successRate), conditions)
        }
    }

    /// Flagger: `request-success-rate` with `thresholdRange.min`, `threshold: 5`, thirty weights.
    package static func flagger(successRate bar: Double) -> RollbackRule {
        RollbackRule("Flagger >= \(bar)") { samples in
            FlaggerReplay.failure(of: samples.map { $0.successRate >= bar })
        }
    }
}

extension RollbackRule where Window == HistogramSeries {
    /// This project's judge with its defaults, of pods that have warmed up.
    package static let sequential = RollbackRule("sequential") { series in
        let judge = HistogramJudge(metric: "latency", settings: HistogramSettings(warmUpIntervals: 0))
        guard let window = series.prefix(Horizon.intervals) else { return nil }
        let outcome = judge.judge(window)
        return outcome.verdict == .fail ? outcome.intervals : nil
    }

    /// Argo Rollouts: the canary's 99th percentile, otherwise as for errors.
    package static func argo(seconds bar: Double) -> RollbackRule? {
        guard let conditions = try? Conditions(success: "result[0] <= \(bar)") else { return nil }
        return RollbackRule("Argo p99 <= \(bar) s") { series in
            ArgoReplay.failure(of: series.percentiles, conditions)
        }
    }

    /// Flagger: `request-duration` with `thresholdRange.max`.
    package static func flagger(seconds bar: Double) -> RollbackRule {
        RollbackRule("Flagger p99 <= \(bar) s") { series in
            FlaggerReplay.failure(of: series.percentiles.map { $0 <= bar })
        }
    }
}

/// Argo Rollouts' counting, by this project's own judge in its strict mode.
private enum ArgoReplay {
    static func failure(of values: [Double], _ conditions: Conditions) -> Int? {
        let limits = MeasurementLimits(count: Horizon.intervals, failure: 3)
        let judge = ThresholdJudge(metric: "metric", conditions: conditions, limits: limits, mode: .argo)
        let measurements = values.prefix(Horizon.intervals).enumerated().map { position, value in
            Measurement(
                time: Timestamp(milliseconds: Int64(position + 1) * 60_000), reading: .value(.vector([value])))
        }
        let outcome = judge.judge(measurements)
        guard outcome.phase == .failed, let end = outcome.endedAt else { return nil }
        return Int(end.milliseconds / 60_000)
    }
}

/// Flagger's counting: each check that passes is a step, failed ones add up over the whole release.
private enum FlaggerReplay {
    static func failure(of checks: [Bool]) -> Int? {
        var (passed, failed) = (0, 0)
        for (position, check) in checks.enumerated() {
            if check { passed += 1 } else { failed += 1 }
            if failed == Horizon.flaggerThreshold { return position + 1 }
            if passed == Horizon.intervals { return nil }
        }
        return nil
    }
}

extension IntervalSample {
    /// As the usual query has it: not a number where there were no requests.
    fileprivate var successRate: Double { (canaryTotal - canaryBad) / canaryTotal }
}

extension HistogramSeries {
    fileprivate func prefix(_ count: Int) -> HistogramSeries? {
        HistogramSeries(bounds: bounds, samples: Array(samples.prefix(count)))
    }

    /// The canary's 99th percentile of each interval, as `histogram_quantile` finds it: linear within a bucket.
    fileprivate var percentiles: [Double] {
        samples.map { sample in
            let rank = 0.99 * sample.canaryTotal
            guard sample.canaryTotal > 0 else { return .nan }
            var below = 0.0
            for (index, count) in sample.canary.enumerated() where index < bounds.count {
                if below + count >= rank {
                    let start = index > 0 ? bounds[index - 1] : 0
                    return start + (bounds[index] - start) * (rank - below) / max(count, .leastNonzeroMagnitude)
                }
                below += count
            }
            return bounds.last ?? .nan
        }
    }
}
