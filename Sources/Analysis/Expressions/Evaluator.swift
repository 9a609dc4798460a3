/// Computes the value of a checked expression within a bounded number of steps.
struct Evaluator {
    /// One step is a node, an element of an array or a character of a text.
    static let maximumSteps = 200_000

    let result: Value
    let mode: Expression.Mode
    private var steps = 0
    private var variables: [(name: String, value: Value)] = []
    private var frames: [Frame] = []

    /// What `#`, `#index` and `#acc` mean inside a predicate.
    private struct Frame {
        var element: Value
        var index: Int
        var accumulator: Value
    }

    init(result: Value, mode: Expression.Mode) {
        self.result = result
        self.mode = mode
    }

    mutating func value(of node: SyntaxNode) throws(ExpressionError) -> Value {
        try spend(1, at: node)
        switch node.kind {
        case .literal(let value): return value
        case .identifier(let name):
            return variables.last { $0.name == name }?.value ?? result
        case .pointer(let name):
            guard let frame = frames.last else {
                throw ExpressionError(.value, "# outside of a predicate", at: node.offset)
            }
            return name.isEmpty ? frame.element : name == "index" ? .int(frame.index) : frame.accumulator
        case .unary(let symbol, let operand):
            return try Operators.unary(symbol, try value(of: operand), at: node.offset)
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right, node)
        case .conditional(let condition, let then, let otherwise):
            return try value(of: try bool(condition) ? then : otherwise)
        case .member(let base, let property, let isOptional):
            let base = try value(of: base)
            if isOptional, base.isNil { throw ExpressionError(.value, Self.chainBreak, at: node.offset) }
            return try Operators.member(of: base, try value(of: property), at: node.offset)
        case .slice(let base, let from, let to): return try slice(base, from, to, node)
        case .chain(let inner):
            do { return try value(of: inner) } catch  where error.message == Self.chainBreak { return .null }
        case .array(let nodes):
            var elements: [Value] = []
            for node in nodes {
                let element = try value(of: node)
                try spend(element.weight, at: node)
                elements.append(element)
            }
            return .array(elements, of: .any)
        case .map(let nodes): return try map(nodes, node)
        case .call(let name, let arguments): return try call(name, arguments, node)
        case .method: throw ExpressionError(.type, "no value has methods", at: node.offset)
        case .predicate(let body): return try value(of: body)
        case .binding(let name, let bound, let body):
            variables.append((name, try value(of: bound)))
            defer { variables.removeLast() }
            return try value(of: body)
        case .sequence(let nodes):
            var last = Value.null
            for node in nodes { last = try value(of: node) }
            return last
        }
    }

    /// Marks the way out of an optional chain; no expression can produce this message.
    private static let chainBreak = "\u{0}optional chain"

    mutating func spend(_ count: Int, at node: SyntaxNode) throws(ExpressionError) {
        steps = count > Self.maximumSteps - steps ? Self.maximumSteps + 1 : steps + count
        guard steps <= Self.maximumSteps else {
            throw ExpressionError(.limit, "expression takes more than \(Self.maximumSteps) steps", at: node.offset)
        }
    }

    private mutating func bool(_ node: SyntaxNode) throws(ExpressionError) -> Bool {
        let value = try value(of: node)
        guard case .bool(let bool) = value else {
            throw ExpressionError(
                .value, "interface conversion: interface {} is \(value.typeName), not bool", at: node.offset)
        }
        return bool
    }

    private mutating func map(
        _ nodes: [(key: SyntaxNode, value: SyntaxNode)], _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        var members: [Value.Member] = []
        for member in nodes {
            guard case .string(let name) = try value(of: member.key) else {
                throw ExpressionError(.value, "map keys must be strings", at: member.key.offset)
            }
            let value = try value(of: member.value)
            try spend(value.weight, at: node)
            members.removeAll { $0.name == name }
            members.append(Value.Member(name, value))
        }
        return .map(members)
    }

    private mutating func slice(
        _ base: SyntaxNode, _ from: SyntaxNode?, _ to: SyntaxNode?, _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        let base = try value(of: base)
        let lower = try from.map { bound throws(ExpressionError) in try value(of: bound) }
        let upper = try to.map { bound throws(ExpressionError) in try value(of: bound) }
        return try Operators.slice(base, from: lower, to: upper, at: node.offset)
    }
}

