/// The stages that a list of steps compiles to, from `start` to `finish`.
package struct StagePlan: Hashable, Sendable {
    package let stages: [Stage]

    /// Compiles steps: a step that changes manifests opens a stage, and the pauses and analyses after it are the
    /// conditions for leaving that stage.
    ///
    /// - Parameter startingStep: the step from which the background analysis is judged, at the earliest the first
    ///   weight, since before it the canary has no traffic to judge.
    package init(steps: [Step], startingStep: Int = 0) {
        var drafts = [Draft(key: .start, kind: .start, weight: .none, judged: false)]
        var seen: [StageKey: Int] = [:]
        for (index, step) in steps.enumerated() {
            switch step {
            case .setWeight(let weight):
                let plain = StageKey("weight-\(weight.percent)")
                let times = seen[plain, default: 0] + 1
                seen[plain] = times
                let key = times == 1 ? plain : StageKey("\(plain).\(times)")
                drafts.append(Draft(key: key, kind: .weight, weight: weight, judged: index >= startingStep))
            case .pause(let span?): drafts[drafts.count - 1].conditions.append(.pause(span.duration))
            case .pause(nil): drafts[drafts.count - 1].addApproval()
            case .analysis(let spec): drafts[drafts.count - 1].addAnalysis(spec)
            }
        }
        let last = drafts.last?.weight ?? .none
        // The judgement goes on to the end of promote; a stage left to a step before the starting one is judged too,
        // once the starting step has been reached.
        drafts.append(Draft(key: .promote, kind: .promote, weight: last, judged: true))
        drafts.append(Draft(key: .drain, kind: .drain, weight: .none, judged: false))
        drafts.append(Draft(key: .finish, kind: .finish, weight: .none, judged: false))
        stages = drafts.map(\.stage)
    }

    private init(stages: [Stage]) {
        self.stages = stages
    }

    /// The way back to a release that was stable recently: no weights, no pauses, and judged once it serves.
    package static let fastReturn = StagePlan(stages: [
        Stage(key: .start, kind: .start, weight: .none),
        Stage(key: .promote, kind: .promote, weight: .none, judged: true),
        Stage(key: .drain, kind: .drain, weight: .none), Stage(key: .finish, kind: .finish, weight: .none),
    ])

    package static let fastReturnDigest = fastReturn.digest

    /// What `Stage 2 of 6` counts up to: the number of the last stage, with `start` as number 0.
    package var lastIndex: Int { stages.count - 1 }

    package func index(of key: StageKey) -> Int? {
        stages.firstIndex { $0.key == key }
    }

    /// The digest of the normalised stages, so that the way a plan is written does not matter.
    package var digest: Digest {
        // That a plan without weights is judged at its end says nothing about its steps.
        let hasWeights = stages.contains { $0.kind == .weight }
        return Digest(of: stages.map { $0.canonical(judged: hasWeights && $0.judged) }.joined(separator: "\n"))
    }

    /// Weights that the plan reaches, for messages: `5 → 25 → 50`.
    package var weights: [Weight] {
        stages.filter { $0.kind == .weight }.map(\.weight)
    }

    private struct Draft {
        var key: StageKey
        var kind: Stage.Kind
        var weight: Weight
        var judged: Bool
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

        var stage: Stage { Stage(key: key, kind: kind, weight: weight, conditions: conditions, judged: judged) }
    }
}

extension Stage {
    fileprivate func canonical(judged: Bool) -> String {
        let parts = conditions.map { condition in
            switch condition {
            case .pause(let duration): "pause \(Span(duration))"
            case .approval: "approval"
            case .analysis(let spec, _): "analysis \(spec.canonical)"
            }
        }
        return ([key.text, kind.rawValue, String(weight.percent), judged ? "judged" : "unjudged"] + parts)
            .joined(separator: "|")
    }
}

extension AnalysisSpec {
    /// One line that is equal exactly when the templates are and the arguments are, in whatever order.
    package var canonical: String {
        let names = templates.map { ($0.clusterScope == true ? "cluster/" : "") + JSONText.quote($0.templateName) }
        let arguments = (args ?? []).map { "\(JSONText.quote($0.name)):\(JSONText.quote($0.value))" }.sorted()
        return names.joined(separator: ",") + "{" + arguments.joined(separator: ",") + "}"
    }
}
