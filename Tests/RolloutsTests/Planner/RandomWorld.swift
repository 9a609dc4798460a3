import Analysis
import Rollouts
import Support

/// A world in which people, the cluster, the metrics and the clocks do something at random now and then.
final class RandomWorld {
    /// What an analysis finds once it has run for long enough.
    enum Climate: CaseIterable {
        case good, failing, inconclusive, harmless, unknown, wrong
    }

    let world: PlannerWorld
    var random: SplitMix64
    /// What the analyses find now; an inline one and the background can differ.
    var climates: [AnalysisRequest.ID: Climate] = [:]
    /// A release nobody has stated before, now and then.
    private var releases = [PlannerWorld.old, PlannerWorld.new, PlannerWorld.newer]
    private let length: Duration

    init(seed: UInt64, undisturbed: Bool = false) {
        random = SplitMix64(seed: seed)
        world = random.world(undisturbed: undisturbed)
        if !undisturbed, seed % 3 == 1 {
            world.judge([5, 10, 25, 50, 99].map { StageKey("weight-\($0)") } + [.start, .promote], by: "smoke")
        }
        length = .seconds(random.pick([10, 30, 60]))
        world.judge = { [unowned self] request, now in verdict(on: request, at: now) }
    }

    /// How long an analysis takes.
    var analysisLength: Duration { length }

    private func verdict(on request: AnalysisRequest, at now: Timestamp) -> AnalysisReading {
        var reading = AnalysisReading(id: request.id, verdict: .needsMoreData, sentence: "\(request.id)")
        guard now - request.from >= length else { return reading }
        switch climates[request.id] ?? .good {
        case .good: (reading.verdict, reading.completedAt) = (.pass, request.from + length)
        case .failing: reading.verdict = .fail
        case .inconclusive: reading.verdict = .inconclusive
        case .harmless: (reading.verdict, reading.harmless) = (.inconclusive, true)
        case .unknown: reading.verdict = .unknown
        case .wrong: reading.verdict = .error
        }
        return reading
    }

    /// One step: something may happen, the agent runs, time passes.
    func step() -> Tick {
        if random.oneIn(25) { disturbPeople() }
        if random.oneIn(25) { disturbCluster() }
        if random.oneIn(8) { settle() }
        if random.oneIn(20) { climates = [:] }
        if random.oneIn(25) { climates[random.pick([.background, .inline(1)])] = random.pick(Climate.allCases) }
        if random.oneIn(60) { world.skew = .seconds(random.pick([0, 0, -3600, 3600, -30, 30])) }
        let tick = Tick(running: world)
        world.now = world.now + .seconds(random.pick([10, 10, 10, 30, 60, 600]))
        return tick
    }

    // MARK: The cluster

    private func disturbCluster() {
        let side = random.pick([Side.stable, .canary, .canary])
        if random.oneIn(2) { return heal() }
        switch Int.random(in: 0..<10, using: &random) {
        case 0: world.clusterIsDown = true
        case 1: world.faults.isSuspended = true
        case 2: world.faults.withheld = [random.pick(world.tip.values.keys.sorted())]
        case 3:
            let fields = world.byReplicas ? [.stableReplicas, .canaryReplicas] : [.weight, world.capacityBinding]
            world.faults.manual = [random.pick(fields): random.pick(["3", "70"])]
        case 4: world.faults.route = random.oneIn(2) ? .pending("no status yet") : .refused("no such backend")
        case 5: world.faults.lost[side] = random.pick([1, 3, 100])
        case 6: (world.faults.lost[side], world.faults.pending[side]) = (2, "checkout-1: Insufficient cpu")
        case 7: (world.faults.lost[side], world.faults.failing[side]) = (1, "checkout-2: CrashLoopBackOff")
        case 8: world.broken[world.spec.release] = "checkout-3: ImagePullBackOff"
        default: world.live.demand = random.pick([1, 5, 20, 60])
        }
        world.faults.shortSince = random.oneIn(2) ? world.now : nil
    }

    private func heal() {
        world.clusterIsDown = false
        world.faults = .init()
        world.broken = [:]
    }

    // MARK: People

    /// What a person does who wants to see the rollout move.
    private func settle() {
        world.isDeleted = false
        switch world.decide().standing {
        case .held(let hold):
            switch hold {
            case .global, .steered: (world.spec.globalHold, world.spec.steering.hold) = (nil, nil)
            case .configuration, .notAsStated: world.spec.release = random.pick(releases)
            case .notAtRest:
                world.commit("Erin", isEdit: true) {
                    if !self.world.byReplicas { $0.values[.weight] = "0" }
                    $0.values[self.world.capacityBinding] = self.world.autoscaled ? "1" : "0"
                    guard !self.world.spec.jobs.isEmpty else { return }
                    ($0.values[.jobSuspended("smoke")], $0.values[.jobRun("smoke")]) = ("true", nil)
                }
            case .failed where random.oneIn(3): world.spec.steering.abort = world.state?.releaseKey
            case .pendingPods, .drifted, .notApplied: if random.oneIn(2) { heal() }
            default: (world.spec.steering.resume, world.spec.steering.retry) = (hold.key, hold.key)
            }
            if case .configuration = hold, world.state?.phase == .progressing {
                // A text that is no weight is corrected, which is an edit to resume from.
                world.commit("Erin", isEdit: true) {
                    let share = self.world.byReplicas ? BindingName.stableReplicas : .weight
                    $0.values.merge([share: "10", self.world.capacityBinding: "9"]) { $1 }
                }
            }
        case .progressing(.approval(let key)): (world.spec.steering.approve, world.steeredAt) = (key, world.agentTime)
        case .rolledBack(let rejected) where random.oneIn(3): world.spec.steering.retry = rejected.retry
        case .stable, .rolledBack: world.spec.release = random.pick(releases)
        default: break
        }
    }