extension Evaluator {
    private mutating func binary(
        _ symbol: String, _ left: SyntaxNode, _ right: SyntaxNode, _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        switch symbol {
        case "&&", "and": return .bool(try logic(left, right, decidedBy: false))
        case "||", "or": return .bool(try logic(left, right, decidedBy: true))
        case "??":
            let value: Value
            do { value = try self.value(of: left) } catch  where error.message == Self.chainBreak { value = .null }
            return value.isNil ? try self.value(of: right) : value
        default: break
        }
        let values = (try value(of: left), try value(of: right))
        if mode == .safe { try requireInformation(symbol, values, left, right, node) }
        if symbol == "==" || symbol == "!=" || symbol == "in" { try spend(values.1.weight, at: node) }
        if symbol == "matches", case .string(let text) = values.0, case .string(let pattern) = values.1 {
            try spend(text.utf8.count + pattern.utf8.count, at: node)
        }
        if symbol == "..", case .int(let first) = values.0, case .int(let last) = values.1, last >= first {
            try spend(last.subtractingReportingOverflow(first).overflow ? .max : last - first, at: node)
        }
        if symbol == "+", case .string(let text) = values.0 { try spend(text.utf8.count, at: node) }
        return try Operators.binary(symbol, values.0, values.1, at: node.offset)
    }

    /// `&&` and `||`, where in safe mode an undecided side is decided by the other one alone.
    private mutating func logic(
        _ left: SyntaxNode, _ right: SyntaxNode, decidedBy decisive: Bool
    ) throws(ExpressionError) -> Bool {
        let first: Bool
        do {
            first = try bool(left)
        } catch  where mode == .safe && error.isAboutData {
            if try bool(right) == decisive { return decisive }
            throw error
        }
        return first == decisive ? decisive : try bool(right)
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

extension Evaluator {
    private mutating func call(
        _ name: String, _ arguments: [SyntaxNode], _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        guard let builtin = Builtin(rawValue: name) else {
            throw ExpressionError(.unknownName, "unknown name \(name)", at: node.offset)
        }
        if builtin.predicatePosition != nil {
            return try Predicates.call(builtin, arguments, node, by: &self)
        }
        var values: [Value] = []
        for argument in arguments { values.append(try value(of: argument)) }
        for value in values { try spend(value.weight, at: node) }
        if mode == .safe, builtin.isAggregate { try requireNumbers(values, node) }
        switch builtin {
        // Argo binds these two to the result of the metric, whatever their argument is.
        case .isNil: return .bool(result.isNil)
        case .default: return result.isNil ? values[1] : values[0]
        case .repeat:
            if case .string(let text) = values[0], case .int(let count) = values[1] {
                let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: max(0, count))
                try spend(overflow ? .max : size, at: node)
            }
        case .replace:
            if case .string(let text) = values[0], case .string(let new) = values[2] {
                try spend(text.utf8.count * (new.utf8.count + 1), at: node)
            }
        default: break
        }
        return try BuiltinCall(builtin: builtin, arguments: values, offset: node.offset).value()
    }

    private func requireNumbers(_ values: [Value], _ node: SyntaxNode) throws(ExpressionError) {
        for value in values where value.isAbsent {
            throw ExpressionError(.undecided, "no numbers to aggregate", at: node.offset)
        }
        for case .array(let elements, _) in values where elements.contains(where: \.isAbsent) {
            throw ExpressionError(.undecided, "an element to aggregate is not a finite number", at: node.offset)
        }
    }

    /// Evaluates a predicate for one element.
    mutating func value(
        of body: SyntaxNode, element: Value, index: Int, accumulator: Value = .null
    ) throws(ExpressionError) -> Value {
        frames.append(Frame(element: element, index: index, accumulator: accumulator))
        defer { frames.removeLast() }
        return try value(of: body)
    }

    mutating func holds(_ body: SyntaxNode, element: Value, index: Int) throws(ExpressionError) -> Bool {
        frames.append(Frame(element: element, index: index, accumulator: .null))
        defer { frames.removeLast() }
        return try bool(body)
    }
}

extension ExpressionError {
    /// True where other data could have given a value.
    package var isAboutData: Bool { code == .undecided || code == .value }
}

extension SyntaxNode {
    fileprivate var isNilLiteral: Bool { if case .literal(.null) = kind { true } else { false } }
}

extension Value {
    /// How many steps reading the value through takes, counted no further than the evaluator's limit.
    var weight: Int {
        var count = 0
        addWeight(to: &count)
        return count
    }

    private func addWeight(to count: inout Int) {
        guard count <= Evaluator.maximumSteps else { return }
        count += 1
        switch self {
        case .string(let text): count += text.utf8.count
        case .array(let elements, _): for element in elements { element.addWeight(to: &count) }
        case .map(let members): for member in members { member.value.addWeight(to: &count) }
        default: break
        }
    }
}
