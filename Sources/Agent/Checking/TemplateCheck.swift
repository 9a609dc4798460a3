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
        for file in documents.templates where file.kind != "MetricTemplate" {
            do throws(YAMLProblems) {
                let template = try YAMLDecoder().decode(TemplateDocumentText.self, from: file.document)
                problems += check(template.spec, file)
            } catch {
                problems += error.errors.map(Diagnostic.init)
            }
        }
        return problems + duplicates
    }

    /// The whole document around a template's spec.
    private struct TemplateDocumentText: Decodable {
        var apiVersion: String?
        var kind: String?
        var metadata: AnalysisTemplate.Metadata
        var spec: AnalysisTemplate.Spec
    }

    private func check(
        _ spec: AnalysisTemplate.Spec, _ file: RepositoryDocuments.TemplateDocument
    ) -> [Diagnostic] {
        var found = conditions(of: spec, file)
        for use in uses(of: file) {
            do throws(TemplateError) {
                let arguments = try TemplateArguments(declared: spec.args ?? [], given: use.given)
                let (metrics, unread) = spec.resolveMetrics(arguments, allowsEndless: use.allowsEndless)
                let errors = unread + metrics.flatMap { provider(of: $0, in: spec) }
                // A template of templates has no metrics of its own.
                let own = errors.filter { !($0.path == "metrics" && !(spec.templates ?? []).isEmpty) }
                found += own.filter { !isCondition($0.path) }.map { diagnostic($0, file) }
            } catch {
                found.append(
                    use.rollout?.source.diagnostic(
                        at: "spec.analysis", "\(file.name): \(error.message)", hint: error.hint)
                        ?? diagnostic(error, file))
            }
        }
        return found
    }

    /// What is wrong with where a metric comes from.
    private func provider(of metric: ResolvedMetric, in spec: AnalysisTemplate.Spec) -> [TemplateError] {
        let index = (spec.metrics ?? []).firstIndex { $0.name == metric.name } ?? 0
        return providers.problems(metric.provider, metric.interval).map { problem in
            TemplateError(problem.message, at: "metrics[\(index)].\(problem.path)", hint: problem.hint)
        }
    }

    // MARK: Uses

    private struct Use {
        var given: [String: String]
        var allowsEndless: Bool
        /// Where the template is named.
        var rollout: RepositoryDocuments.LoadedRollout?
    }

    private func uses(of file: RepositoryDocuments.TemplateDocument) -> [Use] {
        var uses: [Use] = []
        for rollout in documents.rollouts {
            let spec = rollout.source.document.spec
            var named: [(AnalysisSpec, Bool)] = []
            if case .judged(let background)? = spec.analysis { named.append((background, true)) }
            for case .analysis(let inline) in spec.steps ?? [] { named.append((inline, false)) }
            for (analysis, isBackground) in named where analysis.templates.contains(where: { names($0, file) }) {
                var given: [String: String] = [:]
                for argument in analysis.args ?? [] { given[argument.name] = argument.value }
                uses.append(Use(given: given, allowsEndless: isBackground, rollout: rollout))
            }
        }
        if uses.isEmpty, let values = ownValues(file) {
            uses.append(Use(given: values, allowsEndless: true, rollout: nil))
        }
        return uses
    }

    private func names(_ reference: AnalysisSpec.TemplateReference, _ file: RepositoryDocuments.TemplateDocument)
        -> Bool
    {
        reference.templateName == file.name && (reference.clusterScope == true) == (file.kind != "AnalysisTemplate")
    }

    /// A template that nobody names is checked by itself where it needs no argument.
    private func ownValues(_ file: RepositoryDocuments.TemplateDocument) -> [String: String]? {
        let arguments = file.document.root["spec"]?["args"]?.items ?? []
        return arguments.allSatisfy { $0["value"] != nil } ? [:] : nil
    }

    // MARK: Places

    /// Conditions that need no argument, with the place inside the expression.
    private func conditions(
        of spec: AnalysisTemplate.Spec, _ file: RepositoryDocuments.TemplateDocument
    ) -> [Diagnostic] {
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
                    if !isFilledIn { try Expression(parsing: text).check() }
                } catch {
                    found.append(diagnostic(error, in: node, named: name, file))
                }
            }
        }
        return found
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
            hint: "conditions are in Argo's expression language, such as result[0] >= 0.95")
    }

    private func isCondition(_ path: String) -> Bool {
        path.hasSuffix("successCondition") || path.hasSuffix("failureCondition")
    }

    private func diagnostic(_ error: TemplateError, _ file: RepositoryDocuments.TemplateDocument) -> Diagnostic {
        // `metrics[0].count` is written `metrics.0.count` in a field path.
        let text = error.path.replacing("[", with: ".").replacing("]", with: "")
        let path = FieldPath(parsing: text.isEmpty ? "spec" : "spec." + text) ?? .root
        return Diagnostic(file.document, at: path, error.message, hint: error.hint)
    }

    private var duplicates: [Diagnostic] {
        let groups = Dictionary(grouping: documents.templates, by: { "\($0.kind) \($0.name)" })
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
