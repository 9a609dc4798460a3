internal import Analysis
internal import Rollouts

/// Histograms behind the plan's built-in metrics.
extension AnalysisRunner {
    /// The canary's histogram against stable's; nil where there is none to judge by.
    ///
    /// It sees more than the counts do, which is why it stands beside them, and they decide alone where it cannot: the
    /// buckets are not asked for, or the sides have no bound in common.
    func distribution(of metric: MetricSetDocument.CountMetric, _ span: JudgedSpan) async throws -> JudgedMetric? {
        guard let query = metric.bucket else { return nil }
        let histograms = HistogramCounters.series(
            canary: try await buckets(query, subject.canary).counters(over: span.times),
            baseline: try await buckets(query, subject.stable).counters(over: span.times), after: CountedGrid.context)
        guard !histograms.bounds.isEmpty else { return nil }
        let judge = HistogramJudge(
            metric: metric.name, settings: HistogramSettings(settings(for: metric, ways: 2)),
            interval: judgedInterval, unit: metric.unit ?? .seconds)
        let outcome = judge.judge(histograms, stageFrom: span.stage)
        return JudgedMetric(
            evidence: outcome.evidence(window: span.window(of: outcome.verdict)),
            endedAt: span.end(of: outcome.decidedAt), isUnsuspicious: outcome.isUnsuspicious)
    }
}

extension AnalysisRunner {
    private func buckets(_ template: String, _ side: MetricSide) throws(MetricFailure) -> CountedBuckets {
        CountedBuckets(source: try counter(MetricSetDocument.CountMetric.query(template, for: side)))
    }
}

extension JudgedMetric {
    /// Which verdict speaks where a metric is judged in two ways: either fails the release, and either lets it go on.
    private static let order: [Verdict] = [.fail, .error, .unknown, .pass, .needsMoreData, .inconclusive]

    func or(_ other: JudgedMetric) -> JudgedMetric {
        let verdicts = [evidence.verdict, other.evidence.verdict]
        let verdict = Self.order.first(where: verdicts.contains)
        var judged = evidence.verdict == verdict ? self : other
        judged.isUnsuspicious = isUnsuspicious && other.isUnsuspicious
        return judged
    }
}
