internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// Analysis templates as they are used: with the arguments of each place that names them, else as they stand.
struct TemplateCheck {
    let documents: RepositoryDocuments
    let providers: ProviderCheck

    var problems: [Diagnostic] {
        var problems: [Diagnostic] = []
        let analyses = used
        for file in documents.templates where file.kind != "MetricTemplate" {
            do throws(YAMLProblems) {
                problems += check(try TemplateReader.template(in: file).spec, file, in: analyses)
            } catch {
                problems += error.errors.map(Diagnostic.init)
            }
        }
        let ofFlagger = FlaggerTemplates(documents.templates).entries.flatMap(\.problems)
        return problems + ofFlagger + UnnamedFlaggerCheck(self).problems + duplicates + combinations(analyses)
    }

    private func check(
        _ spec: AnalysisTemplate.Spec, _ file: RepositoryDocuments.TemplateDocument, in analyses: [UsedAnalysis]
    ) -> [Diagnostic] {
        let (unread, ofConditions) = conditions(of: spec, file)
        var found = ofConditions + score(of: spec, file)
        let before = found.count
        let uses = uses(of: file, in: analyses, &found)
        // Who misuses it names it all the same.
        if uses.isEmpty, found.count == before {
            found += ofUnnamed(spec).filter { !unread.contains($0.path) }.map { diagnostic($0, file) }
        }
        for use in uses {
            do throws(TemplateError) {
                let arguments = try use.arguments(of: spec)
                let (metrics, problems) = resolved(spec, arguments, allowsEndless: use.isBackground)
                let errors = problems + metrics.flatMap { source(of: $0, in: spec) }
                found += errors.filter { !unread.contains($0.path) }.map { diagnostic($0, file) }
            } catch {
                found.append(
                    use.diagnostic("\(file.name): \(error.message)", hint: error.hint))
            }
        }
        return found
    }

    /// The metrics of a template, and what is wrong with them; a template of templates has none of its own.
    func resolved(
        _ spec: AnalysisTemplate.Spec, _ arguments: TemplateArguments, allowsEndless: Bool
    ) -> (metrics: [ResolvedMetric], errors: [TemplateError]) {
        let (metrics, errors) = spec.resolveMetrics(arguments, allowsEndless: allowsEndless)
        return (metrics, errors.filter { !($0.path == "metrics" && !(spec.templates ?? []).isEmpty) })
    }

    /// What is wrong with where a metric comes from.
    func source(of metric: ResolvedMetric, in spec: AnalysisTemplate.Spec) -> [TemplateError] {
        let index = (spec.metrics ?? []).firstIndex { $0.name == metric.name } ?? 0
        return MetricCheck(metric, providers).problems.map { problem in
            TemplateError(problem.message, at: "metrics[\(index)].\(problem.path)", hint: problem.hint)
        }
    }

    private func score(
        of spec: AnalysisTemplate.Spec, _ file: RepositoryDocuments.TemplateDocument
    ) -> [Diagnostic] {
        do throws(TemplateError) {
            try spec.score?.validate()
            return []
        } catch {
            let place = FieldPath(parsing: "spec.score.\(error.path)") ?? "spec.score"
            return [Diagnostic(file.document, at: place, "\(error.path) \(error.message)", hint: error.hint)]
        }
    }

    /// What is wrong only where several templates are judged together: one name for two metrics, a rule that fits none.
    private func combinations(_ analyses: [UsedAnalysis]) -> [Diagnostic] {
        analyses.compactMap { analysis in
            // A template that cannot be read has its own finding.
            guard analysis.isCombined, let problem = analysis.problem as? TemplateError else { return nil }
            return analysis.diagnostic(problem.message, hint: problem.hint)
        }
    }

    // MARK: Uses

    private var used: [UsedAnalysis] {
        documents.rollouts.flatMap { rollout in
            analyses(of: rollout).map { UsedAnalysis($0, of: rollout, documents.templates, at: .rollout($1)) }
        } + gates
    }

