package import Analysis
internal import Git
internal import Manifests
package import Rollouts

/// An analysis that anybody may run over any time: what it says decides nothing.
package struct AnalysisTrial: Sendable {
    private let runner: AnalysisRunner
    /// Nil for the built-in metrics.
    package let spec: AnalysisSpec?

    package init(_ runner: AnalysisRunner, _ spec: AnalysisSpec?) {
        self.runner = runner
        self.spec = spec
    }

    /// What the analysis says of a window at its end.
    ///
    /// - Parameters:
    ///   - servedSince: when the canary first had traffic; evidence for a failure is from there on.
    ///   - measures: whether what can only be measured now is measured.
    package func reading(
        of window: Window, servedSince: Timestamp? = nil, measures: Bool = false
    ) async -> AnalysisReading {
        var runner = runner
        runner.now = window.end
        runner.delay = .zero
        if measures { runner.ledger = .momentary }
        return await runner.reading(for: request(window, servedSince))
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

    private func request(_ window: Window, _ servedSince: Timestamp?) -> AnalysisRequest {
        AnalysisRequest(
            id: .background, spec: spec, from: window.start, failuresFrom: window.start,
            servedSince: servedSince ?? window.start)
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
        case .builtIn: return (id, AnalysisTrial(runner, nil))
        case .templates(let spec): return (id, AnalysisTrial(runner, spec))
        case .none:
            let inline = specification.plan.stages.flatMap(\.conditions).compactMap { condition -> AnalysisSpec? in
                if case .analysis(let spec, _) = condition { spec } else { nil }
            }
            guard let first = inline.first else {
                throw SteeringRefusal(
                    "\(id) says analysis: none", hint: "name templates to judge it by: --template NAME")
            }
            return (id, AnalysisTrial(runner, first))
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
