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
    package func outcome(of value: Value, mode: Expression.Mode) -> MeasurementOutcome {
        mode == .argo ? argoOutcome(of: value) : safeOutcome(of: value)
    }

    /// Both conditions are evaluated always, so a broken one is an error beside a passing one; failure wins.
    private func argoOutcome(of value: Value) -> MeasurementOutcome {
        var holds: [Bool?] = []
        for (name, condition) in [("successCondition", success), ("failureCondition", failure)] {
            guard let condition else {
                holds.append(nil)
                continue
            }
            do throws(ExpressionError) {
                holds.append(try condition.holds(result: value))
            } catch {
                let isEmpty = value.isNil || value == .array([], of: .double) || value == .array([], of: .any)
                let cause =
                    isEmpty
                    ? "metric result is nil or empty: no data returned from the metric provider" : error.message
                return .error("could not evaluate \(name) \"\(condition.text)\": \(cause)")
            }
        }
        switch (holds[0], holds[1]) {
        case (_, true): return .failed
        case (true, _), (nil, nil), (nil, false): return .successful
        case (false, nil): return .failed
        case (false, false): return .inconclusive
        }
    }

    /// Of data that carries no information only a condition that is true is believed: it was written for that.
    private func safeOutcome(of value: Value) -> MeasurementOutcome {
        var holds: [Bool?] = []
        var doubt: String?
        for (name, condition) in [("successCondition", success), ("failureCondition", failure)] {
            guard let condition else {
                holds.append(nil)
                continue
            }
            do throws(ExpressionError) {
                try condition.check()
                holds.append(try condition.holds(result: value, mode: .safe))
            } catch  where error.isAboutData || error.code == .type && value.isAbsent {
                doubt = doubt ?? error.message
                holds.append(nil)
            } catch {
                return .error("could not evaluate \(name) \"\(condition.text)\": \(error.message)")
            }
        }
        if holds[1] == true { return .failed }
        // A failure condition that could not be decided might hold.
        if let doubt, failure != nil && holds[1] == nil { return .noData(doubt) }
        if holds[0] == true { return .successful }
        if let doubt { return .noData(doubt) }
        if value.isAbsent { return .noData("the backend has no data") }
        if success == nil { return .successful }
        return failure == nil ? .failed : .inconclusive
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

/// What one measurement means for its metric.
package enum MeasurementOutcome: Hashable, Sendable {
    case successful, failed, inconclusive
    case noData(String)
    case error(String)
}
