import Analysis
import Rollouts

/// A repository, a cluster and a metrics backend of a few values each, around the real planner.
///
/// What it leaves out: files, text, several rollouts, and merges; those have tests of their own. The branch is a line
/// of commits, the cluster takes over the tip's values after a delay, and pods become available after another.
final class PlannerWorld {
    struct Commit {
        var state: RolloutState?
        var values: [BindingName: String]
        var arrived: Timestamp
        var author: String
    }

    var spec: Specification
    var now = Timestamp(seconds: 1_800_000_000)
    var branch: [Commit]
    var notes: [Int: StageNote] = [:]
    var live: Cluster
    var judge: (AnalysisRequest, Timestamp) -> AnalysisReading = { request, now in
        AnalysisReading(
            id: request.id, verdict: now - request.from >= .seconds(60) ? .pass : .needsMoreData,
            completedAt: request.from + .seconds(60))
    }
    var clusterIsDown = false
    var autoscaled = false

    struct Cluster {
        var values: [BindingName: String]
        var changedAt: Timestamp
        var stable: Pods
        var canary: Pods
    }

    /// One workload: how many pods are wanted, of which release, and since when.
    struct Pods {
        var wanted: Int
        var release: Release
        var since: Timestamp
        var before: Int
        var beforeRelease: Release
    }

    /// Seconds from a commit to the cluster, and from the cluster to available pods.
    var applyDelay: Duration = .seconds(10)
    var podDelay: Duration = .seconds(20)
    /// Releases whose pods never become available, with the reason.
    var broken: [Release: String] = [:]

    static let old = Release(values: ["image.app": "ghcr.io/acme/checkout:v1"])
    static let new = Release(values: ["image.app": "ghcr.io/acme/checkout:v2"])
    static let newer = Release(values: ["image.app": "ghcr.io/acme/checkout:v3"])

    static let standard: [Step] = [5, 25, 50].flatMap { weight in
        [.setWeight(Weight(clamping: weight)), .pause(Span(.seconds(60)))]
    }

    init(steps: [Step] = standard, release: Release = old, replicas: Int = 10) {
        spec = Specification(
            id: RolloutID(namespace: "shop", name: "checkout"), release: release, plan: StagePlan(steps: steps),
            background: .builtIn, bindings: Digest(of: "bindings"))
        let values: [BindingName: String] = [
            .release(.stable, "image.app"): Self.old.values["image.app"] ?? "",
            .release(.canary, "image.app"): Self.old.values["image.app"] ?? "",
            .weight: "0", .stableReplicas: "\(replicas)", .canaryReplicas: "0",
        ]
        branch = [Commit(state: nil, values: values, arrived: now, author: "Alice")]
        live = Cluster(
            values: values, changedAt: now,
            stable: Pods(wanted: replicas, release: Self.old, since: now, before: 0, beforeRelease: Self.old),
            canary: Pods(wanted: 0, release: Self.old, since: now, before: 0, beforeRelease: Self.old))
        now = now + .seconds(3600)
    }

    var tip: Commit { branch[branch.count - 1] }
    var state: RolloutState? { tip.state }
    var weight: Int { Int(tip.values[.weight] ?? "") ?? 0 }
    var liveWeight: Int { Int(live.values[.weight] ?? "") ?? 0 }
    var agentCommits: [Commit] { branch.filter { $0.author == "agent" } }

    // MARK: The branch

    /// The index of the commit that brought the tip's state.
    var stageIndex: Int {
        var index = branch.count - 1
        while index > 0, branch[index - 1].state == branch[index].state { index -= 1 }
        return index
    }

    var history: History {
        let states = branch.compactMap(\.state)
        guard let top = states.max(by: { $0.at.serial < $1.at.serial }) else { return .begin }
        if tip.state == top { return .happened }
        let author = branch[stageIndex].author
        return .reverted(by: .init(commit: CommitID(hex: "c\(stageIndex)00000000000"), author: author))
    }

    var top: RolloutState? {
        branch.compactMap(\.state).max { $0.at.serial < $1.at.serial }
    }

    func commit(_ author: String, _ change: (inout Commit) -> Void) {
        var next = tip
        next.arrived = now
        next.author = author
        change(&next)
        branch.append(next)
    }

    /// Undoes the newest commits down to the one with `index`, in one commit.
    func revert(to index: Int, by author: String) {
        let old = branch[index]
        commit(author) { ($0.state, $0.values) = (old.state, old.values) }
    }

    // MARK: A tick

    func observe(reading needs: [Need] = []) -> Observation {
        let stage = stageIndex
        let edits = tip.values.filter { branch[stage].values[$0.key] != $0.value }.map {
            FieldDifference(binding: $0.key, place: "", expected: branch[stage].values[$0.key], found: $0.value)
        }
        var world = Observation(
            history: history, state: state, taken: top == state ? nil : top, nextSerial: (top?.at.serial ?? 0) + 1,
            stageCommit: .init(id: CommitID(hex: "\(stage)"), arrived: branch[stage].arrived),
            manifests: ManifestReading(
                values: tip.values, edits: state == nil ? [] : edits.sorted { $0.binding < $1.binding },
                originals: originals, stableAutoscaled: autoscaled, canaryAutoscaled: autoscaled),
            note: notes[stage] ?? StageNote())
        for need in needs {
            switch need {
            case .live: world.live = clusterIsDown ? .unavailable("connection refused") : .read(reading)
            case .analyses(let requests): world.analyses = requests.map { judge($0, now) }
            }
        }
        return world
    }

