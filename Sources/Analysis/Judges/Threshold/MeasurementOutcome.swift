/// What one measurement means for its metric.
package enum MeasurementOutcome: Hashable, Sendable {
    case successful, failed, inconclusive
    case noData(String)
    case error(String)

    /// What follows from what a metric's conditions say; either may be absent.
    init(success: ConditionReading?, failure: ConditionReading?, value: Value, mode: Expression.Mode) {
        self = mode == .argo ? .argo(success, failure, value) : .safe(success, failure, value)
    }

    /// Both conditions are evaluated always, so a broken one is an error beside a passing one; failure wins.
    private static func argo(_ success: ConditionReading?, _ failure: ConditionReading?, _ value: Value) -> Self {
        for reading in [success, failure] {
            if let message = reading?.message(for: value) { return .error(message) }
        }
        switch (success?.holds, failure?.holds) {
        case (_, true): return .failed
        case (true, _), (nil, nil), (nil, false): return .successful
        case (false, nil): return .failed
        case (false, false): return .inconclusive
        }
    }

    /// Of data that carries no information only a condition that is true is believed: it was written for that.
    private static func safe(_ success: ConditionReading?, _ failure: ConditionReading?, _ value: Value) -> Self {
        var doubt: String?
        for reading in [success, failure].compactMap({ $0 }) {
            guard let error = reading.error else { continue }
            guard error.isAboutData || error.code == .type && value.isAbsent else {
                return .error("could not evaluate \(reading.role.rawValue) \"\(reading.text)\": \(error.message)")
            }
            doubt = doubt ?? error.message
        }
        if failure?.holds == true { return .failed }
        // A failure condition that could not be decided might hold.
        if let doubt, failure?.error != nil { return .noData(doubt) }
        if success?.holds == true { return .successful }
        if let doubt { return .noData(doubt) }
        if value.isAbsent { return .noData("the backend has no data") }
        if success == nil { return .successful }
        return failure == nil ? .failed : .inconclusive
    }
}

extension MeasurementOutcome {
    /// What a provider that judges by itself said: Argo's words for the phase of a measurement.
    init(stated value: Value) {
        guard case .string(let word)? = value["phase"], let phase = MetricPhase(rawValue: word) else {
            self = .error("the answer states no phase")
            return
        }
        switch phase {
        case .successful: self = .successful
        case .failed: self = .failed
        case .inconclusive: self = .inconclusive
        case .pending, .running: self = .noData("not finished yet")
        case .error:
            if case .string(let message)? = value["message"] { self = .error(message) } else { self = .error("failed") }
        }
    }
}
