internal import Analysis

/// Applied, live, ready to leave: the three moments of a stage.
struct Moments {
    /// When the stage became live; nil before that.
    var liveAt: Timestamp?
    var wait: Wait?
    var hold: Hold?
    var failure: String?
    var effects: [Effect] = []
    var until: Timestamp?

    func standing(orHold stated: Hold?) -> Standing {
        if let hold = hold ?? stated { return .held(hold) }
        return .progressing(wait)
    }
}

extension Planning {
    func moments(_ state: RolloutState, _ live: LiveReading) -> Moments {
        var moments = observedMoments(state, live)
        if let stage = world.stageCommit, stage.isForwarded, world.note.arrivedAt == nil {
            moments.effects.insert(.recordArrival(stage.arrived), at: 0)
        }
        return moments
    }

    private func observedMoments(_ state: RolloutState, _ live: LiveReading) -> Moments {
        if let liveAt = world.note.liveAt { return lasting(state, live, since: liveAt) }
        let arrived = world.stageCommit?.arrived ?? live.time
        if !live.differences.isEmpty { return unapplied(state, live, arrived: arrived) }
        let appliedAt = min(live.time, max(arrived, live.changedAt ?? arrived))
        let until = appliedAt + spec.progressDeadline
        if case .refused(let reason) = live.route { return unaccepted(reason, until: until) }
        if case .pending(let reason) = live.route { return unaccepted(reason, until: until) }
        guard let short = shortage(state, live) else {
            return Moments(liveAt: appliedAt, effects: [.recordLive(appliedAt)])
        }
        if clock >= until { return Moments(failure: "not available within \(Span(spec.progressDeadline)): \(short)") }
        return Moments(wait: .available(until: until, short), until: until)
    }

    private func unapplied(_ state: RolloutState, _ live: LiveReading, arrived: Timestamp) -> Moments {
        let until = arrived + spec.applyDeadline
        guard clock >= until else {
            return Moments(wait: .applied(until: until, live.differences), until: until)
        }
        // A part that is live and gives the canary its traffic is not left alone with a part that is missing.
        let share = splitsByReplicas ? BindingName.canaryReplicas : .weight
        let trafficIsLive = !live.differences.contains { $0.binding == share } && isServed(live)
        if trafficIsLive, state.stage.kind == .weight {
            let missing = live.differences.map(\.binding.text).joined(separator: ", ")
            return Moments(failure: "only a part was applied within \(Span(spec.applyDeadline)); missing: \(missing)")
        }
        return Moments(hold: .notApplied(live.differences, engine: live.engine))
    }

    private func unaccepted(_ reason: String, until: Timestamp) -> Moments {
        if clock >= until {
            return Moments(failure: "the route was not accepted within \(Span(spec.progressDeadline)): \(reason)")
        }
        return Moments(wait: .available(until: until, "the route: \(reason)"), until: until)
    }

    /// The stage has been live before: what is missing now is drift or a failure, not a beginning.
    private func lasting(_ state: RolloutState, _ live: LiveReading, since liveAt: Timestamp) -> Moments {
        if !live.differences.isEmpty {
            let effects: [Effect] = world.note.awayAt == nil ? [.recordAway(live.time)] : []
            return Moments(liveAt: world.note.segmentAt ?? liveAt, hold: .drifted(live.differences), effects: effects)
        }
        if world.note.awayAt != nil {
            let back = max(liveAt, min(live.time, live.changedAt ?? live.time))
            var moments = steady(state, live, since: liveAt, segment: back)
            moments.effects = [.recordReturn(back)]
            return moments
        }
        return steady(state, live, since: liveAt, segment: world.note.segmentAt ?? liveAt)
    }

