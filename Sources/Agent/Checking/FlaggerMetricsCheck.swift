internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// Metrics in Flagger's form as a Rollout uses them, and the MetricTemplates that they lead to.
struct FlaggerMetricsCheck {
    let source: RolloutSource
    /// The steps of the Rollout, or of its plan.
    let steps: [Step]
    let reader: FlaggerReader

    init(of source: RolloutSource, _ bound: BoundRollout, steps: [Step], _ documents: RepositoryDocuments) {
        self.source = source
        self.steps = steps
        reader = FlaggerReader(of: bound, documents)
    }

    /// What keeps metrics from being measured: the rollout is held.
    var errors: [Diagnostic] {
        metrics.flatMap { metric, _, place in
            reader.problems(of: metric).flatMap { problem in
                problem.elsewhere.isEmpty ? [diagnostic(problem, below: place)] : problem.elsewhere
            }
        }
    }

    var warnings: [Diagnostic] {
        metrics.flatMap { metric, _, place in
            let unit = reader.queries.first { $0.name == metric.builtIn }?.unit
            let units = unit == .percent || unit == .milliseconds ? metric.unitWarnings : []
            return (metric.warnings + units).map { diagnostic($0, below: place) }
        }
    }

    /// What the services say about how they are asked.
    func problems(by providers: ProviderCheck) -> [Diagnostic] {
        metrics.flatMap { metric, checks, place in
            metric.sources.flatMap { source -> [Diagnostic] in
                guard let question = try? reader.question(metric, source) else { return [] }
                return providers.problems(question.provider, checks.interval).map { problem in
                    self.problem(problem, question, source, below: place)
                }
            }
        }
    }

    // MARK: Places

    private var metrics: [(FlaggerMetric, AnalysisSpec.Checks, FieldPath)] {
        analyses.flatMap { spec, place in
            spec.checks.map { checks in
                checks.metrics.enumerated().map { number, metric in
                    (metric, checks, place.map { $0.appending("metrics").appending(number) } ?? "spec.plan")
                }
            } ?? []
        }
    }

    /// The analyses, each with its place in the Rollout; those of a plan have none.
    private var analyses: [(AnalysisSpec, FieldPath?)] {
        var found: [(AnalysisSpec, FieldPath?)] = []
        if case .judged(let spec)? = source.document.spec.analysis { found.append((spec, "spec.analysis")) }
        let isOwn = source.document.spec.steps != nil
        for (number, step) in steps.enumerated() {
            guard case .analysis(let spec) = step else { continue }
            found.append((spec, isOwn ? FieldPath("spec.steps").appending(number).appending("analysis") : nil))
        }
        return found
    }

    private func diagnostic(_ error: TemplateError, below place: FieldPath) -> Diagnostic {
        source.diagnostic(at: error.fieldPath(below: place), error.message, hint: error.hint)
    }

    private func diagnostic(_ problem: FlaggerReader.Problem, below place: FieldPath) -> Diagnostic {
        guard let error = problem.inQuery,
            case .found(let query) = source.stream.documents[source.index].node(at: place.appending("query"))
        else { return diagnostic(problem.error, below: place) }
        return source.stream.diagnostic(error, inTextOf: query.node)
    }

    /// A provider's settings are made of the template's fields, of its query, and of the metric's interval.
    private func problem(
        _ problem: TemplateError, _ question: FlaggerQuestion, _ asked: FlaggerMetric.Source, below place: FieldPath
    ) -> Diagnostic {
        let field = problem.path.split(separator: ".").dropFirst(2).first.map(String.init) ?? ""
        guard let file = question.template?.file else {
            let own = if case .query = asked { "query" } else { "name" }
            return diagnostic(TemplateError(problem.withSubject, at: own, hint: problem.hint), below: place)
        }
        switch field {
        case "interval", "window":
            return diagnostic(TemplateError(problem.withSubject, at: "interval", hint: problem.hint), below: place)
        default: return file.diagnostic(problem.inFlaggerTemplate(field))
        }
    }
}

extension TemplateError {
    /// A mistake in a provider's settings, at the field of the MetricTemplate that they were made of.
    func inFlaggerTemplate(_ field: String) -> TemplateError {
        switch field {
        case "query", "mql": return TemplateError(withSubject, at: "spec.query", hint: hint)
        case _ where field.hasPrefix("headers"):
            return TemplateError(
                withSubject, at: "spec.provider.headers", hint: "state a secretRef, whose Secret has the token")
        default:
            let own = field == "insecure" ? "insecureSkipVerify" : field
            return TemplateError(withSubject, at: own.isEmpty ? "spec.provider" : "spec.provider.\(own)", hint: hint)
        }
    }
}
