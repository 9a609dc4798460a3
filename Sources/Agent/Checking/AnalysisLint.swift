internal import Analysis
internal import Manifests
internal import Rollouts
internal import YAML

/// What the authors of templates should know before a release depends on them, from the files alone.
struct AnalysisLint {
    let documents: RepositoryDocuments
    let subject: Checkup.Subject

    var findings: [Finding] {
        let plan = subject.specification.plan
        var found: [Finding] = []
        for condition in plan.stages.flatMap(\.conditions) {
            if case .analysis(let spec, _) = condition { found += self.findings(spec, window: nil) }
        }
        if case .templates(let spec) = subject.specification.background {
            found += findings(spec, window: plan.shortestJudgedPause)
        }
        return found
    }

    private func findings(_ spec: AnalysisSpec, window: Duration?) -> [Finding] {
        let facts = RolloutFacts.forCheck(of: subject.rollout.source)
        // What cannot be read has findings of its own.
        guard let merged = try? TemplateReader(templates: documents.templates, facts: facts).merged(spec) else {
            return []
        }
        let ofMetrics = (merged.spec.metrics ?? []).flatMap { template -> [Finding] in
            guard let filled = try? template.substituting(merged.arguments),
                let metric = try? ResolvedMetric(filled, mode: merged.mode(of: template.name)),
                let (file, index) = place(of: template.name, in: spec)
            else { return [] }
            return MetricLint(metric, mode: merged.mode(of: template.name), window: window).findings.map { finding in
                finding.located(in: file, metric: index)
            }
        }
        return scored(merged, spec) + ofMetrics
    }

    // MARK: The score

    /// A score over no metric, and weights of groups that no metric is in.
    private func scored(_ merged: TemplateReader.Merged, _ spec: AnalysisSpec) -> [Finding] {
        let scoring = documents.templates.reached(from: spec).filter { $0.document.root["spec"]?["score"] != nil }
        guard let score = merged.spec.score, let file = scoring.first else { return [] }
        let compared = (merged.spec.metrics ?? []).compactMap { metric -> CompareSettings? in
            guard case .compare(let template)? = metric.judge, !merged.dryRun.contains(metric.name) else { return nil }
            return template.settings.isMuted ? nil : template.settings
        }
        guard !compared.isEmpty else {
            return [
                Finding(
                    .warning,
                    Diagnostic(
                        file.document, at: "spec.score", "there is no metric to score: none has the compare judge",
                        hint: "take the score out, or state judge: {compare: …} for what it is of"))
            ]
        }
        let groups = Set(compared.flatMap(\.groups))
        return score.groupWeights.filter { !groups.contains($0.key) && $0.value > 0 }.map { name, weight in
            Finding(
                .error,
                Diagnostic(
                    file.document, at: FieldPath("spec.score.groupWeights").appending(.field(name)),
                    "no metric is in the group \(name), so that \(Readable.number(weight)) of 100 are never reached",
                    hint: "groups are \(groups.sorted().joined(separator: ", "))"))
        }
    }

    // MARK: Places

    /// The template that has a metric of this name, and which of its metrics it is.
    private func place(
        of metric: String, in spec: AnalysisSpec
    ) -> (RepositoryDocuments.TemplateDocument, Int)? {
        for file in documents.templates.reached(from: spec) {
            let metrics = file.document.root["spec"]?["metrics"]?.items ?? []
            guard let index = metrics.firstIndex(where: { $0["name"]?.string == metric }) else { continue }
            return (file, index)
        }
        return nil
    }
}

extension LintFinding {
    /// The finding at its field, or at the nearest field around it that is written.
    fileprivate func located(in file: RepositoryDocuments.TemplateDocument, metric index: Int) -> Finding {
        let text = path.replacing("[", with: ".").replacing("]", with: "")
        let field = FieldPath(parsing: "spec.metrics.\(index)" + (text.isEmpty ? "" : "." + text)) ?? .root
        let diagnostic = Diagnostic(file.document, at: field, message, hint: hint)
        return Finding(severity == .error ? .error : .warning, diagnostic)
    }
}

extension StagePlan {
    /// How long the shortest stage lasts that is judged in the background; nil where one waits for people or for analyses.
    fileprivate var shortestJudgedPause: Duration? {
        var shortest: Duration?
        for stage in stages where stage.judged && stage.kind == .weight {
            var length = Duration.zero
            for condition in stage.conditions {
                guard case .pause(let pause) = condition else { return nil }
                length += pause
            }
            shortest = min(shortest ?? length, length)
        }
        return shortest
    }
}
