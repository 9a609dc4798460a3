/// The builtins that evaluate an expression for every element of an array.
enum Predicates {
    static func call(
        _ builtin: Builtin, _ arguments: [SyntaxNode], _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        let subject = try evaluator.value(of: arguments[0])
        guard case .array(let elements, let kind) = subject else {
            throw ExpressionError(
                .value, "builtin \(builtin.rawValue) takes only array (got \(subject.typeName))", at: node.offset)
        }
        try evaluator.spend(elements.count, at: node)
        if evaluator.mode == .safe, elements.isEmpty {
            throw ExpressionError(.undecided, "no elements to look at", at: node.offset)
        }
        guard arguments.count > 1 else { return try withoutPredicate(builtin, elements, node, evaluator.mode) }
        let body = arguments[1]
        switch builtin {
        case .all, .none, .any, .one, .count, .filter, .find, .findIndex, .findLast, .findLastIndex:
            return try search(builtin, elements, kind, body, by: &evaluator)
        case .map, .sum:
            var values: [Value] = []
            for (index, element) in elements.enumerated() {
                values.append(try evaluator.value(of: body, element: element, index: index))
            }
            return builtin == .map ? .array(values, of: .any) : try sum(values, node)
        case .reduce: return try reduce(elements, arguments, node, by: &evaluator)
        default: return try arrange(builtin, elements, kind, arguments, node, by: &evaluator)
        }
    }

    private static func withoutPredicate(
        _ builtin: Builtin, _ elements: [Value], _ node: SyntaxNode, _ mode: Expression.Mode
    ) throws(ExpressionError) -> Value {
        if builtin == .sum { return try sum(elements, node) }
        return .int(elements.count { $0 == .bool(true) })
    }

    private static func sum(_ values: [Value], _ node: SyntaxNode) throws(ExpressionError) -> Value {
        var total = Value.int(0)
        for value in values { total = try Operators.binary("+", total, value, at: node.offset) }
        return total
    }

    /// In safe mode an undecided element decides nothing, but another may: `any` needs only one that holds.
    private static func search(
        _ builtin: Builtin, _ elements: [Value], _ kind: Value.Element, _ body: SyntaxNode,
        by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        let isReversed = builtin == .findLast || builtin == .findLastIndex
        var found: [Int] = []
        var doubt: ExpressionError?
        for index in isReversed ? Array(elements.indices.reversed()) : Array(elements.indices) {
            let holds: Bool
            do {
                holds = try evaluator.holds(body, element: elements[index], index: index)
            } catch  where evaluator.mode == .safe && error.isAboutData {
                doubt = error
                continue
            }
            switch (builtin, holds) {
            case (.all, false), (.none, true): return .bool(false)
            case (.any, true): return .bool(true)
            case (.find, true), (.findLast, true): if doubt == nil { return elements[index] }
            case (.findIndex, true), (.findLastIndex, true): if doubt == nil { return .int(index) }
            default: break
            }
            if holds { found.append(index) }
        }
        if let doubt { throw doubt }
        switch builtin {
        case .all, .none: return .bool(true)
        case .any: return .bool(false)
        case .one: return .bool(found.count == 1)
        case .count: return .int(found.count)
        case .filter: return .array(found.map { elements[$0] }, of: kind)
        default: return .null
        }
    }

    private static func reduce(
        _ elements: [Value], _ arguments: [SyntaxNode], _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        var rest = Array(elements.enumerated())[...]
        var total: Value
        if arguments.count > 2 {
            total = try evaluator.value(of: arguments[2])
        } else {
            guard let first = rest.popFirst() else {
                throw ExpressionError(.value, "reduce of empty array with no initial value", at: node.offset)
            }
            total = first.element
        }
        for (index, element) in rest {
            total = try evaluator.value(of: arguments[1], element: element, index: index, accumulator: total)
            try evaluator.spend(total.weight, at: node)
        }
        return total
    }

    private static func arrange(
        _ builtin: Builtin, _ elements: [Value], _ kind: Value.Element, _ arguments: [SyntaxNode],
        _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        var keyed: [(key: Value, value: Value)] = []
        for (index, element) in elements.enumerated() {
            keyed.append((try evaluator.value(of: arguments[1], element: element, index: index), element))
        }
        if builtin == .groupBy {
            var groups: [Value.Member] = []
            for (key, value) in keyed {
                let name = key.description
                if let position = groups.firstIndex(where: { $0.name == name }) {
                    if case .array(let members, _) = groups[position].value {
                        groups[position] = Value.Member(name, .array(members + [value], of: .any))
                    }
                } else {
                    groups.append(Value.Member(name, .array([value], of: .any)))
                }
            }
            return .map(groups)
        }
        let order = arguments.count > 2 ? try evaluator.value(of: arguments[2]) : .string("asc")
        return .array(try sorted(keyed, order, node.offset), of: kind)
    }

    /// Stable, by numbers or text.
    static func sorted(
        _ keyed: [(key: Value, value: Value)], _ order: Value, _ offset: Int
    ) throws(ExpressionError) -> [Value] {
        let isDescending = order == .string("desc")
        guard isDescending || order == .string("asc") else {
            throw ExpressionError(.value, "invalid order \(order), expected asc or desc", at: offset)
        }
        if let first = keyed.first,
            let other = keyed.first(where: { Operators.order("<", first.key, $0.key) == nil })
        {
            throw ExpressionError(
                .value, "invalid operation: \(first.key.typeName) < \(other.key.typeName)", at: offset)
        }
        // NaN is smaller than any number, so that the order is one.
        let ascending = keyed.enumerated().sorted { left, right in
            let (a, b) = isDescending ? (right.element.key, left.element.key) : (left.element.key, right.element.key)
            if a.isNaN != b.isNaN { return a.isNaN }
            if Operators.order("<", a, b) == true { return true }
            if Operators.order(">", a, b) == true { return false }
            return left.offset < right.offset
        }
        return ascending.map(\.element.value)
    }
}

extension Value {
    fileprivate var isNaN: Bool { if case .double(let double) = self { double.isNaN } else { false } }
}
