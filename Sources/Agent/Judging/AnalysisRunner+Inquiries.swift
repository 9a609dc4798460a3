internal import Analysis
internal import Rollouts

/// The questions of a request, for people who want to ask them themselves.
extension AnalysisRunner {
    /// Nothing for templates that cannot be read: the verdict says what is wrong with them.
    func inquiries(for request: AnalysisRequest) -> [AnalysisInquiry] {
        guard let spec = request.spec else {
            return subject.metrics.compactMap { inquiry($0, request) }
        }
        return ((try? metrics(of: spec).metrics) ?? []).map { metric in
            let limits = metric.resolved.limits
            let failures = limits.failure > 0 ? ", at most \(Readable.plural(limits.failure, "failure"))" : ""
            let every = metric.resolved.interval > .zero ? ", every \(Span(metric.resolved.interval))" : ""
            var queries: [AnalysisInquiry.Query] = []
            if case .string(let query)? = metric.resolved.provider.settings?["query"] {
                queries.append(.init(name: "", text: SecretReference.hidden(in: query)))
            }
            return AnalysisInquiry(
                analysis: request.id, metric: metric.resolved.name,
                rule: (metric.resolved.conditions.summary ?? "is measured") + every + failures, queries: queries)
        }
    }

    /// Nothing for a metric that is judged by readiness alone.
    private func inquiry(_ metric: MetricSetDocument.CountMetric, _ request: AnalysisRequest) -> AnalysisInquiry? {
        let most = (metric.maximumRate ?? subject.judging.maximumRate).map { "\(Readable.number($0 * 100)) %" }
        let noun = metric.noun ?? "errors"
        let rule: String
        if request.comparedUntil == nil {
            rule =
                "\(noun) of the canary not above stable's, judged sequentially"
                + (most.map { ", or never above \($0)" } ?? "")
        } else if let most {
            rule = "\(noun) not above \(most), or what the previous release had, judged sequentially"
        } else {
            return nil
        }
        let queries = [("bad", metric.bad), ("good", metric.good), ("total", metric.total)].flatMap { name, text in
            [("canary", subject.canaryService), ("stable", subject.stableService)].compactMap { side, service in
                text.map { text in
                    AnalysisInquiry.Query(
                        name: "\(name), \(side)",
                        text: MetricSetDocument.CountMetric.query(text, namespace: subject.namespace, service: service))
                }
            }
        }
        return AnalysisInquiry(analysis: request.id, metric: metric.name, rule: rule, queries: queries)
    }
}
