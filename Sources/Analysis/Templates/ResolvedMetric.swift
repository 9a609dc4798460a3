/// A metric whose arguments are filled in and whose fields are read: ready to be measured and judged.
package struct ResolvedMetric: Hashable, Sendable {
    package let name: String
    /// Zero where the metric is measured once.
    package let interval: Duration
    package let initialDelay: Duration
    package let limits: MeasurementLimits
    package let conditions: Conditions
    package let provider: MetricProvider
    package let noData: ThresholdJudge.NoDataPolicy
    /// Nil for conditions.
    package let judge: JudgeTemplate?

    /// Reads the fields in the order in which Argo looks at them; limits that are not given have Argo's defaults.
    ///
    /// - Parameters:
    ///   - mode: Argo takes a limit that is no number for 0; in safe mode it is refused.
    ///   - known: conditions that have been read already, by their texts.
    package init(
        _ template: MetricTemplate, mode: Expression.Mode = .safe, conditions known: [String: Expression] = [:]
    ) throws(TemplateError) {
        name = template.name
        let count = try Self.number(template.count, "count", mode) ?? 0
        let hasInterval = !(template.interval ?? "").isEmpty
        limits = MeasurementLimits(
            count: count > 0 ? count : hasInterval ? nil : 1,
            failure: try Self.number(template.failureLimit, "failureLimit", mode) ?? 0,
            inconclusive: try Self.number(template.inconclusiveLimit, "inconclusiveLimit", mode) ?? 0,
            consecutiveError: try Self.number(template.consecutiveErrorLimit, "consecutiveErrorLimit", mode) ?? 4,
            consecutiveSuccess: try Self.number(template.consecutiveSuccessLimit, "consecutiveSuccessLimit", mode) ?? 0)
        try limits.validate(count: count)
        if count > 1, !hasInterval {
            throw TemplateError("interval must be specified when count > 1", at: "interval")
        }
        interval = try Self.duration(template.interval, "interval", "invalid interval string") ?? .zero
        initialDelay = try Self.duration(template.initialDelay, "initialDelay", "invalid startDelay string") ?? .zero
        provider = template.provider ?? .missing
        conditions = Conditions(
            success: try Self.condition(template.successCondition, "successCondition", known),
            failure: try Self.condition(template.failureCondition, "failureCondition", known))
        noData = template.noData ?? .wait
        judge = template.judge
        try Self.validate(template, interval: interval, count: count)
    }

    /// What a judge of its own needs of the metric around it.
    private static func validate(
        _ template: MetricTemplate, interval: Duration, count: Int
    ) throws(TemplateError) {
        guard let judge = template.judge else { return }
        do { try judge.validate() } catch { throw error.at("judge") }
        guard (template.successCondition ?? "").isEmpty, (template.failureCondition ?? "").isEmpty else {
            throw TemplateError(
                "both conditions and a judge are stated", at: "judge",
                hint: "keep one; a second metric may have the other")
        }
        guard interval > .zero else {
            throw TemplateError("a judge of intervals needs an interval", at: "interval", hint: "such as interval: 1m")
        }
        if case .compare(let compare) = judge, count < compare.settings.minimumPoints {
            throw TemplateError(
                "count (\(count)) is below the \(compare.settings.minimumPoints) points that are compared at least",
                at: "count", hint: "count: 30 compares half an hour of minutes")
        }
    }

    package func thresholdJudge(mode: Expression.Mode) -> ThresholdJudge {
        var judge = ThresholdJudge(metric: name, conditions: conditions, limits: limits, mode: mode, noData: noData)
        judge.statesPhase = provider.statesPhase && conditions == Conditions()
        return judge
    }

    /// How soon a metric without an interval is measured again while it has said nothing; Argo's time is 10 seconds.
    package static func retryInterval(_ mode: Expression.Mode) -> Duration {
        mode == .argo ? .seconds(10) : .seconds(60)
    }

    package func grid(liveAt: Timestamp) -> MeasurementGrid {
        MeasurementGrid(liveAt: liveAt, initialDelay: initialDelay, interval: interval)
    }

    private static func duration(
        _ text: String?, _ path: String, _ message: String
    ) throws(TemplateError) -> Duration? {
        guard let text, !text.isEmpty else { return nil }
        do throws(TemplateError) {
            let duration = try GoDuration(parsing: text).duration
            guard duration >= .zero, path != "interval" || duration > .zero else {
                throw TemplateError("\"\(text)\" is not a span of time")
            }
            return duration
        } catch {
            throw TemplateError("\(message): \(error.message)", at: path, hint: error.hint)
        }
    }

    private static func number(
        _ value: IntOrString?, _ path: String, _ mode: Expression.Mode
    ) throws(TemplateError) -> Int? {
        guard let value else { return nil }
        do { return try value.number(mode) } catch { throw error.at(path) }
    }

    private static func condition(
        _ text: String?, _ path: String, _ known: [String: Expression]
    ) throws(TemplateError) -> Expression? {
        guard let text, !text.isEmpty else { return nil }
        do throws(ExpressionError) {
            let expression = if let known = known[text] { known } else { try Expression(parsing: text) }
            try expression.checkCondition()
            return expression
        } catch {
            throw TemplateError("could not read \"\(text)\": \(error.description)", at: path, hint: error.hint)
        }
    }
}

