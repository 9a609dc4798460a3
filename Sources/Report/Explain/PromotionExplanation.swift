package import Analysis
package import Rollouts

/// What was proven about the release that a promotion takes on, and what each of its steps waits for.
package struct PromotionExplanation: Sendable {
    package var now: Timestamp
    package var steps: [PromotionStatus]
    package var isOffline: Bool

    package init(now: Timestamp, steps: [PromotionStatus], isOffline: Bool = false) {
        self.now = now
        self.steps = steps
        self.isOffline = isOffline
    }

    package func lines(_ layout: Layout) -> [String] {
        var lines: [String] = []
        for step in steps { lines += (lines.isEmpty ? [] : [""]) + self.lines(of: step, layout) }
        if isOffline {
            let words = "From Git alone: neither the cluster nor the metrics were asked."
            lines += ["", layout.palette.paint(words, .faint)]
        }
        return lines
    }

    private func lines(of step: PromotionStatus, _ layout: Layout) -> [String] {
        let name = layout.palette.paint("promotion/\(step.promotion)", .strong)
        var lines = ["\(name) from \(step.source) to \(step.target): \(PromotionText.line(step.standing))"]
        lines += (step.release?.shown ?? []).map { "  \($0.name)  \($0.value)" }
        if let proven = step.proven {
            lines.append("  Stable in \(step.source) since \(proven.arrived.rfc3339), by \(proven.id.short)")
        }
        let explanation = Explanation(now: now, status: RolloutStatus(id: step.source, file: step.file))
        for reading in step.analyses { lines += [""] + explanation.lines(of: reading, layout) }
        if let judged = step.commits.last(where: { !$0.evidence.isEmpty }) {
            lines += ["", "On its way there (\(judged.id.short)):"] + judged.evidence.map { "  \($0)" }
        }
        if !step.commits.isEmpty {
            lines += ["", "Its way through \(step.source):"]
            lines += step.commits.map { "  \($0.id.short)  \(CommitMessage.oneLine($0.subject))" }
        }
        return lines + (step.way.map { ["", "To go on:  \($0)"] } ?? [])
    }

    package var json: JSON {
        .members([
            "time": .string(now.rfc3339), "offline": .bool(isOffline), "promotions": .array(steps.map(\.json)),
        ])
    }
}