    /// Live is as Git says; what may be missing is pods, or the gateway's consent.
    private func steady(_ state: RolloutState, _ live: LiveReading, since liveAt: Timestamp, segment: Timestamp)
        -> Moments
    {
        guard let short = shortage(state, live) else { return accepted(live, since: segment) }
        // Without a time in the cluster nobody knows for how long, and a deadline that moves would be no deadline.
        let since = max(liveAt, side(state, live)?.shortSince ?? live.time)
        let until = since + spec.progressDeadline
        if !(side(state, live)?.failing.isEmpty ?? true) {
            return Moments(failure: "was ready and is not any more: \(short)")
        }
        if clock >= until {
            return Moments(failure: "has been short of pods for \(Span(spec.progressDeadline)): \(short)")
        }
        return Moments(liveAt: segment, wait: .available(until: until, short), until: until)
    }

    /// A route that the gateway has refused since gets no further weight; the traffic is still split as it was.
    private func accepted(_ live: LiveReading, since segment: Timestamp) -> Moments {
        switch live.route {
        case .accepted: Moments(liveAt: segment)
        case .pending(let reason), .refused(let reason):
            Moments(liveAt: segment, wait: .available(until: clock + spec.progressDeadline, "the route: \(reason)"))
        }
    }

    /// What the stage's own weight lacks, in words; nil when nothing is missing.
    private func shortage(_ state: RolloutState, _ live: LiveReading) -> String? {
        switch state.stage.kind {
        case .weight where splitsByReplicas, .drain where splitsByReplicas, .traffic where splitsByReplicas:
            return shortageOfCounts(state, live)
        case .start, .drain, .finish, .rest, .traffic: return nil
        case .weight:
            let scale = stage(of: state)?.scale ?? .matchTraffic
            return shortage(
                of: live.canary, named: "canary", pods: capacity(of: state).pods(for: state.stage.weight, scale: scale))
        case .promote, .stable:
            guard let stable = live.stable else { return "stable: not found in the cluster" }
            // An application that is scaled to nothing has nothing to wait for; any other must serve before it drains.
            let isScaledToNothing = state.base?.replicas == 0
            let mayBeNone = isScaledToNothing ? state.stage.weight == .none : state.stage.stable == 0
            let least = mayBeNone ? 0 : 1
            return shortage(of: stable, named: "stable", pods: max(least, stable.desired))
        }
    }

    private func side(_ state: RolloutState, _ live: LiveReading) -> SideReading? {
        if splitsByReplicas, shortage(of: live.stable, named: "stable", pods: state.stage.stable ?? 0) != nil {
            return live.stable
        }
        return state.stage.kind == .promote || state.stage.kind == .stable ? live.stable : live.canary
    }

    func shortage(of side: SideReading?, named name: String, pods: Int) -> String? {
        guard let side else { return "\(name): not found in the cluster" }
        if side.provides(pods) { return nil }
        guard side.observed else { return "\(name): its controller has not seen the change yet" }
        let present = min(side.available, side.updated)
        let old = side.total - side.updated
        let counts =
            present >= pods && old > 0
            ? "\(name): \(old) of \(side.total) pods are still of the old template"
            : "\(name): \(present) of \(pods) pods available"
        return side.reasons.isEmpty ? counts : "\(counts) (\(side.reasons.joined(separator: "; ")))"
    }

    /// Ready to leave: the capacity that was written ahead is available too.
    func capacityWait(_ state: RolloutState, _ live: LiveReading, since liveAt: Timestamp) -> Stop? {
        switch state.stage.kind {
        case .start, .weight: break
        case .promote, .drain, .finish, .stable, .traffic, .rest: return nil
        }
        guard let short = shortage(of: live.canary, named: "canary", pods: state.stage.capacity) else { return nil }
        let until = max(liveAt, live.canary?.shortSince ?? liveAt) + spec.progressDeadline
        if clock < until { return .wait(.capacity(until: until, short), until: until) }
        if let canary = live.canary, canary.failing.isEmpty {
            if !canary.pending.isEmpty { return .hold(.pendingPods(canary.pending)) }
            // What this weight needs is there, and nobody knows since when the rest is not: a pod that restarts at the
            // wrong moment takes no release back.
            if state.stage.kind == .weight, canary.shortSince == nil { return .hold(.pendingPods([short])) }
        }
        return .failure("not ready within \(Span(spec.progressDeadline)): \(short)", [])
    }
}
