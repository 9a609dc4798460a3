package import Rollouts
internal import Analysis

/// The documented form for scripts; a member that has no value is left out.
extension HistoryReport {
    package var json: JSON {
        .members([
            "time": .string(now.rfc3339),
            "environment": .string(id.environment),
            "namespace": .string(id.namespace),
            "name": .string(id.name),
            "releases": .array(releases.map(\.json)),
            "omitted": .count(omitted),
        ])
    }
}

extension ReleaseRecord {
    var json: JSON {
        .members([
            "release": release.values.json,
            "previous": previous?.values.json,
            "attempt": .count(release.attempt),
            "began": .text(began?.rfc3339),
            "ended": .text(ended?.rfc3339),
            "ending": .string(ending.name),
            "reason": .text(ending.reason),
            "revertedBy": .text(ending.culprit?.author),
            "revertedIn": .text(ending.culprit?.commit.hex),
            "highestWeight": .count(highest.percent),
            "commits": .array(events.map(\.json)),
        ])
    }
}

extension ReleaseRecord.Ending {
    fileprivate var name: String {
        switch self {
        case .underWay: "underWay"
        case .setBack: "setBack"
        case .adopted: "adopted"
        case .stable: "stable"
        case .goingBack: "goingBack"
        case .rolledBack: "rolledBack"
        case .reverted: "reverted"
        case .superseded: "superseded"
        }
    }

    fileprivate var reason: String? {
        switch self {
        case .goingBack(let reason), .rolledBack(let reason): reason.isEmpty ? nil : reason
        default: nil
        }
    }

    fileprivate var culprit: (author: String, commit: CommitID)? {
        switch self {
        case .reverted(let author, let commit), .setBack(_, let author, let commit): (author, commit)
        default: nil
        }
    }
}

extension HistoryEvent {
    fileprivate var json: JSON {
        .members([
            "commit": .string(commit.hex), "time": .string(time.rfc3339), "author": .string(author),
            "subject": .string(subject), "kind": .string(kind.rawValue), "serial": .count(state?.at.serial),
            "action": .text(state?.at.action.rawValue), "stage": .text(state?.at.stage.text),
            "phase": .text(state?.phase.rawValue), "weight": .count(state?.stage.weight.percent),
        ])
    }
}
