/// A Rollout with every default filled in and its release resolved: what the planner plans with.
package struct Specification: Equatable, Sendable {
    package var id: RolloutID
    package var release: Release
    package var plan: StagePlan
    package var background: Background
    package var onFailure: FailureResponse
    package var onInconclusive: InconclusiveResponse
    package var restoreRelease: Bool
    /// How many earlier stable releases are returned to without pauses.
    package var fastReturn: Int
    package var applyDeadline: Duration
    package var progressDeadline: Duration
    package var scaleDownDelay: Duration
    package var steering: Steering
    /// The reason of the hold in `config.yaml`, which stops every rollout.
    package var globalHold: String?
    /// What splits the traffic between the sides.
    package var split: Split
    /// What the canary has at the least, as soon as it has any pod.
    package var minPods: Int
    /// The digest of the provider's data and the bindings' targets.
    package var bindings: Digest
    /// For how long the built-in metrics are looked at, at the least, in a judged stage of each kind; for forecasts.
    package var judgedFor: [Stage.Kind: Duration]
    /// The Jobs that the analyses of each stage ask for: its commit starts them.
    package var jobs: [StageKey: [String]] = [:]
    package var delivery = Delivery()

    package init(
        id: RolloutID, release: Release, plan: StagePlan, background: Background, bindings: Digest,
        onFailure: FailureResponse = .rollback, onInconclusive: InconclusiveResponse = .hold,
        restoreRelease: Bool = false, fastReturn: Int = 1, applyDeadline: Duration = .seconds(600),
        progressDeadline: Duration = .seconds(600), scaleDownDelay: Duration = .seconds(30),
        steering: Steering = Steering(), globalHold: String? = nil, judgedFor: [Stage.Kind: Duration] = [:],
        split: Split = .route, minPods: Int = 1
    ) {
        self.id = id
        self.release = release
        self.plan = plan
        self.background = background
        self.bindings = bindings
        self.onFailure = onFailure
        self.onInconclusive = onInconclusive
        self.restoreRelease = restoreRelease
        self.fastReturn = fastReturn
        self.applyDeadline = applyDeadline
        self.progressDeadline = progressDeadline
        self.scaleDownDelay = scaleDownDelay
        self.steering = steering
        self.globalHold = globalHold
        self.judgedFor = judgedFor
        self.split = split
        self.minPods = minPods
    }

    package enum Split: Equatable, Sendable {
        /// A route with weights.
        case route
        /// The counts of the two sides' pods behind one Service, or of workers that share their work; with how many of the
        /// base there may be more, and fewer, while the counts change.
        case replicas(surge: PodAllowance, unavailable: PodAllowance)
    }

    /// What is judged from the first weight to the end of `promote`.
    package enum Background: Equatable, Sendable {
        case none
        /// The plan's built-in metrics, canary against stable.
        case builtIn
        case templates(AnalysisSpec)

        package var spec: AnalysisSpec? {
            if case .templates(let spec) = self { spec } else { nil }
        }
    }
}

extension Specification.Split {
    /// How far the counts of both sides may go from `base` pods while they change.
    func budget(of base: Int) -> ReplicaBudget {
        guard case .replicas(let surge, let unavailable) = self else { return .init(surge: 0, unavailable: 0) }
        return ReplicaBudget(
            surge: surge.of(base, roundingUp: true), unavailable: unavailable.of(base, roundingUp: false))
    }

    /// The pods that both sides should have at `weight`.
    package func counts(of base: Int, at weight: Weight) -> ReplicaSplit {
        ReplicaSplit(of: base, at: weight, surges: budget(of: base).surge > 0)
    }
}
