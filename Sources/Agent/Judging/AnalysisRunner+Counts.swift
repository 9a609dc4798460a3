internal import Analysis
internal import Rollouts

/// Metrics of templates that count: requests and how many of them were bad, or histograms.
extension AnalysisRunner {
    /// The canary's counts against stable's.
    func judge(
        _ used: TemplateMetric, by template: SequentialTemplate, _ request: AnalysisRequest, sharing: Int
    ) async throws -> JudgedMetric {
        let metric = used.resolved
        if let end = request.comparedUntil { return try await held(used, template, request, since: end, sharing) }
        var settings = template.settings(stages: subject.judgedStages, sharing: sharing)
        settings.noData = metric.noData
        let span = try span(of: metric, template.canary, request, horizon: settings.horizon)
        guard span.stageTimes.count > 1 || span.times.count > 2 else { return early(used, span) }
        if template.isHistogram {
            var settings = template.histogramSettings(stages: subject.judgedStages, sharing: sharing)
            settings.sequential.noData = metric.noData
            let judge = HistogramJudge(
                metric: metric.name, settings: settings, interval: metric.interval, unit: template.unit ?? .seconds)
            let series = try await histograms(metric, template, span, horizon: settings.sequential.horizon)
            let outcome = judge.judge(series, stageFrom: span.stage)
            return JudgedMetric(
                evidence: outcome.evidence(isDryRun: used.isDryRun, window: span.window(of: outcome.verdict)),
                endedAt: span.end(of: outcome.decidedAt), isUnsuspicious: outcome.isUnsuspicious)
        }
        let judge = SequentialJudge(
            metric: metric.name, settings: settings, interval: metric.interval, noun: template.noun ?? "errors")
        let samples = try await samples(metric, template, span, horizon: settings.horizon)
        let outcome = judge.judge(samples, stageFrom: span.stage)
        var evidence = outcome.evidence(isDryRun: used.isDryRun, window: span.window(of: outcome.verdict))
        evidence.measurements = MeasuredPoint.points(of: samples, at: span.times)
        return JudgedMetric(
            evidence: evidence, endedAt: span.end(of: outcome.decidedAt), isUnsuspicious: outcome.isUnsuspicious)
    }

    /// The canary's counts against a bar.
    func judge(
        _ used: TemplateMetric, by template: ConfidentTemplate, _ request: AnalysisRequest, sharing: Int
    ) async throws -> JudgedMetric {
        let metric = used.resolved
        var settings = template.counting.settings(stages: 1, sharing: sharing)
        settings.noData = metric.noData
        let span = try span(of: metric, template.canary, request, horizon: settings.horizon)
        guard span.stageTimes.count > 1 else { return early(used, span) }
        let times = Array(span.stageTimes)
        let counts = try await side(metric, template.canary).counts(over: times)
        let samples = counts.map { IntervalSample(canaryBad: $0.bad, canaryTotal: $0.total) }
        let judge = RateJudge(
            metric: metric.name, bar: template.bar, proof: .below, settings: settings, interval: metric.interval,
            noun: template.noun ?? "errors")
        let outcome = judge.judge(samples)
        var evidence = outcome.evidence(isDryRun: used.isDryRun, window: span.ofStage)
        evidence.measurements = MeasuredPoint.points(of: samples, at: times)
        return JudgedMetric(
            evidence: evidence, endedAt: span.end(of: outcome.decidedAt, ofStage: true),
            isUnsuspicious: outcome.isUnsuspicious)
    }

    /// Without the previous release beside it a promoted one is held to the rate that its template states, if it does.
    private func held(
        _ used: TemplateMetric, _ template: SequentialTemplate, _ request: AnalysisRequest, since end: Timestamp,
        _ sharing: Int
    ) async throws -> JudgedMetric {
        let metric = used.resolved
        guard let rate = template.counting.maximumRate, !template.isHistogram else {
            return JudgedMetric(
                evidence: MetricEvidence(
                    metric: metric.name, verdict: .pass, isDryRun: used.isDryRun, sentence: "judged by readiness alone",
                    counts: .init(good: 0, bad: 0, undecided: 0), window: Window(start: request.from, end: self.end)),
                endedAt: request.from)
        }
        let settings = template.settings(stages: subject.judgedStages, sharing: sharing)
        let span = try span(of: metric, template.canary, request, horizon: settings.horizon)
        guard span.stageTimes.count > 1 else { return early(used, span) }
        let samples = try await samples(metric, template, span, horizon: settings.horizon)
        let compared = zip(samples, span.times.dropFirst()).filter { $0.1 <= end }.map(\.0)
        let judge = RateJudge(
            metric: metric.name, bar: rate, predecessor: compared.total, settings: settings, interval: metric.interval,
            noun: template.noun ?? "errors")
        // Both sides run the release now.
        let outcome = judge.judge(samples.dropFirst(span.stage).map(\.combined))
        return JudgedMetric(
            evidence: outcome.evidence(isDryRun: used.isDryRun, window: span.ofStage),
            endedAt: span.end(of: outcome.decidedAt, ofStage: true))
    }

