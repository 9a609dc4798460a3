internal import Analysis
internal import Rollouts

/// What the agent may have committed next, by what Git says.
///
/// The planner decides as in a tick. What nobody can look at any more, the cluster and the measurements, is taken in every
/// way that makes a difference to it.
struct Reenactment {
    private let specification: Specification
    private let world: Observation
    /// When it was committed.
    private let time: Timestamp
    /// What each way leads to, each once; the first is that in which everything goes well.
    private(set) var transitions: [Transition] = []
    /// Why nothing is committed where everything goes well; nil where something is.
    private(set) var standing: Standing?

    /// - Parameters:
    ///   - world: the branch's history and manifests.
    ///   - after: the state that was committed, from which counts that only the cluster knew are taken.
    ///   - time: when.
    init(
        of specification: Specification, in world: Observation, towards after: RolloutState, at time: Timestamp
    ) {
        var (specification, world) = (specification, world)
        // A label on a pull request says no less than the line does.
        let mayBeLabelled = specification.delivery.usesPullRequests && world.state?.phase == .progressing
        // To the planner they are all commits here.
        specification.delivery = Delivery()
        world.history = Self.accepted(world, specification)
        let arrived = world.stageCommit?.arrived ?? Timestamp(milliseconds: 0)
        if world.state != nil {
            (world.note.liveAt, world.steeredAt) = (arrived, arrived)
        }
        (self.specification, self.world, self.time) = (specification, world, time)
        let clusters = clusters(towards: after)
        for live in clusters { take(decide(specification, live, .pass, at: time)) }
        // What fails may have been waited for as long as anything.
        for live in clusters { take(decide(specification, live, .fail, at: arrived + Self.ages)) }
        guard mayBeLabelled else { return }
        specification.steering.abort = world.state?.releaseKey
        for live in clusters { take(decide(specification, live, .pass, at: time)) }
    }

    private static let ages = Duration.seconds(36_500 * 86_400)

    private mutating func take(_ decision: Decision) {
        if let transition = decision.transition {
            if !transitions.contains(transition) { transitions.append(transition) }
        } else if transitions.isEmpty, standing == nil {
            standing = decision.standing
        }
    }

    /// The history as the agent's mark has it, which an audit does not know: people may have accepted what it did not expect.
    private static func accepted(_ world: Observation, _ specification: Specification) -> History {
        let resume = specification.steering.resume
        if resume == "rewritten-\(max(1, world.nextSerial) - 1)" { return .rewritten }
        if case .notOurs = world.history { return world.state == nil ? .begin : .happened }
        return world.history
    }

    private func decide(
        _ specification: Specification, _ live: LiveState, _ verdict: Verdict, at now: Timestamp
    ) -> Decision {
        var world = world
        var live = live
        if case .read(var reading) = live {
            reading.time = now
            live = .read(reading)
        }
        var decision = Planner.plan(specification, world, at: now)
        // The cluster, the analyses, and the analyses that a completed one leads to.
        for _ in 0..<9 where !decision.needs.isEmpty {
            for need in decision.needs {
                switch need {
                case .proposals: break
                case .live: world.live = live
                case .analyses(let requests):
                    world.analyses = requests.map {
                        AnalysisReading(id: $0.id, verdict: verdict, completedAt: $0.from)
                    }
                }
            }
            decision = Planner.plan(specification, world, at: now)
        }
        return decision
    }

    // MARK: Clusters

