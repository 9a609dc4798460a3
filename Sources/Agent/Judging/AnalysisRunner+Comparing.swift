internal import Analysis
internal import Rollouts

/// Metrics of templates whose values are compared with stable's.
extension AnalysisRunner {
    /// Compares once, when the window is full: every further look finds another difference by chance.
    ///
    /// A pass grows old, and then windows of the same length are compared, too, each after the end of the one before. The
    /// first one that fails is a failure, whoever looked meanwhile; each has a smaller part of the chance of error, since a
    /// release may wait through hundreds of them. The newest time must not be worse either, by all of that chance, but
    /// fails nothing.
    func judge(
        _ used: TemplateMetric, by template: CompareTemplate, _ request: AnalysisRequest
    ) async throws -> JudgedMetric {
        let metric = used.resolved
        if request.comparedUntil != nil, template.settings.baseline != .previous {
            return alone(used, request)
        }
        let wanted = max(1, metric.limits.count ?? template.settings.minimumPoints)
        let source = try source(metric.provider(asking: template.canary), interval: metric.interval)
        let until = end(of: metric.provider, source)
        var times = metric.grid(liveAt: request.from).times(until: until)
        let waiting = filling(used, times, of: wanted, from: request.from)
        guard times.count >= wanted else { return ComparedWindows(full: []).judged(waiting) }
        func isFresh(_ time: Timestamp) -> Bool {
            Verdict.isFresh(decidedAt: time, now: now, interval: metric.interval, delay: now - until)
        }
        let isOver = endsWithCounts && metric.limits.count != nil
        if isOver || isFresh(times[wanted - 1]) { times.removeLast(times.count - wanted) }
        let others = try self.source(
            metric.provider(asking: template.stable ?? template.canary), interval: metric.interval)
        // Whole windows between the first and the newest ones are left out: they were judged while they lasted.
        let most = [source, others].compactMap(\.traits.mostTimes).min() ?? .max
        let excess = (times.count - min(times.count, most) + wanted - 1) / wanted * wanted
        if excess < times.count - wanted { times.removeSubrange(wanted..<wanted + excess) }

        let canary = try await values(source, times)
        let earlier = template.settings.baseline == .previous
        // The time before the release is laid beside each window.
        let shift = max(.zero, times[0] - request.servedSince) + metric.interval * wanted
        let stable = try await values(others, earlier ? times.prefix(wanted).map { $0 - shift } : times)
        func window(_ range: Range<Int>, after earlierWindows: Int = 0) -> ComparedWindows.Window {
            var judge = CompareJudge(metric: metric.name, settings: template.settings)
            judge.settings.earlier = earlierWindows
            let (canary, stable) = (Array(canary[range]), earlier ? stable : Array(stable[range]))
            let outcome = judge.judge(canary: canary, baseline: stable)
            let times = Array(times[range])
            var evidence = outcome.evidence(
                isDryRun: used.isDryRun,
                window: Window(start: range.lowerBound > 0 ? times[0] : request.from, end: times[wanted - 1]))
            evidence.measurements = MeasuredPoint.points(of: canary, against: stable, at: times)
            return .init(outcome: outcome, evidence: evidence)
        }
        var compared = ComparedWindows(full: [])
        var judged = 0
        for number in 0..<times.count / wanted {
            let next = window(number * wanted..<(number + 1) * wanted, after: judged)
            // Without data nobody has been judged.
            if [.pass, .fail].contains(next.evidence.verdict) { judged += 1 }
            compared.full.append(next)
        }
        if !isOver, let last = compared.full.last, compared.full.count > 1 || !isFresh(last.evidence.window.end) {
            compared.newest = window(times.count - wanted..<times.count)
        }
        return compared.judged(waiting)
    }

    private func filling(
        _ used: TemplateMetric, _ times: [Timestamp], of wanted: Int, from: Timestamp
    ) -> MetricEvidence {
        let name = used.resolved.name
        return MetricEvidence(
            metric: name, verdict: .needsMoreData, isDryRun: used.isDryRun,
            sentence: "\(name) is compared when it has \(wanted) points: \(times.count) so far",
            counts: .init(good: 0, bad: 0, undecided: times.count),
            window: Window(start: from, end: max(from, times.last ?? from)))
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
                counts: .init(good: 0, bad: 0, undecided: 0), window: Window(start: request.from, end: end)),
            endedAt: request.from)
    }

    /// One score in the place of the verdicts of all metrics that are compared.
    func scored(_ judged: [JudgedMetric], _ scoring: CompareScoring) -> [JudgedMetric] {
        let compared = judged.filter {
            ($0.comparison != nil || $0.isMissing && $0.isCompared) && !$0.evidence.isDryRun
        }
        guard !compared.isEmpty else { return judged }
        let others = judged.map { metric -> JudgedMetric in
            guard metric.isCompared, metric.comparison != nil || metric.isMissing else { return metric }
            var metric = metric
            metric.evidence.isDryRun = true
            return metric
        }
        let start = compared.map(\.evidence.window.start).min() ?? end
        // A score without one of its metrics would be another score.
        if let missing = compared.first(where: \.isMissing) {
            let evidence = MetricEvidence(
                metric: "score", verdict: missing.evidence.verdict,
                sentence: "the canary cannot be scored: \(missing.evidence.sentence)",
                counts: .init(good: 0, bad: 0, undecided: compared.count),
                window: Window(start: start, end: max(start, end)))
            return others + [JudgedMetric(evidence: evidence)]
        }
        let windows = ScoredWindows(compared: compared.compactMap(\.comparison), scoring: scoring)
        return others + [windows.judged(Window(start: start, end: max(start, end)))]
    }
}
