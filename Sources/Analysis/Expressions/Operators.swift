import Glibc

/// The operators on values, with the messages that Argo's expression library gives.
enum Operators {
    static func unary(_ symbol: String, _ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch (symbol, value) {
        case ("not", .bool(let bool)), ("!", .bool(let bool)): return .bool(!bool)
        case ("-", .int(let int)): return .int(0 &- int)
        case ("-", .double(let double)): return .double(-double)
        case ("+", .int), ("+", .double): return value
        case ("not", _), ("!", _):
            throw ExpressionError(
                .value, "interface conversion: interface {} is \(value.typeName), not bool", at: offset)
        default: throw ExpressionError(.value, "invalid operation: \(symbol) \(value.typeName)", at: offset)
        }
    }

    static func binary(
        _ symbol: String, _ left: Value, _ right: Value, at offset: Int
    ) throws(ExpressionError) -> Value {
        switch symbol {
        case "==": return .bool(Value.areEqual(left, right))
        case "!=": return .bool(!Value.areEqual(left, right))
        case "in": return .bool(try contains(right, left, at: offset))
        case "matches", "contains", "startsWith", "endsWith":
            if left.isNil || right.isNil { return .bool(false) }
            if case .string(let left) = left, case .string(let right) = right {
                return .bool(try text(symbol, left, right, at: offset))
            }
        case "..":
            if case .int(let first) = left, case .int(let last) = right {
                return .array(last < first ? [] : (first...last).map { .int($0) }, of: .int)
            }
        case "+":
            if case .string(let left) = left, case .string(let right) = right { return .string(left + right) }
            if let value = arithmetic(symbol, left, right) { return value }
        case "%":
            if case .int(let left) = left, case .int(let right) = right {
                guard right != 0 else { throw ExpressionError(.value, "integer divide by zero", at: offset) }
                return .int(left.remainderReportingOverflow(dividingBy: right).partialValue)
            }
        case "<", ">", "<=", ">=":
            if let holds = order(symbol, left, right) { return .bool(holds) }
        default:
            if let value = arithmetic(symbol, left, right) { return value }
        }
        throw ExpressionError(
            .value, "invalid operation: \(left.typeName) \(symbol) \(right.typeName)", at: offset)
    }

    private static func arithmetic(_ symbol: String, _ left: Value, _ right: Value) -> Value? {
        if case .int(let left) = left, case .int(let right) = right {
            switch symbol {
            case "+": return .int(left &+ right)
            case "-": return .int(left &- right)
            case "*": return .int(left &* right)
            default: break
            }
        }
        guard let left = left.number, let right = right.number else { return nil }
        switch symbol {
        case "+": return .double(left + right)
        case "-": return .double(left - right)
        case "*": return .double(left * right)
        case "/": return .double(left / right)
        case "**", "^": return .double(pow(left, right))
        default: return nil
        }
    }

    static func order(_ symbol: String, _ left: Value, _ right: Value) -> Bool? {
        if case .int(let left) = left, case .int(let right) = right { return order(symbol, left, right) }
        if case .string(let left) = left, case .string(let right) = right {
            return order(symbol, Bytes(left), Bytes(right))
        }
        guard let left = left.number, let right = right.number else { return nil }
        return order(symbol, left, right)
    }

    private static func order<Operand: Comparable>(_ symbol: String, _ left: Operand, _ right: Operand) -> Bool {
        switch symbol {
        case "<": left < right
        case ">": left > right
        case "<=": left <= right
        default: left >= right
        }
    }

    /// Text in the order of its bytes, as Go compares it.
    private struct Bytes: Comparable {
        let text: String

        init(_ text: String) {
            self.text = text
        }

        static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
    }

    private static func text(
        _ symbol: String, _ left: String, _ right: String, at offset: Int
    ) throws(ExpressionError) -> Bool {
        switch symbol {
        case "matches": try Pattern(right, at: offset).occurs(in: left)
        case "contains": Text.range(of: right, in: left) != nil
        case "startsWith": left.utf8.starts(with: right.utf8)
        default: left.utf8.reversed().starts(with: right.utf8.reversed())
        }
    }

    private static func contains(_ whole: Value, _ part: Value, at offset: Int) throws(ExpressionError) -> Bool {
        switch whole {
        case .array(let elements, _): return elements.contains { Value.areEqual($0, part) }
        case .map:
            if part.isNil { return false }
            guard case .string(let name) = part else {
                throw ExpressionError(.value, "cannot use \(part.typeName) as a map key", at: offset)
            }
            return whole[name] != nil
        case .null, .nilPointer: return false
        default: throw ExpressionError(.value, "operator \"in\" not defined on \(whole.typeName)", at: offset)
        }
    }

    static func member(of base: Value, _ property: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch (base, property) {
        case (.map, .string(let name)): return base[name] ?? .null
        case (.array(let elements, _), .int), (.array(let elements, _), .double):
            let wanted: Int
            switch property {
            case .int(let int): wanted = int
            case .double(let double): wanted = GoNumber.truncated(double)
            default: wanted = 0
            }
            let position = wanted < 0 ? wanted &+ elements.count : wanted
            guard elements.indices.contains(position) else {
                throw ExpressionError(
                    .value, "index out of range: \(wanted) (array length is \(elements.count))", at: offset)
            }
            return elements[position]
        default: throw ExpressionError(.value, "cannot fetch \(property) from \(base.typeName)", at: offset)
        }
    }

    static func slice(_ base: Value, from: Value?, to: Value?, at offset: Int) throws(ExpressionError) -> Value {
        let count: Int
        switch base {
        case .array(let elements, _): count = elements.count
        case .string(let text): count = text.unicodeScalars.count
        default: throw ExpressionError(.value, "cannot slice \(base.typeName)", at: offset)
        }
        func bound(_ value: Value?, else standard: Int) throws(ExpressionError) -> Int {
            guard let value else { return standard }
            guard case .int(let int) = value else {
                throw ExpressionError(.value, "non-integer slice index \(value.typeName)", at: offset)
            }
            return min(count, max(0, int < 0 ? int &+ count : int))
        }
        let upper = try bound(to, else: count)
        let lower = min(try bound(from, else: 0), upper)
        switch base {
        case .array(let elements, let element): return .array(Array(elements[lower..<upper]), of: element)
        case .string(let text):
            return .string(String(String.UnicodeScalarView(text.unicodeScalars.dropFirst(lower).prefix(upper - lower))))
        default: return base
        }
    }
}