    private var originals: [RolloutState.Restore] {
        [BindingName.weight, .canaryReplicas].map {
            .init(binding: $0, manifest: "apps/checkout.yaml", path: $0.text, value: tip.values[$0])
        }
    }

    private var reading: LiveReading {
        let differences = tip.values.filter { live.values[$0.key] != $0.value }.map {
            FieldDifference(binding: $0.key, place: "live", expected: $0.value, found: live.values[$0.key])
        }
        return LiveReading(
            time: now, differences: differences.sorted { $0.binding < $1.binding }, changedAt: changedAt,
            weight: Weight(clamping: liveWeight), stable: side(live.stable), canary: side(live.canary))
    }

    private var changedAt: Timestamp {
        let pods = [live.stable, live.canary].map { $0.wanted > 0 ? min(now, $0.since + podDelay) : live.changedAt }
        return max(live.changedAt, pods.max() ?? live.changedAt)
    }

    private func side(_ pods: Pods) -> SideReading {
        let ready = now - pods.since >= podDelay && broken[pods.release] == nil
        let old = ready ? 0 : (pods.beforeRelease == pods.release ? 0 : pods.before)
        let kept = pods.beforeRelease == pods.release ? min(pods.before, pods.wanted) : 0
        let available = ready ? pods.wanted : (broken[pods.release] == nil ? kept : 0)
        return SideReading(
            desired: pods.wanted, total: pods.wanted + old, updated: pods.wanted, available: available + old,
            failing: ready || pods.wanted == 0 ? [] : broken[pods.release].map { [$0] } ?? [], oldAvailable: old)
    }

    /// Plans until nothing is needed any more.
    func decide() -> Decision {
        var needs: [Need] = []
        for _ in 0..<4 {
            let decision = Planner.plan(spec, observe(reading: needs), at: now)
            if decision.needs.isEmpty { return decision }
            needs = needs.filter { need in !decision.needs.contains { $0.isSameKind(as: need) } } + decision.needs
        }
        return Planner.plan(spec, observe(reading: needs), at: now)
    }

    /// One run of the agent.
    @discardableResult
    func tick() -> Decision {
        sync()
        let decision = decide()
        for effect in decision.effects { carryOut(effect) }
        return decision
    }

    func carryOut(_ effect: Effect) {
        let stage = stageIndex
        switch effect {
        case .commit(let transition): make(transition)
        case .recordLive(let time): notes[stage, default: StageNote()].liveAt = time
        case .recordAway(let time): notes[stage, default: StageNote()].awayAt = time
        case .recordReturn(let time):
            notes[stage, default: StageNote()].awayAt = nil
            notes[stage, default: StageNote()].segmentAt = time
        case .acceptForeign, .retire: break
        }
    }

    private func make(_ transition: Transition) {
        let previous = transition.state.previous?.values ?? Self.old
        let capacity: BindingName = autoscaled ? .canaryFloor : .canaryReplicas
        commit("agent") { next in
            next.state = transition.state
            for change in transition.changes {
                switch change {
                case .canaryRelease(let release): next.values.set(release, .canary)
                case .stableRelease(let release): next.values.set(release, .stable)
                case .weight(let weight): next.values[.weight] = "\(weight.percent)"
                case .canaryCapacity(let pods): next.values[capacity] = "\(pods)"
                case .stableFloor(let pods): next.values[.stableFloor] = "\(pods)"
                case .restore(let entries): for entry in entries { next.values[entry.binding] = entry.value }
                case .revert(let entries):
                    for entry in entries { next.values[entry.binding] = entry.value }
                    next.values.set(previous, .stable)
                    next.values.set(Self.old, .canary)
                case .stateRelease: break
                }
            }
        }
        if transition.changes.contains(where: { if case .stateRelease = $0 { true } else { false } }) {
            spec.release = previous
        }
    }

    /// The cluster takes over what has been on the branch for long enough.
    func sync() {
        guard let commit = branch.last(where: { now - $0.arrived >= applyDelay }), commit.values != live.values else {
            return
        }
        live.values = commit.values
        live.changedAt = now
        live.stable.follow(commit.values, .stable, now, podDelay)
        live.canary.follow(commit.values, .canary, now, podDelay)
    }

    /// Ticks every ten seconds until `condition` holds.
    ///
    /// - Returns: whether it came to hold within `limit` ticks.
    @discardableResult
    func run(limit: Int = 400, until condition: (Decision, PlannerWorld) -> Bool) -> Bool {
        for _ in 0..<limit {
            let decision = tick()
            if condition(decision, self) { return true }
            now = now + .seconds(10)
        }
        return false
    }

    /// Ticks until the newest state has this stage.
    @discardableResult
    func run(to key: StageKey) -> Bool {
        run { _, world in world.state?.at.stage == key }
    }
}

extension Need {
    func isSameKind(as other: Need) -> Bool {
        switch (self, other) {
        case (.live, .live), (.analyses, .analyses): true
        default: false
        }
    }
}

extension [BindingName: String] {
    mutating func set(_ release: Release, _ side: Side) {
        for (name, value) in release.values { self[.release(side, name)] = value }
    }
}

extension PlannerWorld.Pods {
    mutating func follow(_ values: [BindingName: String], _ side: Side, _ now: Timestamp, _ delay: Duration) {
        let image = values[.release(side, "image.app")] ?? ""
        let count = Int(values[side == .stable ? .stableReplicas : .canaryReplicas] ?? "") ?? 0
        let next = Release(values: ["image.app": image])
        guard next != release || count != wanted else { return }
        before = now - since >= delay ? wanted : before
        beforeRelease = release
        (wanted, release, since) = (count, next, now)
    }
}
