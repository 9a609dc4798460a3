package import Analysis

/// What the planner says: where the rollout stands, what is done about it, and when to look again.
package struct Decision: Equatable, Sendable {
    package var standing: Standing
    package var effects: [Effect]
    /// What must be observed before this decision is final; empty in a final one.
    package var needs: [Need]
    /// When something planned falls due; nil where only a change of the world can move the rollout.
    package var nextCheck: Timestamp?

    package init(
        _ standing: Standing, effects: [Effect] = [], needs: [Need] = [], nextCheck: Timestamp? = nil
    ) {
        self.standing = standing
        self.effects = effects
        self.needs = needs
        self.nextCheck = nextCheck
    }

    /// The one commit of this tick, where there is one.
    package var transition: Transition? {
        for case .commit(let transition) in effects { return transition }
        return nil
    }

    /// What is proposed, made or open, where a stage is due that goes by pull request.
    package var question: ProposalQuestion? {
        for effect in effects {
            switch effect {
            case .propose(let stage): return stage.question
            case .advise(let advice) where advice.question != nil: return advice.question
            default: continue
            }
        }
        return nil
    }
}

/// Something that has not been observed yet and that the decision hangs on.
package enum Need: Equatable, Sendable {
    case live
    case analyses([AnalysisRequest])
    /// What Git and the forge have of the agent's branches, and whether this is what stands on one of them.
    case proposals(ProposalQuestion?)
}

/// Where a rollout stands.
package enum Standing: Equatable, Sendable {
    case stable
    /// Between `start` and `finish`; the wait is what is planned next, nil where a commit is made right now.
    case progressing(Wait?)
    case held(Hold)
    case rollingBack(Wait?)
    case rolledBack(Rejected)
    /// The Rollout was deleted while at rest.
    case retired

    /// A release that is stated but was rejected, and the key that would try it again.
    package struct Rejected: Equatable, Sendable {
        package var reason: String
        package var retry: String

        package init(reason: String, retry: String) {
            self.reason = reason
            self.retry = retry
        }
    }
}

extension Wait {
    /// Whether what is waited for has to come by a time after which it counts as missing.
    package var hasDeadline: Bool {
        switch self {
        case .applied, .available, .capacity: true
        default: false
        }
    }
}

/// Something planned that is not due yet.
package enum Wait: Equatable, Sendable {
    case applied(until: Timestamp, [FieldDifference])
    case available(until: Timestamp, String)
    case pause(until: Timestamp)
    case approval(key: String)
    case analysis(String)
    case metrics(String)
    case cluster(String)
    case capacity(until: Timestamp, String)
    case scaleDown(until: Timestamp)
    /// The canary's traffic has to be gone before a release starts.
    case trafficGone
    /// A pull request is being opened, or its commit made anew.
    case proposal(ProposalKey)
    /// People merge a pull request, or approve it.
    case review(Review)
    /// The forge cannot be asked, in one sentence.
    case forge(String)

    /// An open pull request, and what keeps it from being merged.
    package struct Review: Hashable, Sendable {
        package var url: String
        package var missing: [String]

        package init(url: String, missing: [String] = []) {
            self.url = url
            self.missing = missing
        }
    }
}

