package import Rollouts
internal import Analysis

/// The documented form for scripts; a member that has no value is left out.
extension StatusReport {
    package var json: JSON {
        .members([
            "time": .string(now.rfc3339),
            "branch": .string(branch),
            "commit": .text(commit?.hex),
            "offline": .bool(isOffline),
            "result": .string(urgency.name),
            "hold": .text(hold),
            "rollouts": .array(rollouts.map(\.json)),
            "promotions": promotions.isEmpty ? nil : .array(promotions.map(\.json)),
            "problems": problems.isEmpty ? nil : .array(problems.map(\.json)),
        ])
    }
}

extension RolloutStatus.Urgency {
    /// `stable`, `moving`, `needed`: what the exit code of `status --exit-code` tells.
    var name: String {
        switch self {
        case .settled: "stable"
        case .moving: "moving"
        case .needed: "needed"
        }
    }
}

extension RolloutStatus {
    package var json: JSON {
        .members([
            "environment": .string(id.environment),
            "namespace": .string(id.namespace),
            "name": .string(id.name),
            "file": .string(file),
            "phase": .string(phase),
            "message": .text(standing.map(StandingText.line) ?? trouble),
            "result": .string(urgency.name),
            "stable": stable?.json,
            "canary": canary?.json,
            "weight": .count(weight?.percent),
            "stage": stage,
            "liveSince": .text(observation?.note.liveAt?.rfc3339),
            "nextCheck": .text(nextCheck?.rfc3339),
            "pullRequest": .text(standing?.pullRequest),
            "proposed": proposed,
            "due": .text(transition.map { CommitMessage(of: $0, by: id).subject }),
            "cluster": cluster,
            "analyses": analyses,
            "problems": problems.isEmpty ? nil : .array(problems.map(\.json)),
            "remedy": .texts(way),
        ])
    }

    private var proposed: JSON? {
        guard let state = question?.transition.state else { return nil }
        let missing: [String] =
            if case .progressing(.review(let review))? = standing { review.missing } else { [] }
        return .members([
            "stage": .string(state.at.stage.text), "release": state.release.values.json, "missing": .texts(missing),
        ])
    }

    private var stage: JSON? {
        guard isMoving, let stage = state?.stage else { return nil }
        return .members([
            "key": .string(stage.key.text), "kind": .string(stage.kind.rawValue), "index": .count(stage.index),
            "count": .count(stage.count),
        ])
    }

    private var cluster: JSON? {
        guard let live else { return nil }
        return .members([
            "time": .string(live.time.rfc3339),
            "weight": .count(live.weight?.percent),
            "stable": live.stable?.json,
            "canary": live.canary?.json,
            "differences": live.differences.isEmpty ? nil : .array(live.differences.map(\.json)),
        ])
    }

    private var analyses: JSON? {
        guard let readings = observation?.analyses, !readings.isEmpty else { return nil }
        return .array(readings.map(\.json))
    }
}

extension Release {
    var json: JSON {
        let values = shown.map { JSON.Member(name: $0.name, value: .string($0.value)) }
        return .members(["title": .string(title), "digest": .string(digest.hex), "values": .object(values)])
    }
}

extension SideReading {
    fileprivate var json: JSON {
        .members([
            "desired": .count(desired), "updated": .count(updated), "available": .count(available),
            "failing": .texts(failing), "pending": .texts(pending),
        ])
    }
}

extension FieldDifference {
    fileprivate var json: JSON {
        .members([
            "field": .string(binding.text), "place": place.isEmpty ? nil : .string(place), "expected": .text(expected),
            "found": .text(found),
        ])
    }
}

extension AnalysisReading {
    var json: JSON {
        let metrics = evidence.flatMap(\.metrics)
        return .members([
            "analysis": .string(id.name), "verdict": .string(verdict.rawValue), "message": .string(sentence),
            "metrics": metrics.isEmpty ? nil : .array(metrics.map(\.json)),
        ])
    }
}

extension MetricEvidence {
    var json: JSON {
        .members([
            "metric": .string(metric), "verdict": .string(verdict.rawValue), "dryRun": isDryRun ? true : nil,
            "message": .string(sentence), "value": .text(value), "condition": .text(condition),
            "stable": .text(baseline), "good": .count(counts.good), "bad": .count(counts.bad),
            "undecided": .count(counts.undecided), "from": .string(window.start.rfc3339),
            "to": .string(window.end.rfc3339),
        ])
    }
}

extension AnalysisRequest.ID {
    /// `background`, `inline-1` and so on, or `soak-checkout-1` of a Promotion.
    var name: String {
        switch self {
        case .background: "background"
        case .inline(let number): "inline-\(number)"
        case .soak(let promotion, let number): "soak-\(promotion)-\(number)"
        }
    }
}

extension Diagnostic {
    var json: JSON {
        .members([
            "file": .string(file), "line": .count(line), "column": .count(column), "message": .string(message),
            "hint": .text(hint),
        ])
    }
}
