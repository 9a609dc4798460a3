package import Analysis
package import Rollouts
internal import YAML

/// Gives the planner the verdicts that it asks for: queries the metrics of a request and judges what comes back.
package struct AnalysisRunner: Sendable {
    let subject: Subject
    let sources: MetricSources
    let now: Timestamp
    /// How long a backend takes to have a point.
    let delay: Duration

    /// What is judged.
    package struct Subject: Sendable {
        package var namespace: String
        package var stableService: String
        package var canaryService: String
        package var metrics: [MetricSetDocument.CountMetric]
        package var judging: PlanDocument.Judging
        /// The weights at which the built-in metrics are judged; their evidence accumulates over all of them.
        package var judgedStages: Int
        package var templates: [RepositoryDocuments.TemplateDocument]
        /// The address of the repository's own store.
        package var address: String?

        package init(
            namespace: String, stableService: String, canaryService: String,
            metrics: [MetricSetDocument.CountMetric], judging: PlanDocument.Judging,
            templates: [RepositoryDocuments.TemplateDocument], address: String? = nil, judgedStages: Int = 1
        ) {
            self.namespace = namespace
            self.stableService = stableService
            self.canaryService = canaryService
            self.metrics = metrics
            self.judging = judging
            self.judgedStages = judgedStages
            self.templates = templates
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
        if request.failuresFrom < request.from, request.spec != nil {
            var whole = request
            whole.from = request.failuresFrom
            let reading = await answer(to: whole)
            if reading.verdict == .fail { return reading }
        }
        return await answer(to: request)
    }

    private func answer(to request: AnalysisRequest) async -> AnalysisReading {
        do {
            guard let spec = request.spec else { return try await builtIn(request) }
            return try await templates(spec, request)
        } catch let failure as MetricFailure {
            let verdict: Verdict = failure.code == .configuration ? .error : .unknown
            return AnalysisReading(id: request.id, verdict: verdict, sentence: failure.message)
        } catch let problem as TemplateError {
            return AnalysisReading(id: request.id, verdict: .error, sentence: problem.message)
        } catch {
            return AnalysisReading(id: request.id, verdict: .error, sentence: "\(error)")
        }
    }

    /// Nothing newer than this is asked for.
    var end: Timestamp { now - delay }

    /// The store of a metric that states `address`, or none.
    func source(_ address: String?) throws(MetricFailure) -> any MetricSource {
        try sources.source(address.map(MetricStore.named) ?? .standard(configured: subject.address))
    }

    func reading(
        _ request: AnalysisRequest, _ metrics: [MetricEvidence], verdict: Verdict, completedAt: Timestamp?,
        harmless: Bool
    ) -> AnalysisReading {
        let gating = metrics.filter { !$0.isDryRun }
        let decisive = gating.first { $0.verdict == verdict } ?? gating.first
        let start = metrics.map(\.window.start).min() ?? request.from
        let evidence = Evidence(
            window: Window(start: start, end: max(start, end)), verdict: verdict, metrics: metrics)
        return AnalysisReading(
            id: request.id, verdict: verdict, sentence: decisive?.sentence ?? "", evidence: [evidence],
            completedAt: completedAt, harmless: harmless)
    }
}

/// Which store a query is for.
package enum MetricStore: Hashable, Sendable {
    /// The repository's, by the address that its configuration states.
    case standard(configured: String?)
    /// The one that a template names itself.
    case named(String)

    /// The address that the repository states.
    package var address: String? {
        switch self {
        case .standard(let configured): configured
        case .named(let address): address
        }
    }

    init(_ own: String?, _ config: Config) {
        self = own.map(Self.named) ?? .standard(configured: config.metrics?.prometheus?.address)
    }
}

/// Finds what answers for a store.
package struct MetricSources: Sendable {
    package let source: @Sendable (_ store: MetricStore) throws(MetricFailure) -> any MetricSource

    package init(_ source: @escaping @Sendable (_ store: MetricStore) throws(MetricFailure) -> any MetricSource) {
        self.source = source
    }
}
