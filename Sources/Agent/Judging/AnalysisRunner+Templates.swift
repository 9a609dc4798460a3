internal import Analysis
internal import Rollouts

/// Argo's analysis templates, judged over the whole window at every tick: by conditions, or by the judge that a metric
/// states.
extension AnalysisRunner {
    func templates(_ spec: AnalysisSpec, _ request: AnalysisRequest) async throws -> JudgedPart {
        let stated = try metrics(of: spec)
        // What folds nothing would pass anything.
        guard !stated.usable.isEmpty || !stated.unusable.isEmpty else {
            throw TemplateError(
                "no metrics specified", at: "metrics", hint: "what judges nothing would pass everything")
        }
        let sharing = stated.usable.count { $0.sharesAlpha }
        var judged: [JudgedMetric] = []
        for metric in stated.usable {
            var found = await self.judged(metric.resolved.name, isDryRun: metric.isDryRun, from: request.from) {
                switch metric.resolved.judge {
                case nil: try await judge(metric, request)
                case .sequential(let template)?: try await judge(metric, by: template, request, sharing: sharing)
                case .confident(let template)?: try await judge(metric, by: template, request, sharing: sharing)
                case .compare(let template)?: try await judge(metric, by: template, request)
                }
            }
            if case .compare? = metric.resolved.judge { found.isCompared = true }
            judged.append(found)
        }
        for metric in stated.unusable {
            var found = await self.judged(metric.name, isDryRun: metric.isDryRun, from: request.from) {
                throw metric.problem
            }
            found.isCompared = metric.isCompared
            judged.append(found)
        }
        if let score = stated.score { judged = scored(judged, score) }
        return JudgedPart(judged)
    }

    /// The metrics that the templates of an analysis have with its arguments.
    func metrics(of spec: AnalysisSpec) throws -> TemplateMetrics {
        let merged = try TemplateReader(templates: subject.templates, facts: subject.facts).merged(spec)
        var metrics = TemplateMetrics(score: merged.spec.score)
        for template in merged.spec.metrics ?? [] {
            let name = template.name
            // What is muted is reported, whether it could be measured or not.
            let isDryRun = merged.dryRun.contains(name) || template.judge?.isMuted == true
            let mode = merged.mode(of: name)
            do {
                let resolved = try ResolvedMetric(
                    template.substituting(merged.arguments), mode: mode, conditions: merged.conditions)
                metrics.usable.append(TemplateMetric(resolved: resolved, isDryRun: isDryRun, mode: mode))
            } catch {
                let isCompared = if case .compare? = template.judge { true } else { false }
                metrics.unusable.append((name, isDryRun, isCompared, error))
            }
        }
        return metrics
    }

    private func judge(_ used: TemplateMetric, _ request: AnalysisRequest) async throws -> JudgedMetric {
        let (metric, isDryRun) = (used.resolved, used.isDryRun)
        let until = try known(metric)
        let judge = metric.thresholdJudge(mode: used.mode)
        let known = try await measurements(of: used, request) { judge.judge($0).endedAt != nil }
        let measured = known.measurements
        let first = judge.judge(measured)
        if let trouble = known.trouble, first.endedAt == nil { throw trouble }
        let isEndless = metric.limits.count == nil || !waitsForCounts
        if request.id.isOngoing, isEndless, first.endedAt == nil {
            return ongoing(first, metric, from: request.from, until: until, isDryRun: isDryRun)
        }
        let decided = JudgedMetric(
            evidence: evidence(first, metric, from: request.from, isDryRun), endedAt: first.endedAt)
        if endsWithCounts, metric.limits.count != nil { return decided }
        // What was measured once is measured each minute from then on, where the past can be asked for.
        let isOnce = metric.interval == .zero
        if isOnce, try !isRetroactive(metric) { return decided }
        let interval = isOnce ? .seconds(60) : metric.interval
        guard first.verdict == .pass, let endedAt = first.endedAt,
            !Verdict.isFresh(decidedAt: endedAt, now: now, interval: interval, delay: now - until)
        else { return decided }
        // The pass is old: the same analysis over a window of its own length that ends now must pass too.
        var since = measured
        if isOnce {
            let source = try source(metric.provider, interval: interval)
            let later = try await source.measurements(
                at: source.askable(MeasurementGrid(liveAt: endedAt, interval: interval).times(until: until)))
            since = measured.filter { $0.time == endedAt } + later.filter { $0.time > endedAt }
        }
        let renewal = judge.renewal(since, of: first, from: endedAt + interval + interval)
        if let trouble = known.trouble, renewal?.outcome.verdict != .fail { throw trouble }
        guard let renewal else { return decided }
        return JudgedMetric(
            evidence: evidence(renewal.outcome, metric, from: renewal.window.start, isDryRun),
            endedAt: renewal.outcome.verdict == .fail ? renewal.window.end : endedAt)
    }

