internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// An analysis of a Rollout with the templates that it reaches, read once for all of them.
struct UsedAnalysis {
    let rollout: RepositoryDocuments.LoadedRollout
    /// Where it stands: in the Rollout, or as a gate of a Promotion.
    private let place: Place
    /// What is wrong with all of it together; nil where it can be judged.
    let problem: (any Error)?
    /// What is wrong with the arguments that the Rollout gives.
    let misuse: TemplateError?
    private let spec: AnalysisSpec
    private let facts: RolloutFacts
    private let reached: [RepositoryDocuments.TemplateDocument]
    /// What the templates are given together: one may state the arguments of another.
    private let shared: TemplateArguments?
    private let given: [String: String]

    init(
        _ spec: AnalysisSpec, of rollout: RepositoryDocuments.LoadedRollout,
        _ templates: [RepositoryDocuments.TemplateDocument], at place: Place
    ) {
        (self.spec, self.rollout, self.place) = (spec, rollout, place)
        facts = .forCheck(of: rollout.source)
        reached = templates.reached(from: spec)
        do throws(TemplateError) {
            (given, misuse) = (try facts.arguments(spec.args ?? []), nil)
        } catch {
            (given, misuse) = ([:], error)
        }
        do {
            (shared, problem) = (try TemplateReader(templates: templates, facts: facts).merged(spec).arguments, nil)
        } catch {
            (shared, problem) = (nil, error)
        }
    }

    static let background: FieldPath = "spec.analysis"

    enum Place {
        case rollout(FieldPath)
        case gate(RepositoryDocuments.LoadedPromotion, Int)
    }

    /// Whether it judges a whole time and not a step.
    var isBackground: Bool {
        switch place {
        case .rollout(let path): path == Self.background
        case .gate: true
        }
    }

    /// About the analysis, or a field of it.
    func diagnostic(_ message: String, at field: FieldPath.Step? = nil, hint: String?) -> Diagnostic {
        switch place {
        case .rollout(let path):
            return rollout.source.diagnostic(at: field.map { path.appending($0) } ?? path, message, hint: hint)
        case .gate(let promotion, let index):
            let steps: [FieldPath.Step] = [.field("spec"), .field("gates"), .field(String(index)), .field("analysis")]
            return promotion.diagnostic(at: FieldPath(steps + (field.map { [$0] } ?? [])), message, hint: hint)
        }
    }

    func reaches(_ file: RepositoryDocuments.TemplateDocument) -> Bool {
        reached.contains { $0.kind == file.kind && $0.name == file.name }
    }

    /// Whether the Rollout itself names the template.
    func names(_ file: RepositoryDocuments.TemplateDocument) -> Bool {
        spec.templates.contains { Self.means($0, file) }
    }

    private static func means(
        _ reference: AnalysisSpec.TemplateReference, _ file: RepositoryDocuments.TemplateDocument
    ) -> Bool {
        reference.templateName == file.name && (reference.clusterScope == true) == (file.kind != "AnalysisTemplate")
    }

    /// Whether there is more than one template, or rules for what it has; a template that is not there has its own
    /// finding where a Rollout names it.
    var isCombined: Bool {
        guard spec.templates.allSatisfy({ reference in reached.contains { Self.means(reference, $0) } }) else {
            return false
        }
        return spec.templates.count > 1 || spec.dryRun != nil || spec.measurementRetention != nil
            || reached.contains { $0.document.root["spec"]?["templates"] != nil }
    }

    func arguments(of template: AnalysisTemplate.Spec) throws(TemplateError) -> TemplateArguments {
        if let shared { return shared }
        return try TemplateArguments(declared: template.args ?? [], given: given, field: facts.field)
    }
}

extension RolloutFacts {
    /// With something in the place of what only a cluster knows.
    static func forCheck(of source: RolloutSource) -> RolloutFacts {
        RolloutFacts(of: source, hashes: [.stable: "0000000000", .canary: "0000000000"])
    }
}
