package import Rollouts

/// What a change of the repository leads to once it is merged, for whoever reviews it.
package struct ChangeReport: Sendable {
    /// The branch that it is to be merged into, as somebody named it, and its tip.
    package var base: String
    package var tip: CommitID
    package var rollouts: [Rollout]
    /// What is wrong, each with the word `error` or `warning`.
    package var findings: [Problem]
    /// Errors that the branch has already.
    package var known: Int
    /// Files that the branch has changed in the same lines.
    package var conflicts: [String]

    package struct Problem: Sendable {
        package var severity: String
        package var diagnostic: Diagnostic

        package init(severity: String, diagnostic: Diagnostic) {
            (self.severity, self.diagnostic) = (severity, diagnostic)
        }
    }

    /// One rollout for which the change means something.
    package struct Rollout: Sendable {
        package var id: RolloutID
        package var kind: Kind
        package var file: String
        package var line: Int
        /// What is different: `release`, `steps` and so on.
        package var parts: [String]
        package var former: Release?
        package var stated: Release?
        package var isJudged: Bool
        package var commits: [Commit]
        package var end: End
        /// The holds that somebody has to take away first.
        package var holds: [Hold]
        package var places: [Place]
        /// What a next release would take, where the change is about that.
        package var next: [Commit] = []

        package init(
            id: RolloutID, kind: Kind, file: String, line: Int, parts: [String] = [], former: Release? = nil,
            stated: Release? = nil, isJudged: Bool = true, commits: [Commit] = [], end: End = .settled,
            holds: [Hold] = [], places: [Place] = []
        ) {
            (self.id, self.kind, self.file, self.line) = (id, kind, file, line)
            (self.parts, self.former, self.stated, self.isJudged) = (parts, former, stated, isJudged)
            (self.commits, self.end, self.holds, self.places) = (commits, end, holds, places)
        }
    }

    package enum Kind: Sendable, Equatable {
        case added, changed, removed
        case renamed(from: RolloutID)

        var word: String {
            switch self {
            case .added: "added"
            case .changed: "changed"
            case .removed: "removed"
            case .renamed: "renamed"
            }
        }
    }

    /// A commit of the agent that follows.
    package struct Commit: Sendable {
        package var subject: String
        package var action: RolloutState.Action
        package var stage: StageKey
        /// After the merge; the latest time is nil where the slower way goes otherwise.
        package var earliest: Duration
        package var latest: Duration?
        /// The stage that is left by it.
        package var leaving: Stage?
        package var approvals: [Approval]

        package init(
            subject: String, action: RolloutState.Action, stage: StageKey, earliest: Duration, latest: Duration?,
            leaving: Stage? = nil, approvals: [Approval] = []
        ) {
            (self.subject, self.action, self.stage) = (subject, action, stage)
            (self.earliest, self.latest, self.leaving, self.approvals) = (earliest, latest, leaving, approvals)
        }
    }

    package enum Approval: String, Sendable {
        case word, pullRequest
    }

    /// Where it ends by itself.
    package enum End: Sendable {
        case settled
        case held(Hold)
        /// Stages are taken back by the change itself.
        case takenBack(String)
        case rejected(String)
        case impossible(Diagnostic)
        case endless(StageKey)
        /// Nothing is ever committed.
        case shadow
        /// The documents are wrong.
        case unknown
    }

    /// Something that is applied as it is merged, past the release.
    package struct Place: Sendable {
        package enum Reach: String, Sendable {
            case stable, canary, weight, count, other
        }

        package var reach: Reach
        package var object: String
        package var field: String
        package var file: String
        package var line: Int
        package var former: String?
        package var present: String?
        package var isHidden: Bool

        package init(
            reach: Reach, object: String, field: String, file: String, line: Int, former: String?, present: String?,
            isHidden: Bool = false
        ) {
            (self.reach, self.object, self.field) = (reach, object, field)
            (self.file, self.line) = (file, line)
            self.isHidden = isHidden
            (self.former, self.present) = isHidden ? (nil, nil) : (former, present)
        }
    }

    package init(
        base: String, tip: CommitID, rollouts: [Rollout] = [], findings: [Problem] = [], known: Int = 0,
        conflicts: [String] = []
    ) {
        (self.base, self.tip, self.rollouts) = (base, tip, rollouts)
        (self.findings, self.known, self.conflicts) = (findings, known, conflicts)
    }

    var errors: Int { findings.count { $0.severity == "error" } }
    var warnings: Int { findings.count { $0.severity == "warning" } }
}
