package import Manifests
package import Rollouts

/// What a change means for one rollout once it is merged.
package struct RolloutChange: Sendable {
    package enum Kind: Sendable, Equatable {
        case added
        case changed
        /// The Rollout is gone; at rest its state goes too.
        case removed
        /// The workloads of another Rollout that is gone, which had this id.
        case renamed(from: RolloutID)
        /// Nobody can read it any more, and it is no deletion.
        case unreadable
    }

    /// What of a Rollout can be different, for people.
    package enum Part: String, Sendable, CaseIterable {
        case release, steps, analysis, delivery, traffic, steering, settings, hold, manifests, state
    }

    package let id: RolloutID
    package let kind: Kind
    /// Where the change is: in the Rollout, as the change leaves it, or in what it refers to; of one that is removed as it
    /// was.
    package internal(set) var file: String
    /// From 1.
    package internal(set) var line: Int
    package var parts: [Part] = []
    /// The release that is stated in the branch, and the one that is stated then.
    package var former: Release?
    package var stated: Release?
    /// The release that is under way and is taken back for the stated one.
    package var ending: Release?
    /// What stands between a release and the traffic, as far as it becomes less or more.
    package var safeguards: [SafeguardChange] = []
    /// How its stages come to the branch.
    package var delivery = Delivery()
    /// By which Promotions the release that is stated then goes on to other rollouts.
    package var onward: [PromotionStep] = []
    /// The reason of the hold in the configuration, where there is one from then on.
    package var hold: String?
    /// What is applied as it is merged.
    package var manifests: [ManifestChange] = []
    /// Of that, what only the agent writes, and what holds the rollout.
    package var trespasses: [ManifestChange] = []
    /// Whether all of that is in commits of the agent's own.
    package var isAgents = false
    /// The objects of the rollout that the change takes away with it.
    package var gone: [ManifestPlace] = []
    /// The state that the agent goes on from.
    package var state: RolloutState?
    /// The state is one that the branch has had before: the change takes stages back.
    package var takesBack: RolloutState?
    /// Whether somebody else than the agent has written the state, from which nothing follows.
    package var isForeign = false
    /// Whether the release is judged in the background.
    package var isJudged = false
    /// Whether its decisions are only reported.
    package var isShadow = false
    /// The commits to come; nil where the documents are wrong.
    package var quickest: Rehearsal.Outcome?
    package var slowest: Rehearsal.Outcome?
    /// The commits of a next release, where the change says how releases go and none begins with it.
    package var next: Rehearsal.Outcome?
    package var slowestNext: Rehearsal.Outcome?

    init(_ id: RolloutID, _ kind: Kind, file: String, line: Int) {
        (self.id, self.kind, self.file, self.line) = (id, kind, file, line)
    }

    /// Whether the change is about how a release goes, and nothing is delivered after it.
    var isAboutNext: Bool {
        guard case .settled? = quickest?.end, quickest?.commits.allSatisfy({ $0.action == .adopt }) == true else {
            return false
        }
        return kind != .changed || !Set(parts).isDisjoint(with: [.steps, .analysis, .delivery, .traffic, .settings])
    }
}

/// What a change of a repository leads to once it is merged into a branch.
package struct ChangeReview: Sendable {
    /// The branch, as somebody named it, and its tip.
    package var base = ""
    package var tip: Rollouts.CommitID
    package var rollouts: [RolloutChange] = []
    package var promotions: [PromotionChange] = []
    /// What is wrong and was not so before, or stands in a file that the change touches.
    package var findings: [Finding] = []
    /// Errors that the branch has as well, in files that the change does not touch.
    package var known = 0
    /// Files that the branch has changed in the same lines.
    package var conflicts: [String] = []

    package var errors: Int { findings.count { $0.severity == .error } }
    package var warnings: Int { findings.count { $0.severity == .warning } }
}

/// Why nobody can say what a change leads to, or who made a range of commits.
package struct RevisionRefusal: Error, Hashable, Sendable {
    package let message: String
    package let cause: String?
    package let hint: String?

    init(_ message: String, cause: String? = nil, hint: String? = nil) {
        (self.message, self.cause, self.hint) = (message, cause, hint)
    }

    /// About a history that was cut off, whatever else it is about.
    static func history(_ message: String, cause: String? = nil, isShallow: Bool, hint: String) -> Self {
        guard isShallow else { return Self(message, cause: cause, hint: hint) }
        return Self(
            message + ", and this clone is shallow", cause: cause,
            hint: "fetch the whole history: git fetch --unshallow origin; fetch-depth: 0 in GitHub Actions,"
                + " GIT_DEPTH: 0 in GitLab CI")
    }
}
