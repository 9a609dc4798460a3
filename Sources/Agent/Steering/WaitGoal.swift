package import Rollouts

/// What `wait` waits for: a point that the rollout is to reach with the release that it states.
package enum WaitGoal: Hashable, Sendable {
    case stable
    /// The release has begun.
    case started
    /// At least this share goes to the canary, live, or the release is further already.
    case weight(Weight)

    /// Reads `stable`, `started` or `weight=25`.
    package init?(_ text: String) {
        switch text {
        case "stable": self = .stable
        case "started": self = .started
        default:
            guard text.hasPrefix("weight="), let percent = Int(text.dropFirst(7)), percent > 0,
                let weight = Weight(percent)
            else { return nil }
            self = .weight(weight)
        }
    }

    package enum Progress: Equatable, Sendable {
        case reached
        /// A person has to do something first.
        case ended
        case pending
    }

    /// How far the rollout is.
    ///
    /// A release that a person took back or that was rejected ends the waiting. What may pass without anybody does not:
    /// a look beside a working agent reads Git a moment before the cluster, and finds a commit live that it has not seen.
    package func progress(of report: RolloutReport) -> Progress {
        switch report.standing {
        case .held(let hold) where hold.mayPass: return hasReached(report) ? .reached : .pending
        case .held, .rolledBack, .retired: return hasReached(report) ? .reached : .ended
        case .stable: return .reached
        case .progressing: return hasReached(report) ? .reached : .pending
        case .rollingBack, nil: return .pending
        }
    }

    private func hasReached(_ report: RolloutReport) -> Bool {
        guard let state = report.state, let stated = report.specification?.release.digest,
            state.phase == .progressing, state.release.digest == stated
        else { return false }
        switch self {
        case .stable: return false
        case .started: return true
        case .weight(let wanted):
            switch state.stage.kind {
            case .weight: return state.stage.weight >= wanted && report.observation?.note.liveAt != nil
            case .promote: return state.stage.weight >= wanted
            case .drain, .finish: return true
            case .start, .stable, .traffic, .rest: return false
            }
        }
    }
}
