internal import Analysis
internal import Rollouts

/// How long the analyses of a rollout take, by what documents state: nothing is measured.
struct AnalysisLength {
    let documents: RepositoryDocuments
    let rollout: RepositoryDocuments.LoadedRollout
    let judging: PlanDocument.Judging
    let specification: Specification

    /// From what an analysis is asked for until it passes; nil where it does not end by itself.
    func length(of request: AnalysisRequest, in stage: Stage.Kind, at pace: Rehearsal.Pace) -> Duration? {
        guard let spec = request.spec else { return builtIn(in: stage, at: pace) }
        let metrics = metrics(of: spec).map { length(of: $0, in: request.id, at: pace) }
        let checks = spec.checks.map { self.checks($0, in: request.id, at: pace) }
        let lengths = metrics + (checks.map { [$0] } ?? [])
        guard !lengths.contains(where: { $0 == nil }) else { return nil }
        return (lengths.compactMap(\.self).max() ?? .zero) + delay
    }

    /// How far behind the clock measurements are.
    private var delay: Duration {
        (documents.config.metrics?.prometheus?.delay ?? Span(.seconds(30))).duration
    }

    private func builtIn(in stage: Stage.Kind, at pace: Rehearsal.Pace) -> Duration {
        // Where there is no rate to be held to, readiness is all.
        guard specification.judgedFor[stage] != nil else { return .zero }
        let defaults = SequentialSettings()
        let interval = judging.interval?.duration ?? .seconds(60)
        let least = judging.minimumIntervals ?? defaults.minimumIntervals
        let most = max(least, judging.plannedIntervals ?? defaults.plannedIntervals)
        return interval * (pace == .quickest ? least : most) + delay
    }

    private func metrics(of spec: AnalysisSpec) -> [ResolvedMetric] {
        let facts = RolloutFacts.forCheck(of: rollout.source)
        // What cannot be read has findings of its own.
        guard let merged = try? TemplateReader(templates: documents.templates, facts: facts).merged(spec) else {
            return []
        }
        return (merged.spec.metrics ?? []).compactMap { template in
            try? ResolvedMetric(template.substituting(merged.arguments), mode: merged.mode(of: template.name))
        }
    }

    private func length(
        of metric: ResolvedMetric, in request: AnalysisRequest.ID, at pace: Rehearsal.Pace
    ) -> Duration? {
        switch metric.judge {
        case .sequential(let template)?: return counted(template.settings(stages: 1, sharing: 1), metric, at: pace)
        case .confident(let template)?:
            return counted(template.counting.settings(stages: 1, sharing: 1), metric, at: pace)
        case .compare?, nil: break
        }
        guard let count = metric.limits.count else {
            // In the background it passes with its newest measurement.
            return request == .background ? metric.initialDelay : nil
        }
        let row = metric.limits.consecutiveSuccess
        let least = pace == .quickest && row > 0 ? min(row, count) : count
        return metric.initialDelay + metric.interval * max(0, least - 1)
    }

    private func counted(
        _ settings: SequentialSettings, _ metric: ResolvedMetric, at pace: Rehearsal.Pace
    ) -> Duration {
        let least = max(1, settings.minimumIntervals)
        return metric.initialDelay
            + metric.interval * (pace == .quickest ? least : max(least, settings.plannedIntervals))
    }

    private func checks(
        _ checks: AnalysisSpec.Checks, in request: AnalysisRequest.ID, at pace: Rehearsal.Pace
    ) -> Duration {
        guard request != .background else { return checks.interval }
        let passes = checks.iterations ?? 1
        // Failed checks below the threshold are made good by later ones.
        return checks.interval * (pace == .quickest ? passes : passes + checks.threshold - 1)
    }
}
