package import Rollouts

/// What a change of the repository leads to once it is merged, for whoever reviews it.
package struct ChangeReport: Sendable {
    /// The branch that it is to be merged into, as somebody named it, and its tip.
    package var base: String
    package var tip: CommitID
    package var rollouts: [Rollout]
    package var promotions: [Promotion]
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
        package var safeguards: [Safeguard] = []
        /// The release that is under way and is taken back for the stated one.
        package var ending: Release?
        /// Who merges the pull requests of its stages.
        package var merger = "people"
        /// By which steps the release goes on to other rollouts.
        package var onward: [PromotionStep] = []
        /// The reason of the hold in the configuration.
        package var everythingHeld: String?
        /// Whether the manifests are those of the agent's own commits.
        package var isAgents = false
        /// Objects that go with the change: what they are, and `file:line`.
        package var gone: [(object: String, place: String)] = []

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
        case added, changed, removed, unreadable
        case renamed(from: RolloutID)

        var word: String {
            switch self {
            case .added: "added"
            case .changed: "changed"
            case .removed: "removed"
            case .renamed: "renamed"
            case .unreadable: "unreadable"
            }
        }
    }

    /// What stands between a release and the traffic, as far as the change makes it less or more.
    package struct Safeguard: Sendable {
        package var isLess: Bool
        /// One sentence without its full stop.
        package var message: String
        package var file: String
        package var line: Int

        package init(isLess: Bool, message: String, file: String, line: Int) {
            (self.isLess, self.message, self.file, self.line) = (isLess, message, file, line)
        }
    }

    /// One Promotion for which the change means something.
    package struct Promotion: Sendable {
        package enum Kind: String, Sendable {
            case added, changed, removed, broken
        }

        package var name: String
        package var kind: Kind
        package var file: String
        package var line: Int
        /// What is different: `soak`, `delivery` and so on.
        package var parts: [String]
        /// How releases go on by it.
        package var steps: [PromotionStep]
        /// How they did and do not any more.
        package var ended: [PromotionStep]
        package var safeguards: [Safeguard]

        package init(
            name: String, kind: Kind, file: String, line: Int, parts: [String] = [], steps: [PromotionStep] = [],
            ended: [PromotionStep] = [], safeguards: [Safeguard] = []
        ) {
            (self.name, self.kind, self.file, self.line) = (name, kind, file, line)
            (self.parts, self.steps, self.ended, self.safeguards) = (parts, steps, ended, safeguards)
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
        /// Somebody else than the agent has written its state.
        case foreignState
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
        base: String, tip: CommitID, rollouts: [Rollout] = [], promotions: [Promotion] = [], findings: [Problem] = [],
        known: Int = 0, conflicts: [String] = []
    ) {
        (self.base, self.tip, self.rollouts, self.promotions) = (base, tip, rollouts, promotions)
        (self.findings, self.known, self.conflicts) = (findings, known, conflicts)
    }

    var errors: Int { findings.count { $0.severity == "error" } }
    var warnings: Int { findings.count { $0.severity == "warning" } }

    /// Whether less stands between some release and the traffic than before.
    var hasLessProtection: Bool {
        (rollouts.flatMap(\.safeguards) + promotions.flatMap(\.safeguards)).contains(where: \.isLess)
    }
}
