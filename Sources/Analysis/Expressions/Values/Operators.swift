import Glibc

/// The operators on values, with the messages that Argo's expression library gives.
enum Operators {
    static func unary(_ symbol: String, _ value: Value, at offset: Int) throws(ExpressionError) -> Value {
        switch (symbol, value) {
        case ("not", .bool(let bool)), ("!", .bool(let bool)): return .bool(!bool)
        case ("not", _), ("!", _): throw .conversion(of: value, to: "bool", at: offset)
        case ("-", .int(let int)): return .int(0 &- int)
        case ("-", .double(let double)): return .double(-double)
        case ("+", _): return value
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
            _ = (try string(left, offset), try string(right, offset))
        case "..":
            let (first, last) = (try integer(left, at: offset), try integer(right, at: offset))
            return .array(last < first ? [] : (first...last).map { .int($0) }, of: .int)
        case "%":
            if case .int(let left) = left, case .int(let right) = right {
                guard right != 0 else {
                    throw ExpressionError(.value, "runtime error: integer divide by zero", at: offset)
                }
                return .int(left.remainderReportingOverflow(dividingBy: right).partialValue)
            }
        case "<", ">", "<=", ">=":
            if let holds = order(symbol, left, right) { return .bool(holds) }
        case "**", "^":
            return .double(pow(try number(left, at: offset), try number(right, at: offset)))
        default:
            if let value = arithmetic(symbol, left, right) ?? temporal(symbol, left, right) { return value }
        }
        throw ExpressionError(
            .value, "invalid operation: \(left.typeName) \(symbol) \(right.typeName)", at: offset)
    }

    /// A number as an integer, cut off at its point; anything else is an error.
    static func integer(_ value: Value, at offset: Int) throws(ExpressionError) -> Int {
        switch value {
        case .int(let int): return int
        case .double(let double): return GoNumber.truncated(double)
        default: throw ExpressionError(.value, "invalid operation: int(\(value.typeName))", at: offset)
        }
    }

    private static func number(_ value: Value, at offset: Int) throws(ExpressionError) -> Double {
        guard let number = value.number else {
            throw ExpressionError(.value, "invalid operation: float(\(value.typeName))", at: offset)
        }
        return number
    }

    static func string(_ value: Value, _ offset: Int) throws(ExpressionError) -> String {
        guard case .string(let string) = value else { throw .conversion(of: value, to: "string", at: offset) }
        return string
    }

    private static func arithmetic(_ symbol: String, _ left: Value, _ right: Value) -> Value? {
        switch (symbol, left, right) {
        case ("+", .string(let left), .string(let right)): return .string(left + right)
        case ("+", .int(let left), .int(let right)): return .int(left &+ right)
        case ("-", .int(let left), .int(let right)): return .int(left &- right)
        case ("*", .int(let left), .int(let right)): return .int(left &* right)
        default: break
        }
        guard let left = left.number, let right = right.number else { return nil }
        switch symbol {
        case "+": return .double(left + right)
        case "-": return .double(left - right)
        case "*": return .double(left * right)
        case "/": return .double(left / right)
        default: return nil
        }
    }

    /// Times and spans of time; a span times a fraction is a number of nanoseconds and no longer a span, as in the library.
    private static func temporal(_ symbol: String, _ left: Value, _ right: Value) -> Value? {
        switch (symbol, left, right) {
        case ("+", .temporal(.time(let time)), .temporal(.duration(let span))),
            ("+", .temporal(.duration(let span)), .temporal(.time(let time))):
            return .temporal(.time(time.adding(span)))
        case ("-", .temporal(.time(let time)), .temporal(.duration(let span))):
            return .temporal(.time(time.adding(0 &- span)))
        case ("-", .temporal(.time(let left)), .temporal(.time(let right))):
            return .temporal(.duration(left.since(right)))
        case ("+", .temporal(.duration(let left)), .temporal(.duration(let right))):
            return .temporal(.duration(left &+ right))
        case ("-", .temporal(.duration(let left)), .temporal(.duration(let right))):
            return .temporal(.duration(left &- right))
        case ("*", .temporal(.duration(let left)), .temporal(.duration(let right))):
            return .temporal(.duration(left &* right))
        case ("*", .temporal(.duration(let span)), .int(let count)),
            ("*", .int(let count), .temporal(.duration(let span))):
            return .temporal(.duration(span &* Int64(count)))
        case ("*", .temporal(.duration(let span)), .double(let factor)),
            ("*", .double(let factor), .temporal(.duration(let span))):
            return .double(Double(span) * factor)
        default: return nil
        }
    }

