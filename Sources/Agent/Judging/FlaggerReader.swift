package import Analysis
package import Manifests
package import Rollouts
internal import YAML

/// One of Flagger's metrics with everything filled in.
package struct FlaggerQuestion: Sendable {
    /// What each check asks of the answer; the name is one among those of the analysis.
    package var check: FlaggerCheck
    package let provider: MetricProvider
    /// The template that asks, where one does.
    let template: FlaggerTemplates.Entry?
}

/// Turns metrics in Flagger's form into what is asked about one rollout.
package struct FlaggerReader: Sendable {
    /// The Rollout's name, which stands for the Canary's.
    let name: String
    let canary: MetricSide
    let stable: MetricSide
    /// The set whose queries stand for Flagger's own metrics.
    let set: String?
    let queries: [MetricQuery]
    let templates: FlaggerTemplates

    package init(
        name: String, canary: MetricSide, stable: MetricSide, set: String? = nil, queries: [MetricQuery] = [],
        templates: [RepositoryDocuments.TemplateDocument] = []
    ) {
        self.name = name
        self.canary = canary
        self.stable = stable
        self.set = set
        self.queries = queries
        self.templates = FlaggerTemplates(templates)
    }

    /// - Parameter side: whose metrics are asked for; the canary's, unless somebody wants to see whether there are any.
    package init(of bound: BoundRollout, _ documents: RepositoryDocuments, about side: Side = .canary) {
        let (set, queries) = documents.flaggerQueries(for: bound)
        self.init(
            name: bound.id.name, canary: bound.metricSide(side), stable: bound.metricSide(.stable), set: set,
            queries: queries, templates: documents.templates)
    }

    /// Everything that is asked, in the order in which Flagger asks it.
    ///
    /// - Throws: the first thing that keeps one of them from being asked.
    package func questions(of metrics: [FlaggerMetric]) throws(TemplateError) -> [FlaggerQuestion] {
        let (questions, problem) = usable(of: metrics)
        if let problem { throw problem }
        return questions
    }

    /// What can be asked, and the first thing that keeps others from being asked.
    func usable(of metrics: [FlaggerMetric]) -> (questions: [FlaggerQuestion], problem: TemplateError?) {
        let problem = metrics.lazy.compactMap { metric in
            problems(of: metric).first.map { problem in
                TemplateError("\(metric.name): \(problem.error.message)", hint: problem.error.hint)
            }
        }.first
        var names: [String: Int] = [:]
        let questions = metrics.inOrderOfChecks.compactMap { metric, source -> FlaggerQuestion? in
            guard var question = try? question(metric, source) else { return nil }
            let number = names[metric.name, default: 0] + 1
            names[metric.name] = number
            if number > 1 { question.check.metric += " #\(number)" }
            return question
        }
        return (questions, problem)
    }

    /// Everything that keeps a metric from being asked, or from ever passing.
    func problems(of metric: FlaggerMetric) -> [Problem] {
        let fields = metric.fieldErrors().map { Problem($0) }
        return fields
            + metric.sources.compactMap { source in
                do throws(Problem) {
                    _ = try question(metric, source)
                    return nil
                } catch { return error }
            }
    }

    // MARK: One question

    /// What is wrong with a metric.
    struct Problem: Error {
        let error: TemplateError
        /// Where it stands, if that is not in the Rollout.
        var elsewhere: [Diagnostic] = []
        /// Of the metric's own query, with the place inside it.
        var inQuery: GoTemplateError?

        init(_ error: TemplateError, elsewhere: [Diagnostic] = [], inQuery: GoTemplateError? = nil) {
            self.error = error
            self.elsewhere = elsewhere
            self.inQuery = inQuery
        }
    }

    func question(
        _ metric: FlaggerMetric, _ source: FlaggerMetric.Source
    ) throws(Problem) -> FlaggerQuestion {
        switch source {
        case .builtIn(let builtIn):
            return try own(metric, builtIn)
        case .query(let query):
            let text: String
            do throws(GoTemplateError) {
                text = try GoTemplate(parsing: query).render(names(of: metric, source))
            } catch { throw Problem(TemplateError(error, at: "query"), inQuery: error) }
            try refuseAbsentee(in: text, of: metric, at: "query")
            return FlaggerQuestion(
                check: FlaggerCheck(metric, source: source), provider: .prometheus(text), template: nil)
        case .template(let reference):
            return try stated(metric, source, reference)
        }
    }

    private func own(
        _ metric: FlaggerMetric, _ builtIn: FlaggerMetric.BuiltIn
    ) throws(Problem) -> FlaggerQuestion {
        guard let query = queries.first(where: { $0.name == builtIn }) else {
            throw Problem(
                TemplateError(
                    set.map { "the metric set \($0) has no query for \(builtIn.rawValue)" }
                        ?? "no metric set has a query for \(builtIn.rawValue) behind this route", at: "name",
                    hint: "name a set that has one as metrics.set in .headgate/config.yaml, or state a templateRef"))
        }
        do {
            let names = try query.names(
                rollout: name, canary: canary, interval: metric.window(of: .builtIn(builtIn)),
                variables: metric.templateVariables ?? [:])
            return FlaggerQuestion(
                check: query.check(metric), provider: .prometheus(try query.text(names)), template: nil)
        } catch let error as TemplateError {
            throw Problem(error.path.isEmpty ? TemplateError(error.message, at: "name", hint: error.hint) : error)
        } catch let error as GoTemplateError {
            throw Problem(TemplateError(error, at: "name"))
        } catch {
            throw Problem(TemplateError("\(error)", at: "name"))
        }
    }

    private func stated(
        _ metric: FlaggerMetric, _ source: FlaggerMetric.Source, _ reference: FlaggerMetric.TemplateReference
    ) throws(Problem) -> FlaggerQuestion {
        let entry: FlaggerTemplates.Entry
        do throws(TemplateError) {
            entry = try templates.entry(for: reference, from: canary.namespace)
        } catch { throw Problem(error) }
        guard let template = entry.template, entry.problems.isEmpty else {
            let first = entry.problems.first
            throw Problem(
                TemplateError(
                    "the MetricTemplate \(reference.name) cannot be used: \(first?.message ?? "")", at: "templateRef",
                    hint: first?.hint), elsewhere: entry.problems)
        }
        if let error = metric.fieldErrors(template: template).first { throw Problem(error) }
        let text: String
        do throws(GoTemplateError) {
            text = try GoTemplate(parsing: template.spec.query).render(names(of: metric, source))
        } catch { throw Problem(TemplateError(error, at: "templateRef")) }
        try refuseAbsentee(in: text, of: metric, at: "templateRef")
        do throws(TemplateError) {
            return FlaggerQuestion(
                check: FlaggerCheck(metric, source: source, provider: template.spec.provider.type),
                provider: try template.provider(asking: text, over: metric.window(of: source)), template: entry)
        } catch {
            throw Problem(error, elsewhere: error.path.hasPrefix("spec.") ? [entry.file.diagnostic(error)] : [])
        }
    }

    private func names(of metric: FlaggerMetric, _ source: FlaggerMetric.Source) -> FlaggerNames {
        FlaggerNames(
            name: name, namespace: canary.namespace, target: canary.target, service: canary.service,
            ingress: canary.ingress, route: canary.route, interval: metric.window(of: source),
            variables: metric.templateVariables ?? [:])
    }

    /// Flagger's copy of the workload is called so; here the two sides have names of their own.
    private func refuseAbsentee(in query: String, of metric: FlaggerMetric, at path: String) throws(Problem) {
        let known: Set = [stable.target, stable.service, canary.target, canary.service]
        let names = names(of: metric, .query(query))
        guard let absentee = names.absentee(in: query, known: known) else { return }
        let hint =
            absentee.hasSuffix("-primary")
            ? "stable is \(stable.target): write {{ variables.stable }} in its place, and templateVariables: {stable: "
                + "\(stable.target)}"
            : "{{ target }} is \(canary.target) already: leave -canary out"
        throw Problem(TemplateError("the query asks for \(absentee), which is not there", at: path, hint: hint))
    }
}

extension MetricProvider {
    /// A query for the repository's own Prometheus.
    fileprivate static func prometheus(_ query: String) -> MetricProvider {
        .stated(kind: "prometheus", settings: .map([.init("query", .string(query))]))
    }
}
