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
        if let judge = metric.resolved.judge { return inquiry(metric.resolved, by: judge, request) }
        let limits = metric.resolved.limits
        let failures = limits.failure > 0 ? ", at most \(Readable.plural(limits.failure, "failure"))" : ""
        let every = metric.resolved.interval > .zero ? ", every \(Span(metric.resolved.interval))" : ""
        return AnalysisInquiry(
            analysis: request.id, metric: metric.resolved.name,
            rule: (metric.resolved.conditions.summary ?? "is measured") + every + failures,
            queries: queries(of: metric.resolved.provider))
    }

    private func inquiry(
        _ metric: ResolvedMetric, by judge: JudgeTemplate, _ request: AnalysisRequest
    ) -> AnalysisInquiry {
        func queries(_ name: String, _ query: Value?) -> [AnalysisInquiry.Query] {
            query.map { query in
                self.queries(of: metric.provider(asking: query)).map { .init(name: name, text: $0.text) }
            } ?? []
        }
        func side(_ side: SideQueries?, _ title: String) -> [AnalysisInquiry.Query] {
            queries("bad, \(title)", side?.bad) + queries("good, \(title)", side?.good)
                + queries("total, \(title)", side?.total) + queries("buckets, \(title)", side?.buckets)
        }
        let asked =
            switch judge {
            case .sequential(let template): side(template.canary, "canary") + side(template.stable, "stable")
            case .confident(let template): side(template.canary, "canary")
            case .compare(let template):
                (template.canary == nil
                    ? self.queries(of: metric.provider).map { .init(name: "canary", text: $0.text) }
                    : queries("canary", template.canary)) + queries("stable", template.stable)
            }
        return AnalysisInquiry(
            analysis: request.id, metric: metric.name, rule: judge.rule + ", every \(Span(metric.interval))",
            queries: asked)
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

extension JudgeTemplate {
    /// What has to hold, in words.
    fileprivate var rule: String {
        switch self {
        case .sequential(let template):
            let most = template.counting.maximumRate.map { ", or never above \(Readable.number($0 * 100)) %" } ?? ""
            let what = template.noun ?? (template.isHistogram ? "times" : "errors")
            let other = template.baseline == .previous ? "those of the time before" : "stable's"
            return "\(what) of the canary not above \(other), judged sequentially\(most)"
        case .confident(let template):
            return "\(template.noun ?? "errors") of the canary below \(Readable.number(template.bar * 100)) %, with "
                + "confidence"
        case .compare(let template):
            let other = template.settings.baseline == .previous ? "those of the time before" : "stable's"
            return "values of the canary not worse than \(other)"
        }
    }
}
