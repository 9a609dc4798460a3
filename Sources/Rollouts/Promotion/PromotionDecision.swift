package import Analysis

/// What the planner says of one step: where it stands, what is done about it, and when to look again.
package struct PromotionDecision: Equatable, Sendable {
    package var standing: PromotionStanding
    package var effects: [PromotionEffect]
    /// What must be observed before this decision is final; empty in a final one.
    package var needs: [PromotionNeed]
    /// When something planned falls due; nil where only a change of the world can move the step.
    package var nextCheck: Timestamp?

    package init(
        _ standing: PromotionStanding, effects: [PromotionEffect] = [], needs: [PromotionNeed] = [],
        nextCheck: Timestamp? = nil
    ) {
        self.standing = standing
        self.effects = effects
        self.needs = needs
        self.nextCheck = nextCheck
    }
}

/// Something that has not been observed yet and that the decision hangs on.
package enum PromotionNeed: Hashable, Sendable {
    /// The history of the target's release line, and of the source's way to its release.
    case line
    case analyses([AnalysisRequest])
    /// The branches of the step with their pull requests, and that of `wanted`, whether or not there is such a branch.
    case proposals(wanted: String?)
}

/// Where a step of a promotion stands.
package enum PromotionStanding: Equatable, Sendable {
    /// The release line is stated right now.
    case due(Release)
    case waiting(PromotionWait)
    /// The target states the source's release.
    case done
    /// A rollout from the target on has taken the release back: it does not go on.
    case rejected(by: RolloutID, reason: String)
    /// A person stated something else, which holds until the source has a newer release.
    case overruled(by: History.Culprit, Release?)
    case held(PromotionHold)
}

/// Something planned that is not due yet.
package enum PromotionWait: Equatable, Sendable {
    /// The source is not Stable on a release; what it does instead.
    case source(String)
    case soak(until: Timestamp)
    case analysis(String)
    case metrics(String)
    /// Something else is on its way in the target.
    case target(String)
    case approval(key: String)
    case forge(String)
    /// People read the pull request; nil until it is opened.
    case review(url: String?)
}

/// Something that needs a person; derived at every tick, never written.
package enum PromotionHold: Equatable, Sendable {
    case global(String)
    case steered(String)
    case configuration(String)
    /// The gate's analysis over the soak.
    case failed(String)
    case inconclusive(String)
    case analysisError(String)
    /// A person closed the pull request.
    case declined(by: String?, url: String)
    /// Somebody else has written to the agent's branch, from which a pull request may be open.
    case foreignBranch(String, by: String?, url: String?)
    /// A person's label on the pull request.
    case label(String, url: String)
    /// The server or the forge does not take it; its own words.
    case refused(String)
}

/// What is done about a decision; an effect that has already happened is a success.
package enum PromotionEffect: Equatable, Sendable {
    /// The line is committed on the branch that the cluster follows.
    case state(PromotionLine)
    /// The line is committed on a branch of its own, and a pull request asks for it.
    case propose(PromotionLine, on: PromotionProposal)
    /// An open pull request and the status of its commit say why it should not be merged now.
    case advise(ProposalAdvice.Warning, on: PromotionProposal)
    /// An open pull request is closed with words.
    case withdraw(PromotionProposal, reason: String)
    /// A branch that nobody waits for any more goes.
    case remove(PromotionProposal)
}

/// What is written into the target's release line, and what was proven about it.
package struct PromotionLine: Equatable, Sendable {
    package var promotion: String
    package var source: RolloutID
    package var target: RolloutID
    /// The source's release.
    package var release: Release
    /// The values that both name.
    package var carried: [String: String]
    /// What the target states before and after.
    package var former: Release
    package var stated: Release
    /// The commit that made the source Stable, and when it arrived.
    package var proven: Observation.StageCommit
    package var soak: Duration
    package var evidence: [Evidence]
    package var way: [ProvingCommit]
    /// What the release goes through in the target.
    package var course: StageCourse?

    package init(
        promotion: String, source: RolloutID, target: RolloutID, release: Release, former: Release,
        proven: Observation.StageCommit, soak: Duration, evidence: [Evidence] = [], way: [ProvingCommit] = []
    ) {
        self.promotion = promotion
        self.source = source
        self.target = target
        self.release = release
        carried = release.carried(to: former)
        self.former = former
        stated = former.replacing(carried)
        self.proven = proven
        self.soak = soak
        self.evidence = evidence
        self.way = way
    }

    /// What people call the release.
    package var title: String { Release(values: carried).title }
}
