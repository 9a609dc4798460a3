internal import Analysis

/// The stages that a list of steps compiles to, from `start` to `finish`.
package struct StagePlan: Hashable, Sendable {
    package let stages: [Stage]

    /// Compiles steps: a step that changes manifests opens a stage, and the pauses and analyses after it are the
    /// conditions for leaving that stage.
    ///
    /// - Parameter startingStep: the step from which the background analysis is judged, at the earliest the first
    ///   weight, since before it the canary has no traffic to judge.
    package init(steps: [Step], startingStep: Int = 0) {
        var compiler = Compiler(startingStep: startingStep)
        for (index, step) in steps.enumerated() { compiler.take(step, at: index) }
        stages = compiler.finish()
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
        // A rule that a plan does not state is left out: a new possibility must not restart anybody's rollout.
        let scale = scale == .matchTraffic ? [] : ["scale \(scale)"]
        return ([key.text, kind.rawValue, String(weight.percent), judged ? "judged" : "unjudged"] + scale + parts)
            .joined(separator: "|")
    }
}

extension AnalysisSpec {
    /// One line that is equal exactly when the templates are and the arguments are, in whatever order.
    package var canonical: String {
        let names = templates.map { ($0.clusterScope == true ? "cluster/" : "") + JSONText.quote($0.templateName) }
        let arguments = (args ?? []).map { "\(JSONText.quote($0.name)):\($0.canonicalValue)" }.sorted()
        // What is not stated is left out: a new possibility must not restart anybody's rollout.
        let rules = (dryRun ?? []).map { "dry \(JSONText.quote($0.metricName))" }
        let rest = (rules + (compat.map { [$0.rawValue] } ?? [])).joined(separator: ",")
        let checked = checks.map { " \($0.canonical)" } ?? ""
        return names.joined(separator: ",") + "{" + arguments.joined(separator: ",") + "}" + rest + checked
    }
}

extension AnalysisSpec.Checks {
    /// With the defaults filled in, so that it does not matter whether somebody states them.
    fileprivate var canonical: String {
        let rules = ["every \(Span(interval))", "failures \(threshold)"] + (iterations.map { ["passes \($0)"] } ?? [])
        return "checked " + (rules + metrics.map(\.canonical)).joined(separator: ",")
    }
}

extension FlaggerMetric {
    fileprivate var canonical: String {
        let variables = (templateVariables ?? [:]).map { "\(JSONText.quote($0.key)):\(JSONText.quote($0.value))" }
        let parts: [String?] = [
            JSONText.quote(name), interval.map { "over \(JSONText.quote($0))" },
            thresholdRange.map { "range \($0.min.map { "\($0)" } ?? "")...\($0.max.map { "\($0)" } ?? "")" },
            threshold.map { "threshold \($0)" }, query.map { "query \(JSONText.quote($0))" },
            templateRef.map { "template \(JSONText.quote($0.namespace ?? ""))/\(JSONText.quote($0.name))" },
            variables.isEmpty ? nil : "with " + variables.sorted().joined(separator: ","),
        ]
        return "(" + parts.compactMap(\.self).joined(separator: " ") + ")"
    }
}

extension AnalysisSpec.Argument {
    fileprivate var canonicalValue: String {
        if let value { return JSONText.quote(value) }
        if let path = valueFrom?.fieldRef?.fieldPath { return "field \(JSONText.quote(path))" }
        return "hash \(valueFrom?.podTemplateHashValue?.rawValue ?? "")"
    }
}
