internal import Analysis
internal import Rollouts

/// Argo's analysis templates, judged by thresholds over the whole window at every tick.
extension AnalysisRunner {
    func templates(_ spec: AnalysisSpec, _ request: AnalysisRequest) async throws -> AnalysisReading {
        let metrics = try metrics(of: spec)
        var judged: [Judged] = []
        for metric in metrics {
            judged.append(try await judge(metric, request))
        }
        let gating = judged.filter { !$0.evidence.isDryRun }
        let verdict = Verdict.folding(gating.map(\.evidence.verdict), isPastDeadline: false)
        return reading(
            request, judged.map(\.evidence), verdict: verdict, completedAt: gating.compactMap(\.endedAt).max(),
            harmless: false)
    }

    /// The metrics that the templates of an analysis have with its arguments.
    func metrics(of spec: AnalysisSpec) throws -> [TemplateMetric] {
        let merged = try TemplateReader(templates: subject.templates, facts: subject.facts).merged(spec)
        return try (merged.spec.metrics ?? []).map { template in
            TemplateMetric(
                resolved: try ResolvedMetric(template.substituting(merged.arguments)),
                isDryRun: merged.dryRun.contains(template.name), mode: merged.mode)
        }
    }

    private struct Judged {
        var evidence: MetricEvidence
        var endedAt: Timestamp?
    }

    private func judge(_ used: TemplateMetric, _ request: AnalysisRequest) async throws -> Judged {
        let (metric, isDryRun) = (used.resolved, used.isDryRun)
        let first = try await outcome(of: used, in: request.id, from: request.from)
        if request.id == .background, first.endedAt == nil {
            return ongoing(first, metric, from: request.from, isDryRun: isDryRun)
        }
        let decided = Judged(evidence: evidence(first, metric, from: request.from, isDryRun), endedAt: first.endedAt)
        guard first.verdict == .pass, let endedAt = first.endedAt,
            !Verdict.isFresh(decidedAt: endedAt, now: now, interval: metric.interval, delay: delay)
        else { return decided }
        // The pass is old: the same analysis over a window of its own length that ends now must pass too.
        let from = max(request.from, end - (endedAt - request.from))
        let again = try await outcome(of: used, in: request.id, from: from)
        return Judged(evidence: evidence(again, metric, from: from, isDryRun), endedAt: endedAt)
    }

    /// A background metric without a count has no end: it passes as long as its newest measurement is fresh and no limit
    /// is exceeded.
    private func ongoing(
        _ outcome: MetricOutcome, _ metric: ResolvedMetric, from: Timestamp, isDryRun: Bool
    ) -> Judged {
        let found = evidence(outcome, metric, from: from, isDryRun)
        guard outcome.verdict == .needsMoreData, outcome.counters.successful > 0,
            let last = outcome.lastCounted,
            Verdict.isFresh(decidedAt: last, now: now, interval: metric.interval, delay: delay)
        else { return Judged(evidence: found, endedAt: outcome.endedAt) }
        return Judged(
            evidence: MetricEvidence(
                metric: found.metric, verdict: .pass, isDryRun: isDryRun, sentence: found.sentence, value: found.value,
                condition: found.condition, baseline: found.baseline, counts: found.counts, window: found.window),
            endedAt: nil)
    }

    private func evidence(
        _ outcome: MetricOutcome, _ metric: ResolvedMetric, from: Timestamp, _ isDryRun: Bool
    ) -> MetricEvidence {
        outcome.evidence(
            condition: metric.conditions.summary, isDryRun: isDryRun, window: Window(start: from, end: max(from, end)))
    }

    private func outcome(
        of used: TemplateMetric, in analysis: AnalysisRequest.ID, from: Timestamp
    ) async throws -> MetricOutcome {
        let metric = used.resolved
        let judge = metric.judge(mode: used.mode, noData: metric.noData)
        let times = metric.grid(liveAt: from).times(until: end)
        guard !times.isEmpty else { return judge.judge([]) }
        let source = try source(metric.provider, interval: metric.interval)
        guard source.traits.isRetroactive else {
            return judge.judge(await ledger.measurements(of: metric.name, in: analysis, at: times, from: source))
        }
        return judge.judge(try await source.measurements(at: times))
    }
}

/// A metric of a template as one analysis uses it.
struct TemplateMetric: Sendable {
    let resolved: ResolvedMetric
    let isDryRun: Bool
    let mode: Expression.Mode
}
