package import Rollouts
internal import Analysis

/// The documented form for scripts; a member that has no value is left out.
extension PlanReport {
    package var json: JSON {
        let ahead = Forecast(status, now: now).commits.map { commit in
            JSON.members([
                "stage": .string(commit.stage), "title": .string(commit.title),
                "earliest": .text(commit.earliest?.rfc3339),
                "condition": commit.condition.isEmpty ? nil : .string(commit.condition),
            ])
        }
        return .members([
            "time": .string(now.rfc3339),
            "offline": .bool(isOffline),
            "rollout": status.json,
            "commit": message.map { .members(["message": .string($0), "files": .array(changes.map(\.json))]) },
            "problem": problem?.json,
            "ahead": .array(ahead),
        ])
    }
}

extension PlanReport.FileVersions {
    fileprivate var json: JSON {
        .members(["path": .string(path), "diff": .string(difference)])
    }
}
