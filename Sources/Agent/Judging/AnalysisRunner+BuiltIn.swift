internal import Analysis
internal import Rollouts

/// The plan's built-in metrics: counters of the canary against those of stable, by the sequential judge.
extension AnalysisRunner {
    func builtIn(_ request: AnalysisRequest) async throws(MetricFailure) -> AnalysisReading {
        // Without the previous release beside it there is nothing to compare the canary with.
        guard request.comparable else {
            return AnalysisReading(id: request.id, verdict: .pass, sentence: "judged by readiness alone")
        }
        let interval = (subject.judging.interval ?? Span(.seconds(60))).duration
        let grid = MeasurementGrid(liveAt: request.from.alignedUp(to: interval), interval: interval)
        let times = grid.times(until: end)
        guard times.count > 1 else {
            return AnalysisReading(
                id: request.id, verdict: .needsMoreData, sentence: "no interval of \(Span(interval)) is complete yet")
        }
        var outcomes: [SequentialOutcome] = []
        for metric in subject.metrics {
            let samples = try await samples(of: metric, at: times, interval: interval)
            outcomes.append(judge(samples, metric, interval))
        }
        let window = Window(start: times[0], end: times[times.count - 1])
        // Each judge knows its own deadline: what is inconclusive by then says so itself.
        let verdict = Verdict.folding(outcomes.map(\.verdict), isPastDeadline: false)
        return reading(
            request, outcomes.map { $0.evidence(window: window) }, verdict: verdict, completedAt: nil,
            harmless: outcomes.allSatisfy { $0.verdict == .pass || $0.isUnsuspicious })
    }

    /// A pass is final for the judge and not for a stage: what comes after it is judged again, as long as it lasts.
    private func judge(
        _ samples: [IntervalSample], _ metric: MetricSetDocument.CountMetric, _ interval: Duration
    ) -> SequentialOutcome {
        var settings = SequentialSettings()
        settings.metricsSharingAlpha = max(1, subject.metrics.count)
        if let count = subject.judging.minimumIntervals { settings.minimumIntervals = count }
        if let count = subject.judging.plannedIntervals { settings.plannedIntervals = count }
        settings.maximumRate = metric.maximumRate ?? subject.judging.maximumRate
        let judge = SequentialJudge(
            metric: metric.name, settings: settings, interval: interval, noun: metric.noun ?? "errors")
        let first = judge.judge(samples)
        var latest = first
        var rest = samples[...]
        while latest.verdict == .pass, latest.intervals > 0, rest.count > latest.intervals {
            rest = rest.dropFirst(latest.intervals)
            latest = judge.judge(Array(rest))
        }
        if latest.verdict == .fail { return latest }
        guard first.verdict == .pass, let silence = silence(samples, judge, since: first) else { return first }
        return silence
    }

    /// What a pass is worth that has grown old while nobody has seen the canary serve: the newest intervals are asked
    /// for data; nil where they have some, or where the pass is fresh.
    private func silence(
        _ samples: [IntervalSample], _ judge: SequentialJudge, since pass: SequentialOutcome
    ) -> SequentialOutcome? {
        let freshIntervals = 2
        guard samples.count - pass.intervals > freshIntervals else { return nil }
        let newest = samples.suffix(max(freshIntervals, pass.intervals))
        guard newest.suffix(freshIntervals).allSatisfy({ $0.canaryTotal <= 0 }) else { return nil }
        let again = judge.judge(Array(newest))
        return again.verdict == .pass ? nil : again
    }

    private func samples(
        of metric: MetricSetDocument.CountMetric, at times: [Timestamp], interval: Duration
    ) async throws(MetricFailure) -> [IntervalSample] {
        let canary = try await counts(of: metric, subject.canaryService, times, interval)
        let stable = try await counts(of: metric, subject.stableService, times, interval)
        return zip(canary, stable).map { canary, stable in
            IntervalSample(
                canaryBad: canary.bad, canaryTotal: canary.total, baselineBad: stable.bad, baselineTotal: stable.total)
        }
    }

    private func counts(
        of metric: MetricSetDocument.CountMetric, _ service: String, _ times: [Timestamp], _ interval: Duration
    ) async throws(MetricFailure) -> [(bad: Double, total: Double)] {
        let counters = Counters(times: times)
        let totals = try await series(metric.total, service, times, interval)
        let total = counters.increments(of: totals)
        if let query = metric.bad {
            let bad = counters.increments(of: try await series(query, service, times, interval), presence: totals)
            return zip(bad, total).map { ($0, $1) }
        }
        guard let query = metric.good else {
            throw MetricFailure(.configuration, "the metric \(metric.name) states neither bad nor good")
        }
        let good = counters.increments(of: try await series(query, service, times, interval), presence: totals)
        return zip(good, total).map { (max(0, $1 - $0), $1) }
    }

    private func series(
        _ template: String, _ service: String, _ times: [Timestamp], _ interval: Duration
    ) async throws(MetricFailure) -> [Series] {
        let query = MetricSetDocument.CountMetric.query(template, namespace: subject.namespace, service: service)
        return try await source(nil).range(
            RangeQuery(query: query, start: times[0], end: times[times.count - 1], step: interval))
    }
}
