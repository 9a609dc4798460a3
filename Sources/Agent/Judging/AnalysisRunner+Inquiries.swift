internal import Analysis
internal import Rollouts

/// The questions of a request, for people who want to ask them themselves.
extension AnalysisRunner {
    /// Nothing for templates that cannot be read: the verdict says what is wrong with them.
    func inquiries(for request: AnalysisRequest) -> [AnalysisInquiry] {
        guard let spec = request.spec else {
            return request.comparable ? subject.metrics.map { inquiry($0, request.id) } : []
        }
        return ((try? metrics(of: spec)) ?? []).map { metric in
            let limits = metric.resolved.limits
            let failures = limits.failure > 0 ? ", at most \(Readable.plural(limits.failure, "failure"))" : ""
            let every = metric.resolved.interval > .zero ? ", every \(Span(metric.resolved.interval))" : ""
            var queries: [AnalysisInquiry.Query] = []
            if case .prometheus(let prometheus) = metric.resolved.provider, let query = prometheus.query {
                queries.append(.init(name: "", text: query))
            }
            return AnalysisInquiry(
                analysis: request.id, metric: metric.resolved.name,
                rule: (metric.resolved.conditions.summary ?? "is measured") + every + failures, queries: queries)
        }
    }

    private func inquiry(_ metric: MetricSetDocument.CountMetric, _ id: AnalysisRequest.ID) -> AnalysisInquiry {
        let most = (metric.maximumRate ?? subject.judging.maximumRate).map {
            ", never above \(Readable.number($0 * 100))%"
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
        return AnalysisInquiry(
            analysis: id, metric: metric.name,
            rule: "\(metric.noun ?? "errors") of the canary not above stable's, judged sequentially\(most ?? "")",
            queries: queries)
    }
}