    private func clusters(towards after: RolloutState) -> [LiveState] {
        let state = world.state
        let manifests = world.manifests
        let written = manifests.number(.stableReplicas) ?? manifests.number(.stableFloor)
        let known = [state?.stage.stable, state?.base?.replicas, written, 1].compactMap(\.self)
        var counts = [known[0]]
        if let base = after.base, base.from != .manifest, base.replicas != counts[0] { counts.append(base.replicas) }
        let pods = max(state?.stage.capacity ?? 0, manifests.number(manifests.canaryCapacity) ?? 0)
        var clusters: [LiveState] = []
        for count in counts {
            let stable = SideReading(of: count)
            var old = stable
            old.oldAvailable = count
            clusters += [
                live(stable, SideReading(of: pods)), live(stable, SideReading(of: Self.plenty)),
                live(old, SideReading(of: pods)), live(stable, .failing(of: pods)),
                live(.failing(of: count), SideReading(of: pods)), live(.failing(of: count), .failing(of: pods)),
            ]
        }
        // Nobody can tell from Git whether anything runs, but what was told to serve pods did.
        let hasServed = state?.serving != nil && ((written ?? 1) > 0 || manifests.stableMayIdle)
        if !hasServed { clusters.append(live(nil, nil)) }
        return clusters + [.unavailable("")]
    }

    /// More pods than any weight needs.
    private static let plenty = 1_000_000

    private func live(_ stable: SideReading?, _ canary: SideReading?) -> LiveState {
        let weight = world.manifests.number(.weight).map(Weight.init(clamping:))
        return .read(LiveReading(time: time, weight: weight, stable: stable, canary: canary))
    }
}

extension SideReading {
    /// All of them there.
    fileprivate init(of count: Int) {
        self.init(desired: count, total: count, updated: count, available: count)
    }

    /// None of them serves.
    fileprivate static func failing(of count: Int) -> Self {
        Self(desired: count, total: count, updated: count, available: 0, failing: ["gone"])
    }
}

// MARK: Comparing

extension Reenactment {
    /// What the agent would have committed, of all that it may have the nearest to what was; nil where nothing is like that.
    ///
    /// What Git does not tell of it is taken from what was committed.
    func expected(for after: RolloutState) -> Transition? {
        let alike = transitions.filter { $0.state.at.action == after.at.action && $0.state.at.stage == after.at.stage }
        let possible = alike.map { completed($0, among: alike, after) }
        return possible.first { $0.state == after } ?? possible.first
    }

    private func completed(_ transition: Transition, among alike: [Transition], _ after: RolloutState) -> Transition {
        var transition = transition
        transition.state.release.takeTimes(of: after.release)
        if let previous = after.previous { transition.state.previous?.takeTimes(of: previous) }
        if let failure = after.failure { transition.state.failure?.reason = failure.reason }
        for (index, rejection) in transition.state.rejected.enumerated() {
            let same = after.rejected.first { $0.digest == rejection.digest && $0.since == rejection.since }
            if let same { transition.state.rejected[index].reason = same.reason }
        }
        if case .replicas = specification.split {
            takeCounts(&transition, among: alike.map(\.state.stage), after.stage)
        }
        return transition
    }

    /// How far counts that split the traffic go back in one commit depends on the pods that were there.
    private func takeCounts(
        _ transition: inout Transition, among alike: [RolloutState.StageRecord], _ after: RolloutState.StageRecord
    ) {
        guard transition.isRollback, let before = world.state?.stage, let count = after.stable else { return }
        func isPossible(_ count: Int, _ counts: [Int]) -> Bool {
            guard let least = counts.min(), let most = counts.max() else { return false }
            return (least...most).contains(count)
        }
        guard isPossible(count, alike.compactMap(\.stable)), isPossible(after.capacity, alike.map(\.capacity)) else {
            return
        }
        (transition.state.stage.stable, transition.state.stage.capacity) = (count, after.capacity)
        transition.state.stage.weight = ReplicaSplit(stable: count, canary: after.capacity).share
        transition.changes.removeAll { change in
            switch change {
            case .stableReplicas, .canaryCapacity: true
            default: false
            }
        }
        if count != before.stable { transition.changes.append(.stableReplicas(count)) }
        if after.capacity != before.capacity { transition.changes.append(.canaryCapacity(after.capacity)) }
    }
}

extension RolloutState.Record {
    /// When it served and was promoted is what the cluster said.
    fileprivate mutating func takeTimes(of other: Self) {
        (served, promoted) = (other.served, other.promoted)
    }
}
