/// What one condition says of a result.
package struct ConditionReading: Hashable, Sendable {
    package enum Role: String, Sendable {
        case success = "successCondition"
        case failure = "failureCondition"
    }

    package enum Answer: Hashable, Sendable {
        case holds(Bool)
        case error(ExpressionError)
    }

    package let role: Role
    package let text: String
    package let answer: Answer

    private init(_ role: Role, _ text: String, _ answer: Answer) {
        self.role = role
        self.text = text
        self.answer = answer
    }

    init(_ condition: Expression, _ role: Role, of result: Value, mode: Expression.Mode, now: Timestamp?) {
        do throws(ExpressionError) {
            // What is wrong for every result is an error whatever the data is.
            if mode == .safe { try condition.checkCondition() }
            self.init(role, condition.text, .holds(try condition.holds(result: result, mode: mode, now: now)))
        } catch {
            self.init(role, condition.text, .error(error))
        }
    }

    /// Reads the condition first; nil where there is none.
    init?(parsing text: String, _ role: Role, of result: Value, mode: Expression.Mode, now: Timestamp?) {
        guard !text.isEmpty else { return nil }
        do throws(ExpressionError) {
            let reading = ConditionReading(
                try Expression(parsing: text), role, of: result, mode: mode, now: now)
            self.init(role, text, reading.error.map { Answer.error($0.hinted(text, on: result)) } ?? reading.answer)
        } catch {
            self.init(role, text, .error(error.hinted(text, on: result)))
        }
    }

    package var holds: Bool? { if case .holds(let holds) = answer { holds } else { nil } }
    package var error: ExpressionError? { if case .error(let error) = answer { error } else { nil } }

    /// The words that Argo records; a missing result is named instead of what it leads to.
    func message(for value: Value) -> String? {
        error.map { error in
            let cause =
                value.isNilOrEmptyList
                ? "metric result is nil or empty: no data returned from the metric provider" : error.message
            return "could not evaluate \(role.rawValue) \"\(text)\": \(cause)"
        }
    }
}

extension Value {
    fileprivate var isNilOrEmptyList: Bool {
        if case .array(let elements, _) = self { elements.isEmpty } else { isNil }
    }
}
