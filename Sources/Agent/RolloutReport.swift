package import Git
package import Manifests
package import Rollouts

/// What one tick found of one rollout, and what it did about it.
package struct RolloutReport: Sendable {
    package let id: RolloutID
    package let file: String
    /// What commands call it: its name, or its whole id where another environment or namespace has one of that name.
    package var calledName: String
    package var state: RolloutState?
    package var specification: Specification?
    package var observation: Observation?
    package var decision: Decision?
    package var bound: BoundRollout?
    /// What is wrong with the documents or manifests; the rollout is held because of the first.
    package var problems: [Diagnostic] = []
    package var outcome: Publisher.Outcome?
    /// What became of what goes by pull request.
    package var delivery: DeliveryOutcome?
    /// What the analyses asked, whether or not there was an answer.
    package var inquiries: [AnalysisInquiry] = []
    /// Its document asks for decisions that are reported and not carried out.
    package var isShadow = false
    /// The repository could not be asked about this rollout.
    package var trouble: String?
    /// What is not decided before the forge has been asked.
    var deliberation: Deliberation?

    package init(id: RolloutID, file: String) {
        self.id = id
        self.file = file
        calledName = id.name
    }

    package var standing: Standing? {
        if let decided = decision?.standing, let standing = delivery?.standing(instead: decided) { return standing }
        if case .refused(let words)? = outcome { return .held(.refused(words)) }
        if case .impossible(let problem)? = outcome { return .held(.configuration(problem.description)) }
        if let problem = problems.first { return .held(.configuration(problem.description)) }
        return decision?.standing
    }
}

/// One tick, over all rollouts that this agent looks after.
package struct TickReport: Sendable {
    package var commit: Git.CommitID?
    package var rollouts: [RolloutReport] = []
    /// The steps of promotions to the environments that this agent looks after.
    package var promotions: [PromotionReport] = []
    /// Findings that belong to no single rollout.
    package var problems: [Diagnostic] = []
    package var isShadow = false
    /// Why everything is held, where the repository says so.
    package var hold: String?
    /// What went wrong beside the commits: notes that could not be written.
    package var remarks: [String] = []

    package init() {}
}
