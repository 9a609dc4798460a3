package import Analysis
package import Rollouts

/// All that can be said of one rollout at one time.
package struct RolloutStatus: Sendable {
    package let id: RolloutID
    /// The Rollout document, or the state of a deleted one.
    package let file: String
    package var state: RolloutState?
    package var specification: Specification?
    package var observation: Observation?
    package var standing: Standing?
    /// What the next tick commits, where it commits something.
    package var transition: Transition?
    /// What waits for people to merge it, or is about to be proposed to them.
    package var question: ProposalQuestion?
    package var nextCheck: Timestamp?
    package var problems: [Diagnostic] = []
    /// The repository could not be asked about this rollout.
    package var trouble: String?
    /// The command to run or the line to edit, where somebody is needed.
    package var remedy: String?

    package init(id: RolloutID, file: String) {
        self.id = id
        self.file = file
    }

    /// What people call it; a document that states no namespace goes by its file.
    package var name: String {
        guard id.namespace.isEmpty else { return "\(id)" }
        let folder = ".headgate/rollouts/"
        return file.hasPrefix(folder) ? String(file.dropFirst(folder.count)) : file
    }

    /// Whether anything is left to do, and for whom.
    package enum Urgency: Int, Comparable, Sendable {
        case settled, moving, needed

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    package var urgency: Urgency {
        guard problems.isEmpty, trouble == nil, let standing else { return .needed }
        switch standing {
        case .stable, .retired: return .settled
        case .progressing(.approval), .progressing(.review), .rollingBack(.review), .held, .rolledBack: return .needed
        case .progressing, .rollingBack: return .moving
        }
    }

    /// One word for where it stands.
    package var phase: String {
        switch standing {
        case nil: "Unknown"
        case .stable: "Stable"
        case .progressing(nil): "Progressing"
        case .progressing: "Waiting"
        case .held: "Held"
        case .rollingBack: "RollingBack"
        case .rolledBack: "RolledBack"
        case .retired: "Retired"
        }
    }

    /// Between `start` and the last commit of a finish or a rollback.
    package var isMoving: Bool { state?.phase == .progressing || state?.phase == .rollingBack }

    /// The release that the stable manifests carry.
    package var stable: Release? {
        if let like = specification?.release,
            let found = observation?.manifests.release(like: like, on: .stable)
        {
            return found
        }
        switch state?.phase {
        case .stable: return state?.release.values
        case .rolledBack, .progressing, .rollingBack: return state?.previous?.values
        case nil: return nil
        }
    }

    /// The release that is under way.
    package var canary: Release? { isMoving ? state?.release.values : nil }

    /// The canary's share in Git.
    package var weight: Weight? {
        if let percent = observation?.manifests.number(.weight) { return Weight(clamping: percent) }
        if isMoving, case .replicas? = specification?.split, let manifests = observation?.manifests,
            let stable = manifests.number(.stableReplicas), let canary = manifests.number(.canaryReplicas)
        {
            return ReplicaSplit(stable: stable, canary: canary).share
        }
        return isMoving ? state?.stage.weight : nil
    }

    package var live: LiveReading? {
        if case .read(let reading)? = observation?.live { reading } else { nil }
    }

    /// What a person would state in the Rollout instead of running the command.
    package var line: String? {
        switch standing {
        case .held(let hold): StandingText.remedy(hold)
        case .rolledBack(let rejected): "steer: {retry: \(rejected.retry)}"
        case .progressing(.approval(let key)): "steer: {approve: \(key)}"
        default: nil
        }
    }

    /// The words that end everything that is said of a rollout for which somebody is needed.
    package var way: [String] {
        guard urgency == .needed else { return [] }
        if let problem = problems.first {
            return ["edit \(problem.file), line \(problem.line)\(problem.hint.map { ": \($0)" } ?? "")"]
        }
        var lines = remedy.map { [$0] } ?? []
        if let line, line != remedy {
            lines.append(
                line.hasPrefix("steer:") ? "\(lines.isEmpty ? "" : "or ")state in \(file): spec.\(line)" : line)
        }
        return lines.isEmpty ? ["headgate explain \(name)"] : lines
    }
}
