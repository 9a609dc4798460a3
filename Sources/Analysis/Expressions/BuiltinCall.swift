/// A call of a builtin whose arguments are values.
struct BuiltinCall {
    let builtin: Builtin
    let arguments: [Value]
    let offset: Int

    func value() throws(ExpressionError) -> Value {
        switch builtin {
        case .max, .min, .mean, .median: try aggregate()
        case .abs, .ceil, .floor, .round: try rounding()
        case .bitand, .bitor, .bitxor, .bitnand, .bitnot, .bitshl, .bitshr, .bitushr: try bits()
        case .len, .get, .first, .last, .take, .reverse, .sort, .uniq, .concat, .flatten, .keys, .values, .toPairs,
            .fromPairs:
            try collection()
        case .int, .float, .string, .type, .asInt, .asFloat, .isNaN, .isInf: try conversion()
        default: try text()
        }
    }

    private func mismatch(_ position: Int) -> ExpressionError {
        ExpressionError(
            .value, "invalid argument for \(builtin.rawValue) (type \(arguments[position].typeName))", at: offset)
    }

    private func int(_ position: Int) throws(ExpressionError) -> Int {
        guard case .int(let int) = arguments[position] else { throw mismatch(position) }
        return int
    }

    private func string(_ position: Int) throws(ExpressionError) -> String {
        guard case .string(let string) = arguments[position] else { throw mismatch(position) }
        return string
    }

    private func array(_ position: Int) throws(ExpressionError) -> [Value] {
        guard case .array(let elements, _) = arguments[position] else { throw mismatch(position) }
        return elements
    }

    private func map(_ position: Int) throws(ExpressionError) -> [Value.Member] {
        guard case .map(let members) = arguments[position] else { throw mismatch(position) }
        return members
    }
}

extension BuiltinCall {
    private func aggregate() throws(ExpressionError) -> Value {
        var numbers: [Value] = []
        for (position, argument) in arguments.enumerated() {
            if case .array(let elements, _) = argument {
                guard elements.allSatisfy({ $0.number != nil }) else { throw mismatch(position) }
                numbers += elements
            } else {
                guard argument.number != nil else { throw mismatch(position) }
                numbers.append(argument)
            }
        }
        switch builtin {
        case .max, .min:
            guard var best = numbers.first else { return .null }
            for number in numbers.dropFirst()
            where Operators.order(builtin == .max ? "<" : ">", best, number) == true { best = number }
            return best
        case .mean:
            let values = numbers.compactMap(\.number)
            return .double(values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count))
        default:
            let values = numbers.compactMap(\.number).sorted { $0.isNaN ? !$1.isNaN : $0 < $1 }
            guard !values.isEmpty else { return .double(0) }
            let middle = values.count / 2
            return .double(values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2)
        }
    }

    private func rounding() throws(ExpressionError) -> Value {
        if builtin == .abs, case .int(let int) = arguments[0] { return .int(int < 0 ? 0 &- int : int) }
        guard let number = arguments[0].number else { throw mismatch(0) }
        switch builtin {
        case .abs: return .double(number.magnitude)
        case .ceil: return .double(number.rounded(.up))
        case .floor: return .double(number.rounded(.down))
        default: return .double(number.rounded(.toNearestOrAwayFromZero))
        }
    }

    private func bits() throws(ExpressionError) -> Value {
        let left = try int(0)
        if builtin == .bitnot { return .int(~left) }
        let right = try int(1)
        switch builtin {
        case .bitand: return .int(left & right)
        case .bitor: return .int(left | right)
        case .bitxor: return .int(left ^ right)
        case .bitnand: return .int(left & ~right)
        default:
            guard right >= 0 else {
                throw ExpressionError(.value, "invalid operation: negative shift count \(right)", at: offset)
            }
            switch builtin {
            case .bitshl: return .int(left << right)
            case .bitshr: return .int(left >> right)
            default: return .int(Int(bitPattern: UInt(bitPattern: left) >> UInt(right)))
            }
        }
    }

    private func conversion() throws(ExpressionError) -> Value {
        let argument = arguments[0]
        switch builtin {
        case .int:
            if let int = Self.integer(argument) { return .int(int) }
            throw ExpressionError(.value, "invalid operation: int(\(Self.shown(argument)))", at: offset)
        case .float:
            if let number = argument.number { return .double(number) }
            if case .string(let text) = argument, let number = GoNumber.float(text) { return .double(number) }
            throw ExpressionError(.value, "invalid operation: float(\(Self.shown(argument)))", at: offset)
        case .asInt, .asFloat: return try argoConversion(argument)
        case .isNaN, .isInf:
            guard let number = argument.number else { throw mismatch(0) }
            return .bool(builtin == .isNaN ? number.isNaN : number.isInfinite)
        case .type: return .string(argument.kindName)
        default: return .string(argument.description)
        }
    }

    private static func integer(_ value: Value) -> Int? {
        switch value {
        case .int(let int): int
        case .double(let double): GoNumber.truncated(double)
        case .string(let text): GoNumber.int(text)
        default: nil
        }
    }

    /// The library names the text of a string, and only the type of anything else.
    private static func shown(_ value: Value) -> String {
        if case .string(let text) = value { text } else { value.typeName }
    }

    private func argoConversion(_ argument: Value) throws(ExpressionError) -> Value {
        let name = builtin == .asInt ? "ParseInt" : "ParseFloat"
        switch argument {
        case .int(let int): return builtin == .asInt ? .int(int) : .double(Double(int))
        case .double(let double): return builtin == .asInt ? .int(GoNumber.truncated(double)) : .double(double)
        case .string(let text):
            let value: Value? =
                builtin == .asInt ? GoNumber.int(text).map { .int($0) } : GoNumber.float(text).map { .double($0) }
            if let value { return value }
            throw ExpressionError(.value, "strconv.\(name): parsing \"\(text)\": invalid syntax", at: offset)
        default:
            throw ExpressionError(
                .value, "\(builtin.rawValue)() not supported on \(argument.typeName) \(argument)", at: offset)
        }
    }
}

