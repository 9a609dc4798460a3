/// Beginnings, and the times in which nothing is delivered.
extension Planning {
    /// There is no state yet.
    func begin() -> Decision {
        if stableServes(spec.release) {
            if let hold = notAtRest { return Decision(.held(hold)) }
            return adopt(over: nil)
        }
        return start(attempt: 1, over: nil)
    }

    /// Stable or RolledBack: only a release that is neither running nor rejected moves anything.
    func rest(_ state: RolloutState) -> Decision {
        let stated = spec.release.digest
        if stated == state.serving?.digest { return settled(state) }
        if let rejection = state.rejection(of: stated) {
            let retry = rejection.retryKey
            if isRetried(retry) {
                return start(attempt: RolloutState.attempt(after: rejection.attempt), over: state)
            }
            if let restoring = restoreRelease(state) { return restoring }
            return Decision(.rolledBack(.init(reason: rejection.reason, retry: retry)))
        }
        if stableServes(spec.release), world.manifests.canaryHasNoTraffic { return adopt(over: state) }
        return start(attempt: 1, over: state)
    }

    private func settled(_ state: RolloutState) -> Decision {
        let wrong = spec.release.values.sorted { $0.key < $1.key }.compactMap { name, value -> FieldDifference? in
            let binding = BindingName.release(.stable, name)
            guard let found = world.manifests.values[binding], found != value else { return nil }
            let isSecret = Release.isSecret(name)
            return FieldDifference(
                binding: binding, place: "", expected: isSecret ? nil : value, found: isSecret ? nil : found)
        }
        if !wrong.isEmpty { return Decision(.held(.notAsStated(wrong))) }
        // Pods without traffic harm nobody, and people may look at something there.
        guard world.manifests.canaryHasNoTraffic else { return Decision(.held(.notAtRest([servedCanary]))) }
        return Decision(.stable)
    }

    /// Once per failure, and only while the Rollout still states exactly the failed release.
    private func restoreRelease(_ state: RolloutState) -> Decision? {
        guard spec.restoreRelease, state.phase == .rolledBack, state.at.action == .rollback,
            state.release.digest == spec.release.digest, let previous = state.previous
        else { return nil }
        if let hold = statedHold { return Decision(.held(hold)) }
        var next = state
        next.at = .init(serial: world.nextSerial, action: .resume, stage: state.at.stage)
        let transition = Transition(
            state: next, changes: [.stateRelease(previous.values)], from: .none,
            cause: "The Rollout states the release that serves again")
        return Decision(.progressing(nil), effects: [.commit(transition)])
    }

    func stableServes(_ release: Release) -> Bool {
        world.manifests.release(like: release, on: .stable) == release
    }

    private var servedCanary: FieldDifference {
        let share = splitsByReplicas ? BindingName.canaryReplicas : .weight
        return .init(binding: share, place: "", expected: "0", found: world.manifests.values[share])
    }

    /// A canary that has traffic or pods, or a Job that runs, although nothing is delivered.
    private var notAtRest: Hold? {
        let manifests = world.manifests
        var wrong: [FieldDifference] = []
        if !manifests.canaryHasNoTraffic { wrong.append(servedCanary) }
        let capacity = manifests.canaryCapacity
        if let pods = manifests.values[capacity], Int(pods) != manifests.canaryRest, wrong.isEmpty || !splitsByReplicas
        {
            wrong.append(.init(binding: capacity, place: "", expected: "\(manifests.canaryRest)", found: pods))
        }
        wrong += unsuspendedJobs
        return wrong.isEmpty ? nil : .notAtRest(wrong)
    }

    /// Writes the state and nothing else: the release is everywhere already.
    private func adopt(over state: RolloutState?) -> Decision {
        if let hold = statedHold { return Decision(.held(hold)) }
        var next = fresh(
            over: state, action: .adopt, stage: spec.plan.stages[spec.plan.lastIndex], index: spec.plan.lastIndex)
        next.phase = .stable
        next.previous = state?.serving
        next.recent = state.flatMap { recent($0, before: next.previous?.digest) }
        next.restore = []
        next.bindings = nil
        next.rejected.removeAll { $0.digest == spec.release.digest }
        return Decision(.progressing(nil), effects: [.commit(Transition(state: next, changes: [], from: .none))])
    }

