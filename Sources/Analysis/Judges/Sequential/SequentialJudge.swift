import Glibc

/// Compares the canary's count of bad requests with the baseline's by a test that may be looked at any time.
///
/// A failure is that of the first interval at which it was final, so asking again, later or more often changes nothing; a
/// pass lasts for as long as the newest intervals bear it out.
package struct SequentialJudge: Sendable {
    package var metric: String
    package var settings: SequentialSettings
    package var interval: Duration
    package var noun: String

    package init(
        metric: String, settings: SequentialSettings = SequentialSettings(), interval: Duration = .seconds(60),
        noun: String = "errors"
    ) {
        self.metric = metric
        self.settings = settings
        self.interval = interval
        self.noun = noun
    }

    /// A failure by everything that has been seen of the release, a pass by the present stage alone: how a release bears a
    /// small weight proves nothing about a larger one.
    ///
    /// - Parameters:
    ///   - samples: one per interval since the canary first had traffic, in the order of time.
    ///   - stage: the first of them that belongs to the present stage.
    ///   - starts: those at which a new set of pods began to serve, where the settings let pods warm up.
    package func judge(
        _ samples: [IntervalSample], stageFrom stage: Int = 0, podsFrom starts: [Int] = [0]
    ) -> SequentialOutcome {
        let samples = samples.warm(after: settings.warmUpIntervals, from: starts)
        return outcome(walk.judge(samples, stageFrom: stage), of: samples, stageFrom: stage)
    }

    private func outcome(_ found: Walk.Finding, of samples: [IntervalSample], stageFrom stage: Int) -> SequentialOutcome
    {
        let seen = samples[found.intervals]
        let totals = seen.total
        let isWorse = found.verdict == .fail && found.reason != .noRequests
        return SequentialOutcome(
            metric: metric, verdict: found.verdict, reason: found.reason, intervals: seen.count,
            decidedAt: found.decidedAt, interval: interval,
            totals: totals, failEvidence: found.failEvidence, passEvidence: found.passEvidence,
            ratioAtLeast: isWorse ? ratioAtLeast(Array(seen), stage: stage - found.intervals.lowerBound) : nil,
            isUnsuspicious: settings.isUnsuspicious(
                canary: totals.canaryTotal, baseline: totals.baselineTotal, failEvidence: found.failEvidence),
            noun: noun, baseline: settings.baseline, maximumRate: settings.maximumRate)
    }

    /// Every statistic of every interval, with what was decided by them.
    package func trace(
        _ samples: [IntervalSample], stageFrom stage: Int = 0, podsFrom starts: [Int] = [0]
    ) -> SequentialTrace {
        let samples = samples.warm(after: settings.warmUpIntervals, from: starts)
        let found = walk.judge(samples, stageFrom: stage)
        let outcome = outcome(found, of: samples, stageFrom: stage)
        return SequentialTrace(
            metric: metric, verdict: outcome.verdict, reason: outcome.reason, sentence: outcome.sentence,
            decidedAfter: outcome.intervals, decidedAt: found.decidedAt, settings: settings,
            walk.trace(samples, stageFrom: stage))
    }

    private typealias Walk = SequentialWalk<CountFailure, CountPass>

    private var walk: Walk {
        Walk(
            settings: settings, horizon: settings.horizon, failure: { [settings] in CountFailure(settings, stage: $0) },
            pass: { [settings] in CountPass(settings) })
    }

    /// The evidence against "at most `ratio` times the baseline", after each interval.
    package func failEvidence(
        _ samples: [IntervalSample], against ratio: Double, stage: Int? = nil
    ) -> [Double] {
        var evidence = Self.worse(settings, limit: ratio, onset: settings.onset(stage: stage))
        return samples.map { sample in
            evidence.add(sample)
            return evidence.logValue
        }
    }

    /// The evidence against "at least `rejectRatio` times the baseline", after each interval.
    package func passEvidence(_ samples: [IntervalSample]) -> [Double] {
        var evidence = CountPass(settings)
        return samples.map { sample in
            evidence.add(sample)
            return evidence.logValue
        }
    }

    /// The largest ratio that the data exclude as an upper limit, by bisection on its logarithm.
    package func ratioAtLeast(_ samples: [IntervalSample], stage: Int? = nil) -> Double? {
        let onset = settings.onset(stage: stage)
        let limit = settings.failLimit
        func excludes(_ ratio: Double) -> Bool {
            var evidence = Self.worse(settings, limit: ratio, onset: onset)
            for sample in samples {
                evidence.add(sample)
                if evidence.logValue >= limit { return true }
            }
            return false
        }
        var (low, high) = (log(1.0 / 64), log(1024.0))
        guard excludes(exp(low)) else { return nil }
        if excludes(exp(high)) { return exp(high) }
        for _ in 0..<24 {
            let middle = (low + high) / 2
            if excludes(exp(middle)) { low = middle } else { high = middle }
        }
        return exp(low)
    }

    /// Nothing yet against "at most `limit` times the baseline".
    static func worse(_ settings: SequentialSettings, limit: Double, onset: OnsetWeights) -> RatioEvidence {
        let test = RatioTest(
            limit: limit, noise: settings.noise, dispersion: settings.dispersion, cap: settings.failCap)
        return RatioEvidence("worse", test, ratios: settings.grid.map { limit * $0 }, onset: onset)
    }
}
