internal import Analysis
internal import Rollouts

/// Where a metric of a template comes from, and whether that has what its judge needs.
struct MetricCheck {
    private let metric: ResolvedMetric
    private let providers: ProviderCheck

    init(_ metric: ResolvedMetric, _ providers: ProviderCheck) {
        (self.metric, self.providers) = (metric, providers)
    }

    /// Something that the provider is asked for, and where it is stated; nil for the provider's own question.
    private typealias Question = (stated: Value?, path: String?, need: MetricNeed)

    /// What is wrong, at paths below the metric.
    var problems: [TemplateError] {
        guard let judge = metric.judge else { return providers.problems(metric.provider, metric.interval) }
        if metric.provider.kind == "job" {
            return [
                TemplateError(
                    "a Job has nothing to count or to compare", at: "judge",
                    hint: "take the judge out: the Job's own end is the verdict")
            ]
        }
        let questions = questions(of: judge)
        // What one question is refused for the others are, too, however they are written.
        if let obstacle = questions.lazy.compactMap(obstacle).first { return [obstacle] }
        return unique(questions.flatMap(problems) + [unjudgeable(judge)].compactMap(\.self))
    }

    // MARK: Questions

    private func questions(of judge: JudgeTemplate) -> [Question] {
        func side(_ side: SideQueries?, _ path: String) -> [Question] {
            let counts = [("bad", side?.bad), ("good", side?.good), ("total", side?.total)]
            let stated: [Question] = counts.compactMap { name, query in
                query.map { ($0, "\(path).\(name)", .counts) }
            }
            return stated + (side?.buckets.map { [($0, "\(path).buckets", .buckets)] } ?? [])
        }
        switch judge {
        case .sequential(let template):
            return side(template.canary, "judge.sequential.canary") + side(template.stable, "judge.sequential.stable")
        case .confident(let template): return side(template.canary, "judge.confident.canary")
        case .compare(let template):
            let canary: Question = (template.canary, template.canary.map { _ in "judge.compare.canary" }, .values)
            return [canary] + (template.stable.map { [($0, "judge.compare.stable", .values)] } ?? [])
        }
    }

    private func problems(of question: Question) -> [TemplateError] {
        let provider = metric.provider(asking: question.stated)
        return providers.problems(provider, metric.interval).map { problem in
            TemplateError(problem.message, at: place(of: problem.path, question), hint: problem.hint)
        }
    }

    private func obstacle(of question: Question) -> TemplateError? {
        let provider = metric.provider(asking: question.stated)
        return providers.obstacle(question.need, provider, metric.interval).map { problem in
            TemplateError(problem.message, at: question.path ?? "judge.compare", hint: problem.hint)
        }
    }

    /// Where a setting is stated: below the judge, or below the provider, whose settings the judge adds to.
    private func place(of path: String, _ question: Question) -> String {
        guard let own = question.path else { return path }
        let parts = path.split(separator: ".").dropFirst(2)
        guard let field = parts.first.map({ $0.prefix { $0 != "[" } }) else { return own }
        guard case .map(let members)? = question.stated else { return field == "query" ? own : path }
        let isOwn = members.contains { $0.name == field }
        return isOwn ? "\(own).\(parts.joined(separator: "."))" : field == "query" ? own : path
    }

    /// What several questions have in common is said once.
    private func unique(_ problems: [TemplateError]) -> [TemplateError] {
        problems.reduce(into: []) { said, problem in
            if !said.contains(problem) { said.append(problem) }
        }
    }

    // MARK: What is judged

    /// A judge that has nothing to count, or nothing to compare with.
    private func unjudgeable(_ judge: JudgeTemplate) -> TemplateError? {
        switch judge {
        case .sequential(let template):
            guard let canary = template.canary else { return uncounted("sequential") }
            guard template.baseline != .previous, template.stable == canary else { return nil }
            return itself("sequential")
        case .confident(let template): return template.canary == nil ? uncounted("confident") : nil
        case .compare(let template):
            guard template.settings.baseline != .previous else { return nil }
            if template.stable == nil {
                return TemplateError(
                    "stable is missing, so that the canary is compared with itself", at: "judge.compare",
                    hint: "state its query, or baseline: PREVIOUS to compare with the time before")
            }
            let isSame = metric.provider(asking: template.stable) == metric.provider(asking: template.canary)
            return isSame ? itself("compare") : nil
        }
    }

    private func uncounted(_ judge: String) -> TemplateError {
        TemplateError(
            "does not say what it counts", at: "judge.\(judge)",
            hint: "state canary: {bad: QUERY, total: QUERY}")
    }

    private func itself(_ judge: String) -> TemplateError {
        TemplateError(
            "is asked for the same as the canary, so that nothing ever fails", at: "judge.\(judge).stable",
            hint: "state the query with the labels of stable's pods")
    }
}
