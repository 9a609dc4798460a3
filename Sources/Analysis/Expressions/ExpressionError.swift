/// Why an expression could not be read, or could not be evaluated for a result.
package struct ExpressionError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// The text is not an expression, or names something that does not exist: wrong for every result.
        case syntax, unknownName
        /// The expression does not fit the type of the result.
        case type
        /// The value met during evaluation does not allow the operation: a missing field, an index out of range.
        case value
        /// The data carries no information, and in safe mode nothing is concluded from it.
        case undecided
        /// The expression is larger, or takes longer, than the evaluator allows.
        case limit
        /// Part of the language that needs what is not here: a time zone's history, the time of day.
        case unsupported
    }

    package let code: Code
    package let message: String
    /// Characters before the place in the expression that the message is about.
    package let offset: Int
    /// What might be meant, where there is a guess.
    package let hint: String?

    package init(_ code: Code, _ message: String, at offset: Int, hint: String? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
        self.hint = hint
    }
}

extension ExpressionError: CustomStringConvertible {
    /// The message with the column in the expression, counted from 1.
    package var description: String { "\(message) (column \(offset + 1))" }
}