    /// A window as long as the one from `from` to `endedAt`, that ends as late as the data, on the same grid.
    func newestWindow(from: Timestamp, to endedAt: Timestamp, until: Timestamp, interval: Duration) -> Timestamp {
        max(from, until - (endedAt - from)).alignedUp(to: interval)
    }

    /// Until when what the metric measures is known; the cluster's Jobs are read like everything else.
    private func known(_ metric: ResolvedMetric) throws -> Timestamp {
        if metric.provider.kind == "job" { return end }
        return try end(of: metric.provider, source(metric.provider, interval: metric.interval))
    }

    /// A background metric without a count has no end: it passes as long as its newest measurement is fresh and no limit
    /// is exceeded.
    private func ongoing(
        _ outcome: MetricOutcome, _ metric: ResolvedMetric, from: Timestamp, until: Timestamp, isDryRun: Bool
    ) -> JudgedMetric {
        var found = evidence(outcome, metric, from: from, isDryRun)
        guard outcome.verdict == .needsMoreData, outcome.counters.successful > 0,
            let last = outcome.lastCounted,
            Verdict.isFresh(decidedAt: last, now: now, interval: metric.interval, delay: now - until)
        else { return JudgedMetric(evidence: found, endedAt: outcome.endedAt) }
        found.verdict = .pass
        let counters = outcome.counters
        found.sentence =
            "\(metric.name) holds so far: \(counters.successful) of "
            + "\(Readable.plural(counters.measurements, "measurement")) succeeded"
        return JudgedMetric(evidence: found, endedAt: nil)
    }

    private func evidence(
        _ outcome: MetricOutcome, _ metric: ResolvedMetric, from: Timestamp, _ isDryRun: Bool
    ) -> MetricEvidence {
        var evidence = outcome.evidence(
            condition: metric.conditions.summary, isDryRun: isDryRun, window: Window(start: from, end: max(from, end)))
        if outcome.counters.measurements == 0, let job = try? JobWatch(metric.provider, subject.facts) {
            evidence.sentence = "\(metric.name) waits: \(job.standing)"
        }
        return evidence
    }

    /// A Job cannot be run again for a time that has passed.
    private func isRetroactive(_ metric: ResolvedMetric) throws -> Bool {
        guard metric.provider.kind != "job" else { return false }
        return try source(metric.provider, interval: metric.interval).traits.isRetroactive
    }

    /// What a metric has measured since its stage became live.
    ///
    /// One without an interval is measured once, and again where that said nothing.
    private func measurements(
        of used: TemplateMetric, _ request: AnalysisRequest, hasEnded: ([Measurement]) -> Bool
    ) async throws -> MeasurementLedger.Known {
        let metric = used.resolved
        let grid = metric.grid(liveAt: request.from)
        if let job = try JobWatch(metric.provider, subject.facts) {
            return .init(measurements: try job.measurements(on: grid, until: now))
        }
        let isOnce = metric.interval == .zero
        let again = isOnce ? MeasurementGrid(retrying: grid, every: ResolvedMetric.retryInterval(used.mode)) : grid
        let source = try source(metric.provider, interval: again.interval)
        let times = again.times(until: end(of: metric.provider, source))
        guard let first = times.first else { return .init() }
        guard source.traits.isRetroactive else {
            let claimed = ClaimedMetric(
                metric.name, asking: metric.provider, in: request.id, countsFailures: used.mode == .argo)
            return isOnce
                ? await ledger.measurements(of: claimed, at: times, from: source, until: hasEnded)
                : await ledger.measurements(of: claimed, at: times, from: source)
        }
        if isOnce {
            let once = try await source.measurements(at: [first])
            if hasEnded(once) || times.count == 1 { return .init(measurements: once) }
        }
        return .init(measurements: try await source.measurements(at: source.askable(times)))
    }
}

extension MetricSource {
    /// The times of a grid that the source is asked about.
    ///
    /// Where there are more than it answers in one tick, these are the first, which decide what has a count, and the
    /// newest: those between were judged while they lasted.
    func askable(_ times: [Timestamp]) -> [Timestamp] {
        guard let most = traits.mostTimes, times.count > most else { return times }
        return Array(times.prefix(most / 2) + times.suffix(most - most / 2))
    }
}

/// The metrics of an analysis.
struct TemplateMetrics {
    var usable: [TemplateMetric] = []
    /// Those whose fields say nothing that can be measured, and why.
    var unusable: [(name: String, isDryRun: Bool, isCompared: Bool, problem: any Error)] = []
    /// How those that are compared make one score.
    var score: CompareScoring?

    init(score: CompareScoring?) { self.score = score }
}

/// A metric of a template as one analysis uses it.
struct TemplateMetric: Sendable {
    let resolved: ResolvedMetric
    let isDryRun: Bool
    let mode: Expression.Mode

    /// Whether the chance of failing a healthy release is divided between this metric and others.
    var sharesAlpha: Bool {
        switch resolved.judge {
        case .sequential?, .confident?: !isDryRun
        case .compare?, nil: false
        }
    }
}
