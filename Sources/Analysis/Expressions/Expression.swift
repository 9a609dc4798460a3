/// A condition in the language of Argo Rollouts (expr-lang 1.17 with Argo's functions), read and ready to evaluate.
///
/// It never traps and always ends: depth and steps are bounded, integer arithmetic wraps as Go's does.
package struct Expression: Sendable {
    package enum Mode: Sendable, Hashable {
        /// Exactly what Argo Rollouts answers.
        case argo
        /// Comparisons with nil, NaN or infinity and predicates over nothing throw `undecided` instead of an answer.
        case safe
    }

    package let text: String
    let root: SyntaxNode
    /// The type of the value where nothing is known of the result, or what is wrong for every result.
    private let generalType: Result<StaticType, ExpressionError>
    /// The same where the result is a vector of Prometheus, as nearly all of thousands of results are.
    private let vectorType: Result<StaticType, ExpressionError>

    /// Longer texts are refused.
    private static let maximumLength = 10_000

    package init(parsing text: String) throws(ExpressionError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw ExpressionError(.limit, "expression is longer than \(Self.maximumLength) bytes", at: 0)
        }
        self.text = text
        let root = try Parser.parse(text)
        self.root = root
        func type(_ result: StaticType) -> Result<StaticType, ExpressionError> {
            Result { () throws(ExpressionError) in try TypeChecker.type(of: root, result: result) }
        }
        (generalType, vectorType) = (type(.any), type(StaticType(of: .vector([]))))
    }

    /// The type of the value for a result.
    private func type(for result: Value) throws(ExpressionError) -> StaticType {
        if case .array(_, of: .double) = result { return try vectorType.get() }
        return try TypeChecker.type(of: root, result: StaticType(of: result))
    }

    /// Finds what is wrong with the expression for every result: unknown names, operations that no type allows.
    package func check() throws(ExpressionError) {
        _ = try generalType.get()
    }

    /// Finds what is wrong with the expression as a condition: beside all that, a value that cannot be true or false.
    package func checkCondition() throws(ExpressionError) {
        let type = try generalType.get()
        guard type == .any || type == .bool else { throw notBool(type.name) }
    }

    /// The value for a metric's result; the whole expression is checked against the result's type first.
    ///
    /// - Parameter now: what `now()` gives; for a measurement the time that it is of, so that judging it again says the same.
    package func evaluate(
        result: Value, mode: Mode = .argo, now: Timestamp? = nil
    ) throws(ExpressionError) -> Value {
        _ = try type(for: result)
        var evaluator = Evaluator(result: result, mode: mode, now: now)
        return try evaluator.value(of: root)
    }

    /// The truth of the condition for a metric's result; anything but a boolean is an error.
    package func holds(result: Value, mode: Mode = .argo, now: Timestamp? = nil) throws(ExpressionError) -> Bool {
        let type = try type(for: result)
        // Argo looks at the value only, after everything else that may be wrong.
        if mode == .safe, type != .any, type != .bool { throw notBool(type.name) }
        var evaluator = Evaluator(result: result, mode: mode, now: now)
        let value = try evaluator.value(of: root)
        guard case .bool(let holds) = value else { throw notBool(type == .int64 ? type.name : value.typeName) }
        return holds
    }

    private func notBool(_ name: String) -> ExpressionError {
        ExpressionError(.type, "expected bool, but got \(name)", at: root.offset)
    }
}

extension Expression: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension Expression: CustomStringConvertible {
    package var description: String { text }
}