extension MeasurementLimits {
    /// Argo's checks of limits against each other, with its words.
    ///
    /// - Parameter count: as it was written; 0 where it was not.
    func validate(count: Int) throws(TemplateError) {
        if consecutiveSuccess < 0 {
            throw TemplateError("consecutiveSuccessLimit must be >= 0", at: "consecutiveSuccessLimit")
        }
        if failure < -1 { throw TemplateError("failureLimit must be >= 0, or -1 to be disabled", at: "failureLimit") }
        if failure == -1, consecutiveSuccess == 0 {
            throw TemplateError("failureLimit and consecutiveSuccessLimit cannot both be disabled", at: "failureLimit")
        }
        if inconclusive < 0 { throw TemplateError("inconclusiveLimit must be >= 0", at: "inconclusiveLimit") }
        if consecutiveError < 0 {
            throw TemplateError("consecutiveErrorLimit must be >= 0", at: "consecutiveErrorLimit")
        }
        guard count > 0 else { return }
        let (needed, overflow) = failure.addingReportingOverflow(consecutiveSuccess)
        if failure >= 0, overflow || count < needed {
            throw TemplateError(
                "count (\(count)) must be >= failureLimit + consecutiveSuccessLimit (\(failure) + \(consecutiveSuccess)) "
                    + "if both >= 0", at: "count")
        }
        if failure == -1, count < consecutiveSuccess {
            throw TemplateError("count must be >= consecutiveSuccessLimit", at: "count")
        }
        if count < inconclusive { throw TemplateError("count must be >= inconclusiveLimit", at: "count") }
    }
}

extension AnalysisTemplate.Spec {
    /// All metrics, read; every finding is reported, not only the first.
    ///
    /// - Parameters:
    ///   - allowsEndless: metrics that never end by themselves are right for background analysis only.
    ///   - name: the template's, for messages that state it.
    package func resolveMetrics(
        _ arguments: TemplateArguments, allowsEndless: Bool, name: String? = nil
    ) -> (metrics: [ResolvedMetric], errors: [TemplateError]) {
        var resolved: [ResolvedMetric] = []
        var errors: [TemplateError] = []
        if (metrics ?? []).isEmpty { errors.append(TemplateError("no metrics specified", at: "metrics")) }
        var names: Set<String> = []
        for (index, template) in (metrics ?? []).enumerated() {
            let path = "metrics[\(index)]"
            if !names.insert(template.name).inserted {
                errors.append(TemplateError("duplicate name '\(template.name)'", at: path))
            }
            do throws(TemplateError) {
                let metric = try ResolvedMetric(try template.substituting(arguments))
                if metric.limits.count == nil, !allowsEndless {
                    throw Self.endless(template, of: name)
                }
                try metric.provider.validate()
                resolved.append(metric)
            } catch {
                errors.append(error.at(path))
            }
        }
        do throws(TemplateError) { _ = try dryRunMetrics() } catch { errors.append(error) }
        do throws(TemplateError) { _ = try measurementLimits() } catch { errors.append(error) }
        return (resolved, errors)
    }

    private static func endless(_ metric: MetricTemplate, of template: String?) -> TemplateError {
        let count =
            switch metric.count {
            case .int(let int)?: String(int)
            case .string(let text)?: text
            case nil: "<nil>"
            }
        let subject =
            template.map { "AnalysisTemplate \($0) has metric \(metric.name) which" } ?? "metric \(metric.name)"
        return TemplateError(
            "\(subject) runs indefinitely. Invalid value for count: \(count)", at: "count", hint: "give it a count")
    }
}
