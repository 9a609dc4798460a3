internal import Analysis
internal import Rollouts
internal import YAML

/// Argo's analysis templates, judged by thresholds over the whole window at every tick.
extension AnalysisRunner {
    func templates(_ spec: AnalysisSpec, _ request: AnalysisRequest) async throws -> AnalysisReading {
        let metrics = try metrics(of: spec)
        var judged: [Judged] = []
        for metric in metrics {
            judged.append(try await judge(metric.resolved, request, isDryRun: metric.isDryRun))
        }
        let gating = judged.filter { !$0.evidence.isDryRun }
        let verdict = Verdict.folding(gating.map(\.evidence.verdict), isPastDeadline: false)
        return reading(
            request, judged.map(\.evidence), verdict: verdict, completedAt: gating.compactMap(\.endedAt).max(),
            harmless: false)
    }

    /// The metrics that the templates of an analysis have with its arguments.
    func metrics(of spec: AnalysisSpec) throws -> [(resolved: ResolvedMetric, isDryRun: Bool)] {
        let merged = try AnalysisTemplate.Spec.resolving(
            spec.templates.map { .init(templateName: $0.templateName, clusterScope: $0.clusterScope) },
            from: documents())
        var given: [String: String] = [:]
        for argument in spec.args ?? [] { given[argument.name] = argument.value }
        let arguments = try TemplateArguments(declared: merged.args ?? [], given: given)
        let dry = try merged.dryRunMetrics()
        return try (merged.metrics ?? []).map { template in
            (try ResolvedMetric(template.substituting(arguments)), dry.contains(template.name))
        }
    }

    private struct Judged {
        var evidence: MetricEvidence
        var endedAt: Timestamp?
    }

    private func documents() throws -> [AnalysisTemplate] {
        try subject.templates.filter { $0.kind != "MetricTemplate" }.map { file in
            do {
                return try YAMLDecoder().decode(TemplateFile.self, from: file.document).template
            } catch {
                throw MetricFailure(.configuration, "\(error)")
            }
        }
    }

    private func judge(
        _ metric: ResolvedMetric, _ request: AnalysisRequest, isDryRun: Bool
    ) async throws -> Judged {
        let first = try await outcome(of: metric, from: request.from)
        if request.id == .background, first.endedAt == nil {
            return ongoing(first, metric, from: request.from, isDryRun: isDryRun)
        }
        let decided = Judged(evidence: evidence(first, metric, from: request.from, isDryRun), endedAt: first.endedAt)
        guard first.verdict == .pass, let endedAt = first.endedAt,
            !Verdict.isFresh(decidedAt: endedAt, now: now, interval: metric.interval, delay: delay)
        else { return decided }
        // The pass is old: the same analysis over a window of its own length that ends now must pass too.
        let from = max(request.from, end - (endedAt - request.from))
        let again = try await outcome(of: metric, from: from)
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

    private func outcome(of metric: ResolvedMetric, from: Timestamp) async throws -> MetricOutcome {
        let judge = metric.judge(mode: .safe, noData: .wait)
        let times = metric.grid(liveAt: from).times(until: end)
        guard !times.isEmpty else { return judge.judge([]) }
        let source = try source(metric.provider, interval: metric.interval)
        return judge.judge(try await source.measurements(at: times))
    }
}

/// The whole document around a template's spec.
private struct TemplateFile: Decodable {
    var apiVersion: String?
    var kind: String?
    var metadata: AnalysisTemplate.Metadata
    var spec: AnalysisTemplate.Spec

    var template: AnalysisTemplate { AnalysisTemplate(kind: kind, metadata: metadata, spec: spec) }
}
