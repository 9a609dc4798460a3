package import Analysis
internal import Git
internal import Manifests
package import Rollouts

/// An analysis that anybody may run over any time: what it says decides nothing.
package struct AnalysisTrial: Sendable {
    let runner: AnalysisRunner
    /// Nil for the built-in metrics.
    package private(set) var spec: AnalysisSpec?
    private let id: AnalysisRequest.ID

    /// - Parameter id: as what the agent asks for it. Without one nobody does yet: a metric that states a count is then
    ///   decided by it, as in an inline analysis, and one without goes on over the whole window, as in the background.
    package init(_ runner: AnalysisRunner, _ spec: AnalysisSpec?, as id: AnalysisRequest.ID? = nil) {
        var runner = runner
        runner.waitsForCounts = id == nil
        self.runner = runner
        self.spec = spec
        self.id = id ?? .background
    }

    /// The same by the rules of another system; nil for those that it states.
    package func following(_ compat: AnalysisSpec.Compatibility?) -> AnalysisTrial {
        var trial = self
        if let compat { trial.spec?.compat = compat }
        return trial
    }

    /// What the analysis says of a window at its end.
    ///
    /// - Parameters:
    ///   - servedSince: when the canary first had traffic; evidence for a failure is from there on.
    ///   - measures: whether what can only be measured now is measured.
    ///   - isPast: whether the window begins with a release that is over. Where nobody asks for the analysis yet, a metric
    ///     that states a count is then over when it has as many measurements; elsewhere a pass that has grown old has to
    ///     be borne out by what came later.
    package func reading(
        of window: Window, servedSince: Timestamp? = nil, measures: Bool = false, isPast: Bool = false
    ) async -> AnalysisReading {
        var runner = runner
        runner.present = max(runner.now, window.end)
        runner.now = window.end
        runner.delay = .zero
        runner.endsWithCounts = isPast && runner.waitsForCounts
        if measures { runner.ledger = .momentary }
        return await runner.reading(for: request(window, servedSince)).namingEmptyAnswers
    }

    /// What is asked, for people who want to ask it themselves.
    package func inquiries(of window: Window) -> [AnalysisInquiry] {
        runner.inquiries(for: request(window, nil))
    }

    /// The names of the arguments that its templates declare, in their order; nil where there are no templates, and for
    /// those that cannot be read: the verdict says what is wrong with them.
    package var arguments: [String]? {
        guard let spec, !spec.templates.isEmpty else { return nil }
        let reader = TemplateReader(templates: runner.subject.templates, facts: runner.subject.facts)
        return try? AnalysisTemplate.Spec.merging(reader.templates(of: spec).map(\.spec)).args?.map(\.name)
    }

    /// The first argument that has a value neither in its template nor in what was given; nil where there is none.
    package var missingArgument: String? {
        guard let spec, !spec.templates.isEmpty else { return nil }
        let reader = TemplateReader(templates: runner.subject.templates, facts: runner.subject.facts)
        let given = Set((spec.args ?? []).map(\.name))
        let declared = try? AnalysisTemplate.Spec.merging(reader.templates(of: spec).map(\.spec)).args
        return declared?.first { $0.value == nil && $0.valueFrom == nil && !given.contains($0.name) }?.name
    }

    private func request(_ window: Window, _ servedSince: Timestamp?) -> AnalysisRequest {
        AnalysisRequest(
            id: id, spec: spec, from: window.start, failuresFrom: window.start,
            servedSince: servedSince ?? window.start)
    }
}

extension AnalysisReading {
    /// Says of metrics that nothing was measured of, where that is so, that no series was there at any time: their queries
    /// are wrong more often than what they ask about is missing.
    fileprivate var namingEmptyAnswers: AnalysisReading {
        var reading = self
        let note = "; the query found no series"
        reading.evidence = evidence.map { judged in
            let metrics = judged.metrics.map { metric in
                guard metric.isWithoutSeries else { return metric }
                if metric.sentence == sentence { reading.sentence = sentence + note }
                var metric = metric
                metric.sentence += note
                return metric
            }
            return Evidence(window: judged.window, verdict: judged.verdict, metrics: metrics)
        }
        return reading
    }
}

extension MetricEvidence {
    fileprivate var isWithoutSeries: Bool {
        !measurements.isEmpty && counts.good + counts.bad == 0
            && measurements.allSatisfy { $0.meaning == "no data" && ["no data", "[]"].contains($0.text) }
    }
}

extension MeasurementLedger {
    /// Measures, and writes nothing down.
    fileprivate static var momentary: MeasurementLedger {
        MeasurementLedger(recorded: [:], pen: Pen(claim: { _ in true }, record: { _, _ in }))
    }
}

extension Agent {
    /// The analysis of a rollout, as its document states it, or by other templates of the repository.
    ///
    /// - Throws: `SteeringRefusal` for a name that means none or several, and for a rollout without an analysis;
    ///   `Diagnostic` for documents that cannot be read; `GitError`.
    package func trial(
        of reference: RolloutReference, by templates: AnalysisSpec? = nil
    ) async throws -> (RolloutID, AnalysisTrial) {
        let survey = try await survey()
        let id = try reference.find(in: survey.report.rollouts.map(\.id))
        guard let rollout = survey.documents.rollouts.first(where: { $0.id == id }) else {
            let problem = survey.report.rollouts.first { $0.id == id }?.problems.first
            throw SteeringRefusal(problem?.description ?? "\(id) has no Rollout document that can be read")
        }
        let (runner, specification) = try await survey.observer.analyst(of: rollout)
        if let templates { return (id, AnalysisTrial(runner, templates)) }
        switch specification.background {
        case .builtIn: return (id, AnalysisTrial(runner, nil, as: .background))
        case .templates(let spec): return (id, AnalysisTrial(runner, spec, as: .background))
        case .none:
            let inline = specification.plan.stages.flatMap(\.conditions).compactMap { condition -> AnalysisSpec? in
                if case .analysis(let spec, _) = condition { spec } else { nil }
            }
            guard let first = inline.first else {
                throw SteeringRefusal(
                    "\(id) says analysis: none", hint: "name templates to judge it by: --template NAME")
            }
            return (id, AnalysisTrial(runner, first, as: .inline(1)))
        }
    }
}

extension AnalysisTrial {
    /// The templates of a tree, for no rollout at all.
    package static func templates(
        _ spec: AnalysisSpec, in documents: RepositoryDocuments, sources: MetricSources, now: Timestamp
    ) -> AnalysisTrial {
        let nobody = MetricSide(namespace: "", service: "")
        let subject = AnalysisRunner.Subject(
            stable: nobody, canary: nobody, templates: documents.templates,
            facts: RolloutFacts(of: nil, compat: documents.config.metrics?.compat),
            address: documents.config.metrics?.prometheus?.address)
        return AnalysisTrial(
            AnalysisRunner(subject: subject, sources: sources, now: now, delay: .zero), spec)
    }
}