/// Something unplanned that needs a person; derived at every tick, never written.
package enum Hold: Equatable, Sendable {
    case global(String)
    case steered(String)
    case configuration(String)
    case reverted(what: String, by: History.Culprit, key: String)
    case rollbackReverted(by: History.Culprit, retry: String)
    case rewritten(key: String)
    case foreign(by: History.Culprit, key: String)
    case edited([FieldDifference], key: String)
    case drifted([FieldDifference])
    case bindings(key: String)
    case notApplied([FieldDifference], engine: String?)
    case notAtRest([FieldDifference])
    case inconclusive(String, key: String)
    case analysisError(String)
    case pendingPods([String])
    case failed(String)
    case deleted
    /// The stable manifests do not say what the Rollout states and the state records.
    case notAsStated([FieldDifference])
    /// The server does not take the commit; its own words.
    case refused(String)
    /// The stage is delivered by pull request, and the agent knows no forge.
    case noForge(StageKey)
    /// The forge does not know the repository or the credential; somebody has to change something.
    case forge(String)
    /// A person closed the pull request of what comes next; whether the release has begun.
    case closed(StageProposal.Closing, begun: Bool)
    case foreignBranch(ForeignBranch)
    /// A label of a pull request says so.
    case labelled(String, url: String)
    /// The forge does not merge it, however often it is asked; its own words.
    case unmergeable(String, url: String)

    /// Whether it hangs on the cluster, the metrics or the server, which may be otherwise at the next look although
    /// nobody has written anything.
    package var mayPass: Bool {
        switch self {
        case .drifted, .notApplied, .pendingPods, .analysisError, .refused, .unmergeable, .forge: true
        case .global, .steered, .configuration, .reverted, .rollbackReverted, .rewritten, .foreign, .edited, .bindings,
            .notAtRest, .inconclusive, .failed, .deleted, .notAsStated, .noForge, .closed, .foreignBranch, .labelled:
            false
        }
    }
}

/// What is done about a decision; an effect that has already happened is a success.
package enum Effect: Equatable, Sendable {
    case commit(Transition)
    /// When a commit that waited on a branch of its own was first seen on the base.
    case recordArrival(Timestamp)
    case recordLive(Timestamp)
    case recordAway(Timestamp)
    case recordReturn(Timestamp)
    /// The mark is raised to the tip's state, so that a state that is not ours counts from now on.
    case acceptForeign
    /// The state of a deleted Rollout is removed.
    case retire
    /// A commit on a branch of its own, with a pull request.
    case propose(ProposedStage)
    /// What an open pull request says of itself.
    case advise(ProposalAdvice)
    case merge(ProposedMerge)
    case withdraw(ProposalWithdrawal)
}

/// One commit of the agent, in domain values: the next state and what changes with it.
package struct Transition: Equatable, Sendable {
    package var state: RolloutState
    package var changes: [Change]
    /// The weight before this commit.
    package var from: Weight
    /// What justified it.
    package var evidence: [Evidence]
    /// Why, in one sentence, where the message needs to say so.
    package var cause: String?

    package init(
        state: RolloutState, changes: [Change], from: Weight, evidence: [Evidence] = [], cause: String? = nil
    ) {
        self.state = state
        self.changes = changes
        self.from = from
        self.evidence = evidence
        self.cause = cause
    }

    /// Rollbacks are pushed first and alone.
    package var isRollback: Bool { state.at.action == .rollback }
}

/// One change to manifests, by what it means; `Manifests` knows where the values live.
package enum Change: Equatable, Sendable {
    /// The canary's whole pod template: stable's with the release applied.
    case canaryRelease(Release)
    case stableRelease(Release)
    case weight(Weight)
    case canaryCapacity(Int)
    case stableFloor(Int)
    /// Stable's pods, where the counts are what splits the traffic.
    case stableReplicas(Int)
    /// A Job that people committed runs, once for this key.
    case runJob(String, key: String)
    /// Recorded values put back one by one.
    case restore([RolloutState.Restore])
    /// Everything that the release's commits changed, as reverting them would leave it.
    case revert([RolloutState.Restore])
    /// The previous release, put back into the Rollout document.
    case stateRelease(Release)
}

extension Standing {
    /// The address of the pull request that people have to look at; nil where there is none.
    package var pullRequest: String? {
        switch self {
        case .progressing(.review(let review)), .rollingBack(.review(let review)): review.url
        case .held(.closed(let closing, _)): closing.url
        case .held(.foreignBranch(let foreign)): foreign.url
        case .held(.labelled(_, let url)), .held(.unmergeable(_, let url)): url
        default: nil
        }
    }
}
