package import Analysis
package import Rollouts

/// What conditions say of one result, for a person who tries them.
package struct ConditionReport: Sendable {
    package let trial: ConditionTrial.Report
    package let mode: Expression.Mode

    package init(_ trial: ConditionTrial.Report, mode: Expression.Mode) {
        self.trial = trial
        self.mode = mode
    }

    package func lines(_ layout: Layout) -> [String] {
        var lines = [layout.palette.paint(trial.phase.rawValue, trial.phase.tint)]
        if let message = trial.message { lines.append(message) }
        for (name, reading) in [("success", trial.success), ("failure", trial.failure)] {
            guard let reading else { continue }
            lines += [""] + self.lines(of: reading, name, layout)
        }
        if trial.success == nil, trial.failure == nil {
            lines += ["", "Without a condition any value passes."]
        }
        return lines
    }

    /// The condition as it was written, and below it what came of it.
    private func lines(of reading: ConditionReading, _ name: String, _ layout: Layout) -> [String] {
        let label = "\(name)  "
        let margin = String(repeating: " ", count: label.count)
        var lines = ExpressionText.lines(of: reading.text, caretAt: reading.error?.offset)
        lines = lines.enumerated().map { ($0 == 0 ? label : margin) + $1 }
        switch reading.answer {
        case .holds(let holds):
            lines.append(margin + layout.palette.paint(holds ? "true" : "false", .strong))
        case .error(let error):
            lines.append(margin + layout.palette.paint(error.message, .bad))
            if let hint = error.hint { lines.append(margin + "Hint: \(hint)") }
        }
        return lines.map(\.withoutTrailingSpaces)
    }

    package var json: JSON {
        .members([
            "phase": .string(trial.phase.rawValue),
            "message": .text(trial.message),
            "success": trial.success?.json,
            "failure": trial.failure?.json,
            "compat": .string(mode == .argo ? "argo" : "safe"),
        ])
    }
}

extension ConditionReading {
    fileprivate var json: JSON {
        .members([
            "expression": .string(text), "holds": holds.map(JSON.bool), "error": .text(error?.message),
            "code": .text(error?.code.rawValue), "offset": .count(error?.offset), "hint": .text(error?.hint),
        ])
    }
}

extension ConditionTrial.Phase {
    fileprivate var tint: Palette.Tint {
        switch self {
        case .successful: .good
        case .noData: .moving
        case .failed, .inconclusive, .error: .bad
        }
    }
}
