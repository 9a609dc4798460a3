internal import Analysis

/// The way back: the traffic first, and when that is live everything else.
extension Planning {
    /// The first commit of a rollback.
    ///
    /// - Parameters:
    ///   - rejecting: false where nobody has said that the release is bad.
    ///   - readiness: whether it was missing pods, and not an analysis, that failed.
    func rollBack(
        _ state: RolloutState, _ reason: String, rejecting: Bool, readiness: Bool = false, live: LiveReading? = nil,
        evidence: [Evidence] = []
    ) -> Decision {
        var next = state
        next.phase = .rollingBack
        next.failure = .init(stage: state.stage.key, reason: reason)
        if rejecting { next.reject(state.release, reason: reason) }
        if state.stage.kind == .promote {
            return unpromote(next, from: state, readiness: readiness, evidence: evidence)
        }
        // A weight that the plan has taken back to 0 may still be on its way to the cluster.
        if state.stage.max == .none, state.stage.weight == .none, world.manifests.canaryHasNoTraffic {
            return everythingBackWhereUnserved(next, evidence: evidence)
        }
        return trafficBack(next, evidence: evidence)
    }

    /// One commit is enough where the canary is seen to have no traffic; a revert may have put the state back before
    /// the cluster has followed it.
    private func everythingBackWhereUnserved(_ next: RolloutState, evidence: [Evidence]) -> Decision {
        switch world.live {
        case .notRead: Decision(.rollingBack(nil), needs: [.live])
        case .read(let live) where !isServed(live): everythingBack(next, evidence: evidence)
        case .read, .unavailable: trafficBack(next, evidence: evidence)
        }
    }

    /// From `promote` on the sides have changed roles: stable has to run the previous release before it takes the
    /// traffic again, unless enough of its pods still do.
    private func unpromote(_ next: RolloutState, from state: RolloutState, readiness: Bool, evidence: [Evidence])
        -> Decision
    {
        guard let previous = state.previous else { return Decision(.held(.failed(next.failure?.reason ?? ""))) }
        if state.stage.weight == .none { return everythingBackWhereUnserved(next, evidence: evidence) }
        let needed = state.base?.replicas ?? 1
        if !readiness, !splitsByReplicas, case .read(let live) = world.live, let stable = live.stable,
            stable.oldAvailable >= needed
        {
            return trafficBack(next, also: [.stableRelease(previous.values)], evidence: evidence)
        }
        var back = next
        back.at = .init(serial: world.nextSerial, action: .rollback, stage: StageKey(Stage.Kind.stable.rawValue))
        back.stage.key = back.at.stage
        back.stage.kind = .stable
        return commit(
            back, [.stableRelease(previous.values)], from: state.stage.weight, evidence, cause: next.failure?.reason)
    }

    private func trafficBack(_ next: RolloutState, also changes: [Change] = [], evidence: [Evidence] = []) -> Decision {
        if splitsByReplicas { return countsBack(next, also: changes, evidence: evidence) }
        var back = next
        let from = next.stage.weight
        back.at = .init(serial: world.nextSerial, action: .rollback, stage: StageKey(Stage.Kind.traffic.rawValue))
        back.stage.key = back.at.stage
        back.stage.kind = .traffic
        back.stage.weight = .none
        let weights = next.restore.filter { $0.binding == .weight }
        let traffic: Change = weights.isEmpty ? .weight(.none) : .restore(weights)
        return commit(back, changes + [traffic], from: from, evidence, cause: next.failure?.reason)
    }

    private func everythingBack(_ next: RolloutState, evidence: [Evidence] = []) -> Decision {
        var back = next
        back.at = .init(serial: world.nextSerial, action: .rollback, stage: StageKey(Stage.Kind.rest.rawValue))
        back.stage.key = back.at.stage
        back.stage.kind = .rest
        back.stage.weight = .none
        (back.stage.capacity, back.stage.stable) = (world.manifests.canaryRest, nil)
        back.bindings = nil
        back.base = nil
        back.restore = []
        (back.release.served, back.release.promoted) = (nil, nil)
        let rejected = next.rejection(of: next.release.digest)?.since == next.release.since
        back.phase = .rolledBack
        if !rejected, let previous = next.previous {
            back.phase = .stable
            back.release = previous
            back.previous = nil
            back.failure = nil
        }
        let transition = Transition(
            state: back, changes: [.revert(next.restore)], from: next.stage.weight, evidence: evidence,
            cause: next.failure?.reason)
        return Decision(.rollingBack(nil), effects: [.commit(transition)])
    }

    /// A rollback under way; there is no rollback of a rollback.
    func goBack(_ state: RolloutState, holding reverted: Hold?) -> Decision {
        if let reverted, !isRetried(state), spec.release.digest == state.release.digest,
            spec.steering.abort != state.releaseKey
        {
            return Decision(.held(reverted))
        }
        if let hold = edited(state) { return hold }
        let live: LiveReading
        switch world.live {
        case .notRead: return Decision(.rollingBack(nil), needs: [.live])
        case .unavailable(let why): return Decision(.rollingBack(.cluster(why)))
        case .read(let reading): live = reading
        }
        let moments = moments(state, live)
        if let failure = moments.failure {
            // Pods that find no room may find the canary's: a bad release does not stay because of them.
            if splitsByReplicas, state.stage.kind == .traffic, live.stable?.failing.isEmpty == true,
                !world.manifests.canaryHasNoTraffic
            {
                return countsBack(state, also: [], atOnce: true, evidence: [])
            }
            return Decision(.held(.failed(failure)), effects: moments.effects)
        }
        if let hold = moments.hold { return Decision(.held(hold), effects: moments.effects) }
        if let wait = moments.wait {
            return Decision(.rollingBack(wait), effects: moments.effects, nextCheck: moments.until)
        }
        var next = state
        if isRetried(state) {
            let reason = state.failure?.reason ?? "Retried by a person"
            next.reject(state.release, reason: reason)
        }
        let isTrafficGone = state.stage.kind != .stable && world.manifests.canaryHasNoTraffic
        var decision = isTrafficGone ? everythingBack(next) : trafficBack(next)
        decision.effects = moments.effects + decision.effects
        return decision
    }
}
