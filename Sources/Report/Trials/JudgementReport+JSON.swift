internal import Analysis
package import Rollouts

/// The documented form for scripts: what was found, and every statistic on the way there.
extension JudgementReport {
    package var json: JSON {
        get throws {
            .members([
                "verdict": .string(report.verdict.rawValue),
                "reason": .string(report.reason),
                "sentence": .string(report.sentence),
                "score": try report.score.map { try JSON(encoding: $0) },
                "metrics": .array(try report.findings.map { try $0.json }),
            ])
        }
    }
}

extension TrialFinding {
    /// What is said of every metric, in the place of what its judge says of that.
    private static let head: Set<String> = ["metric", "verdict", "reason", "sentence", "judge", "settings"]

    fileprivate var json: JSON {
        get throws {
            var members: [JSON.Member] = [
                .init(name: "metric", value: .string(metric)), .init(name: "verdict", value: .string(verdict.rawValue)),
                .init(name: "reason", value: .string(reason)), .init(name: "sentence", value: .string(sentence)),
            ]
            if let remark { members.append(.init(name: "remark", value: .string(remark))) }
            switch details {
            case .compared(let outcome):
                members.append(.init(name: "judge", value: "compare"))
                members.append(.init(name: "settings", value: try JSON(encoding: outcome.settings)))
                members += try JSON(encoding: outcome).without(Self.head).members ?? []
            case .followed(let trial):
                members.append(.init(name: "judge", value: .string(trial.judge.rawValue)))
                members.append(.init(name: "settings", value: try JSON(encoding: trial.settings)))
                members += try JSON(encoding: trial).without(Self.head.union(["counts", "trace"])).members ?? []
                members += try JSON(encoding: trial.trace).without(Self.head.union(["intervals"])).members ?? []
                members.append(.init(name: "intervals", value: .array(try trial.intervals)))
            }
            return .object(members)
        }
    }
}

extension FollowedTrial {
    /// What each interval had, and what was concluded from it.
    fileprivate var intervals: [JSON] {
        get throws {
            try zip(counts, trace.intervals).map { counts, interval in
                let counted = try JSON(encoding: counts).without(
                    judge == .histogram ? ["canaryBad", "baselineBad"] : [])
                let own = try JSON(encoding: interval).without(["number"]).members ?? []
                let head: [JSON.Member] = [
                    .init(name: "number", value: .number("\(interval.number)")), .init(name: "counts", value: counted),
                ]
                return .object(head + own)
            }
        }
    }
}
