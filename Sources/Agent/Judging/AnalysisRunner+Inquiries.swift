internal import Analysis
internal import Rollouts

/// The questions of a request, for people who want to ask them themselves.
extension AnalysisRunner {
    /// Nothing for templates that cannot be read: the verdict says what is wrong with them.
    func inquiries(for request: AnalysisRequest) -> [AnalysisInquiry] {
        guard let spec = request.spec else {
            return subject.metrics.compactMap { inquiry($0, request) }
        }
        let checked = (try? subject.flagger.questions(of: spec.checks?.metrics ?? [])) ?? []
        let named = (try? metrics(of: spec).usable) ?? []
        return named.map { inquiry($0, request) } + checked.map { inquiry($0, spec, request) }
    }

    private func inquiry(_ metric: TemplateMetric, _ request: AnalysisRequest) -> AnalysisInquiry {
        let limits = metric.resolved.limits
        let failures = limits.failure > 0 ? ", at most \(Readable.plural(limits.failure, "failure"))" : ""
        let every = metric.resolved.interval > .zero ? ", every \(Span(metric.resolved.interval))" : ""
        return AnalysisInquiry(
            analysis: request.id, metric: metric.resolved.name,
            rule: (metric.resolved.conditions.summary ?? "is measured") + every + failures,
            queries: queries(of: metric.resolved.provider))
    }

    private func inquiry(
        _ question: FlaggerQuestion, _ spec: AnalysisSpec, _ request: AnalysisRequest
    ) -> AnalysisInquiry {
        let every = spec.checks.map { ", every \(Span($0.interval))" } ?? ""
        let most = spec.checks.map { ", \(Readable.plural($0.threshold, "failed check")) at most" } ?? ""
        return AnalysisInquiry(
            analysis: request.id, metric: question.check.metric,
            rule: (question.check.bounds.summary ?? "has a value") + every + most,
            queries: queries(of: question.provider))
    }

    private func queries(of provider: MetricProvider) -> [AnalysisInquiry.Query] {
        let texts = ["query", "mql"].compactMap { name in
            if case .string(let text)? = provider.settings?[name] { text } else { nil as String? }
        }
        return texts.map { .init(name: "", text: SecretReference.hidden(in: $0)) }
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
        var texts = [("bad", metric.bad), ("good", metric.good), ("total", metric.total)]
        // What is only compared has nothing to be held against once stable runs the release, too.
        if request.comparedUntil == nil { texts.append(("bucket", metric.bucket)) }
        let queries = texts.flatMap { name, text in
            [("canary", subject.canary), ("stable", subject.stable)].compactMap { title, side in
                text.map { text in
                    AnalysisInquiry.Query(
                        name: "\(name), \(title)", text: MetricSetDocument.CountMetric.query(text, for: side))
                }
            }
        }
        return AnalysisInquiry(analysis: request.id, metric: metric.name, rule: rule, queries: queries)
    }
}
