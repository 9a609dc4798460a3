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
        package var templates: [RepositoryDocuments.TemplateDocument]

        package init(
            namespace: String, stableService: String, canaryService: String,
            metrics: [MetricSetDocument.CountMetric], judging: PlanDocument.Judging,
            templates: [RepositoryDocuments.TemplateDocument]
        ) {
            self.namespace = namespace
            self.stableService = stableService
            self.canaryService = canaryService
            self.metrics = metrics
            self.judging = judging
            self.templates = templates
        }
    }

    package init(subject: Subject, sources: MetricSources, now: Timestamp, delay: Duration) {
        self.subject = subject
        self.sources = sources
        self.now = now
        self.delay = delay
    }

    package func reading(for request: AnalysisRequest) async -> AnalysisReading {
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

/// Finds the store that answers for an address; nil is the one that the repository's configuration names.
package struct MetricSources: Sendable {
    package let source: @Sendable (_ address: String?) throws(MetricFailure) -> any MetricSource

    package init(_ source: @escaping @Sendable (_ address: String?) throws(MetricFailure) -> any MetricSource) {
        self.source = source
    }
}
