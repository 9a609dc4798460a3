/// The builtins that evaluate an expression for every element of an array.
enum Predicates {
    static func call(
        _ builtin: Builtin, _ arguments: [SyntaxNode], _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        let elements = try elements(of: arguments[0], node, by: &evaluator)
        let body = arguments.count > 1 ? arguments[1] : nil
        switch builtin {
        case .all, .none, .any, .one, .count, .filter, .find, .findIndex, .findLast, .findLastIndex:
            return try search(builtin, elements, body, node, by: &evaluator)
        case .map:
            try evaluator.grow(elements.count, at: node)
            return .array(try values(body, elements, by: &evaluator), of: .any)
        case .sum: return try sum(try values(body, elements, by: &evaluator), node, by: &evaluator)
        case .reduce: return try reduce(elements, arguments, node, by: &evaluator)
        case .groupBy: return try group(elements, try values(body, elements, by: &evaluator), node, by: &evaluator)
        default: return try arrange(elements, arguments, node, by: &evaluator)
        }
    }

    /// The element that `find` or `findLast` finds; nil where there is none.
    static func found(
        _ builtin: Builtin, _ arguments: [SyntaxNode], _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value? {
        let elements = try elements(of: arguments[0], node, by: &evaluator)
        let index = builtin == .find ? Builtin.findIndex : .findLastIndex
        guard case .int(let position) = try search(index, elements, arguments[1], node, by: &evaluator) else {
            return nil
        }
        return elements[position]
    }

    /// What is looked at: the elements of an array, or the bytes of a text.
    private static func elements(
        of node: SyntaxNode, _ whole: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> [Value] {
        let subject = try evaluator.value(of: node)
        let elements: [Value]
        switch subject {
        case .array(let values, _): elements = values
        case .string(let text):
            try evaluator.spend(text.utf8.count, at: whole)
            elements = text.utf8.map { .int(Int($0)) }
        case .map(let members) where members.isEmpty: elements = []
        case .dictionary(let entries, _) where entries.isEmpty: elements = []
        case .map, .dictionary:
            throw ExpressionError(.value, "reflect: call of reflect.Value.Index on map Value", at: whole.offset)
        case .null:
            throw ExpressionError(.value, "reflect: call of reflect.Value.Len on zero Value", at: whole.offset)
        default:
            throw ExpressionError(
                .value, "reflect: call of reflect.Value.Len on \(subject.kindName) Value", at: whole.offset)
        }
        try evaluator.spend(elements.count, at: whole)
        if evaluator.mode == .safe, elements.isEmpty {
            throw ExpressionError(.undecided, "no elements to look at", at: whole.offset)
        }
        return elements
    }

    /// What the predicate makes of each element; the elements themselves where there is none.
    private static func values(
        _ body: SyntaxNode?, _ elements: [Value], by evaluator: inout Evaluator
    ) throws(ExpressionError) -> [Value] {
        guard let body else { return elements }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            let value = try evaluator.value(of: body, element: element, index: index)
            try evaluator.read(value, at: body)
            values.append(value)
        }
        return values
    }

    private static func sum(
        _ values: [Value], _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        var total = Value.int(0)
        for value in values {
            total = try Operators.binary("+", value, total, at: node.offset)
            try evaluator.read(total, at: node)
        }
        return total
    }

    /// In safe mode an undecided element decides nothing, but another may: `any` needs only one that holds.
    private static func search(
        _ builtin: Builtin, _ elements: [Value], _ body: SyntaxNode?, _ node: SyntaxNode,
        by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        let isReversed = builtin == .findLast || builtin == .findLastIndex
        var found: [Int] = []
        var doubt: ExpressionError?
        for index in isReversed ? Array(elements.indices.reversed()) : Array(elements.indices) {
            let holds: Bool
            do {
                holds = try self.holds(body, elements[index], index, node, by: &evaluator)
            } catch  where evaluator.mode == .safe && error.isAboutData {
                doubt = doubt ?? error
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
        case .filter:
            try evaluator.grow(found.count, at: node)
            return .array(found.map { elements[$0] }, of: .any)
        default: return .null
        }
    }

    private static func holds(
        _ body: SyntaxNode?, _ element: Value, _ index: Int, _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Bool {
        if let body { return try evaluator.holds(body, element: element, index: index) }
        guard case .bool(let bool) = element else { throw .conversion(of: element, to: "bool", at: node.offset) }
        return bool
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
            try evaluator.read(total, at: node)
        }
        return total
    }

    /// Keys are told apart as Go's maps do it: 1 is not 1.0, and NaN is a new key every time.
    private static func group(
        _ elements: [Value], _ keys: [Value], _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        var groups: [(key: Value, values: [Value])] = []
        var known: [Value: [Int]] = [:]
        for (key, element) in zip(keys, elements) {
            switch key {
            case .array, .map, .dictionary:
                throw ExpressionError(
                    .value, "cannot use \(key.typeName) as a key for groupBy: type is not comparable",
                    at: node.offset)
            default: break
            }
            try evaluator.spend(1 + (known[key]?.count ?? 0), at: node)
            if let index = known[key]?.first(where: { Value.isIdentical(groups[$0].key, key) }) {
                groups[index].values.append(element)
            } else {
                known[key, default: []].append(groups.count)
                groups.append((key, [element]))
            }
        }
        return .dictionary(groups.map { Value.Entry($0.key, .array($0.values, of: .any)) }, isGrouped: true)
    }

    private static func arrange(
        _ elements: [Value], _ arguments: [SyntaxNode], _ node: SyntaxNode, by evaluator: inout Evaluator
    ) throws(ExpressionError) -> Value {
        var order = "asc"
        if arguments.count > 2 {
            guard case .string(let text) = try evaluator.value(of: arguments[2]) else {
                throw ExpressionError(.value, "sortBy order argument must be a string", at: node.offset)
            }
            order = text
        }
        guard order == "asc" || order == "desc" else {
            throw ExpressionError(.value, "unknown order, use asc or desc", at: node.offset)
        }
        let keys = try values(arguments[1], elements, by: &evaluator)
        try evaluator.grow(elements.count, at: node)
        return .array(
            try sorted(zip(keys, elements).map { ($0, $1) }, isDescending: order == "desc", node.offset), of: .any)
    }

    /// Stable, by numbers, text or times.
    static func sorted(
        _ keyed: [(key: Value, value: Value)], isDescending: Bool, _ offset: Int
    ) throws(ExpressionError) -> [Value] {
        for (before, after) in zip(keyed, keyed.dropFirst())
        where Operators.order("<", after.key, before.key) == nil {
            throw ExpressionError(
                .value, "invalid operation: \(after.key.typeName) < \(before.key.typeName)", at: offset)
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
