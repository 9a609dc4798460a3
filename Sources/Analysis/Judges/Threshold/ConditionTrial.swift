/// A metric's conditions, tried on one result.
package struct ConditionTrial: Sendable {
    /// Argo's phases of a measurement, and one for data that nothing is concluded from.
    package enum Phase: String, Sendable {
        case successful = "Successful"
        case failed = "Failed"
        case inconclusive = "Inconclusive"
        case error = "Error"
        case noData = "NoData"
    }

    package struct Report: Hashable, Sendable {
        package let phase: Phase
        /// Why there is an error or no data; nil otherwise.
        package let message: String?
        /// What each condition says; nil where there is no such condition.
        package let success: ConditionReading?
        package let failure: ConditionReading?
    }

    package let success: String
    package let failure: String
    package let mode: Expression.Mode
    /// What `now()` gives.
    package let now: Timestamp?

    /// An empty text is no condition, as in Argo's templates.
    package init(success: String = "", failure: String = "", mode: Expression.Mode = .safe, now: Timestamp? = nil) {
        self.success = success
        self.failure = failure
        self.mode = mode
        self.now = now
    }

    package func report(on result: Value) -> Report {
        let success = ConditionReading(parsing: success, .success, of: result, mode: mode, now: now)
        let failure = ConditionReading(parsing: failure, .failure, of: result, mode: mode, now: now)
        let outcome = MeasurementOutcome(success: success, failure: failure, value: result, mode: mode)
        let (phase, message): (Phase, String?) =
            switch outcome {
            case .successful: (.successful, nil)
            case .failed: (.failed, nil)
            case .inconclusive: (.inconclusive, nil)
            case .error(let text): (.error, text)
            case .noData(let text): (.noData, text)
            }
        return Report(phase: phase, message: message, success: success, failure: failure)
    }

    /// The result that a JSON text stands for; numbers may also be `NaN`, `+Inf`, `-Inf` or `Infinity`, which JSON lacks.
    ///
    /// An array of nothing but numbers is a vector, as Prometheus gives it; every other array is one of JSON.
    /// - Parameter nullIsPointer: `null` stands for the absent number of Argo's Datadog provider, which has a type.
    package static func result(
        parsing text: String, nullIsPointer: Bool = false
    ) throws(JSONReader.Problem) -> Value {
        switch try JSONReader.value(text, acceptsNotFinite: true) {
        case .null where nullIsPointer: return .nilPointer
        case .array(let elements, _) where elements.allSatisfy({ $0.number != nil }):
            return .array(elements, of: .double)
        case let value: return value
        }
    }
}
