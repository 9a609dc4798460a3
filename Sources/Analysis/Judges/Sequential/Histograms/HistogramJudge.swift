/// Compares the canary's histogram, of latencies as a rule, with the baseline's by a test that may be looked at any time.
///
/// It decides as `SequentialJudge` does. The evidence for a failure is the mean of that above several bounds and that of
/// ranks, or one of them; for a pass each must be proven.
package struct HistogramJudge: Sendable {
    package var metric: String
    package var settings: HistogramSettings
    package var interval: Duration
    package var unit: BucketUnit

    package init(
        metric: String, settings: HistogramSettings = HistogramSettings(), interval: Duration = .seconds(60),
        unit: BucketUnit = .seconds
    ) {
        self.metric = metric
        self.settings = settings
        self.interval = interval
        self.unit = unit
    }

    /// - Parameters:
    ///   - series: one sample per interval since the canary first had traffic.
    ///   - stage: the first interval that belongs to the present stage.
    ///   - starts: the intervals at which a new set of pods began to serve.
    ///   - known: the baseline's requests in each bucket before the first interval, by which bounds are chosen at once.
    package func judge(
        _ series: HistogramSeries, stageFrom stage: Int = 0, podsFrom starts: [Int] = [0], known: [Double] = []
    ) -> HistogramOutcome {
        let intervals = intervals(of: series, podsFrom: starts, known: known)
        return outcome(walk.judge(intervals, stageFrom: stage), of: series, intervals)
    }

    /// Every statistic of every interval, with what was decided by them.
    package func trace(
        _ series: HistogramSeries, stageFrom stage: Int = 0, podsFrom starts: [Int] = [0], known: [Double] = []
    ) -> SequentialTrace {
        let intervals = intervals(of: series, podsFrom: starts, known: known)
        let found = walk.judge(intervals, stageFrom: stage)
        let outcome = outcome(found, of: series, intervals)
        let drafts = zip(walk.trace(intervals, stageFrom: stage), intervals).map { draft, interval in
            var draft = draft
            draft.slowAbove = interval.slow.map { slow in slow.bound.map { series.bounds[$0] } }
            draft.rank = interval.terms
            return draft
        }
        return SequentialTrace(
            metric: metric, verdict: outcome.verdict, reason: outcome.reason, sentence: outcome.sentence,
            decidedAfter: outcome.intervals, decidedAt: found.decidedAt, settings: settings.sequential, drafts)
    }

    private typealias Walk = SequentialWalk<HistogramFailure, HistogramPass>

    private var walk: Walk {
        Walk(
            settings: settings.sequential, horizon: settings.sequential.horizon,
            failure: { [settings] in HistogramFailure(settings, stage: $0) },
            pass: { [settings] in HistogramPass(settings) })
    }

    private func intervals(of series: HistogramSeries, podsFrom starts: [Int], known: [Double]) -> [HistogramInterval] {
        HistogramInterval.intervals(of: series, settings: settings, known: known)
            .warm(after: settings.sequential.warmUpIntervals, from: starts)
    }

    private func outcome(
        _ found: Walk.Finding, of series: HistogramSeries, _ intervals: [HistogramInterval]
    ) -> HistogramOutcome {
        // What was not judged because the pods were cold is not told either.
        let seen = found.intervals.filter { intervals[$0].hasCanary }.map { series.samples[$0] }
        let totals = seen.total(buckets: series.bounds.count + 1)
        return HistogramOutcome(
            metric: metric, verdict: found.verdict, reason: found.reason, intervals: found.intervals.count,
            decidedAt: found.decidedAt, interval: interval, totals: totals,
            slow: SlowShare(of: totals, bounds: series.bounds, unit: unit),
            failEvidence: found.failEvidence, passEvidence: found.passEvidence,
            isUnsuspicious: settings.sequential.isUnsuspicious(
                canary: totals.canaryTotal, baseline: totals.baselineTotal, failEvidence: found.failEvidence),
            baseline: settings.sequential.baseline, isComparable: !series.bounds.isEmpty)
    }
}

extension [HistogramSample] {
    /// All intervals together.
    fileprivate func total(buckets: Int) -> HistogramSample {
        var canary = [Double](repeating: 0, count: buckets)
        var baseline = canary
        for sample in self {
            for (index, value) in zip(canary.indices, sample.canary) { canary[index] += value }
            for (index, value) in zip(baseline.indices, sample.baseline) { baseline[index] += value }
        }
        return HistogramSample(canary: canary, baseline: baseline)
    }
}
