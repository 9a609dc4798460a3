internal import Analysis

/// Traffic that no route splits: the counts of the two sides' pods do.
///
/// A weight is reached by one commit or more that add pods (`grow`), and a last one that takes the others' away (`settle`);
/// the stage begins with the last.
extension Planning {
    var splitsByReplicas: Bool { if case .replicas = spec.split { true } else { false } }

    /// Whether the present counts are on their way to those of their stage.
    func isSettling(_ state: RolloutState) -> Bool { splitsByReplicas && state.at.action == .grow }

    /// What is stated next on the way to `wanted`: a commit adds pods or takes some away, never both.
    private func next(on way: ReplicaSplit, from state: RolloutState, _ live: LiveReading?) -> ReplicaSplit {
        let base = state.base?.replicas ?? 1
        let present = ReplicaSplit(stable: state.stage.stable ?? base, canary: state.stage.capacity)
        let sides = [live?.stable, live?.canary].compactMap(\.self)
        let counts = way.next(
            after: .init(stated: present.stable, available: live?.stable?.available ?? 0),
            .init(stated: present.canary, available: live?.canary?.available ?? 0), of: base,
            within: spec.split.budget(of: base), others: sides.reduce(0) { $0 + max(0, $1.total - $1.updated) })
        guard counts.stable > present.stable || counts.canary > present.canary else { return counts }
        return ReplicaSplit(stable: max(counts.stable, present.stable), canary: max(counts.canary, present.canary))
    }

    private func changes(from state: RolloutState, to counts: ReplicaSplit) -> [Change] {
        var changes: [Change] = []
        if counts.stable != state.stage.stable { changes.append(.stableReplicas(counts.stable)) }
        if counts.canary != state.stage.capacity { changes.append(.canaryCapacity(counts.canary)) }
        return changes
    }

    // MARK: Forward

    /// The next counts on the way to `stage`.
    func shift(
        _ state: RolloutState, to stage: Stage, at index: Int, of plan: StagePlan, live: LiveReading,
        evidence: [Evidence]
    ) -> Decision {
        let wanted = spec.split.counts(of: state.base?.replicas ?? 1, at: stage.weight)
        let counts = next(on: wanted, from: state, live)
        let last: RolloutState.Action = stage.kind == .drain ? .drain : .settle
        var next = moved(state, to: stage, at: index, of: plan, action: counts == wanted ? last : .grow)
        (next.stage.stable, next.stage.capacity) = (counts.stable, counts.canary)
        next.stage.max = max(state.stage.max, stage.weight)
        // While pods are on their way the state keeps the weight that the canary has had.
        if stage.kind == .drain, counts != wanted { next.stage.weight = state.stage.weight }
        return commit(next, changes(from: state, to: counts), from: share(of: state), evidence)
    }

    /// The next counts on the way to the present stage.
    func settle(_ state: RolloutState, _ live: LiveReading) -> Decision {
        let plan = plan(of: state)
        let index = plan.index(of: state.stage.key) ?? state.stage.index
        guard var stage = stage(of: state) else { return Decision(.stable) }
        if stage.kind == .drain { stage = Stage(key: stage.key, kind: .drain, weight: .none) }
        return shift(state, to: stage, at: index, of: plan, live: live, evidence: [])
    }

    /// The share that the stated counts give the canary.
    private func share(of state: RolloutState) -> Weight {
        ReplicaSplit(stable: state.stage.stable ?? state.base?.replicas ?? 1, canary: state.stage.capacity).share
    }

    // MARK: Back

    /// The next counts on the way back: stable's pods first, and when they are there the canary's go.
    ///
    /// - Parameter atOnce: whether the canary goes although stable has not got its pods.
    func countsBack(
        _ next: RolloutState, also changes: [Change], atOnce: Bool = false, evidence: [Evidence]
    ) -> Decision {
        // What stable has had before the release; more than that stays until everything goes back.
        let wanted = ReplicaSplit(stable: max(next.base?.replicas ?? 1, next.stage.stable ?? 0), canary: 0)
        var live: LiveReading?
        if case .read(let reading) = world.live { live = reading }
        var counts = atOnce ? wanted : self.next(on: wanted, from: next, live)
        counts.stable = max(counts.stable, next.stage.stable ?? 0)
        var back = next
        back.at = .init(serial: world.nextSerial, action: .rollback, stage: StageKey(Stage.Kind.traffic.rawValue))
        (back.stage.key, back.stage.kind) = (back.at.stage, .traffic)
        (back.stage.stable, back.stage.capacity) = (counts.stable, counts.canary)
        back.stage.weight = counts.share
        return commit(
            back, changes + self.changes(from: next, to: counts), from: share(of: next), evidence,
            cause: next.failure?.reason)
    }

    // MARK: Live

    /// Whether the live canary gets any traffic.
    func isServed(_ live: LiveReading) -> Bool {
        splitsByReplicas ? (live.canary?.total ?? 0) > 0 : (live.weight ?? .none) > .none
    }

    /// What the two sides lack of the stated counts, or have beyond them: here every pod has its share.
    func shortageOfCounts(_ state: RolloutState, _ live: LiveReading) -> String? {
        let counts = [("stable", live.stable, state.stage.stable), ("canary", live.canary, state.stage.capacity)]
        return counts.lazy.compactMap { name, side, count -> String? in
            guard let count else { return nil }
            if count == 0, side == nil { return nil }
            if let short = shortage(of: side, named: name, pods: count) { return short }
            guard let side, side.total > count else { return nil }
            return "\(name): \(side.total) pods are there, and \(count) are to be"
        }.first
    }
}
