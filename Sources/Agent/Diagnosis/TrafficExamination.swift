internal import Analysis
internal import Manifests
internal import Rollouts

/// Whether the traffic that there is can bear the bars that templates set: only the backend knows.
///
/// Queries are asked as they stand; a canary at rest has no traffic, so that what is asked for the canary alone has no
/// answer here and says nothing.
struct TrafficExamination: Sendable {
    let documents: RepositoryDocuments
    let subjects: [Checkup.Subject]
    let sources: MetricSources
    let now: Timestamp
    let deadline: Duration

    func examine() async -> [Examination] {
        var found: [Examination] = []
        for subject in subjects {
            for (metric, mode) in metrics(of: subject) {
                found += await Look.within(deadline, "traffic") { [self] in
                    await look(at: metric, mode, of: subject.rollout.id)
                }
            }
        }
        return found
    }

    private func metrics(of subject: Checkup.Subject) -> [(ResolvedMetric, Expression.Mode)] {
        var specs = subject.specification.plan.stages.flatMap(\.conditions).compactMap { condition -> AnalysisSpec? in
            if case .analysis(let spec, _) = condition { spec } else { nil }
        }
        if let spec = subject.specification.background.spec { specs.append(spec) }
        let facts = RolloutFacts(of: subject.rollout.source)
        return specs.flatMap { spec -> [(ResolvedMetric, Expression.Mode)] in
            guard let merged = try? TemplateReader(templates: documents.templates, facts: facts).merged(spec) else {
                return []
            }
            return (merged.spec.metrics ?? []).compactMap { template in
                guard let filled = try? template.substituting(merged.arguments),
                    let metric = try? ResolvedMetric(filled, mode: merged.mode(of: template.name)),
                    metric.provider.kind == "prometheus"
                else { return nil }
                return (metric, merged.mode(of: template.name))
            }
        }
    }

    private func look(
        at metric: ResolvedMetric, _ mode: Expression.Mode, of rollout: RolloutID
    ) async -> [Examination] {
        var observed = ObservedTraffic()
        if let query = TrafficLint.requestsQuery(of: metric) { observed.requests = await number(query, metric) }
        if let query = TrafficLint.scrapesQuery(of: metric), let scrapes = await number(query, metric), scrapes > 0 {
            observed.scrapeInterval = TrafficLint.scrapesSpan / scrapes
        }
        if let bar = TrafficLint.bars(of: metric).first, case .string(let query)? = metric.provider.settings?["query"],
            let value = await number(query, metric)
        {
            observed.errorRate = bar.errorRate(measured: value)
        }
        return TrafficLint(metric, mode: mode, observed: observed).findings.map { finding in
            Examination(
                "traffic", finding.severity == .error ? .failed : .warning,
                "\(rollout.name): \(metric.name) \(finding.message)", hint: finding.hint)
        }
    }

    /// The sum of a query's values at present; nil where it has none, or was not answered.
    private func number(_ query: String, _ metric: ResolvedMetric) async -> Double? {
        let provider = metric.provider.adding([.init("query", .string(query))])
        let request = SourceRequest(
            provider: provider, interval: .seconds(60), address: documents.config.metrics?.prometheus?.address)
        guard let source = try? sources.source(request),
            let measured = try? await source.measurements(at: [now - .seconds(30)]).first
        else { return nil }
        let numbers = measured.numbers.filter(\.isFinite)
        return numbers.isEmpty ? nil : numbers.reduce(0, +)
    }
}
