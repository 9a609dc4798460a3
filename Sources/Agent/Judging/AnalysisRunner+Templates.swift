internal import Analysis
internal import Rollouts

/// Argo's analysis templates, judged over the whole window at every tick: by conditions, or by the judge that a metric
/// states.
extension AnalysisRunner {
    func templates(_ spec: AnalysisSpec, _ request: AnalysisRequest) async throws -> JudgedPart {
        let (metrics, score) = try metrics(of: spec)
        let sharing = metrics.count { $0.sharesAlpha }
        var judged: [JudgedMetric] = []
        for metric in metrics {
            switch metric.resolved.judge {
            case nil: judged.append(try await judge(metric, request))
            case .sequential(let template)?:
                judged.append(try await judge(metric, by: template, request, sharing: sharing))
            case .confident(let template)?:
                judged.append(try await judge(metric, by: template, request, sharing: sharing))
            case .compare(let template)?: judged.append(try await judge(metric, by: template, request))
            }
        }
        if let score { judged = scored(judged, score) }
        return JudgedPart(judged)
    }

    /// The metrics that the templates of an analysis have with its arguments.
    func metrics(of spec: AnalysisSpec) throws -> (metrics: [TemplateMetric], score: CompareScoring?) {
        let merged = try TemplateReader(templates: subject.templates, facts: subject.facts).merged(spec)
        let metrics = try (merged.spec.metrics ?? []).map { template in
            TemplateMetric(
                resolved: try ResolvedMetric(template.substituting(merged.arguments), mode: merged.mode),
                isDryRun: merged.dryRun.contains(template.name), mode: merged.mode)
        }
        return (metrics, merged.spec.score)
    }

    private func judge(_ used: TemplateMetric, _ request: AnalysisRequest) async throws -> JudgedMetric {
        let (metric, isDryRun) = (used.resolved, used.isDryRun)
        let until = try known(metric)
        let judge = metric.thresholdJudge(mode: used.mode)
        let measured = try await measurements(of: used, in: request.id, metric.grid(liveAt: request.from))
        let first = judge.judge(measured)
        if request.id == .background, first.endedAt == nil {
            return ongoing(first, metric, from: request.from, until: until, isDryRun: isDryRun)
        }
        let decided = JudgedMetric(
            evidence: evidence(first, metric, from: request.from, isDryRun), endedAt: first.endedAt)
        // What was measured once is measured each minute from then on.
        let interval = metric.interval > .zero ? metric.interval : .seconds(60)
        guard first.verdict == .pass, let endedAt = first.endedAt,
            !Verdict.isFresh(decidedAt: endedAt, now: now, interval: interval, delay: now - until)
        else { return decided }
        // The pass is old: the same analysis over a window of its own length that ends now must pass too.
        var since = measured
        if metric.interval == .zero {
            let later = try await measurements(of: used, in: request.id, .init(liveAt: endedAt, interval: interval))
            since += later.filter { $0.time > endedAt }
        }
        guard let renewal = judge.renewal(since, of: first, from: endedAt + interval + interval) else { return decided }
        return JudgedMetric(
            evidence: evidence(renewal.outcome, metric, from: renewal.window.start, isDryRun),
            endedAt: renewal.outcome.verdict == .fail ? renewal.window.end : endedAt)
    }

    /// A window as long as the one from `from` to `endedAt`, that ends as late as the data, on the same grid.
    func newestWindow(from: Timestamp, to endedAt: Timestamp, until: Timestamp, interval: Duration) -> Timestamp {
        max(from, until - (endedAt - from)).alignedUp(to: interval)
    }

    /// Until when what the metric measures is known; the cluster's Jobs are read like everything else.
    private func known(_ metric: ResolvedMetric) throws -> Timestamp {
        if metric.provider.kind == "job" { return end }
        return try end(of: metric.provider, source(metric.provider, interval: metric.interval))
    }

    /// A background metric without a count has no end: it passes as long as its newest measurement is fresh and no limit
    /// is exceeded.
    private func ongoing(
        _ outcome: MetricOutcome, _ metric: ResolvedMetric, from: Timestamp, until: Timestamp, isDryRun: Bool
    ) -> JudgedMetric {
        var found = evidence(outcome, metric, from: from, isDryRun)
        guard outcome.verdict == .needsMoreData, outcome.counters.successful > 0,
            let last = outcome.lastCounted,
            Verdict.isFresh(decidedAt: last, now: now, interval: metric.interval, delay: now - until)
        else { return JudgedMetric(evidence: found, endedAt: outcome.endedAt) }
        found.verdict = .pass
        let counters = outcome.counters
        found.sentence =
            "\(metric.name) holds so far: \(counters.successful) of "
            + "\(Readable.plural(counters.measurements, "measurement")) succeeded"
        return JudgedMetric(evidence: found, endedAt: nil)
    }

    private func evidence(
        _ outcome: MetricOutcome, _ metric: ResolvedMetric, from: Timestamp, _ isDryRun: Bool
    ) -> MetricEvidence {
        var evidence = outcome.evidence(
            condition: metric.conditions.summary, isDryRun: isDryRun, window: Window(start: from, end: max(from, end)))
        if outcome.counters.measurements == 0, let job = try? JobWatch(metric.provider, subject.facts) {
            evidence.sentence = "\(metric.name) waits: \(job.standing)"
        }
        return evidence
    }

    private func measurements(
        of used: TemplateMetric, in analysis: AnalysisRequest.ID, _ grid: MeasurementGrid
    ) async throws -> [Measurement] {
        let metric = used.resolved
        if let job = try JobWatch(metric.provider, subject.facts) {
            return try job.measurements(on: grid, until: now)
        }
        let source = try source(metric.provider, interval: grid.interval)
        let times = grid.times(until: end(of: metric.provider, source))
        guard !times.isEmpty else { return [] }
        guard source.traits.isRetroactive else {
            return await ledger.measurements(of: metric.name, in: analysis, at: times, from: source)
        }
        return try await source.measurements(at: times)
    }
}

/// A metric of a template as one analysis uses it.
struct TemplateMetric: Sendable {
    let resolved: ResolvedMetric
    let isDryRun: Bool
    let mode: Expression.Mode

    /// Whether the chance of failing a healthy release is divided between this metric and others.
    var sharesAlpha: Bool {
        switch resolved.judge {
        case .sequential?, .confident?: !isDryRun
        case .compare?, nil: false
        }
    }
}

/// What became of one metric.
struct JudgedMetric: Sendable {
    var evidence: MetricEvidence
    /// When the measurement or the interval was that decided; nil while the metric goes on.
    var endedAt: Timestamp?
    /// Undecided after enough requests, without a hint of trouble.
    var isUnsuspicious = false
    /// Of the compare judge.
    var comparison: ComparedWindows?

    /// What has not ended has ended last.
    var end: Timestamp { endedAt ?? evidence.window.end }
}
