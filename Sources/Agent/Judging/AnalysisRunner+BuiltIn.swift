internal import Analysis
internal import Rollouts

/// The plan's built-in metrics: counters of the canary against those of stable, by the sequential judge.
extension AnalysisRunner {
    func builtIn(_ request: AnalysisRequest) async throws(MetricFailure) -> AnalysisReading {
        if let end = request.comparedUntil { return try await barred(request, comparedUntil: end) }
        // What folds nothing would pass anything.
        guard !subject.metrics.isEmpty else { throw MetricFailure(.configuration, "the metric set has no metrics") }
        let span = JudgedSpan(request, interval: judgedInterval, until: end, horizon: horizon)
        guard span.times.count > 1 else { return tooEarly(request) }
        var outcomes: [SequentialOutcome] = []
        var evidence: [MetricEvidence] = []
        for metric in subject.metrics {
            let samples = try await samples(of: metric, span)
            let outcome = judge(samples, metric, stageFrom: span.stage)
            var row = outcome.evidence(window: span.window(of: outcome.verdict))
            row.measurements = MeasuredPoint.points(of: samples, at: span.times)
            outcomes.append(outcome)
            evidence.append(row)
        }
        // Each judge knows its own deadline: what is inconclusive by then says so itself.
        let verdict = Verdict.folding(outcomes.map(\.verdict), isPastDeadline: false)
        if verdict == .needsMoreData, span.stageTimes.count < 2 { return tooEarly(request) }
        return reading(
            request, evidence,
            verdict: verdict, completedAt: nil,
            harmless: outcomes.allSatisfy { $0.verdict == .pass || $0.isUnsuspicious })
    }

    /// Without the previous release beside it the release is held to the rates that are stated, or to what the previous
    /// one had while it served.
    private func barred(
        _ request: AnalysisRequest, comparedUntil: Timestamp
    ) async throws(MetricFailure) -> AnalysisReading {
        let metrics = subject.metrics.compactMap { metric in
            (metric.maximumRate ?? subject.judging.maximumRate).map { (metric, $0) }
        }
        guard !metrics.isEmpty else {
            return AnalysisReading(id: request.id, verdict: .pass, sentence: "judged by readiness alone")
        }
        let span = JudgedSpan(request, interval: judgedInterval, until: end, horizon: horizon)
        guard span.stageTimes.count > 1 else { return tooEarly(request) }
        var outcomes: [RateOutcome] = []
        for (metric, rate) in metrics {
            let samples = try await samples(of: metric, span)
            let settings = settings(for: metric)
            let compared = zip(samples, span.times.dropFirst()).filter { $0.1 <= comparedUntil }.map(\.0)
            let judge = RateJudge(
                metric: metric.name, bar: rate, predecessor: compared.total, settings: settings,
                interval: judgedInterval, noun: metric.noun ?? "errors")
            // Both sides run the release now.
            outcomes.append(judge.judge(samples.dropFirst(span.stage).map(\.combined)))
        }
        return reading(
            request, outcomes.map { $0.evidence(window: span.ofStage) },
            verdict: Verdict.folding(outcomes.map(\.verdict), isPastDeadline: false), completedAt: nil,
            harmless: false)
    }

    private var judgedInterval: Duration { (subject.judging.interval ?? Span(.seconds(60))).duration }

    private var horizon: Int { subject.metrics.map { settings(for: $0).horizon }.max() ?? 1 }

    private func tooEarly(_ request: AnalysisRequest) -> AnalysisReading {
        AnalysisReading(
            id: request.id, verdict: .needsMoreData,
            sentence: "no interval of \(Span(judgedInterval)) is complete yet")
    }

    private func settings(for metric: MetricSetDocument.CountMetric) -> SequentialSettings {
        var settings = SequentialSettings()
        settings.metricsSharingAlpha = max(1, subject.metrics.count)
        settings.stages = max(1, subject.judgedStages)
        if let count = subject.judging.minimumIntervals { settings.minimumIntervals = count }
        if let count = subject.judging.plannedIntervals { settings.plannedIntervals = count }
        settings.maximumRate = metric.maximumRate ?? subject.judging.maximumRate
        return settings
    }

    private func judge(
        _ samples: [IntervalSample], _ metric: MetricSetDocument.CountMetric, stageFrom stage: Int
    ) -> SequentialOutcome {
        let judge = SequentialJudge(
            metric: metric.name, settings: settings(for: metric), interval: judgedInterval,
            noun: metric.noun ?? "errors")
        return judge.judge(samples, stageFrom: stage)
    }

    private func samples(
        of metric: MetricSetDocument.CountMetric, _ span: JudgedSpan
    ) async throws(MetricFailure) -> [IntervalSample] {
        let canary = try await counts(of: metric, subject.canaryService, span.times)
        let stable = try await counts(of: metric, subject.stableService, span.times)
        return zip(canary, stable).map { canary, stable in
            IntervalSample(
                canaryBad: canary.bad, canaryTotal: canary.total, baselineBad: stable.bad, baselineTotal: stable.total)
        }
    }

    private func counts(
        of metric: MetricSetDocument.CountMetric, _ service: String, _ times: [Timestamp]
    ) async throws(MetricFailure) -> [(bad: Double, total: Double)] {
        let counters = Counters(times: times)
        let totals = try await series(metric.total, service, times)
        let total = counters.increments(of: totals)
        if let query = metric.bad {
            let bad = counters.increments(of: try await series(query, service, times), presence: totals)
            return zip(bad, total).map { ($0, $1) }
        }
        guard let query = metric.good else {
            throw MetricFailure(.configuration, "the metric \(metric.name) states neither bad nor good")
        }
        let good = counters.increments(of: try await series(query, service, times), presence: totals)
        return zip(good, total).map { (max(0, $1 - $0), $1) }
    }

    private func series(
        _ template: String, _ service: String, _ times: [Timestamp]
    ) async throws(MetricFailure) -> [Series] {
        let query = MetricSetDocument.CountMetric.query(template, namespace: subject.namespace, service: service)
        return try await store().range(
            RangeQuery(query: query, start: times[0], end: times[times.count - 1], step: judgedInterval))
    }
}
