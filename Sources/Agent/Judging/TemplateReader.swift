internal import Analysis
internal import Rollouts
internal import Synchronization
internal import YAML

/// Reads the analysis templates of a repository, and fills in what a Rollout gives them.
struct TemplateReader {
    let templates: [RepositoryDocuments.TemplateDocument]
    let facts: RolloutFacts

    /// Several templates as one, with their arguments' values.
    struct Merged {
        var spec: AnalysisTemplate.Spec
        var arguments: TemplateArguments
        /// The metrics that are judged exactly as Argo does.
        var strict: Set<String>
        var dryRun: Set<String>
        /// What has been read of the metrics' conditions already, by their texts.
        var conditions: [String: Expression]

        func mode(of metric: String) -> Expression.Mode { strict.contains(metric) ? .argo : .safe }
    }

    func merged(_ analysis: AnalysisSpec) throws -> Merged {
        let templates = try templates(of: analysis)
        let merged = try AnalysisTemplate.Spec.merging(templates.map(\.spec) + [analysis.rules])
        let arguments = try arguments(of: merged, in: analysis)
        let isStrict = (analysis.compat ?? facts.compat) == .argo
        let strict = templates.filter { isStrict || $0.metadata.annotations?[AnalysisTemplate.compatibility] == "argo" }
        return Merged(
            spec: merged, arguments: arguments, strict: Set(strict.flatMap { $0.spec.metrics ?? [] }.map(\.name)),
            dryRun: try merged.dryRunMetrics(),
            conditions: templates.reduce(into: [:]) { $0.merge($1.conditions) { known, _ in known } })
    }

    /// The arguments that an analysis gives to its templates, or that one of them states for all.
    func arguments(of merged: AnalysisTemplate.Spec, in analysis: AnalysisSpec) throws(TemplateError)
        -> TemplateArguments
    {
        try TemplateArguments(
            declared: merged.args ?? [], given: try facts.arguments(analysis.args ?? []), field: facts.field)
    }

    /// The templates that an analysis names, and those that these name.
    func templates(of analysis: AnalysisSpec) throws -> [AnalysisTemplate] {
        let references = analysis.templates.map {
            AnalysisTemplate.Reference(templateName: $0.templateName, clusterScope: $0.clusterScope)
        }
        return try AnalysisTemplate.resolving(references, find: template)
    }

    /// What is wrong with templates that nobody names keeps no analysis from being judged.
    private func template(_ reference: AnalysisTemplate.Reference) throws(MetricFailure) -> AnalysisTemplate? {
        let kind = reference.clusterScope == true ? "ClusterAnalysisTemplate" : "AnalysisTemplate"
        guard let file = templates.first(where: { $0.kind == kind && $0.name == reference.templateName }) else {
            return nil
        }
        do throws(YAMLProblems) {
            return try Self.template(in: file)
        } catch { throw MetricFailure(.configuration, "\(error)") }
    }

    static func template(
        in file: RepositoryDocuments.TemplateDocument
    ) throws(YAMLProblems) -> AnalysisTemplate {
        try file.template.get()
    }

    static func template(of document: YAMLDocument) throws(YAMLProblems) -> AnalysisTemplate {
        let text = try YAMLDecoder().decode(TemplateText.self, from: document)
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

/// A template as it is read when somebody first needs it, and once for all the rollouts that it judges.
final class TemplateReading: Sendable {
    private let known = Mutex<Result<AnalysisTemplate, YAMLProblems>?>(nil)

    func result(of document: YAMLDocument) -> Result<AnalysisTemplate, YAMLProblems> {
        known.withLock { known in
            let result = known ?? Result { () throws(YAMLProblems) in try TemplateReader.template(of: document) }
            known = result
            return result
        }
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
