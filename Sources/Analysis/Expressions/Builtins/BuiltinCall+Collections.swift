extension BuiltinCall {
    func collection() throws(ExpressionError) -> Value {
        switch builtin {
        case .len: return try length()
        case .get: return try element()
        case .first: return (try? Operators.member(of: arguments[0], .int(0), at: offset)) ?? .null
        case .last: return (try? Operators.member(of: arguments[0], .int(-1), at: offset)) ?? .null
        case .take: return try taken()
        case .reverse: return .array(try array(0, "reverse").reversed(), of: .any)
        case .sort: return try sorted()
        case .uniq: return try unique()
        case .concat:
            var whole: [Value] = []
            for position in arguments.indices { whole += try array(position, "concat") }
            return .array(whole, of: whole.isEmpty ? .nothing : .any)
        case .flatten: return .array(Self.flattened(try array(0, "flatten")), of: .any)
        default: return try pairs()
        }
    }

    private func array(_ position: Int, _ verb: String) throws(ExpressionError) -> [Value] {
        guard case .array(let elements, _) = arguments[position] else {
            throw fail("cannot \(verb) \(arguments[position].kindName)")
        }
        return elements
    }

    private func taken() throws(ExpressionError) -> Value {
        guard case .array(let elements, let kind) = arguments[0] else {
            throw fail("cannot take from \(arguments[0].kindName)")
        }
        guard case .int(let count) = arguments[1] else {
            throw fail("cannot take \(arguments[1].kindName) elements")
        }
        guard count >= 0 else { throw fail("reflect.Value.Slice: slice index out of bounds") }
        return .array(Array(elements.prefix(count)), of: kind)
    }

    /// What is no array is sorted like an empty one.
    private func sorted() throws(ExpressionError) -> Value {
        var isDescending = false
        if arguments.count > 1 {
            let order = try string(1)
            guard order == "asc" || order == "desc" else {
                throw fail("invalid order \(order), expected asc or desc")
            }
            isDescending = order == "desc"
        }
        guard case .array(let elements, _) = arguments[0] else { return .array([], of: .nothing) }
        return .array(try Predicates.sorted(elements.map { ($0, $0) }, isDescending: isDescending, offset), of: .any)
    }

    private func unique() throws(ExpressionError) -> Value {
        var seen: [Value] = []
        for element in try array(0, "uniq") where !seen.contains(where: { Value.areEqual(element, $0) }) {
            seen.append(element)
        }
        return .array(seen, of: .any)
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
        case .dictionary(let entries, _): return .int(entries.count)
        default: throw invalidArgument(arguments[0])
        }
    }

    /// Nil where there is no such element or member, but an index of the wrong type is an error.
    private func element() throws(ExpressionError) -> Value {
        switch arguments[0] {
        case .array(let elements, _):
            return Operators.position(try int(1), in: elements.count).map { elements[$0] } ?? .null
        case .string(let text):
            return Operators.position(try int(1), in: text.utf8.count)
                .map { Operators.element($0, of: arguments[0]) } ?? .null
        case .map: return try Operators.member(of: arguments[0], arguments[1], at: offset)
        case .dictionary(let entries, _):
            return entries.first { Value.isIdentical($0.key, arguments[1]) }?.value ?? .null
        default: return .null
        }
    }

    private func pairs() throws(ExpressionError) -> Value {
        if builtin == .fromPairs { return try dictionary() }
        let entries: [Value.Entry]
        switch arguments[0] {
        case .map(let members): entries = members.map { Value.Entry(.string($0.name), $0.value) }
        case .dictionary(let found, _): entries = found
        default:
            let kind = arguments[0].kindName
            throw fail(
                builtin == .toPairs
                    ? "cannot transform \(kind) to pairs" : "cannot get \(builtin.rawValue) from \(kind)")
        }
        switch builtin {
        case .keys: return .array(entries.map(\.key), of: .any)
        case .values: return .array(entries.map(\.value), of: .any)
        default: return .array(entries.map { .array([$0.key, $0.value], of: .half) }, of: .pair)
        }
    }

    /// Of a key that is repeated the last value counts.
    private func dictionary() throws(ExpressionError) -> Value {
        guard case .array(let elements, _) = arguments[0] else {
            throw fail("cannot transform \(arguments[0].goText) from pairs")
        }
        var entries: [Value.Entry] = []
        var indexes: [Value: Int] = [:]
        for element in elements {
            guard case .array(let pair, _) = element else { throw fail("invalid pair \(element.goText)") }
            guard pair.count == 2 else { throw fail("invalid pair length \(element.goText)") }
            let entry = Value.Entry(pair[0], pair[1])
            if let index = indexes[pair[0]], Value.isIdentical(entries[index].key, pair[0]) {
                entries[index] = entry
            } else {
                indexes[pair[0]] = entries.count
                entries.append(entry)
            }
        }
        return .dictionary(entries, isGrouped: false)
    }
}
