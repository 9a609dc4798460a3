import Analysis
import Rollouts

/// One thing that is true of every tick in every world.
struct PlannerCheck: Sendable {
    let name: String
    let holds: @Sendable (Tick) -> Bool

    init(_ name: String, _ holds: @escaping @Sendable (Tick) -> Bool) {
        self.name = name
        self.holds = holds
    }
}

extension PlannerCheck {
    static let all: [PlannerCheck] = traffic + commits + standings + counts + jobs

    /// What a commit does to traffic, capacity and releases.
    private static var traffic: [PlannerCheck] {
        [
            PlannerCheck("a weight rises only with passes of this very tick") { tick in
                tick.transition == nil || tick.weightAfter <= tick.weightBefore || tick.isPassed || tick.isSettling
                    || tick.transition?.state.at.action == .rollback
            },
            PlannerCheck("a weight rises only onto live capacity behind an accepted route that is as Git says") {
                tick in
                guard tick.transition != nil, tick.weightAfter > tick.weightBefore else { return true }
                if tick.world.byReplicas { return tick.reading?.differences.isEmpty == true }
                let needed = tick.pods(for: tick.weightAfter, in: tick.after.state)
                return tick.reading?.canary?.provides(needed) == true && tick.reading?.route == .accepted
                    && tick.reading?.differences.isEmpty == true
            },
            PlannerCheck("stable is promoted only with passes of this very tick") { tick in
                guard tick.transition?.state.at.action == .promote, tick.before.state?.phase == .progressing else {
                    return true
                }
                return tick.isPassed
            },
            PlannerCheck("the canary is drained only onto a stable that has all its pods") { tick in
                guard tick.transition?.state.at.action == .drain, tick.before.state?.stage.kind == .promote else {
                    return true
                }
                return tick.reading?.stable.map { $0.provides(max(1, $0.desired)) } == true
            },
            PlannerCheck("the canary never has fewer pods than its traffic needs") { tick in
                let name = tick.world.capacityBinding
                guard let transition = tick.transition, !tick.isWeightManual, !tick.world.byReplicas,
                    tick.number(name, in: tick.after) < tick.number(name, in: tick.before)
                        || tick.weightAfter > tick.weightBefore, transition.state.at.action != .resume
                else { return true }
                let traffic = max(tick.weightBefore, tick.weightAfter, tick.world.liveWeight)
                return tick.number(name, in: tick.after)
                    >= tick.pods(for: traffic, in: tick.after.state)
            },
            PlannerCheck("an autoscaled canary is never asked for less than a pod") { tick in
                tick.transition == nil || !tick.world.autoscaled || tick.transition?.state.at.action == .resume
                    || tick.before.values[.canaryFloor] == tick.after.values[.canaryFloor]
                    || tick.number(.canaryFloor, in: tick.after) >= 1 || tick.world.branch.contains { $0.isEdit }
            },
            PlannerCheck("what the canary runs changes only while it has no traffic, in Git and live") { tick in
                tick.transition == nil || tick.before.values.release(.canary) == tick.after.values.release(.canary)
                    || tick.isWeightManual || (tick.weightBefore == 0 && tick.world.liveWeight <= 0)
            },
            PlannerCheck("what stable runs changes only by promote and its reversal") { tick in
                guard let transition = tick.transition,
                    tick.before.values.release(.stable) != tick.after.values.release(.stable)
                else { return true }
                let needed = tick.before.state?.base?.replicas ?? 1
                switch (transition.state.at.action, transition.state.stage.kind) {
                case (.promote, _), (.rollback, .stable): return true
                case (.rollback, .traffic): return (tick.reading?.stable?.oldAvailable ?? 0) >= needed
                case (.rollback, .rest):
                    return tick.isWeightManual || (tick.weightBefore == 0 && tick.world.liveWeight <= 0)
                default: return false
                }
            },
            PlannerCheck("a rollback leaves every bound field as it was before the start") { tick in
                guard let transition = tick.transition, transition.state.stage.kind == .rest,
                    let release = tick.before.state?.release,
                    let start = tick.world.branch.lastIndex(where: {
                        $0.author == "agent" && $0.state?.at.action == .start
                            && $0.state?.releaseKey == RolloutState.key(of: release.digest, since: release.since)
                            && $0.state?.restore == tick.before.state?.restore
                    }), start > 0, !tick.world.branch[start...].contains(where: \.isEdit)
                else { return true }
                return tick.after.values == tick.world.branch[start - 1].values
            },
            PlannerCheck("an autoscaled stable keeps the base as its floor from start to drain") { tick in
                guard tick.transition != nil, tick.world.autoscaled, let state = tick.after.state,
                    state.phase == .progressing, let base = state.base, base.from == .live,
                    !tick.world.branch.contains(where: \.isEdit)
                else { return true }
                return tick.number(.stableFloor, in: tick.after) == base.replicas
            },
        ]
    }

