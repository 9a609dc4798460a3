internal import Analysis

/// The next stage's commit.
extension Planning {
    func advance(_ state: RolloutState, _ live: LiveReading, evidence: [Evidence]) -> Decision {
        let plan = plan(of: state)
        guard let index = nextIndex(after: state, in: plan) else { return Decision(.stable) }
        let stage = plan.stages[index]
        switch stage.kind {
        case .weight where splitsByReplicas:
            return shift(state, to: stage, at: index, of: plan, live: live, evidence: evidence)
        case .weight: return raise(state, to: stage, at: index, of: plan, live: live, evidence: evidence)
        case .promote: return promote(state, at: index, of: plan, evidence: evidence)
        case .drain:
            if state.stage.weight == .none { return finish(state, at: plan.lastIndex, of: plan, evidence: evidence) }
            return drain(state, at: index, of: plan, live: live, evidence: evidence)
        case .finish where state.stage.weight > .none:
            // A person gave the canary traffic again after it had been drained.
            return drain(state, at: index - 1, of: plan, live: live, evidence: evidence)
        case .finish, .start, .stable, .traffic, .rest:
            return finish(state, at: plan.lastIndex, of: plan, evidence: evidence)
        }
    }

    /// The stage after the one of the same key; where the plan has lost that key, the next with a weight not below.
    func nextIndex(after state: RolloutState, in plan: StagePlan) -> Int? {
        if let index = plan.index(of: state.stage.key) {
            return plan.stages.indices.contains(index + 1) ? index + 1 : nil
        }
        return plan.stages.firstIndex { stage in
            switch stage.kind {
            case .weight: stage.weight >= state.stage.weight
            case .promote, .drain, .finish: true
            case .start, .stable, .traffic, .rest: false
            }
        }
    }

    private func raise(
        _ state: RolloutState, to stage: Stage, at index: Int, of plan: StagePlan, live: LiveReading,
        evidence: [Evidence]
    ) -> Decision {
        if let resized = resize(state, before: stage, live) { return resized }
        let capacity = capacity(of: state)
        let needed = capacity.pods(for: stage.weight, scale: stage.scale)
        if !(live.canary?.provides(needed) ?? false) { return grow(state, to: needed) }
        var next = moved(state, to: stage, at: index, of: plan, action: .advance)
        next.stage.capacity = max(
            world.manifests.canaryRest, capacity.written(at: index, of: plan, before: state.stage.weight))
        next.stage.max = max(state.stage.max, stage.weight)
        var changes: [Change] = [.weight(stage.weight)]
        if next.stage.capacity != state.stage.capacity { changes.append(.canaryCapacity(next.stage.capacity)) }
        return commit(next, changes, from: state.stage.weight, evidence)
    }

    /// How many pods each weight of the rollout needs.
    func capacity(of state: RolloutState) -> Capacity {
        Capacity(base: state.base?.replicas ?? 1, minPods: spec.minPods)
    }

    /// A new base, where stable's autoscaler has made it larger by more than a quarter since the last one was counted: the
    /// floor and the canary's pods follow before the next weight.
    private func resize(_ state: RolloutState, before stage: Stage, _ live: LiveReading) -> Decision? {
        guard world.manifests.stableAutoscaled, let base = state.base, let stable = live.stable,
            stable.desired > base.replicas, stable.desired - base.replicas > base.replicas / 4
        else { return nil }
        var next = state
        next.base = .init(replicas: stable.desired, from: .live)
        next.at = .init(serial: world.nextSerial, action: .resize, stage: state.stage.key)
        let capacity = capacity(of: next)
        let present = self.stage(of: state)?.scale ?? .matchTraffic
        next.stage.capacity = max(
            state.stage.capacity, capacity.pods(for: state.stage.weight, scale: present),
            capacity.pods(for: stage.weight, scale: stage.scale))
        var changes: [Change] = [.stableFloor(stable.desired)]
        if next.stage.capacity != state.stage.capacity { changes.append(.canaryCapacity(next.stage.capacity)) }
        return commit(next, changes, from: state.stage.weight, [])
    }

    /// The same weight with more pods, where the plan has changed and the next weight needs more than was written ahead.
    private func grow(_ state: RolloutState, to pods: Int) -> Decision {
        guard pods > state.stage.capacity else {
            return Decision(.progressing(.cluster("the canary's pods are being counted again")))
        }
        var next = state
        next.at = .init(serial: world.nextSerial, action: .grow, stage: state.stage.key)
        next.stage.capacity = pods
        return commit(next, [.canaryCapacity(pods)], from: state.stage.weight, [])
    }

    private func promote(_ state: RolloutState, at index: Int, of plan: StagePlan, evidence: [Evidence]) -> Decision {
        var next = moved(state, to: plan.stages[index], at: index, of: plan, action: .promote)
        next.stage.weight = state.stage.weight
        next.release.promoted = clock
        return commit(next, [.stableRelease(state.release.values)], from: state.stage.weight, evidence)
    }

    private func drain(
        _ state: RolloutState, at index: Int, of plan: StagePlan, live: LiveReading, evidence: [Evidence]
    ) -> Decision {
        if splitsByReplicas {
            return shift(state, to: plan.stages[index], at: index, of: plan, live: live, evidence: evidence)
        }
        let next = moved(state, to: plan.stages[index], at: index, of: plan, action: .drain)
        return commit(next, [.weight(.none)], from: state.stage.weight, evidence)
    }

    private func finish(_ state: RolloutState, at index: Int, of plan: StagePlan, evidence: [Evidence]) -> Decision {
        var next = moved(state, to: plan.stages[index], at: index, of: plan, action: .finish)
        next.phase = .stable
        (next.release.served, next.release.promoted) = (nil, nil)
        (next.stage.capacity, next.stage.stable) = (world.manifests.canaryRest, nil)
        next.rejected.removeAll { $0.digest == state.release.digest }
        next.bindings = nil
        next.base = nil
        next.restore = []
        next.failure = nil
        var changes: [Change] = [.canaryCapacity(world.manifests.canaryRest)]
        let rest = state.restore.filter {
            $0.binding == .stableFloor || $0.binding == .stableReplicas || $0.binding.isOfJob
        }
        if !rest.isEmpty { changes.append(.restore(rest)) }
        return commit(next, changes, from: state.stage.weight, evidence)
    }

    func moved(
        _ state: RolloutState, to stage: Stage, at index: Int, of plan: StagePlan, action: RolloutState.Action
    ) -> RolloutState {
        var next = state
        next.at = .init(serial: world.nextSerial, action: action, stage: stage.key)
        next.plan = plan.digest.description
        next.stage = .init(
            index: index, count: plan.lastIndex, key: stage.key, kind: stage.kind, weight: stage.weight,
            max: state.stage.max, capacity: state.stage.capacity, stable: state.stage.stable)
        return next
    }

    func commit(
        _ state: RolloutState, _ changes: [Change], from weight: Weight, _ evidence: [Evidence], cause: String? = nil
    ) -> Decision {
        let transition = Transition(state: state, changes: changes, from: weight, evidence: evidence, cause: cause)
        let standing: Standing = state.phase == .rollingBack ? .rollingBack(nil) : .progressing(nil)
        return Decision(standing, effects: [.commit(transition)])
    }
}
