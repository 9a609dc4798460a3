internal import Manifests
internal import Rollouts

/// The changes that the agent makes on its way from one state to the next, worked out anew from the two states.
struct Reenactment {
    let before: RolloutState?
    let after: RolloutState
    let bound: BoundRollout
    let specification: Specification

    private var manifests: ManifestReading { bound.reading() }
    private var splitsByReplicas: Bool { if case .replicas = specification.split { true } else { false } }

    var changes: [Change] { moves + jobs }

    private var moves: [Change] {
        switch after.at.action {
        case .adopt: []
        case .start: start
        case .advance: [.weight(after.stage.weight)] + capacity
        case .grow, .settle: counts
        case .resize: [.stableFloor(after.base?.replicas ?? 0)] + capacity
        case .promote: [.stableRelease(after.release.values)]
        case .drain: splitsByReplicas ? counts : [.weight(.none)]
        case .finish: finish
        case .resume: resume
        case .rollback: rollback
        }
    }

    private var start: [Change] {
        let changes: [Change] = [.canaryRelease(after.release.values), .canaryCapacity(after.stage.capacity)]
        return manifests.stableAutoscaled ? changes + [.stableFloor(after.base?.replicas ?? 0)] : changes
    }

    private var capacity: [Change] {
        after.stage.capacity == before?.stage.capacity ? [] : [.canaryCapacity(after.stage.capacity)]
    }

    private var counts: [Change] {
        guard splitsByReplicas, let stable = after.stage.stable, stable != before?.stage.stable else { return capacity }
        return [.stableReplicas(stable)] + capacity
    }

    private var finish: [Change] {
        let rest = (before?.restore ?? []).filter {
            $0.binding == .stableFloor || $0.binding == .stableReplicas || $0.binding.isOfJob
        }
        return [.canaryCapacity(manifests.canaryRest)] + (rest.isEmpty ? [] : [.restore(rest)])
    }

    /// Taking something as it is changes no manifest; stating the former release again changes the Rollout.
    private var resume: [Change] {
        guard before?.phase == .rolledBack, before?.at.action == .rollback, after.phase == .rolledBack,
            specification.restoreRelease, let previous = after.previous
        else { return [] }
        return [.stateRelease(previous.values)]
    }

    private var rollback: [Change] {
        guard let before else { return [] }
        let previous = before.previous.map { [Change.stableRelease($0.values)] } ?? []
        switch after.stage.kind {
        case .stable: return previous
        case .traffic:
            let stable = before.stage.kind == .promote ? previous : []
            if splitsByReplicas { return stable + counts }
            let weights = before.restore.filter { $0.binding == .weight }
            return stable + [weights.isEmpty ? .weight(.none) : .restore(weights)]
        default: return [.revert(before.restore)]
        }
    }

    /// The Jobs that the stage starts.
    private var jobs: [Change] {
        let isSettling = splitsByReplicas && after.at.action == .grow
        guard after.phase == .progressing, !isSettling else { return [] }
        let values = manifests.values
        return (specification.jobs[after.stage.key] ?? []).filter { job in
            values[.jobRun(job)] != after.runKey || values[.jobSuspended(job)] != "false"
        }.map { .runJob($0, key: after.runKey) }
    }
}