    private func early(_ used: TemplateMetric, _ span: JudgedSpan) -> JudgedMetric {
        JudgedMetric(
            evidence: MetricEvidence(
                metric: used.resolved.name, verdict: .needsMoreData, isDryRun: used.isDryRun,
                sentence: "no interval of \(Span(used.resolved.interval)) is complete yet",
                counts: .init(good: 0, bad: 0, undecided: 0), window: span.ofStage))
    }

    // MARK: Counts

    /// Until when what is counted is known: a service that is late would make its newest intervals look empty.
    private func span(
        of metric: ResolvedMetric, _ side: SideQueries?, _ request: AnalysisRequest, horizon: Int
    ) throws -> JudgedSpan {
        let source = try source(metric.provider(asking: side?.total ?? side?.buckets), interval: metric.interval)
        return JudgedSpan(
            request, interval: metric.interval, until: end(of: metric.provider, source), horizon: horizon,
            most: source.traits.mostTimes ?? MeasurementGrid.maximumCount)
    }

    private func samples(
        _ metric: ResolvedMetric, _ template: SequentialTemplate, _ span: JudgedSpan, horizon: Int
    ) async throws -> [IntervalSample] {
        let canary = try await side(metric, template.canary).counts(over: span.times)
        let ofCanary = canary.map { IntervalSample(canaryBad: $0.bad, canaryTotal: $0.total) }
        guard template.baseline != .previous else {
            let times = earlier(than: span, metric.interval, horizon)
            let earlier = try await side(metric, template.stable ?? template.canary).counts(over: times)
            return IntervalSample.pairing(
                ofCanary, withEarlier: earlier.map { IntervalSample(canaryBad: $0.bad, canaryTotal: $0.total) })
        }
        let stable = try await side(metric, template.stable).counts(over: span.times)
        return zip(canary, stable).map { canary, stable in
            IntervalSample(
                canaryBad: canary.bad, canaryTotal: canary.total, baselineBad: stable.bad, baselineTotal: stable.total)
        }
    }

    private func histograms(
        _ metric: ResolvedMetric, _ template: SequentialTemplate, _ span: JudgedSpan, horizon: Int
    ) async throws -> HistogramSeries {
        let canary = try await buckets(metric, template.canary).counters(over: span.times)
        var (side, times) = (template.stable, span.times)
        if template.baseline == .previous {
            (side, times) = (template.stable ?? template.canary, earlier(than: span, metric.interval, horizon))
        }
        return HistogramCounters.series(
            canary: canary, baseline: try await buckets(metric, side).counters(over: times), after: CountedGrid.context)
    }

    /// The bounds of the intervals of the same length that ended when the release began.
    private func earlier(than span: JudgedSpan, _ interval: Duration, _ count: Int) -> [Timestamp] {
        guard !span.times.isEmpty else { return [] }
        let start = span.began - interval * count
        return (0...min(count, span.times.count - 1)).map { start + interval * $0 }
    }

    private func side(_ metric: ResolvedMetric, _ side: SideQueries?) throws -> CountedSide {
        guard let side, let total = side.total else {
            throw MetricFailure(.configuration, "\(metric.name) does not say what it counts")
        }
        guard let part = side.bad ?? side.good else {
            throw MetricFailure(.configuration, "\(metric.name) states neither bad nor good")
        }
        return CountedSide(
            total: try counted(metric, total), part: try counted(metric, part), isPartGood: side.bad == nil)
    }

    private func counted(_ metric: ResolvedMetric, _ query: Value) throws -> any MetricSource {
        let source = try source(metric.provider(asking: query), interval: metric.interval)
        guard source.traits.isRetroactive else {
            throw MetricFailure(
                .configuration, "\(metric.name): \(metric.provider.kind ?? "the provider") cannot count over a window",
                hint: "judge its value by conditions")
        }
        return source
    }

    private func buckets(_ metric: ResolvedMetric, _ side: SideQueries?) throws -> CountedBuckets {
        let source = try source(metric.provider(asking: side?.buckets), interval: metric.interval)
        guard source.traits.hasCounters else {
            throw MetricFailure(
                .configuration, "\(metric.name): \(metric.provider.kind ?? "the provider") has no buckets to count",
                hint: "state good and total instead")
        }
        return CountedBuckets(source: source)
    }
}

extension ResolvedMetric {
    /// The provider with a query of the judge: a text is the query itself, a mapping further settings.
    func provider(asking query: Value?) -> MetricProvider {
        switch query {
        case .map(let members)?: provider.adding(members)
        case let query?: provider.adding([.init("query", query)])
        case nil: provider
        }
    }
}
