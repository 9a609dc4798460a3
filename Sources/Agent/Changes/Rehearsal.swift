internal import Analysis
internal import Manifests
package import Rollouts
internal import YAML

/// The commits that the agent would make of a tree, played through before anything is merged.
///
/// The planner decides and the renderer writes, exactly as in a tick; what is made up is the world around them: the cluster
/// does what Git says, analyses pass, people approve, and a clock goes on from one moment at which something falls due to
/// the next. So a stage that cannot be written is found here, and not at night.
package struct Rehearsal {
    /// How fast the made-up world is.
    package enum Pace: Sendable, CaseIterable {
        /// Everything is there at once, and analyses pass as soon as they can.
        case quickest
        /// Everything takes as long as it may before the rollout is held or taken back.
        case slowest
    }

    /// One commit to come.
    package struct Commit: Sendable {
        /// The message's first line.
        package let subject: String
        package let action: RolloutState.Action
        package let stage: StageKey
        /// After the merge.
        package let time: Duration
        /// The stage that had to be left first; nil where none was.
        package let leaving: Stage?
        /// What people have to say or press before it.
        package var approvals: [Approval] = []
    }

    /// Something that only people can do.
    package enum Approval: Hashable, Sendable {
        /// `headgate approve`, or the line in the Rollout.
        case word
        /// Merging the pull request that the agent opens for the stage.
        case pullRequest
    }

    /// Where it ends.
    package enum End: Sendable {
        case settled
        case held(Hold)
        /// The release that is stated was rejected before.
        case rejected(String)
        /// The next commit cannot be written.
        case impossible(Diagnostic)
        /// An analysis without a count of its own is waited for.
        case endless(StageKey)
    }

    package struct Outcome: Sendable {
        package var commits: [Commit] = []
        package var end = End.settled
        /// Why nothing begins before somebody takes a hold away; the commits are those of after.
        package var holds: [Hold] = []
    }

    /// Which stages go by a pull request of the agent's own; to the planner they are all commits here.
    private let delivery: Delivery
    private let rollout: RepositoryDocuments.LoadedRollout
    private let binder: RolloutBinder
    private let length: AnalysisLength
    private let pace: Pace
    private var specification: Specification
    private var scene: RehearsalScene

    /// - Parameters:
    ///   - former: the same rollout in the branch's tree, where there is one: what differs was written by people.
    ///   - history: what the branch says of the state in `tree`.
    init(
        _ subject: RehearsedRollout, in tree: Manifests.Tree, at pace: Pace, since former: BoundRollout? = nil,
        history: History? = nil, over taken: RolloutState? = nil
    ) {
        (rollout, binder, specification) = (subject.rollout, subject.binder, subject.specification)
        delivery = specification.delivery
        specification.delivery = Delivery()
        length = AnalysisLength(
            documents: subject.documents, rollout: subject.rollout, judging: subject.judging,
            specification: subject.specification)
        self.pace = pace
        scene = RehearsalScene(
            subject.bound, in: tree, state: subject.state, since: former, history: history, over: taken,
            isPast: pace == .quickest)
    }

    /// More commits than any plan has: what comes here goes round in circles.
    private static let limit = 1000

    package mutating func play() -> Outcome {
        var outcome = Outcome()
        var approvals: [Approval] = []
        for _ in 0..<Self.limit {
            let decision = decide()
            for case .recordLive(let time) in decision.effects { scene.note.liveAt = time }
            if let transition = decision.transition {
                if isProposed(transition) { approvals.append(.pullRequest) }
                outcome.commits.append(commit(transition, approvals))
                approvals = []
                if let problem = carryOut(transition) {
                    outcome.commits.removeLast()
                    outcome.end = .impossible(problem)
                    return outcome
                }
                continue
            }
            switch decision.standing {
            case .held(let hold) where isStated(hold):
                outcome.holds.append(hold)
                (specification.globalHold, specification.steering.hold) = (nil, nil)
            case .held(let hold):
                outcome.end = .held(hold)
                return outcome
            case .rolledBack(let rejected):
                outcome.end = .rejected(rejected.reason)
                return outcome
            case .stable, .retired: return outcome
            case .progressing(.approval(let key)):
                approvals.append(.word)
                specification.steering.approve = key
                scene.steered()
            case .progressing, .rollingBack:
                guard scene.wait(until: decision.nextCheck) else {
                    if let stage = scene.state?.stage.key { outcome.end = .endless(stage) }
                    return outcome
                }
            }
        }
        return outcome
    }

    /// Whether people merge it; a further commit of the same stage needs nobody.
    private func isProposed(_ transition: Transition) -> Bool {
        let stage = transition.state.stage
        return stage.key != scene.state?.stage.key && delivery.proposes(stage.key, stage.kind)
    }

    private func isStated(_ hold: Hold) -> Bool {
        switch hold {
        case .global, .steered: true
        default: false
        }
    }

    private func commit(_ transition: Transition, _ approvals: [Approval]) -> Commit {
        let leaves = scene.state.flatMap { state in
            state.phase == .progressing && transition.state.phase != .rollingBack
                && transition.state.at.stage != state.stage.key ? scene.stage(of: state, in: specification) : nil
        }
        return Commit(
            subject: CommitMessage(of: transition, by: rollout.id).subject, action: transition.state.at.action,
            stage: transition.state.at.stage, time: scene.elapsed, leaving: leaves, approvals: approvals)
    }

    // MARK: One tick

    private mutating func decide() -> Decision {
        var decision = Planner.plan(specification, scene.world, at: scene.clock)
        // The cluster, the analyses, and the analyses that a completed one leads to.
        for _ in 0..<6 where !decision.needs.isEmpty {
            for need in decision.needs {
                switch need {
                case .proposals: break
                case .live: scene.look()
                case .analyses(let requests):
                    let kind = scene.state?.stage.kind ?? .weight
                    scene.judge(requests.map { ($0, length.length(of: $0, in: kind, at: pace)) })
                }
            }
            decision = Planner.plan(specification, scene.world, at: scene.clock)
        }
        return decision
    }

    /// Writes the commit and lets the cluster follow; what keeps it from being written, where something does.
    private mutating func carryOut(_ transition: Transition) -> Diagnostic? {
        do throws(Diagnostic) {
            let files = try Renderer(scene.bound, in: scene.tree).render(transition.changes).files
            let tree = scene.tree.writing(files)
            let binder = RolloutBinder(
                index: ManifestIndex(tree, environments: [rollout.environment], cache: &scene.cache),
                providers: binder.providers)
            let binding = binder.bind(rollout.source, in: rollout.environment)
            guard let bound = binding.rollout else {
                throw binding.problems.first
                    ?? rollout.source.diagnostic(at: "spec", "its manifests would not be found any more")
            }
            scene.follow(
                transition.state, bound, in: tree,
                applied: pace == .quickest ? .zero : specification.applyDeadline,
                available: pace == .quickest ? .zero : available(transition))
            return nil
        } catch {
            return error
        }
    }

    /// How long pods may take after they have been applied.
    private func available(_ transition: Transition) -> Duration {
        switch transition.state.stage.kind {
        case .start, .weight, .promote, .stable: specification.progressDeadline
        case .drain, .finish, .traffic, .rest: .zero
        }
    }
}

/// What is rehearsed: a rollout of the merged tree, with all that it comes to.
struct RehearsedRollout {
    let rollout: RepositoryDocuments.LoadedRollout
    let bound: BoundRollout
    let specification: Specification
    let judging: PlanDocument.Judging
    let documents: RepositoryDocuments
    let binder: RolloutBinder
    var state: RolloutState?

    /// The same with another release than the stated one, by its images; nil where it has none.
    var next: RehearsedRollout? {
        let images = specification.release.values.filter { $0.key.hasPrefix("image.") }
        guard !images.isEmpty else { return nil }
        let values = specification.release.values.merging(images.mapValues { ImageReference($0).next }) { $1 }
        var specification = specification
        specification.release = Release(values: values)
        return RehearsedRollout(
            rollout: rollout, bound: bound, specification: specification, judging: judging, documents: documents,
            binder: binder, state: state)
    }
}

extension ImageReference {
    /// An image of the same name and kind that nobody has.
    fileprivate var next: String {
        digest == nil
            ? "\(name):next" : name + (tag.map { ":\($0)" } ?? "") + "@sha256:" + String(repeating: "0", count: 64)
    }
}
