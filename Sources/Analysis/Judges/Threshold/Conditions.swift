/// A metric's success and failure conditions, and what they say of one value.
package struct Conditions: Hashable, Sendable {
    package let success: Expression?
    package let failure: Expression?

    package init(success: Expression? = nil, failure: Expression? = nil) {
        self.success = success
        self.failure = failure
    }

    /// Reads both conditions; an empty text is none, as in Argo's templates.
    package init(success: String, failure: String = "") throws(ExpressionError) {
        self.success = success.isEmpty ? nil : try Expression(parsing: success)
        self.failure = failure.isEmpty ? nil : try Expression(parsing: failure)
    }

    /// What one measured value means.
    ///
    /// - Parameter now: the time of the measurement, which `now()` gives.
    package func outcome(of value: Value, mode: Expression.Mode, now: Timestamp? = nil) -> MeasurementOutcome {
        let success = success.map { ConditionReading($0, .success, of: value, mode: mode, now: now) }
        let failure = failure.map { ConditionReading($0, .failure, of: value, mode: mode, now: now) }
        return MeasurementOutcome(success: success, failure: failure, value: value, mode: mode)
    }

    /// The conditions as a table shows them: `>= 0.99` where the condition only compares the result.
    package var summary: String? {
        let texts = [success?.text, failure.map { "not (\($0.text))" }].compactMap { $0 }
        guard !texts.isEmpty else { return nil }
        let summary = texts.joined(separator: ", ")
        for prefix in ["result[0] ", "result "] where failure == nil && summary.hasPrefix(prefix) {
            let rest = summary.dropFirst(prefix.count)
            if !rest.contains("result"), rest.first.map({ "<>=!".contains($0) }) == true { return String(rest) }
        }
        return summary
    }
}
