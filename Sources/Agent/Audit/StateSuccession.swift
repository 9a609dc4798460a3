internal import Analysis
internal import Manifests
internal import Rollouts

/// Whether one state may follow another by what the Rollout says: which release, which stage, with whose word.
///
/// The measurements cannot be looked at again here: whether an analysis had passed is in the note and in the metrics.
struct StateSuccession {
    let before: RolloutState?
    let after: RolloutState
    let bound: BoundRollout
    let specification: Specification

    var problems: [String] {
        var problems: [String] = []
        if after.release.values.digest != after.release.digest {
            problems.append("the digest of the release in the state is not that of its values")
        }
        problems += begins ? beginning : continuation
        if isForward {
            if let hold = specification.globalHold ?? specification.steering.hold {
                problems.append("it goes on although the repository holds it: \(hold)")
            }
            problems += order
        }
        return problems
    }

    /// A new attempt at a release, or what has been everywhere already.
    private var begins: Bool {
        switch after.at.action {
        case .start, .adopt: true
        case .promote: before?.phase != .progressing
        default: false
        }
    }

    private var isForward: Bool { after.at.action != .rollback && after.at.action != .resume }

    private var beginning: [String] {
        var problems: [String] = []
        if after.release.values != specification.release {
            problems.append(
                "it delivers \(after.release.values.title), and the Rollout states \(specification.release.title)")
        }
        if after.release.since != after.at.serial {
            problems.append("the release counts from serial \(after.release.since), and begins with \(after.at.serial)")
        }
        let originals = after.at.action == .adopt ? [] : bound.reading().originals
        if after.restore != originals {
            problems.append("what it would put back is not what the manifests say")
        }
        return problems
    }

    private var continuation: [String] {
        guard let before else { return ["nothing has begun that could \(after.at.action.rawValue)"] }
        var problems: [String] = []
        let ends = after.at.action == .finish || (after.at.action == .rollback && after.stage.kind == .rest)
        let isBack = ends && after.at.action == .rollback && after.phase == .stable
        if after.release.digest != (isBack ? before.previous?.digest : before.release.digest) {
            problems.append("the release became another one in the middle of it: \(after.release.values.title)")
        }
        if !isBack, after.previous?.digest != before.previous?.digest {
            problems.append("the release to go back to became another one")
        }
        if !ends, after.at.action != .resume, after.restore != before.restore {
            problems.append("what it would put back became something else")
        }
        if !ends, after.at.action != .resize, after.base != before.base {
            problems.append("the base count became another one")
        }
        return problems
    }

    // MARK: Stages

    private var plan: StagePlan {
        after.plan == StagePlan.fastReturnDigest.description ? .fastReturn : specification.plan
    }

    private var order: [String] {
        guard after.at.action != .adopt, !begins || after.at.action == .start else { return [] }
        guard let index = plan.index(of: after.stage.key) else {
            return ["the plan has no stage \(after.stage.key)"]
        }
        let stage = plan.stages[index]
        var problems: [String] = []
        // What only makes a stage larger leaves it the weight that a person may have given it.
        let isNew = after.at.action == .advance || after.at.action == .settle
        if isNew, stage.kind == .weight, stage.weight != after.stage.weight {
            problems.append("it gives the canary \(after.stage.weight), and the stage \(stage.key) has \(stage.weight)")
        }
        if begins {
            if index != 0 { problems.append("it begins with the stage \(stage.key)") }
            return problems
        }
        if let before, let present = plan.index(of: before.stage.key), index > present {
            problems += leaving(before, at: present, for: index)
        }
        return problems
    }

    private func leaving(_ before: RolloutState, at present: Int, for index: Int) -> [String] {
        let skipped = plan.stages[(present + 1)..<index].filter { stage in
            // Where the canary has no traffic there is nothing to drain.
            stage.kind != .drain || before.stage.weight > .none
        }
        var problems = skipped.map { "it skips the stage \($0.key)" }
        // A commit that only made the stage larger has had its approvals.
        guard before.at.action != .grow, before.at.action != .resize else { return problems }
        let world = Observation(history: .happened, state: before, manifests: bound.reading())
        if let key = Planner.nextApproval(specification, world, at: Timestamp(milliseconds: 0)) {
            problems.append("it leaves the stage \(before.stage.key), which nobody approved (approve: \(key))")
        }
        return problems
    }
}
