internal import Analysis

/// What a release goes through, for people who agree to a part of it: which stages follow, how, and when.
package struct StageCourse: Equatable, Sendable {
    package var plan: StagePlan
    package var delivery: Delivery
    /// Whether metrics are looked at while stages last.
    package var isJudged: Bool
    package var onFailure: FailureResponse

    package init(
        plan: StagePlan, delivery: Delivery = Delivery(), isJudged: Bool = true, onFailure: FailureResponse = .rollback
    ) {
        self.plan = plan
        self.delivery = delivery
        self.isJudged = isJudged
        self.onFailure = onFailure
    }

    package init(of spec: Specification) {
        self.init(
            plan: spec.plan, delivery: spec.delivery, isJudged: spec.background != .none, onFailure: spec.onFailure)
    }

    /// The stages from `index` on as a table in Markdown; none where there are no more.
    ///
    /// - Parameter isWaiting: whether the first one has to wait for the stage before it.
    func table(from index: Int, isWaiting: Bool = true) -> [String] {
        let rows = plan.stages.indices.dropFirst(index).map { place -> [String] in
            let stage = plan.stages[place]
            let isAsked = delivery.proposes(stage.key, stage.kind)
            let former = place > 0 && (isWaiting || place > index) ? plan.stages[place - 1] : nil
            return [
                Markdown.code(stage.key.text), share(stage), isAsked ? "**by a pull request**" : "by itself",
                former.map(conditions) ?? "at once",
            ]
        }
        return rows.isEmpty ? [] : Markdown.table([["stage", "traffic of the release", "how", "when"]] + rows)
    }

    /// What follows a failure on the way.
    var failure: String {
        switch onFailure {
        case .rollback:
            "Where it fails before `drain`, it is taken back; that asks nobody, unless the branch takes no push of the agent."
        case .hold: "Where it fails on the way, it is held for people to decide."
        }
    }

    private func share(_ stage: Stage) -> String {
        switch stage.kind {
        case .start: "none"
        case .weight: "\(stage.weight)"
        case .promote: "all"
        case .drain: "all, on stable's pods"
        case .finish: "all; the canary's pods go"
        case .stable, .traffic, .rest: ""
        }
    }

    /// What has to hold before a stage is left.
    private func conditions(_ stage: Stage) -> String {
        let waits = stage.conditions.map { condition in
            switch condition {
            case .pause(let duration): "\(Span(duration)) have passed"
            case .approval: "somebody has approved it"
            case .analysis(let spec, _): "the analysis \(Markdown.text(spec.title)) has passed"
            }
        }
        let judged = stage.judged && isJudged ? ["the analysis passes"] : []
        return (["\(Markdown.code(stage.key.text)) is live"] + waits + judged).joined(separator: ", ")
    }
}