extension BuiltinCall {
    private func collection() throws(ExpressionError) -> Value {
        switch builtin {
        case .len: return try length()
        case .get: return try element()
        case .first: return try array(0).first ?? .null
        case .last: return try array(0).last ?? .null
        case .take:
            let count = try int(1)
            guard count >= 0 else { throw ExpressionError(.value, "cannot take \(count) elements", at: offset) }
            return .array(Array(try array(0).prefix(count)), of: .any)
        case .reverse: return .array(try array(0).reversed(), of: .any)
        case .sort:
            let order = arguments.count > 1 ? arguments[1] : .string("asc")
            return .array(try Predicates.sorted(try array(0).map { ($0, $0) }, order, offset), of: .any)
        case .uniq:
            var seen: [Value] = []
            for element in try array(0) where !seen.contains(where: { Value.areEqual($0, element) }) {
                // Comparing each with each is bounded by what a metric query may return.
                guard seen.count < 2000 else { throw ExpressionError(.limit, "too many values for uniq", at: offset) }
                seen.append(element)
            }
            return .array(seen, of: .any)
        case .concat:
            var whole: [Value] = []
            for position in arguments.indices { whole += try array(position) }
            return .array(whole, of: .any)
        case .flatten:
            return .array(Self.flattened(try array(0)), of: .any)
        default: return try pairs()
        }
    }

    private static func flattened(_ elements: [Value]) -> [Value] {
        elements.flatMap { element in
            if case .array(let inner, _) = element { flattened(inner) } else { [element] }
        }
    }