    private func disturbPeople() {
        switch Int.random(in: 0..<15, using: &random) {
        case 0: world.revert(to: max(0, world.branch.count - 2), by: "Alice")
        case 1: revertRelease()
        case 2: revertNewest { $0.author != "agent" }
        case 3: revertNewest { $0.state?.at.action == .rollback }
        case 4: world.spec.plan = StagePlan(steps: random.steps(approvals: true))
        case 5...6: stateRelease()
        case 7...9: steer()
        case 10: edit()
        case 11: world.notes[world.stageIndex] = nil
        case 12: (world.isDeleted, world.spec.globalHold) = (random.oneIn(3), random.oneIn(3) ? "freeze" : nil)
        case 13: rarely()
        default: (world.isDeleted, world.spec.steering) = (false, Steering())
        }
    }

    /// Goes back to before the newest start.
    private func revertRelease() {
        guard let start = world.branch.lastIndex(where: { $0.state?.at.action == .start }) else { return }
        world.revert(to: start - 1, by: "Alice")
    }

    private func revertNewest(_ isMeant: (PlannerWorld.Commit) -> Bool) {
        guard let index = world.branch.lastIndex(where: isMeant), index > 0 else { return }
        world.revert(to: index - 1, by: "Bob")
    }

    private func stateRelease() {
        if random.oneIn(6) { releases.append(Release(values: ["image.app": "checkout:r\(releases.count)"])) }
        if random.oneIn(20) { releases.append(Release(values: ["image.sidecar": "envoy:v1"])) }
        let running = world.state?.phase == .stable ? world.state?.release.values : world.state?.previous?.values
        world.spec.release = random.oneIn(3) ? running ?? PlannerWorld.old : random.pick(releases)
    }

    /// A line of `steer` with the key that is asked for, or with one that fits nothing.
    private func steer() {
        world.steeredAt = world.agentTime
        let key = random.oneIn(4) ? "wrong" : nil
        let digest = world.spec.release.digest
        let next = world.observe().nextSerial
        let retries = (max(1, next - 2)...next + 1).map { RolloutState.key(of: digest, since: $0) }
        switch Int.random(in: 0..<6, using: &random) {
        case 0: world.spec.steering.hold = random.oneIn(2) ? "Black Friday" : nil
        case 1...2: world.spec.steering.resume = key ?? asked
        case 3: world.spec.steering.retry = key ?? asked ?? random.pick(retries)
        case 4: world.spec.steering.abort = key ?? world.state?.releaseKey
        default:
            let stage = world.state.map { "\($0.releaseKey)/\($0.stage.key)" }
            world.spec.steering.approve = key ?? stage.map { $0 + random.pick(["", "#2", "#3"]) }
        }
    }

    /// The key that the rollout's present hold prints.
    private var asked: String? {
        switch world.decide().standing {
        case .held(let hold): hold.key
        case .rolledBack(let rejected): rejected.retry
        case .progressing(.approval(let key)): key
        default: nil
        }
    }

    /// A person's commit to fields that the agent is bound to.
    private func edit() {
        let name = random.pick(world.tip.values.keys.sorted())
        let text =
            name.text.hasSuffix(".app") ? "checkout:edited" : random.pick(["1", "4", "30", "0", "garbage", "-3"])
        world.commit("Carol", isEdit: true) { $0.values[name] = text }
    }

    private func rarely() {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: world.spec.bindings = Digest(of: "bindings \(Int.random(in: 0..<3, using: &random))")
        case 1:
            guard world.state != nil else { return }
            world.commit("Mallory") { $0.state?.at.serial += 3 }
        case 2:
            guard world.branch.count > 3 else { return }
            // The branch is forced back by a few commits.
            let left = Int.random(in: 1..<world.branch.count, using: &random)
            world.branch = Array(world.branch.prefix(left))
            world.notes = world.notes.filter { $0.key < left }
        default: world.commit("Dave", isEdit: true) { $0.state = nil }
        }
    }
}

extension Hold {
    /// What a person would write to end this hold.
    var key: String? {
        switch self {
        case .reverted(_, _, let key), .rewritten(let key), .foreign(_, let key), .edited(_, let key),
            .bindings(let key), .inconclusive(_, let key), .rollbackReverted(_, let key):
            key
        default: nil
        }
    }

    /// The case without its values.
    var name: String { String("\(self)".prefix { $0.isLetter }) }
}