    /// The first commit of a release: only while the canary has no traffic, in Git and live.
    func start(attempt: Int, over state: RolloutState?) -> Decision {
        if let hold = statedHold { return Decision(.held(hold)) }
        if let hold = notAtRest { return Decision(.held(hold)) }
        let live: LiveReading
        switch world.live {
        case .notRead: return Decision(.progressing(nil), needs: [.live])
        case .unavailable(let why): return Decision(.progressing(.cluster(why)))
        case .read(let reading): live = reading
        }
        if isServed(live) { return Decision(.progressing(.trafficGone)) }
        guard let previous = world.manifests.release(like: spec.release, on: .stable) else {
            return Decision(.held(.configuration("the release names a value that the stable manifests have not got")))
        }
        let isIdle = world.manifests.stableMayIdle && state?.serving != nil && live.stable != nil
        if !isIdle, (live.stable?.total ?? 0) == 0, (live.stable?.desired ?? 0) == 0 || live.stable == nil {
            return firstRelease(attempt: attempt, over: state, previous: previous)
        }
        if splitsByReplicas, let text = unreadable { return Decision(.held(.configuration(text))) }
        let base = steadyBase(base(live))
        let former = state.map { $0.formerlyStable.prefix(max(0, spec.fastReturn)) }
        let fast = former?.contains(spec.release.digest) ?? false
        let plan = fast ? StagePlan.fastReturn : spec.plan
        var next = fresh(over: state, action: .start, stage: plan.stages[0], index: 0)
        next.release.attempt = attempt
        next.previous = .init(previous)
        next.recent = state.flatMap { recent($0, before: previous.digest) }
        next.plan = plan.digest.description
        next.stage.count = plan.lastIndex
        next.base = base
        if splitsByReplicas {
            // A pod is traffic here, so the release is written and not yet run.
            (next.stage.capacity, next.stage.stable) = (0, base.replicas)
        } else {
            next.stage.capacity = capacity(of: next).written(at: 0, of: plan, before: .none)
        }
        var changes: [Change] = [.canaryRelease(spec.release), .canaryCapacity(next.stage.capacity)]
        if world.manifests.stableAutoscaled { changes.append(.stableFloor(base.replicas)) }
        let cause = fast ? "Returns to a release that was stable before, without pauses" : nil
        let transition = Transition(state: next, changes: changes, from: .none, cause: cause)
        return Decision(.progressing(nil), effects: [.commit(transition)])
    }

    /// Nothing runs yet, so there is nobody to protect by a canary.
    private func firstRelease(attempt: Int, over state: RolloutState?, previous: Release) -> Decision {
        guard let index = spec.plan.index(of: .promote) else { return Decision(.stable) }
        let stage = Stage(key: .promote, kind: .promote, weight: .none)
        var next = fresh(over: state, action: .promote, stage: stage, index: index)
        next.release.attempt = attempt
        next.previous = .init(previous)
        next.base = .init(replicas: world.manifests.number(.stableReplicas) ?? 1, from: .manifest)
        next.stage.capacity = world.manifests.canaryRest
        next.release.promoted = clock
        let transition = Transition(
            state: next, changes: [.stableRelease(spec.release)], from: .none,
            cause: "First release: nothing is running, so it goes to stable at once")
        return Decision(.progressing(nil), effects: [.commit(transition)])
    }

    private func base(_ live: LiveReading) -> RolloutState.Base {
        if world.manifests.onEveryNode, let stable = live.stable {
            return .init(replicas: max(1, stable.desired), from: .nodes)
        }
        if world.manifests.stableAutoscaled, let stable = live.stable {
            return .init(replicas: max(1, stable.desired), from: .live)
        }
        return .init(replicas: world.manifests.number(.stableReplicas) ?? 1, from: .manifest)
    }

    /// What was stable before `previous`, with what serves in `state` and what did before; the newest 20.
    private func recent(_ state: RolloutState, before previous: Digest?) -> [Digest]? {
        var found: [Digest] = []
        for digest in [state.serving?.digest].compactMap(\.self) + state.formerlyStable
        where digest != previous && digest != spec.release.digest && !found.contains(digest) { found.append(digest) }
        return found.isEmpty ? nil : Array(found.prefix(20))
    }

    /// What had been delivered before anything was adopted, and was reverted whole: it does not start again by itself.
    private var remembered: [RolloutState.Rejection] {
        guard case .reverted(let culprit) = world.history, let taken = world.taken,
            taken.release.digest != spec.release.digest
        else { return [] }
        let reason = "Reverted by \(culprit.author) in \(culprit.commit.short)"
        return [.init(taken.release, reason: reason)] + taken.rejected.filter { $0.digest != taken.release.digest }
    }

    private func fresh(over state: RolloutState?, action: RolloutState.Action, stage: Stage, index: Int) -> RolloutState
    {
        RolloutState(
            at: .init(serial: world.nextSerial, action: action, stage: stage.key), phase: .progressing,
            release: .init(spec.release, since: world.nextSerial), previous: nil,
            stage: .init(
                index: index, count: spec.plan.lastIndex, key: stage.key, kind: stage.kind, weight: stage.weight,
                max: .none, capacity: world.manifests.canaryRest),
            plan: spec.plan.digest.description, bindings: spec.bindings, base: nil, restore: world.manifests.originals,
            failure: nil, rejected: state?.rejected ?? remembered)
    }
}
