internal import Analysis

/// One step of a promotion: from a rollout to the one after it, with every default filled in.
package struct PromotionStep: Equatable, Sendable {
    /// The Promotion's name and file.
    package var promotion: String
    package var file: String
    package var source: RolloutID
    package var target: RolloutID
    /// What the release goes on to from there.
    package var later: [RolloutID]
    package var soak: Duration
    package var analyses: [AnalysisSpec]
    package var asksForApproval: Bool
    package var delivery: PromotionDelivery
    package var steering: PromotionSteering
    /// The reason of the hold in `config.yaml`, which stops everything.
    package var globalHold: String?
    /// What is wrong with the document; nothing goes on over that.
    package var problem: Diagnostic?

    package init(
        promotion: String, file: String, source: RolloutID, target: RolloutID, later: [RolloutID] = [],
        soak: Duration = PromotionSpec.standardSoak.duration, analyses: [AnalysisSpec] = [],
        asksForApproval: Bool = false, delivery: PromotionDelivery = .commit, steering: PromotionSteering = .init(),
        globalHold: String? = nil, problem: Diagnostic? = nil
    ) {
        self.promotion = promotion
        self.file = file
        self.source = source
        self.target = target
        self.later = later
        self.soak = soak
        self.analyses = analyses
        self.asksForApproval = asksForApproval
        self.delivery = delivery
        self.steering = steering
        self.globalHold = globalHold
        self.problem = problem
    }

    /// The steps of a document, in order.
    package static func steps(
        of name: String, in file: String, _ spec: PromotionSpec, globalHold: String? = nil, problem: Diagnostic? = nil
    ) -> [PromotionStep] {
        let gates = spec.gates ?? []
        let analyses = gates.compactMap { gate in if case .analysis(let analysis) = gate { analysis } else { nil } }
        return zip(spec.order, spec.order.dropFirst()).enumerated().map { index, pair in
            PromotionStep(
                promotion: name, file: file, source: pair.0, target: pair.1,
                later: Array(spec.order.dropFirst(index + 2)),
                soak: (spec.soak ?? PromotionSpec.standardSoak).duration, analyses: analyses,
                asksForApproval: gates.contains(.approval), delivery: spec.delivery ?? .commit,
                steering: spec.steer ?? .init(), globalHold: globalHold, problem: problem)
        }
    }

    /// What `approve` says to let one attempt at a release go on to this target, and nothing else.
    package func approvalKey(of state: RolloutState) -> String { "\(state.releaseKey)/\(target)" }

    /// The folder of the branches on which this step proposes releases.
    package var branchFolder: String { "headgate/promotion/\(promotion)/\(target)/" }

    /// Tells the status of its proposed commits from others.
    package var statusContext: String { "headgate/promotion/\(promotion)/\(target)" }

    /// The branch on which a release of the source is proposed.
    package func branch(of release: Digest) -> String { branchFolder + release.short }

    /// What an analysis of a gate judges: the source, from when it became Stable.
    func requests(from since: Timestamp) -> [AnalysisRequest] {
        analyses.enumerated().map { index, spec in
            AnalysisRequest(
                id: .soak(promotion: promotion, index + 1), spec: spec, from: since, failuresFrom: since)
        }
    }
}
