internal import Analysis
package import Rollouts

/// The documented form for scripts; a member that has no value is left out.
extension ChangeReport {
    package var json: JSON {
        .members([
            "base": .string(base), "commit": .string(tip.hex),
            "rollouts": .array(rollouts.map(\.json)),
            "promotions": .array(promotions.map(\.json)),
            "findings": .array(findings.map(\.json)),
            "errors": .number("\(errors)"), "warnings": .number("\(warnings)"), "known": .number("\(known)"),
            "conflicts": conflicts.isEmpty ? nil : .array(conflicts.map(JSON.string)),
        ])
    }
}

extension ChangeReport.Problem {
    fileprivate var json: JSON {
        .members([
            "file": .string(diagnostic.file), "line": .number("\(diagnostic.line)"),
            "column": .number("\(diagnostic.column)"), "severity": .string(severity),
            "message": .string(diagnostic.message), "hint": .text(diagnostic.hint),
        ])
    }
}

extension ChangeReport.Rollout {
    fileprivate var json: JSON {
        var former: JSON?
        if case .renamed(let id) = kind { former = .string("\(id)") }
        return .members([
            "rollout": .string("\(id)"), "file": .string(file), "line": .number("\(line)"), "kind": .string(kind.word),
            "was": former,
            "changes": .array(parts.map(JSON.string)),
            "releases": self.former.flatMap { old in
                stated.map { .members(["from": .string(old.title), "to": .string($0.title)]) }
            },
            "commits": .array(commits.map { $0.json(condition($0).text) }),
            "next": next.isEmpty ? nil : .array(next.map { $0.json(condition($0).text) }),
            "end": .string(word), "message": outcome.first.map { .string($0.text) },
            "holds": holds.isEmpty ? nil : .array(holds.map { .string(StandingText.line($0)) }),
            "manifests": .array(places.map(\.json)),
            "removed": gone.isEmpty
                ? nil
                : .array(gone.map { .members(["object": .string($0.object), "place": .string($0.place)]) }),
            "safeguards": safeguards.isEmpty ? nil : .array(safeguards.map(\.json)),
            "onward": onward.isEmpty ? nil : .array(onward.map(\.json)),
        ])
    }

    private var word: String {
        switch end {
        case .settled: "settled"
        case .held, .foreignState: "held"
        case .takenBack: "taken back"
        case .rejected: "rejected"
        case .impossible: "impossible"
        case .endless: "endless"
        case .shadow: "shadow"
        case .unknown: "unknown"
        }
    }
}

extension ChangeReport.Safeguard {
    fileprivate var json: JSON {
        .members([
            "less": .bool(isLess), "message": .string(message), "file": .string(file), "line": .number("\(line)"),
        ])
    }
}

extension ChangeReport.Promotion {
    fileprivate var json: JSON {
        .members([
            "promotion": .string(name), "file": .string(file), "line": .number("\(line)"),
            "kind": .string(kind.rawValue), "changes": .array(parts.map(JSON.string)),
            "steps": .array(steps.map(\.json)), "ended": ended.isEmpty ? nil : .array(ended.map(\.json)),
            "safeguards": safeguards.isEmpty ? nil : .array(safeguards.map(\.json)),
        ])
    }
}

extension PromotionStep {
    fileprivate var json: JSON {
        .members([
            "promotion": .string(promotion), "from": .string("\(source)"), "to": .string("\(target)"),
            "soakSeconds": .number("\(soak.milliseconds / 1000)"),
            "analyses": analyses.isEmpty ? nil : .array(analyses.map { .string($0.title) }),
            "approval": asksForApproval ? .bool(true) : nil, "delivery": .string(delivery.rawValue),
            "hold": .text(steering.hold),
        ])
    }
}

extension ChangeReport.Commit {
    fileprivate func json(_ condition: String) -> JSON {
        .members([
            "subject": .string(subject), "action": .string(action.rawValue), "stage": .string(stage.text),
            "earliestSeconds": .number("\(earliest.milliseconds / 1000)"),
            "latestSeconds": latest.map { .number("\($0.milliseconds / 1000)") },
            "condition": condition.isEmpty ? nil : .string(condition),
            "approvals": approvals.isEmpty ? nil : .array(approvals.map { .string($0.rawValue) }),
        ])
    }
}

extension ChangeReport.Place {
    fileprivate var json: JSON {
        .members([
            "reach": .string(reach.rawValue), "object": .string(object), "field": .string(field),
            "file": .string(file), "line": .number("\(line)"), "from": .text(former), "to": .text(present),
            "hidden": isHidden ? .bool(true) : nil,
        ])
    }
}
