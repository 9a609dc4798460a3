package import Analysis
package import Rollouts
internal import YAML

/// Gives the planner the verdicts that it asks for: queries the metrics of a request and judges what comes back.
package struct AnalysisRunner: Sendable {
    var subject: Subject
    let sources: MetricSources
    var now: Timestamp
    /// The present, where `now` is a time that has passed and is judged again; what services know since then counts.
    var present: Timestamp?
    /// How long a backend takes to have a point.
    var delay: Duration
    var ledger = MeasurementLedger.empty
    /// Whether a metric that states a count passes only when it has as many measurements, in the background, too.
    var waitsForCounts = false
    /// Whether a metric that states a count is over then, and nobody looks at what came later.
    var endsWithCounts = false

    /// What is judged.
    package struct Subject: Sendable {
        /// The names of the two sides in the labels of metrics.
        package var stable: MetricSide
        package var canary: MetricSide
        /// The counters of the set by which releases are judged that state no analysis.
        package var metrics: [MetricSetDocument.CountMetric]
        package var judging: PlanDocument.Judging
        /// The weights at which the built-in metrics are judged; their evidence accumulates over all of them.
        package var judgedStages: Int
        package var templates: [RepositoryDocuments.TemplateDocument]
        package var facts: RolloutFacts
        /// What turns Flagger's metrics into questions about this rollout.
        package var flagger: FlaggerReader
        /// The address of the repository's own store.
        package var address: String?

        package init(
            stable: MetricSide, canary: MetricSide, metrics: [MetricSetDocument.CountMetric] = [],
            judging: PlanDocument.Judging = .init(), templates: [RepositoryDocuments.TemplateDocument] = [],
            facts: RolloutFacts = RolloutFacts(of: nil), flagger: FlaggerReader? = nil, address: String? = nil,
            judgedStages: Int = 1
        ) {
            self.stable = stable
            self.canary = canary
            self.metrics = metrics
            self.judging = judging
            self.judgedStages = judgedStages
            self.templates = templates
            self.facts = facts
            self.flagger =
                flagger
                ?? FlaggerReader(name: canary.target, canary: canary, stable: stable, templates: templates)
            self.address = address
        }
    }

    package init(subject: Subject, sources: MetricSources, now: Timestamp, delay: Duration) {
        self.subject = subject
        self.sources = sources
        self.now = now
        self.delay = delay
    }

    package func reading(for request: AnalysisRequest) async -> AnalysisReading {
        // What failed before something else took the stage away for a while has failed all the same.
        guard request.failuresFrom < request.from, request.spec != nil else { return await answer(to: request) }
        var whole = request
        whole.from = request.failuresFrom
        let failures = await answer(to: whole)
        let reading = await answer(to: request)
        switch (failures.verdict, reading.verdict) {
        case (.fail, .fail): return (reading.completedAt ?? now) < (failures.completedAt ?? now) ? reading : failures
        case (.fail, _): return failures
        // Where that cannot be known now, nothing else may pass.
        case (.unknown, let verdict) where verdict != .fail: return failures
        default: return reading
        }
    }

    private func answer(to request: AnalysisRequest) async -> AnalysisReading {
        do {
            guard let spec = request.spec else { return try await builtIn(request) }
            return await judged(spec, request)
        } catch {
            let problem = JudgingProblem(error)
            return AnalysisReading(id: request.id, verdict: problem.verdict, sentence: problem.message)
        }
    }

    /// The metrics of templates and those in Flagger's form, each by its own rules.
    private func judged(_ spec: AnalysisSpec, _ request: AnalysisRequest) async -> AnalysisReading {
        var parts: [JudgedPart] = []
        if !spec.templates.isEmpty {
            parts.append(await part { try await templates(spec, request) })
        }
        if let checks = spec.checks {
            parts.append(await part { try await checked(checks, spec, request) })
        }
        return reading(request, parts)
    }

    /// What became of metrics that are judged together, whatever kept all of them from being measured.
    private func part(_ judge: () async throws -> JudgedPart) async -> JudgedPart {
        do {
            return try await judge()
        } catch {
            return JudgedPart(error)
        }
    }

    /// Nothing newer than this is asked for.
    var end: Timestamp { now - delay }

    /// The same for a metric: the repository says how late its Prometheus is, of other services it is known.
    func end(of provider: MetricProvider, _ source: any MetricSource) -> Timestamp {
        if provider.kind == "prometheus" { return end }
        // What is asked for now has no past that it could be late with.
        return source.traits.isRetroactive ? min(now, (present ?? now) - source.traits.delay) : now
    }

    /// The repository's own store, where the built-in metrics are counted.
    func store() throws(MetricFailure) -> any SeriesStore {
        try sources.store(.standard(configured: subject.address))
    }

    /// What answers for a template's metric.
    func source(_ provider: MetricProvider, interval: Duration) throws(MetricFailure) -> any MetricSource {
        try sources.source(SourceRequest(provider: provider, interval: interval, address: subject.address))
    }

    /// All that was judged together.
    func reading(_ request: AnalysisRequest, _ parts: [JudgedPart]) -> AnalysisReading {
        let verdict = Verdict.folding(parts.map(\.verdict), isPastDeadline: false)
        let metrics = parts.flatMap(\.metrics)
        let start = metrics.map(\.window.start).min() ?? request.from
        let evidence = Evidence(
            window: Window(start: start, end: max(start, end)), verdict: verdict, metrics: metrics)
        return AnalysisReading(
            id: request.id, verdict: verdict, sentence: parts.first { $0.verdict == verdict }?.sentence ?? "",
            evidence: [evidence],
            completedAt: verdict == .fail
                ? parts.filter { $0.verdict == .fail }.compactMap(\.completedAt).min()
                : parts.compactMap(\.completedAt).max(),
            harmless: parts.allSatisfy(\.isHarmless))
    }
}
