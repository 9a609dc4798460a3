internal import Analysis
internal import Rollouts

/// The plan's built-in metrics: counters of the canary against those of stable, by the sequential judge.
extension AnalysisRunner {
    func builtIn(_ request: AnalysisRequest) async throws -> AnalysisReading {
        if let end = request.comparedUntil { return try await barred(request, comparedUntil: end) }
        // What folds nothing would pass anything.
        guard !subject.metrics.isEmpty else { throw MetricFailure(.configuration, "the metric set has no metrics") }
        let span = JudgedSpan(request, interval: judgedInterval, until: end, horizon: horizon)
        guard span.times.count > 1 else { return tooEarly(request) }
        var judged: [JudgedMetric] = []
        for metric in subject.metrics {
            judged.append(await self.judged(metric.name, from: request.from) { try await compared(metric, span) })
        }
        let reading = reading(request, [JudgedPart(judged)])
        return reading.verdict == .needsMoreData && span.stageTimes.count < 2 ? tooEarly(request) : reading
    }

    /// A metric by its counts and, where its set knows the buckets, by the whole distribution.
    private func compared(
        _ metric: MetricSetDocument.CountMetric, _ span: JudgedSpan
    ) async throws -> JudgedMetric {
        let samples = try await samples(of: metric, span)
        let outcome = judge(samples, metric, stageFrom: span.stage)
        var judged = JudgedMetric(
            evidence: outcome.evidence(window: span.window(of: outcome.verdict)),
            endedAt: span.end(of: outcome.decidedAt), isUnsuspicious: outcome.isUnsuspicious)
        do {
            if let whole = try await distribution(of: metric, span) { judged = judged.or(whole) }
        } catch let failure as MetricFailure where failure.code == .configuration {
            // A store that does not give them has none.
            judged.evidence.sentence += "; by counts alone: the buckets cannot be read: \(failure.message)"
        } catch {
            judged = judged.or(JudgedMetric(error, of: metric.name, isDryRun: false, window: span.ofStage))
        }
        judged.evidence.measurements = MeasuredPoint.points(of: samples, at: span.times)
        return judged
    }

    /// Without the previous release beside it the release is held to the rates that are stated, or to what the previous
    /// one had while it served.
    private func barred(_ request: AnalysisRequest, comparedUntil: Timestamp) async throws -> AnalysisReading {
        let metrics = subject.metrics.compactMap { metric in
            (metric.maximumRate ?? subject.judging.maximumRate).map { (metric, $0) }
        }
        guard !metrics.isEmpty else {
            return AnalysisReading(
                id: request.id, verdict: .pass, sentence: "judged by readiness alone", completedAt: request.from)
        }
        let span = JudgedSpan(request, interval: judgedInterval, until: end, horizon: horizon)
        guard span.stageTimes.count > 1 else { return tooEarly(request) }
        var judged: [JudgedMetric] = []
        for (metric, rate) in metrics {
            judged.append(
                await self.judged(metric.name, from: request.from) {
                    try await held(metric, to: rate, span, comparedUntil: comparedUntil)
                })
        }
        return reading(request, [JudgedPart(judged)])
    }

    private func held(
        _ metric: MetricSetDocument.CountMetric, to rate: Double, _ span: JudgedSpan, comparedUntil: Timestamp
    ) async throws -> JudgedMetric {
        let samples = try await samples(of: metric, span)
        let compared = zip(samples, span.times.dropFirst()).filter { $0.1 <= comparedUntil }.map(\.0)
        let judge = RateJudge(
            metric: metric.name, bar: rate, predecessor: compared.total, settings: settings(for: metric),
            interval: judgedInterval, noun: metric.noun ?? "errors")
        // Both sides run the release now.
        let outcome = judge.judge(samples.dropFirst(span.stage).map(\.combined))
        return JudgedMetric(
            evidence: outcome.evidence(window: span.ofStage), endedAt: span.end(of: outcome.decidedAt, ofStage: true))
    }

    var judgedInterval: Duration { (subject.judging.interval ?? Span(.seconds(60))).duration }

    private var horizon: Int { subject.metrics.map { settings(for: $0).horizon }.max() ?? 1 }

    private func tooEarly(_ request: AnalysisRequest) -> AnalysisReading {
        AnalysisReading(
            id: request.id, verdict: .needsMoreData,
            sentence: "no interval of \(Span(judgedInterval)) is complete yet")
    }

    /// - Parameter ways: in how many ways the metric is judged, which share its part of the chance of failing a healthy
    ///   release between them.
    func settings(for metric: MetricSetDocument.CountMetric, ways: Int = 1) -> SequentialSettings {
        var settings = SequentialSettings()
        settings.metricsSharingAlpha = max(1, subject.metrics.count) * ways
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
            metric: metric.name, settings: settings(for: metric, ways: metric.bucket == nil ? 1 : 2),
            interval: judgedInterval, noun: metric.noun ?? "errors")
        return judge.judge(samples, stageFrom: stage)
    }

    private func samples(
        of metric: MetricSetDocument.CountMetric, _ span: JudgedSpan
    ) async throws -> [IntervalSample] {
        let canary = try await side(of: metric, subject.canary).counts(over: span.times)
        let stable = try await side(of: metric, subject.stable).counts(over: span.times)
        return zip(canary, stable).map { canary, stable in
            IntervalSample(
                canaryBad: canary.bad, canaryTotal: canary.total, baselineBad: stable.bad, baselineTotal: stable.total)
        }
    }

    private func side(
        of metric: MetricSetDocument.CountMetric, _ side: MetricSide
    ) throws(MetricFailure) -> CountedSide {
        guard let part = metric.bad ?? metric.good else {
            throw MetricFailure(.configuration, "the metric \(metric.name) states neither bad nor good")
        }
        func source(_ template: String) throws(MetricFailure) -> StoredQuery {
            try counter(MetricSetDocument.CountMetric.query(template, for: side))
        }
        return CountedSide(total: try source(metric.total), part: try source(part), isPartGood: metric.bad == nil)
    }

    /// What the repository's own store has of a query.
    func counter(_ query: String) throws(MetricFailure) -> StoredQuery {
        StoredQuery(query, in: try store(), step: judgedInterval, place: subject.address ?? "Prometheus")
    }
}
