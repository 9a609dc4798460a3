internal import Analysis

/// Where a rollout stands, in one line for people and logs.
package enum StandingText {
    package static func line(_ standing: Standing) -> String {
        switch standing {
        case .stable: "Stable"
        case .progressing(nil): "Progressing"
        case .progressing(let wait?): "Waiting: \(line(wait))"
        case .held(let hold): "Held: \(line(hold))"
        case .rollingBack(nil): "RollingBack"
        case .rollingBack(let wait?): "RollingBack: \(line(wait))"
        case .rolledBack(let rejected): "RolledBack: \(rejected.reason)"
        case .retired: "Retired: the Rollout was deleted"
        }
    }

    package static func line(_ wait: Wait) -> String {
        switch wait {
        case .applied(let until, let fields):
            "for the cluster to take over \(names(fields)) (no longer than \(until.rfc3339))"
        case .available(let until, let what): "for \(what) (no longer than \(until.rfc3339))"
        case .pause(let until): "until \(until.rfc3339)"
        case .approval(let key): "for approve: \(key)"
        case .analysis(let sentence): "for more data: \(sentence)"
        case .metrics(let sentence): "for the metrics: \(sentence)"
        case .cluster(let sentence): "for the cluster: \(sentence)"
        case .capacity(let until, let what): "for \(what) (no longer than \(until.rfc3339))"
        case .scaleDown(let until): "until \(until.rfc3339), before the canary goes"
        case .trafficGone: "until the canary has no live traffic"
        case .proposal(let key): "for a pull request for \(key.stage)"
        case .review(let review):
            "for people to merge \(review.url)"
                + (review.missing.isEmpty ? "" : " (missing: \(review.missing.joined(separator: "; ")))")
        case .forge(let sentence): "for the forge: \(sentence)"
        }
    }

    package static func line(_ hold: Hold) -> String {
        switch hold {
        case .global(let reason): "everything is held: \(reason)"
        case .steered(let reason): reason
        case .configuration(let problem): problem
        case .reverted(let what, let by, _): "\(what) was reverted by \(by.author) in \(by.commit.short)"
        case .rollbackReverted(let by, _): "the rollback was reverted by \(by.author) in \(by.commit.short); use retry"
        case .rewritten: "the branch was rewritten: what it had is not in its history any more"
        case .foreign(let by, _): "the state is not the agent's; \(by.author) brought it in \(by.commit.short)"
        case .edited(let fields, _): "edited by hand: \(changes(fields))"
        case .drifted(let fields): "the cluster differs from Git: \(changes(fields))"
        case .bindings: "the bindings have changed since the rollout began"
        case .notApplied(let fields, let engine):
            "not applied: \(names(fields))" + (engine.map { "; the engine says: \($0)" } ?? "")
        case .notAtRest(let fields):
            "\(fields.allSatisfy(\.binding.isOfJob) ? "a Job" : "the canary") is not at rest: \(changes(fields))"
        case .inconclusive(let sentence, _): "inconclusive: \(sentence)"
        case .analysisError(let sentence): "the analysis cannot be made: \(sentence)"
        case .pendingPods(let reasons): "pods are pending: \(reasons.joined(separator: "; "))"
        case .failed(let reason): "failed: \(reason)"
        case .deleted: "the Rollout was deleted in the middle of a release"
        case .notAsStated(let fields): "stable is not what the Rollout states: \(changes(fields))"
        case .refused(let words): "the push was refused: \(words)"
        case .noForge(let stage): "\(stage) is delivered by pull request, and the agent knows no forge"
        case .forge(let sentence): "for the forge: \(sentence)"
        case .closed(let closing, _):
            "\(closing.by?.name ?? "somebody") closed \(closing.url), and \(closing.key) is not proposed again"
        case .foreignBranch(let foreign):
            "\(foreign.by) pushed to the branch of \(foreign.key)"
                + (foreign.url.map { " (\($0))" } ?? "") + ", which is left alone"
        case .labelled(let label, let url): "label \(label) on \(url)"
        case .unmergeable(let words, let url): "the forge does not merge \(url): \(words)"
        }
    }

    /// The line to edit or the key to state, where a person can end the hold by one.
    package static func remedy(_ hold: Hold) -> String? {
        switch hold {
        case .reverted(_, _, let key) where !key.hasPrefix("reverted-"): "steer: {retry: \(key)}"
        case .rewritten(let key), .foreign(_, let key), .edited(_, let key), .bindings(let key),
            .inconclusive(_, let key),
            .reverted(_, _, let key):
            "steer: {resume: \(key)}"
        case .rollbackReverted(_, let key): "steer: {retry: \(key)}"
        case .global: "remove `hold` from .headgate/config.yaml"
        case .steered: "remove `hold` from the Rollout's steer"
        case .deleted: "put the Rollout document back, or remove its state and bring the manifests to rest"
        case .notAtRest(let fields) where fields.allSatisfy(\.binding.isOfJob):
            "set the Job's spec.suspend to true in Git, and take \(JobReading.runAnnotation) out of its pod template"
        case .notAtRest: "set the canary's weight and pods to rest in Git"
        case .noForge(let stage): "give the agent --forge, or take \(stage) out of spec.delivery"
        case .closed(let closing, false) where closing.key.isAgain: "reopen \(closing.url), or state another release"
        case .closed(let closing, true): "steer: {abort: \(closing.key.release)}"
        case .closed(let closing, false): "steer: {retry: \(closing.key)}"
        case .foreignBranch(let foreign):
            (foreign.url.map { "merge \($0), or " } ?? "")
                + (foreign.restoring.map { "take what is not the agent's out again: \($0)" }
                    ?? "delete its branch, and it is proposed anew")
        case .labelled(ProposalLabel.rollback, let url):
            "close \(url) to turn the release down, or take the label \(ProposalLabel.rollback) off"
        case .labelled(let label, let url): "take the label \(label) off \(url)"
        case .configuration, .drifted, .notApplied, .analysisError, .pendingPods, .failed, .notAsStated, .refused,
            .unmergeable, .forge:
            nil
        }
    }

    private static func names(_ fields: [FieldDifference]) -> String {
        var seen: Set<String> = []
        return fields.map(\.binding.text).filter { seen.insert($0).inserted }.joined(separator: ", ")
    }

    private static func changes(_ fields: [FieldDifference]) -> String {
        // A weight may stand in several places.
        var seen: Set<String> = []
        return fields.map { field in
            if field.hidden != nil { return "\(field.binding) was changed (not shown), \(field.place)" }
            return "\(field.binding) is \(field.found ?? "absent"), expected \(field.expected ?? "absent")"
        }.filter { seen.insert($0).inserted }.joined(separator: "; ")
    }
}