    /// What the counts of pods do where they split the traffic.
    private static var counts: [PlannerCheck] {
        [
            PlannerCheck("where counts split the traffic, there are never fewer pods than the budget allows") { tick in
                guard tick.world.byReplicas, tick.transition?.state.phase == .progressing,
                    !tick.world.branch.contains(where: \.isEdit), tick.before.state?.phase == .progressing
                else { return true }
                return tick.number(.stableReplicas, in: tick.after) + tick.number(.canaryReplicas, in: tick.after)
                    >= tick.least
            },
            PlannerCheck("a side gives up pods only with enough of all in service") { tick in
                guard tick.world.byReplicas, tick.transition?.state.phase == .progressing,
                    !tick.world.branch.contains(where: \.isEdit), tick.before.state?.phase == .progressing,
                    [BindingName.stableReplicas, .canaryReplicas].contains(where: {
                        tick.number($0, in: tick.after) < tick.number($0, in: tick.before)
                    })
                else { return true }
                // Of a side's pods those go first that do not serve.
                let available = [tick.reading?.stable?.available ?? 0, tick.reading?.canary?.available ?? 0]
                let stable = min(available[0], tick.number(.stableReplicas, in: tick.after))
                let canary = min(available[1], tick.number(.canaryReplicas, in: tick.after))
                return stable + canary >= min(tick.least, available[0] + available[1])
            },
            PlannerCheck("the state says the counts that Git has") { tick in
                guard tick.world.byReplicas, let state = tick.transition?.state, state.phase == .progressing,
                    let stable = state.stage.stable
                else { return true }
                return tick.after.values[.stableReplicas] == "\(stable)"
                    && tick.after.values[.canaryReplicas] == "\(state.stage.capacity)"
            },
        ]
    }

    /// What makes a commit one of the agent's.
    private static var commits: [PlannerCheck] {
        [
            PlannerCheck("the serial is one above everything that the branch has had") { tick in
                guard let serial = tick.transition?.state.at.serial else { return true }
                return serial == tick.observation.nextSerial && serial > (tick.markBefore?.at.serial ?? 0)
                    && serial > (tick.before.state?.at.serial ?? 0)
            },
            PlannerCheck("the state says the weight and the capacity that Git has") { tick in
                guard let state = tick.transition?.state, state.at.action != .adopt,
                    let weight = Int(tick.after.values[.weight] ?? ""), (0...100).contains(weight),
                    let pods = Int(tick.after.values[tick.world.capacityBinding] ?? ""),
                    state.phase != .stable && state.phase != .rolledBack || state.at.action != .resume
                else { return true }
                return state.stage.weight.percent == weight
                    && (state.stage.capacity == pods || state.phase == .rollingBack)
            },
            PlannerCheck("every commit of the agent leaves a weight that is a number") { tick in
                guard let transition = tick.transition, transition.state.at.action != .resume, !tick.world.byReplicas
                else { return true }
                return Int(tick.after.values[.weight] ?? "").map { (0...100).contains($0) } == true
                    || tick.before.values[.weight] == tick.after.values[.weight]
                        && tick.world.branch.contains { $0.isEdit }
            },
            PlannerCheck("nothing is committed onto a history that is not ours") { tick in
                switch tick.observation.history {
                case .notOurs: tick.transition == nil
                case .rewritten: tick.transition == nil || tick.spec.steering.resume?.hasPrefix("rewritten-") == true
                default: true
                }
            },
            PlannerCheck("a hold that people stated lets nothing through but the way back and what they say") { tick in
                guard let action = tick.transition?.state.at.action else { return true }
                let isStated = tick.spec.globalHold != nil || tick.spec.steering.hold != nil
                return !isStated || action == .rollback || action == .resume
            },
            PlannerCheck("a stage is not left before its pauses are over in the cluster's time") { tick in
                let leaving: [RolloutState.Action] = [.advance, .promote, .grow, .settle]
                guard let transition = tick.transition, leaving.contains(transition.state.at.action),
                    let state = tick.before.state, state.phase == .progressing, tick.stageIndex > 0,
                    transition.state.at.stage != state.at.stage, let stage = tick.stage
                else { return true }
                if tick.isSettling { return false }
                // More capacity alone is no new beginning.
                if state.at.action == .grow || state.at.action == .resize { return true }
                let commit = tick.world.branch[tick.stageIndex]
                // Where a commit changed nothing live, only its own stamp says when it came.
                guard commit.values != tick.world.branch[tick.stageIndex - 1].values else { return true }
                let paused = stage.conditions.reduce(Duration.zero) { total, condition in
                    if case .pause(let duration) = condition { total + duration } else { total }
                }
                return tick.world.now - commit.arrived >= paused
            },
        ]
    }

