internal import Analysis
internal import Manifests
internal import Rollouts

/// Flagger's MetricTemplates that no Rollout names: what the services say about them whoever will use them.
struct UnnamedFlaggerCheck {
    private let check: TemplateCheck

    init(_ check: TemplateCheck) { self.check = check }

    var problems: [Diagnostic] {
        let named = Set(
            check.documents.rollouts.flatMap { check.analyses(of: $0) }.flatMap { analysis, _ in
                analysis.checks?.metrics.compactMap { $0.templateRef?.name } ?? []
            })
        return FlaggerTemplates(check.documents.templates).entries.flatMap { entry -> [Diagnostic] in
            guard let template = entry.template, entry.problems.isEmpty, !named.contains(entry.file.name) else {
                return []
            }
            return problems(of: template).map { entry.file.diagnostic($0) }
        }
    }

    /// What is wrong with every stand-in for the names, the interval and the variables that a metric would give.
    private func problems(of template: FlaggerMetricTemplate) -> [TemplateError] {
        let count = max(StandInArguments.texts.count, StandInArguments.spans.count)
        return TemplateCheck.common((0..<count).map { problems(of: template, trial: $0) })
    }

    private func problems(of template: FlaggerMetricTemplate, trial: Int) -> [TemplateError] {
        let span = StandInArguments.spans[trial % StandInArguments.spans.count]
        let text = StandInArguments.texts[trial % StandInArguments.texts.count]
        let names = FlaggerNames(
            name: "name", namespace: "namespace", target: "target", interval: span,
            variables: Dictionary(uniqueKeysWithValues: variables(of: template.spec.query).map { ($0, text) }))
        let query = try? GoTemplate(parsing: template.spec.query).render(names)
        do throws(TemplateError) {
            let provider = try template.provider(asking: query ?? "query", over: span)
            return check.providers.problems(provider, .seconds(60)).compactMap { problem in
                let field = problem.path.split(separator: ".").dropFirst(2).first.map(String.init) ?? ""
                // The metric's interval is not known, nor what a query means whose names are not.
                guard !["interval", "window"].contains(field) else { return nil }
                if query == nil, ["query", "mql"].contains(field) { return nil }
                return problem.inFlaggerTemplate(field)
            }
        } catch {
            return error.path.hasPrefix("spec.") ? [error] : []
        }
    }

    /// The names behind `variables.`, as the query writes them.
    private func variables(of query: String) -> Set<String> {
        var names: Set<String> = []
        var rest = query[...]
        while let range = rest.firstRange(of: "variables.") {
            rest = rest[range.upperBound...]
            names.insert(String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }))
        }
        return names
    }
}
