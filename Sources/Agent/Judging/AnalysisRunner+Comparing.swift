internal import Analysis
internal import Rollouts

/// Metrics of templates whose values are compared with stable's.
extension AnalysisRunner {
    /// Compares once, when the window is full: every further look finds another difference by chance.
    func judge(
        _ used: TemplateMetric, by template: CompareTemplate, _ request: AnalysisRequest
    ) async throws -> JudgedMetric {
        let metric = used.resolved
        if request.comparedUntil != nil, template.settings.baseline != .previous {
            return alone(used, request)
        }
        let until = try end(
            of: metric.provider, source(metric.provider(asking: template.canary), interval: metric.interval))
        let first = try await compared(used, template, from: request.from, request)
        guard first.evidence.verdict == .pass, let endedAt = first.endedAt,
            !Verdict.isFresh(decidedAt: endedAt, now: now, interval: metric.interval, delay: now - until)
        else { return first }
        // The pass is old: the newest window of its length must pass too.
        let from = newestWindow(from: request.from, to: endedAt, until: until, interval: metric.interval)
        var again = try await compared(used, template, from: from, request)
        again.endedAt = endedAt
        return again
    }

    private func compared(
        _ used: TemplateMetric, _ template: CompareTemplate, from: Timestamp, _ request: AnalysisRequest
    ) async throws -> JudgedMetric {
        let metric = used.resolved
        let wanted = metric.limits.count ?? template.settings.minimumPoints
        let source = try source(metric.provider(asking: template.canary), interval: metric.interval)
        let times = Array(metric.grid(liveAt: from).times(until: end(of: metric.provider, source)).prefix(wanted))
        let window = Window(start: from, end: max(from, times.last ?? from))
        guard times.count == wanted, let last = times.last else {
            return JudgedMetric(
                evidence: MetricEvidence(
                    metric: metric.name, verdict: .needsMoreData, isDryRun: used.isDryRun,
                    sentence: "\(metric.name) is compared when it has \(wanted) points: \(times.count) so far",
                    counts: .init(good: 0, bad: 0, undecided: times.count), window: window))
        }
        let canary = try await values(source, times)
        let others = try self.source(
            metric.provider(asking: template.stable ?? template.canary), interval: metric.interval)
        let shift =
            template.settings.baseline == .previous
            ? max(.zero, times[0] - request.servedSince) + metric.interval * wanted : .zero
        let stable = try await values(others, times.map { $0 - shift })
        let outcome = CompareJudge(metric: metric.name, settings: template.settings).judge(
            canary: canary, baseline: stable)
        var evidence = outcome.evidence(isDryRun: used.isDryRun, window: window)
        evidence.measurements = MeasuredPoint.points(of: canary, against: stable, at: times)
        let isDecided = outcome.verdict == .pass || outcome.verdict == .fail
        return JudgedMetric(evidence: evidence, endedAt: isDecided ? last : nil, comparison: outcome)
    }

    /// The number at each time, NaN where there is none; of several series their mean.
    private func values(_ source: any MetricSource, _ times: [Timestamp]) async throws -> [Double] {
        guard source.traits.isRetroactive else {
            throw MetricFailure(
                .configuration, "\(source.traits.place) cannot say what was, so that nothing can be compared",
                hint: "judge its value by conditions")
        }
        return try await source.measurements(at: times).map { measurement in
            let numbers = measurement.numbers
            return numbers.isEmpty ? .nan : numbers.reduce(0, +) / Double(numbers.count)
        }
    }

    private func alone(_ used: TemplateMetric, _ request: AnalysisRequest) -> JudgedMetric {
        JudgedMetric(
            evidence: MetricEvidence(
                metric: used.resolved.name, verdict: .pass, isDryRun: used.isDryRun,
                sentence: "nothing is left to compare with: judged by readiness alone",
                counts: .init(good: 0, bad: 0, undecided: 0), window: Window(start: request.from, end: end)))
    }

    /// One score in the place of the verdicts of all metrics that are compared.
    static func scored(_ judged: [JudgedMetric], _ scoring: CompareScoring) -> [JudgedMetric] {
        let compared = judged.filter { $0.comparison != nil && !$0.evidence.isDryRun }
        guard !compared.isEmpty else { return judged }
        let score = scoring.score(compared.compactMap(\.comparison))
        let others = judged.map { metric -> JudgedMetric in
            guard metric.comparison != nil else { return metric }
            var metric = metric
            metric.evidence.isDryRun = true
            return metric
        }
        let window = Window(
            start: compared.map(\.evidence.window.start).min() ?? compared[0].evidence.window.start,
            end: compared.map(\.evidence.window.end).max() ?? compared[0].evidence.window.end)
        let counts = MetricEvidence.Counts(
            good: compared.count { $0.evidence.verdict == .pass }, bad: compared.count { $0.evidence.verdict == .fail },
            undecided: compared.count { $0.evidence.verdict != .pass && $0.evidence.verdict != .fail })
        let evidence = MetricEvidence(
            metric: "score", verdict: score.verdict, sentence: score.sentence,
            value: Readable.number(score.summary), condition: ">= \(Readable.number(scoring.pass))", counts: counts,
            window: window)
        return others + [JudgedMetric(evidence: evidence, endedAt: compared.compactMap(\.endedAt).max())]
    }
}
