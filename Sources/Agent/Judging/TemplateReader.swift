internal import Analysis
internal import Rollouts
internal import YAML

/// Reads the analysis templates of a repository, and fills in what a Rollout gives them.
struct TemplateReader {
    let templates: [RepositoryDocuments.TemplateDocument]
    let facts: RolloutFacts

    /// Several templates as one, with their arguments' values.
    struct Merged {
        var spec: AnalysisTemplate.Spec
        var arguments: TemplateArguments
        var mode: Expression.Mode
        var dryRun: Set<String>
    }

    func merged(_ analysis: AnalysisSpec) throws -> Merged {
        let documents = try documents()
        let references = analysis.templates.map {
            AnalysisTemplate.Reference(templateName: $0.templateName, clusterScope: $0.clusterScope)
        }
        var merged = try AnalysisTemplate.Spec.resolving(references, from: documents)
        merged = try AnalysisTemplate.Spec.merging([merged, analysis.rules])
        let arguments = try TemplateArguments(
            declared: merged.args ?? [], given: try facts.arguments(analysis.args ?? []), field: facts.field)
        let named = documents.filter { template in
            references.contains { $0.templateName == template.metadata.name }
        }
        let isArgo =
            (analysis.compat ?? facts.compat) == .argo
            || named.contains { $0.metadata.annotations?[AnalysisTemplate.compatibility] == "argo" }
        return Merged(
            spec: merged, arguments: arguments, mode: isArgo ? .argo : .safe, dryRun: try merged.dryRunMetrics())
    }

    private func documents() throws -> [AnalysisTemplate] {
        try templates.filter { $0.kind != "MetricTemplate" }.map { file in
            do {
                return try Self.template(in: file)
            } catch {
                throw MetricFailure(.configuration, "\(error)")
            }
        }
    }

    static func template(
        in file: RepositoryDocuments.TemplateDocument
    ) throws(YAMLProblems) -> AnalysisTemplate {
        let text = try YAMLDecoder().decode(TemplateText.self, from: file.document)
        return AnalysisTemplate(kind: text.kind, metadata: text.metadata, spec: text.spec)
    }

    /// The whole document around a template's spec.
    private struct TemplateText: Decodable {
        var apiVersion: String?
        var kind: String?
        var metadata: AnalysisTemplate.Metadata
        var spec: AnalysisTemplate.Spec
    }
}

extension AnalysisSpec {
    /// The rules that the Rollout adds to those of the templates.
    fileprivate var rules: AnalysisTemplate.Spec {
        func rule(_ rule: MetricRule) -> AnalysisTemplate.MetricRule {
            .init(metricName: rule.metricName, limit: rule.limit.map(IntOrString.int))
        }
        return AnalysisTemplate.Spec(
            dryRun: dryRun?.map(rule), measurementRetention: measurementRetention?.map(rule))
    }
}
