internal import Rollouts

extension RolloutReport {
    /// The command to run or the line to edit that ends a hold or takes up a rejected release; nil for other standings.
    package var remedy: String? {
        let command = SteeringVerb.allCases.first { $0 != .abort && $0.applicableKey(for: self) != nil }
        switch standing {
        case .rolledBack: return "headgate retry \(calledName), or state another release in \(file)"
        case .progressing(.review(let review)), .rollingBack(.review(let review)):
            return "review and merge \(review.url)"
        case .held(.closed(let closing, let begun)):
            let verb: SteeringVerb = begun ? .abort : .retry
            let way = verb.applicableKey(for: self).map { _ in ", or headgate \(verb.rawValue) \(calledName)" } ?? ""
            return "reopen \(closing.url)\(way)"
        case .held(.edited): return "headgate resume \(calledName) takes the edit as it is; or revert it"
        case .held(let hold): return command.map { "headgate \($0.rawValue) \(calledName)" } ?? remedy(for: hold)
        default: return nil
        }
    }

    private func remedy(for hold: Hold) -> String {
        switch hold {
        case .global: return "headgate resume --all"
        case .steered: return "headgate resume \(calledName)"
        case .configuration: return problems.first?.hint ?? "edit \(file), and ask headgate check"
        case .drifted, .notApplied: return "make the cluster apply Git's tip, and ask headgate doctor"
        case .analysisError: return "mend what it says, and ask headgate doctor"
        case .pendingPods: return "make room for the pods, or headgate abort \(calledName)"
        case .failed: return "headgate abort \(calledName), or state another release in \(file)"
        case .notAsStated: return "state what runs in \(file), or change the manifests back"
        case .refused(let words) where words.contains("checked out"):
            return "this is somebody's work tree: name the repository that the cluster follows with --repo"
        case .refused:
            return "let the agent push to the branch, and ask headgate doctor; or let people merge its stages by "
                + "spec.delivery: {mode: pullRequest}"
        case .forge: return "mend what it says where the agent runs, and ask headgate doctor"
        case .unmergeable: return "mend what the forge says, or merge it by hand"
        case .reverted, .rollbackReverted, .rewritten, .foreign, .edited, .bindings, .notAtRest, .inconclusive,
            .deleted, .noForge, .closed, .foreignBranch, .labelled:
            return StandingText.remedy(hold) ?? "edit \(file)"
        }
    }
}