    private func length() throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .string(let text): return .int(text.unicodeScalars.count)
        case .array(let elements, _): return .int(elements.count)
        case .map(let members): return .int(members.count)
        default: throw mismatch(0)
        }
    }

    private func element() throws(ExpressionError) -> Value {
        switch (arguments[0], arguments[1]) {
        case (.map, .string(let name)): return arguments[0][name] ?? .null
        case (.array(let elements, _), .int(let index)):
            let position = index < 0 ? index &+ elements.count : index
            return elements.indices.contains(position) ? elements[position] : .null
        default: return .null
        }
    }

    private func pairs() throws(ExpressionError) -> Value {
        switch builtin {
        case .keys: return .array(try map(0).map { .string($0.name) }, of: .any)
        case .values: return .array(try map(0).map(\.value), of: .any)
        case .toPairs: return .array(try map(0).map { .array([.string($0.name), $0.value], of: .any) }, of: .any)
        default:
            var members: [Value.Member] = []
            for pair in try array(0) {
                guard case .array(let pair, _) = pair, pair.count == 2, case .string(let name) = pair[0] else {
                    throw ExpressionError(.value, "invalid pair \(pair)", at: offset)
                }
                members.append(Value.Member(name, pair[1]))
            }
            return .map(members)
        }
    }
}

extension BuiltinCall {
    private func text() throws(ExpressionError) -> Value {
        switch builtin {
        case .trim: return .string(Text.trimmed(try string(0), of: arguments.count > 1 ? try string(1) : nil))
        case .trimPrefix:
            let (text, prefix) = (try string(0), try string(1))
            return .string(text.utf8.starts(with: prefix.utf8) ? Self.dropping(prefix.utf8.count, of: text) : text)
        case .trimSuffix:
            let (text, suffix) = (try string(0), try string(1))
            guard text.utf8.reversed().starts(with: suffix.utf8.reversed()) else { return .string(text) }
            return .string(String(decoding: text.utf8.dropLast(suffix.utf8.count), as: UTF8.self))
        case .upper: return .string(try string(0).uppercased())
        case .lower: return .string(try string(0).lowercased())
        case .split, .splitAfter: return try pieces()
        case .replace: return try replacement()
        case .repeat:
            let count = try int(1)
            guard count >= 0 else { throw ExpressionError(.value, "cannot repeat \(count) times", at: offset) }
            return .string(String(repeating: try string(0), count: count))
        case .join: return try joined()
        case .indexOf: return .int(Text.range(of: try string(1), in: try string(0))?.lowerBound ?? -1)
        case .lastIndexOf: return .int(Text.lastOffset(of: try string(1), in: try string(0)) ?? -1)
        case .hasPrefix: return .bool(try string(0).utf8.starts(with: try string(1).utf8))
        default: return .bool(try string(0).utf8.reversed().starts(with: try string(1).utf8.reversed()))
        }
    }

    private static func dropping(_ count: Int, of text: String) -> String {
        String(decoding: text.utf8.dropFirst(count), as: UTF8.self)
    }

    private func pieces() throws(ExpressionError) -> Value {
        let separator = try string(1)
        var pieces = Text.split(try string(0), by: separator, limit: arguments.count > 2 ? try int(2) : nil)
        if builtin == .splitAfter {
            for position in pieces.indices.dropLast() { pieces[position] += separator }
        }
        return .array(pieces.map { .string($0) }, of: .string)
    }

    private func replacement() throws(ExpressionError) -> Value {
        let (text, old, new) = (try string(0), try string(1), try string(2))
        guard !old.isEmpty else { throw ExpressionError(.value, "nothing to replace", at: offset) }
        let count = arguments.count > 3 ? try int(3) : -1
        let limit = count < 0 ? nil : Optional(count == .max ? count : count + 1)
        return .string(Text.split(text, by: old, limit: limit).joined(separator: new))
    }

    private func joined() throws(ExpressionError) -> Value {
        var texts: [String] = []
        for element in try array(0) {
            guard case .string(let text) = element else { throw mismatch(0) }
            texts.append(text)
        }
        return .string(texts.joined(separator: arguments.count > 1 ? try string(1) : ""))
    }
}

extension Value {
    /// What the builtin `type` calls the value.
    fileprivate var kindName: String {
        switch self {
        case .null, .nilPointer: "nil"
        case .bool: "bool"
        case .int: "int"
        case .double: "float"
        case .string: "string"
        case .array: "array"
        case .map: "map"
        }
    }
}
