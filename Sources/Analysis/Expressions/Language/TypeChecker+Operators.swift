/// Which types the operators take.
extension TypeChecker {
    func unary(_ symbol: String, _ operand: StaticType, at offset: Int) throws(ExpressionError) -> StaticType {
        switch symbol {
        case "not", "!": if operand == .bool || operand == .any { return .bool }
        default: if operand.isNumber || operand == .any { return operand }
        }
        throw ExpressionError(.type, "invalid operation: \(symbol) (mismatched type \(operand.name))", at: offset)
    }

    func binary(
        _ symbol: String, _ left: StaticType, _ right: StaticType, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let type =
            switch symbol {
            case "in": try membership(left, right, at: offset)
            case "??": StaticType.joined(left, right)
            case "+", "-", "*", "/", "%", "**", "^": Self.arithmetic(symbol, left, right)
            default: Self.logic(symbol, left, right)
            }
        guard let type else {
            throw ExpressionError(
                .type, "invalid operation: \(symbol) (mismatched types \(left.name) and \(right.name))", at: offset)
        }
        return type
    }

    /// True where one is unknown, and the other is too or one of `kinds`.
    private static func mayFit(_ left: StaticType, _ right: StaticType, _ kinds: (StaticType) -> Bool) -> Bool {
        left == .any && (right == .any || kinds(right)) || right == .any && kinds(left)
    }

    private static func logic(_ symbol: String, _ left: StaticType, _ right: StaticType) -> StaticType? {
        switch symbol {
        case "==", "!=": return left.isComparable(with: right) ? .bool : nil
        case "or", "||", "and", "&&":
            return left == .bool && right == .bool || mayFit(left, right) { $0 == .bool } ? .bool : nil
        case "<", ">", "<=", ">=":
            let isOrdered = left.isNumber && right.isNumber || left == right && left.isOrdered
            return isOrdered || mayFit(left, right) { $0.isNumber || $0.isOrdered } ? .bool : nil
        case "matches", "contains", "startsWith", "endsWith":
            return left == .string && right == .string || mayFit(left, right) { $0 == .string } ? .bool : nil
        case "..":
            let isRange = left.isInteger && right.isInteger || mayFit(left, right, \.isInteger)
            return isRange ? .list(of: .int) : nil
        default: return nil
        }
    }

    private static func arithmetic(_ symbol: String, _ left: StaticType, _ right: StaticType) -> StaticType? {
        let areNumbers = left.isNumber && right.isNumber
        switch symbol {
        case "/", "**", "^": return areNumbers || mayFit(left, right, \.isNumber) ? .float : nil
        case "%": return left.isInteger && right.isInteger || mayFit(left, right, \.isInteger) ? .int : nil
        default: break
        }
        if areNumbers { return left == .float || right == .float ? .float : .int }
        switch (symbol, left, right) {
        case ("+", .string, .string): return .string
        case ("+", .time, .duration), ("+", .duration, .time), ("-", .time, .duration): return .time
        case ("-", .time, .time), (_, .duration, .duration): return .duration
        case ("*", .duration, _) where right.isNumber, ("*", _, .duration) where left.isNumber: return .duration
        default: break
        }
        let fits = mayFit(left, right) { type in
            type.isNumber || type == .duration || symbol == "+" && type == .string || symbol != "*" && type == .time
        }
        return fits ? .any : nil
    }

    private func membership(
        _ left: StaticType, _ right: StaticType, at offset: Int
    ) throws(ExpressionError) -> StaticType? {
        if right == .any || left == .any && right == .string { return .bool }
        if right == .map {
            guard left == .any || left == .string else {
                throw ExpressionError(.type, "cannot use \(left.name) as type string in map key", at: offset)
            }
            return .bool
        }
        if right.isMap { return .bool }
        guard right.isArray else { return nil }
        guard left.isComparable(with: right.element) else {
            throw ExpressionError(
                .type, "cannot use \(left.name) as type \(right.element.name) in array", at: offset)
        }
        return .bool
    }
}

extension StaticType {
    /// Values of the type have an order among themselves.
    fileprivate var isOrdered: Bool { [.string, .time, .duration].contains(self) }
}