    /// What a decision says beside its commit.
    private static var standings: [PlannerCheck] {
        [
            PlannerCheck("nothing is committed while it is held or waits") { tick in
                switch tick.decision.standing {
                case .held, .progressing(.some), .rollingBack(.some), .rolledBack, .stable: tick.transition == nil
                default: true
                }
            },
            PlannerCheck("a final decision needs nothing more") { $0.decision.needs.isEmpty },
            PlannerCheck("planning again after the effects changes nothing") { tick in
                if tick.decision.effects.contains(.acceptForeign) || tick.decision.effects.contains(.retire) {
                    return true
                }
                guard let transition = tick.transition else {
                    return tick.again.transition == nil
                        && tick.again.standing == tick.decision.standing
                }
                // A rollout at rest may begin anew, a stage whose fields are live already goes on at once, and a key
                // that people left in the Rollout may fit a release that starts once more.
                let isAtRest = [.stable, .rolledBack].contains(transition.state.phase)
                let isAborted = tick.spec.steering.abort == transition.state.releaseKey
                return isAtRest || isAborted || tick.before.values == tick.after.values || tick.again.transition == nil
                    || tick.world.reading.differences.isEmpty
            },
            PlannerCheck("every hold has its cause") { tick in
                if case .held(let hold) = tick.decision.standing { tick.isCause(of: hold) } else { true }
            },
        ]
    }
}

extension Tick {
    /// Whether what this hold says is so in the world.
    func isCause(of hold: Hold) -> Bool {
        switch hold {
        case .global(let reason): spec.globalHold == reason
        case .steered(let reason): spec.steering.hold == reason
        case .configuration:
            observation.manifests.release(like: spec.release, on: .stable) == nil
                || [world.byReplicas ? .stableReplicas : .weight, world.capacityBinding].contains {
                    (Int(before.values[$0] ?? "") ?? -1) < 0
                }
        case .reverted, .rollbackReverted: if case .reverted = observation.history { true } else { false }
        case .rewritten: observation.history == .rewritten
        case .foreign: if case .notOurs = observation.history { true } else { false }
        case .edited(let fields, _): fields.allSatisfy { before.values[$0.binding] == $0.found } && !fields.isEmpty
        case .drifted(let fields), .notApplied(let fields, _):
            !fields.isEmpty && reading?.differences == fields
        case .bindings: before.state?.bindings != spec.bindings
        case .notAtRest(let fields), .notAsStated(let fields):
            !fields.isEmpty && fields.allSatisfy { before.values[$0.binding] == $0.found && $0.found != $0.expected }
        case .inconclusive: observation.analyses.contains { $0.verdict == .inconclusive }
        case .analysisError: observation.analyses.contains { $0.verdict == .error }
        case .pendingPods(let reasons):
            reading?.canary.map { $0.failing.isEmpty && !reasons.isEmpty && $0.available < $0.desired } == true
        case .failed: isFailureLeftToPeople
        case .deleted: world.isDeleted
        // Only a push can be refused, and the planner pushes nothing.
        case .refused, .unmergeable: false
        // These worlds have no pull requests.
        case .noForge, .forge, .closed, .foreignBranch, .labelled: false
        }
    }

    private var isFailureLeftToPeople: Bool {
        spec.onFailure == .hold || before.state?.stage.kind == .drain || before.state?.phase == .rollingBack
    }
}
