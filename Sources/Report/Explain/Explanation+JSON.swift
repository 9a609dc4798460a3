package import Rollouts
internal import Analysis

/// The documented form for scripts; a member that has no value is left out.
extension Explanation {
    package var json: JSON {
        .members([
            "time": .string(now.rfc3339),
            "offline": .bool(isOffline),
            "rollout": status.json,
            "questions": .array(questions.map(\.json)),
        ])
    }
}

extension AnalysisQuestion {
    var json: JSON {
        .members([
            "analysis": .string(analysis.name), "metric": .string(metric), "rule": .string(rule),
            "queries": .array(
                queries.map { query in
                    .members(["name": query.name.isEmpty ? nil : .string(query.name), "query": .string(query.text)])
                }),
        ])
    }
}
