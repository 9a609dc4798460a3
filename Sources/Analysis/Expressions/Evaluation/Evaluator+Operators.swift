/// Binary operators, and what safe mode makes of data without information.
extension Evaluator {
    mutating func binary(
        _ symbol: String, _ left: SyntaxNode, _ right: SyntaxNode, _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        switch symbol {
        case "&&", "and": return try logic(left, right, decidedBy: false)
        case "||", "or": return try logic(left, right, decidedBy: true)
        case "??":
            let value = try value(of: left)
            return value.isNil ? try self.value(of: right) : value
        default: break
        }
        let values = (try value(of: left), try value(of: right))
        if mode == .safe { try requireInformation(symbol, values, left, right, node) }
        switch symbol {
        case "==", "!=":
            try read(values.0, at: node)
            try read(values.1, at: node)
        case "in": try read(values.1, at: node)
        case "matches", "contains", "startsWith", "endsWith":
            if case .string(let text) = values.0, case .string(let part) = values.1 {
                return .bool(try search(symbol, text, part, node))
            }
        case "..":
            let bounds = (
                try Operators.integer(values.0, at: node.offset), try Operators.integer(values.1, at: node.offset)
            )
            let (span, overflow) = bounds.1.subtractingReportingOverflow(bounds.0)
            if bounds.1 >= bounds.0 { try grow(overflow || span == .max ? .max : span + 1, at: node) }
        case "+":
            if case .string(let first) = values.0, case .string(let second) = values.1 {
                try spend((first.utf8.count + second.utf8.count) / Value.weightPerStep, at: node)
            }
        default: break
        }
        return try Operators.binary(symbol, values.0, values.1, at: node.offset)
    }

    private mutating func search(
        _ symbol: String, _ text: String, _ part: String, _ node: SyntaxNode
    ) throws(ExpressionError) -> Bool {
        switch symbol {
        case "matches":
            let pattern = try Pattern(part, at: node.offset)
            try spend(pattern.steps(in: text), at: node)
            return pattern.occurs(in: text)
        case "contains":
            try spend(Text.steps(toFind: part, in: text), at: node)
            return Text.range(of: part, in: text) != nil
        case "startsWith": return text.utf8.starts(with: part.utf8)
        default: return text.utf8.reversed().starts(with: part.utf8.reversed())
        }
    }

    /// `&&` and `||`, where in safe mode an undecided side is decided by the other one alone.
    ///
    /// Of the right side the library does not ask whether it is a truth; whoever uses it will.
    private mutating func logic(
        _ left: SyntaxNode, _ right: SyntaxNode, decidedBy decisive: Bool
    ) throws(ExpressionError) -> Value {
        let first: Bool
        do {
            first = try bool(left)
        } catch  where mode == .safe && error.isAboutData {
            if try bool(right) == decisive { return .bool(decisive) }
            throw error
        }
        return first == decisive ? .bool(decisive) : try value(of: right)
    }

    /// In safe mode nothing follows from comparing a value that carries no information, unless it is asked about as such.
    private func requireInformation(
        _ symbol: String, _ values: (Value, Value), _ left: SyntaxNode, _ right: SyntaxNode, _ node: SyntaxNode
    ) throws(ExpressionError) {
        switch symbol {
        case "==", "!=": if left.isNilLiteral || right.isNilLiteral { return }
        case "<", ">", "<=", ">=", "in", "matches", "contains", "startsWith", "endsWith": break
        default: return
        }
        let operands = symbol == "in" ? [values.0] : [values.0, values.1]
        for value in operands {
            if value.isNil { throw ExpressionError(.undecided, "no value to compare", at: node.offset) }
            if case .double(let double) = value, !double.isFinite {
                throw ExpressionError(
                    .undecided, "\(GoNumber.text(double)) says nothing in a comparison", at: node.offset)
            }
        }
    }
}

extension ExpressionError {
    /// True where other data could have given a value.
    package var isAboutData: Bool { code == .undecided || code == .value }
}
