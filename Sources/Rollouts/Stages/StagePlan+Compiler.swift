extension StagePlan {
    /// Turns steps into stages, one after the other.
    struct Compiler {
        /// The step from which the background analysis is judged.
        let startingStep: Int
        private var drafts = [Draft(key: .start, kind: .start, weight: .none, judged: false)]
        private var seen: [StageKey: Int] = [:]
        private var scale = CanaryScale.matchTraffic

        init(startingStep: Int) {
            self.startingStep = startingStep
        }

        mutating func take(_ step: Step, at index: Int) {
            switch step {
            case .setWeight(let weight):
                let key = numbered("weight-\(weight.percent)")
                open(Draft(key: key, kind: .weight, weight: weight, judged: index >= startingStep, scale: scale))
            case .setCanaryScale(let rule): scale = rule
            case .pause(let span?): condition { $0.conditions.append(.pause(span.duration)) }
            case .pause(nil): condition { $0.addApproval() }
            case .analysis(let spec): condition { $0.addAnalysis(spec) }
            }
        }

        mutating func finish() -> [Stage] {
            let last = drafts.last?.weight ?? .none
            // The judgement goes on to the end of promote; a stage left to a step before the starting one is judged too,
            // once the starting step has been reached.
            open(Draft(key: .promote, kind: .promote, weight: last, judged: true))
            open(Draft(key: .drain, kind: .drain, weight: .none, judged: false))
            open(Draft(key: .finish, kind: .finish, weight: .none, judged: false))
            return drafts.map(\.stage)
        }

        /// Adds a condition for leaving the present stage.
        ///
        /// A scale that has been set since has to be live first, so it opens a stage of its own, unless nothing has been
        /// waited for since `start`.
        private mutating func condition(_ add: (inout Draft) -> Void) {
            if let present = drafts.last, present.scale != scale {
                if present.kind == .start, present.conditions.isEmpty {
                    drafts[drafts.count - 1].scale = scale
                } else {
                    open(
                        Draft(
                            key: numbered("scale-\(present.weight.percent)"), kind: .weight, weight: present.weight,
                            judged: present.judged,
                            scale: scale))
                }
            }
            add(&drafts[drafts.count - 1])
        }

        private mutating func open(_ draft: Draft) { drafts.append(draft) }

        private mutating func numbered(_ name: String) -> StageKey {
            let plain = StageKey(name)
            let times = seen[plain, default: 0] + 1
            seen[plain] = times
            return times == 1 ? plain : StageKey("\(plain).\(times)")
        }
    }

    fileprivate struct Draft {
        var key: StageKey
        var kind: Stage.Kind
        var weight: Weight
        var judged: Bool
        var scale = CanaryScale.matchTraffic
        var conditions: [Stage.Condition] = []
        var approvals = 0
        var analyses = 0

        mutating func addApproval() {
            approvals += 1
            conditions.append(.approval(approvals))
        }

        mutating func addAnalysis(_ spec: AnalysisSpec) {
            analyses += 1
            conditions.append(.analysis(spec, analyses))
        }

        var stage: Stage {
            Stage(key: key, kind: kind, weight: weight, scale: scale, conditions: conditions, judged: judged)
        }
    }
}