    /// What Promotions judge over the soak, for each rollout that soaks.
    private var gates: [UsedAnalysis] {
        documents.promotions.flatMap { promotion -> [UsedAnalysis] in
            let sources = documents.rollouts.filter { promotion.document.spec.order.dropLast().contains($0.id) }
            return (promotion.document.spec.gates ?? []).enumerated().flatMap { index, gate -> [UsedAnalysis] in
                guard case .analysis(let spec) = gate else { return [] }
                return sources.map { source in
                    UsedAnalysis(
                        spec, of: source, documents.templates, at: .gate(promotion, index))
                }
            }
        }
    }

    private func uses(
        of file: RepositoryDocuments.TemplateDocument, in analyses: [UsedAnalysis], _ misuses: inout [Diagnostic]
    ) -> [UsedAnalysis] {
        analyses.filter { analysis in
            guard analysis.reaches(file) else { return false }
            if let problem = analysis.misuse {
                misuses.append(
                    analysis.diagnostic(problem.message, at: .field("args"), hint: problem.hint))
                return false
            }
            // Without its company nobody knows what a nested template is given.
            return analysis.problem == nil || analysis.names(file)
        }
    }

    /// The analyses of a Rollout, and where each is stated.
    func analyses(of rollout: RepositoryDocuments.LoadedRollout) -> [(AnalysisSpec, FieldPath)] {
        let spec = rollout.source.document.spec
        var named: [(AnalysisSpec, FieldPath)] = []
        if case .judged(let background)? = spec.analysis { named.append((background, UsedAnalysis.background)) }
        for (number, step) in (spec.steps ?? []).enumerated() {
            guard case .analysis(let inline) = step else { continue }
            named.append((inline, FieldPath("spec.steps").appending(number).appending("analysis")))
        }
        return named
    }

    // MARK: Places

    /// Conditions that need no argument, with the place inside the expression.
    ///
    /// - Returns: the paths of those that cannot be read, as a metric's own errors have them, and what is wrong.
    private func conditions(
        of spec: AnalysisTemplate.Spec, _ file: RepositoryDocuments.TemplateDocument
    ) -> (paths: Set<String>, found: [Diagnostic]) {
        var paths: Set<String> = []
        var found: [Diagnostic] = []
        for index in (spec.metrics ?? []).indices {
            for name in ["successCondition", "failureCondition"] {
                guard let node = file.document.root["spec"]?["metrics"]?[index]?[name]?.resolved,
                    let text = node.string,
                    !text.isEmpty
                else { continue }
                // The way Argo writes an argument is a text to the expression's reader too.
                let isFilledIn = text.contains("{{")
                do throws(ExpressionError) {
                    if !isFilledIn { try Expression(parsing: text).checkCondition() }
                } catch {
                    paths.insert("metrics[\(index)].\(name)")
                    found.append(diagnostic(error, in: node, named: name, file))
                }
            }
        }
        return (paths, found)
    }

    private func diagnostic(
        _ error: ExpressionError, in node: YAMLNode, named name: String, _ file: RepositoryDocuments.TemplateDocument
    ) -> Diagnostic {
        var column = node.position.column
        if case .scalar(let text, let style) = node.content, !text.contains("\n"), node.range.count >= text.utf8.count {
            column += error.offset + (style == .plain ? 0 : 1)
        }
        return Diagnostic(
            file: file.file, line: node.position.line, column: column, message: "\(name): \(error.message)",
            hint: error.hintForConditions(in: node.string ?? ""))
    }

    private func diagnostic(_ error: TemplateError, _ file: RepositoryDocuments.TemplateDocument) -> Diagnostic {
        Diagnostic(file.document, at: error.fieldPath(below: "spec"), error.withSubject, hint: error.hint)
    }

    private var duplicates: [Diagnostic] {
        // Only Flagger's templates are told apart by their namespaces.
        let groups = Dictionary(grouping: documents.templates) { file in
            let namespace =
                file.kind == FlaggerTemplates.kind ? file.document.root["metadata"]?["namespace"]?.string : nil
            return "\(file.kind) \(namespace ?? "")/\(file.name)"
        }
        return groups.values.filter { $0.count > 1 }.flatMap { group in
            group.dropFirst().map { file in
                Diagnostic(
                    file.file, file.document.root["metadata"]?["name"] ?? file.document.root,
                    "\(file.kind) \(file.name) is stated more than once",
                    hint: "keep one of "
                        + group.map { "\($0.file):\($0.document.position.line)" }.joined(separator: ", "))
            }
        }
    }
}