    /// Whether the order holds; nil where the values have none between them.
    static func order(_ symbol: String, _ left: Value, _ right: Value) -> Bool? {
        switch (left, right) {
        case (.int(let left), .int(let right)): return order(symbol, left, right)
        case (.string(let left), .string(let right)): return order(symbol, Bytes(left), Bytes(right))
        case (.temporal(let left), .temporal(let right)):
            guard let before = left.precedes(right), let after = right.precedes(left) else { return nil }
            return symbol == "<" ? before : symbol == ">" ? after : symbol == "<=" ? !after : !before
        default:
            guard let left = left.number, let right = right.number else { return nil }
            return order(symbol, left, right)
        }
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

        static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
        static func < (left: Self, right: Self) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }
    }
}

extension Operators {
    private static func contains(_ whole: Value, _ part: Value, at offset: Int) throws(ExpressionError) -> Bool {
        switch whole {
        case .array(let elements, _): return elements.contains { Value.areEqual($0, part) }
        case .map: return whole[try key(part, at: offset)] != nil
        case .dictionary(let entries, _): return entries.contains { Value.isIdentical($0.key, part) }
        case .null, .nilPointer: return false
        default: throw ExpressionError(.value, "operator \"in\" not defined on \(whole.typeName)", at: offset)
        }
    }

    /// The name of a map's member; nil stands for the empty name.
    private static func key(_ value: Value, at offset: Int) throws(ExpressionError) -> String {
        if value == .null { return "" }
        guard case .string(let name) = value else {
            throw ExpressionError(
                .value,
                "reflect.Value.MapIndex: value of type \(value.typeName) is not assignable to type string", at: offset)
        }
        return name
    }

    static func member(of base: Value, _ property: Value, at offset: Int) throws(ExpressionError) -> Value {
        let count: Int
        switch base {
        case .map: return base[try key(property, at: offset)] ?? .null
        case .dictionary(let entries, let isGrouped):
            return entries.first { Value.isIdentical($0.key, property) }?.value
                ?? (isGrouped ? .array([], of: .nothing) : .null)
        case .array(let elements, _): count = elements.count
        case .string(let text): count = text.utf8.count
        default:
            throw ExpressionError(.value, "cannot fetch \(property.goText) from \(base.typeName)", at: offset)
        }
        guard let position = position(try integer(property, at: offset), in: count) else {
            let wanted = try integer(property, at: offset)
            throw ExpressionError(
                .value,
                "index out of range: \(wanted < 0 ? wanted &+ count : wanted) (array length is \(count))", at: offset)
        }
        return element(position, of: base)
    }

    /// Counted from the end where it is negative; nil outside of the array.
    static func position(_ index: Int, in count: Int) -> Int? {
        let position = index < 0 ? index &+ count : index
        return (0..<count).contains(position) ? position : nil
    }

    /// An element of an array, or a byte of a text.
    static func element(_ position: Int, of base: Value) -> Value {
        switch base {
        case .array(let elements, _): return elements[position]
        case .string(let text): return .int(Int(text.utf8[text.utf8.index(text.utf8.startIndex, offsetBy: position)]))
        default: return .null
        }
    }

    /// Bounds count from the end where they are negative, and are cut off at both ends; text is cut by bytes.
    static func slice(_ base: Value, from: Value?, to: Value?, at offset: Int) throws(ExpressionError) -> Value {
        let count: Int
        switch base {
        case .array(let elements, _): count = elements.count
        case .string(let text): count = text.utf8.count
        default:
            let name = to == nil ? "invalid argument for len (type \(base.typeName))" : "cannot slice \(base.typeName)"
            throw ExpressionError(.value, name, at: offset)
        }
        func bound(_ value: Value?, else standard: Int) throws(ExpressionError) -> Int {
            guard let value else { return standard }
            let int = try integer(value, at: offset)
            return min(count, max(0, int < 0 ? int &+ count : int))
        }
        let upper = try bound(to, else: count)
        let lower = min(try bound(from, else: 0), upper)
        switch base {
        case .array(let elements, let element): return .array(Array(elements[lower..<upper]), of: element)
        case .string(let text):
            return .string(String(decoding: text.utf8.dropFirst(lower).prefix(upper - lower), as: UTF8.self))
        default: return base
        }
    }
}

extension ExpressionError {
    /// What Go says where a value of an unknown type turns out to have another one.
    static func conversion(of value: Value, to name: String, at offset: Int) -> ExpressionError {
        ExpressionError(
            .value, "interface conversion: interface {} is \(value.interfaceName), not \(name)", at: offset)
    }
}
