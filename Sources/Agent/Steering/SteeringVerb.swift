internal import Analysis
internal import Rollouts

/// What a person says by a key, which names the one thing that it is meant for.
package enum SteeringVerb: String, CaseIterable, Sendable {
    case approve, resume, retry, abort

    /// The key that applies to the rollout as it stands.
    ///
    /// - Throws: where nothing waits for this word.
    package func key(for report: RolloutReport) throws(SteeringRefusal) -> String {
        guard let key = applicableKey(for: report) else { throw refusal(report) }
        return key
    }

    /// The key that applies; nil where nothing waits for this word.
    package func applicableKey(for report: RolloutReport) -> String? {
        switch self {
        case .approve: approval(report)
        case .resume: report.standing.flatMap(Self.resumption)
        case .retry: report.standing.flatMap(Self.retrial)
        case .abort: abortion(report)
        }
    }

    private func approval(_ report: RolloutReport) -> String? {
        if case .progressing(.approval(let key))? = report.standing { return key }
        // Whether the metrics and the cluster have answered decides nothing about what people are asked for.
        guard case .progressing? = report.standing, let spec = report.specification, let world = report.observation
        else { return nil }
        return Planner.nextApproval(spec, world, at: world.stageCommit?.arrived ?? Timestamp(milliseconds: 0))
    }

    private static func resumption(_ standing: Standing) -> String? {
        guard case .held(let hold) = standing else { return nil }
        switch hold {
        case .rewritten(let key), .foreign(_, let key), .edited(_, let key), .bindings(let key),
            .inconclusive(_, let key):
            return key
        case .reverted(_, _, let key): return key.hasPrefix("reverted-") ? key : nil
        default: return nil
        }
    }

    private static func retrial(_ standing: Standing) -> String? {
        switch standing {
        case .rolledBack(let rejected): rejected.retry
        case .held(.rollbackReverted(_, let key)): key
        case .held(.reverted(_, _, let key)): key.hasPrefix("reverted-") ? nil : key
        case .held(.closed(let closing, begun: false)): closing.key.isAgain ? nil : "\(closing.key)"
        default: nil
        }
    }

    /// A release can be taken back as long as it is on its way, and again where somebody has reverted the way back.
    private func abortion(_ report: RolloutReport) -> String? {
        guard let state = report.state else { return nil }
        if case .held(.rollbackReverted)? = report.standing { return state.releaseKey }
        return state.phase == .progressing ? state.releaseKey : nil
    }

    private func refusal(_ report: RolloutReport) -> SteeringRefusal {
        let missing =
            switch self {
            case .approve: "waits for no approval"
            case .resume: "is not held by anything that resume ends"
            case .retry: "has no rejected release to try again"
            case .abort: "has no release under way"
            }
        let now = report.standing.map(StandingText.line) ?? report.trouble ?? "unknown"
        return SteeringRefusal("\(report.id.name) \(missing); it is \(now)", hint: hint(report))
    }

    private func hint(_ report: RolloutReport) -> String {
        if case .progressing(.approval)? = report.standing { return "headgate approve \(report.calledName)" }
        return report.remedy ?? "headgate status \(report.calledName) says what it waits for"
    }
}
