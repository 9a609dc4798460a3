/// Something about a metric that its author should know before a release depends on it.
package struct LintFinding: Hashable, Sendable {
    package enum Severity: String, Sendable, CaseIterable {
        /// The metric cannot do its work: it never passes, never fails, or does not measure what it is meant to.
        case error
        /// It works, and probably not as it is meant to.
        case warning
    }

    /// What was looked for.
    package enum Rule: String, Sendable, CaseIterable {
        // Conditions.
        case passesWithoutData, constantCondition, overlappingConditions, wrongType, ignoredArgument, noCondition
        // Limits, and the time that the stage has.
        case neverFails, neverPasses, neverMeasured, passesWithoutSuccess, longerThanStage
        // Queries.
        case longRange, rateUnderJudge, rawCounter, missingBuckets
        // What was observed.
        case fewRequests, falseRollback, scrapeInterval, noData
    }

    package let rule: Rule
    package let severity: Severity
    /// The field inside the metric: `successCondition`, `provider.prometheus.query`.
    package let path: String
    package let message: String
    package let hint: String

    package init(_ rule: Rule, _ severity: Severity, at path: String, _ message: String, hint: String) {
        self.rule = rule
        self.severity = severity
        self.path = path
        self.message = message
        self.hint = hint
    }
}

extension LintFinding: CustomStringConvertible {
    package var description: String { "\(path): \(severity.rawValue): \(message) (\(hint))" }
}
