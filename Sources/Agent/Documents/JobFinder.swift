internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// Finds the Jobs that analyses name, with the arguments that a Rollout gives them.
struct JobFinder {
    private let templates: [RepositoryDocuments.TemplateDocument]
    private let isNeeded: Bool

    init(_ templates: [RepositoryDocuments.TemplateDocument]) {
        self.templates = templates
        isNeeded = templates.contains(where: \.namesJob)
    }

    /// The names in order, each once.
    ///
    /// - Throws: where nobody can tell which Job an analysis means.
    func jobs(of analyses: [AnalysisSpec], for source: RolloutSource) throws(Diagnostic) -> [String] {
        guard isNeeded else { return [] }
        var names: [String] = []
        for analysis in analyses {
            for name in try jobs(of: analysis, for: source) where !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func jobs(of analysis: AnalysisSpec, for source: RolloutSource) throws(Diagnostic) -> [String] {
        do {
            let merged = try TemplateReader(templates: templates, facts: .forCheck(of: source)).merged(analysis)
            return try (merged.spec.metrics ?? []).compactMap { metric in
                guard metric.provider?.kind == "job",
                    case .string(let name)? = try metric.substituting(merged.arguments).provider?.settings?["name"]
                else { return nil }
                return name
            }
        } catch {
            // What is wrong with other analyses is their verdict's to say.
            guard templates.reached(from: analysis).contains(where: \.namesJob) else { return [] }
            let problem = error as? TemplateError
            throw source.diagnostic(
                at: "spec.analysis", "nobody can tell which Job is meant: \(problem?.message ?? "\(error)")",
                hint: problem?.hint)
        }
    }

}

extension [RepositoryDocuments.TemplateDocument] {
    /// The templates that an analysis names, and those that these name, as far as they are there.
    func reached(from analysis: AnalysisSpec) -> Self {
        var references = analysis.templates.map { ($0.templateName, $0.clusterScope == true) }
        var found: Self = []
        while let (name, isCluster) = references.popLast() {
            let kind = isCluster ? "ClusterAnalysisTemplate" : "AnalysisTemplate"
            guard !found.contains(where: { $0.kind == kind && $0.name == name }),
                let template = first(where: { $0.kind == kind && $0.name == name })
            else { continue }
            found.append(template)
            references += (template.document.root["spec"]?["templates"]?.items ?? []).compactMap { reference in
                reference["templateName"]?.string.map { ($0, reference["clusterScope"]?.bool == true) }
            }
        }
        return found
    }
}

extension RepositoryDocuments.TemplateDocument {
    fileprivate var namesJob: Bool {
        (document.root["spec"]?["metrics"]?.items ?? []).contains { $0["provider"]?["job"] != nil }
    }
}

extension RepositoryDocuments {
    /// Everything that a Rollout may be judged by: its background, and the analyses of its steps or of its plan.
    func analyses(of source: RolloutSource) -> [AnalysisSpec] {
        let spec = source.document.spec
        let steps = spec.steps ?? plans[spec.plan ?? "standard"]?.spec.steps ?? []
        let inline = steps.compactMap { step in if case .analysis(let spec) = step { spec } else { nil } }
        if case .judged(let background)? = spec.analysis { return [background] + inline }
        return inline
    }
}
