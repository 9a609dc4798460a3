package import Analysis

/// The decision of one tick, as a pure function of what is stated, what is observed and the time.
///
/// It reads no clock, does no I/O and throws nothing: what it cannot know is a need, a wait or a hold with a reason.
package enum Planner {
    package static func plan(_ spec: Specification, _ world: Observation, at now: Timestamp) -> Decision {
        let planning = Planning(spec: spec, world: world, now: now)
        return planning.delivering(planning.steered().decideWithJobs())
    }

    /// What becomes of a state whose Rollout document is gone: removed at rest, kept and held mid-rollout.
    package static func planDeleted(_ state: RolloutState) -> Decision {
        switch state.phase {
        case .stable, .rolledBack: Decision(.retired, effects: [.retire])
        case .progressing, .rollingBack: Decision(.held(.deleted))
        }
    }
}

extension Planner {
    /// The key of the next approval that the present stage asks for, whatever comes before it; nil where it asks for none.
    package static func nextApproval(_ spec: Specification, _ world: Observation, at now: Timestamp) -> String? {
        guard let state = world.state, state.phase == .progressing else { return nil }
        return Planning(spec: spec, world: world, now: now).nextApproval(state)
    }
}

/// One run of the planner; the extensions hold one part of the rules each.
struct Planning {
    let spec: Specification
    let world: Observation
    let now: Timestamp
    /// What a label of a pull request holds.
    private(set) var labelHold: Hold?
    /// The pull request whose label takes the release back.
    private(set) var abortedOn: String?

    init(spec: Specification, world: Observation, now: Timestamp) {
        self.spec = spec
        self.world = world
        self.now = now
    }

    /// The same with what people say by labels: they steer like the lines of the Rollout.
    fileprivate func steered() -> Self {
        let labelled = labelled
        var spec = spec
        if labelled.abortedOn != nil { spec.steering.abort = world.state?.releaseKey }
        var planning = Self(spec: spec, world: world, now: now)
        planning.labelHold = labelled.hold
        planning.abortedOn = labelled.abortedOn
        return planning
    }

    fileprivate func decideWithJobs() -> Decision { startingJobs(decide()) }

    /// The earlier of the agent's and the API server's time: a clock that is ahead must not cut a pause short.
    var clock: Timestamp {
        if case .read(let live) = world.live { return min(now, live.time) }
        return now
    }

    func decide() -> Decision {
        switch world.history {
        case .rewritten:
            let key = "rewritten-\(max(1, world.nextSerial) - 1)"
            guard spec.steering.resume == key else { return Decision(.held(.rewritten(key: key))) }
            return world.state.map(resume) ?? begin()
        case .notOurs(let culprit):
            let key = "foreign-\(culprit.commit.short)"
            let standing = Standing.held(.foreign(by: culprit, key: key))
            return Decision(standing, effects: spec.steering.resume == key ? [.acceptForeign] : [])
        case .reverted(let culprit): return reverted(by: culprit)
        case .begin: return begin()
        case .happened:
            guard let state = world.state else { return begin() }
            return proceed(from: state)
        }
    }

    /// Goes on from a state that counts.
    func proceed(from state: RolloutState, holding hold: Hold? = nil) -> Decision {
        switch state.phase {
        case .stable, .rolledBack: rest(state)
        case .progressing: progress(state, holding: hold)
        case .rollingBack: goBack(state, holding: hold)
        }
    }

    /// The hold that people stated, the repository's first.
    var statedHold: Hold? {
        if let reason = spec.globalHold { return .global(reason) }
        return spec.steering.hold.map(Hold.steered) ?? labelHold
    }

    /// The stages of the rollout that `state` is in.
    func plan(of state: RolloutState) -> StagePlan {
        state.plan == StagePlan.fastReturnDigest.description ? .fastReturn : spec.plan
    }

    /// The tip's state again under the next serial, so that what a person did to it is taken as it is.
    func resume(_ state: RolloutState) -> Decision {
        var next = state
        next.at = .init(serial: world.nextSerial, action: .resume, stage: state.at.stage)
        if state.phase == .progressing || state.phase == .rollingBack {
            if let text = unreadable { return Decision(.held(.configuration(text))) }
            next.bindings = spec.bindings
            next.restore = restoringJobs(state.restore)
            next.release = promoted(state)
            if let percent = world.manifests.number(.weight) { next.stage.weight = Weight(clamping: percent) }
            next.stage.max = max(next.stage.max, next.stage.weight)
            if let pods = world.manifests.number(world.manifests.canaryCapacity) { next.stage.capacity = pods }
            if splitsByReplicas, let pods = world.manifests.number(.stableReplicas) {
                next.stage.stable = pods
                next.stage.weight = ReplicaSplit(stable: pods, canary: next.stage.capacity).share
                next.stage.max = max(next.stage.max, next.stage.weight)
            }
        }
        let transition = Transition(
            state: next, changes: [], from: next.stage.weight, cause: spec.steering.resume.map { "Resumed by \($0)" })
        return Decision(.progressing(nil), effects: [.commit(transition)])
    }

    /// What Git has where a weight or a count of pods belongs; it cannot be taken as it is.
    var unreadable: String? {
        let manifests = world.manifests
        if let text = manifests.values[.weight], Int(text).flatMap({ Weight($0) }) == nil {
            return "\(BindingName.weight) is \(JSONText.quote(text)), which is no weight from 0 to 100"
        }
        let counts = [manifests.canaryCapacity] + (splitsByReplicas ? [.stableReplicas] : [])
        for name in counts {
            guard let text = manifests.values[name], (Int(text) ?? -1) < 0 else { continue }
            return "\(name) is \(JSONText.quote(text)), which is no count of pods"
        }
        return nil
    }
}
