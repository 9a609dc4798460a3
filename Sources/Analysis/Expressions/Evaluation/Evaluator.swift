/// Computes the value of a checked expression within a bounded number of steps and a bounded amount of memory.
struct Evaluator {
    /// One step is a node, an element that a predicate looks at, or a few bytes or elements that are only read through.
    static let maximumSteps = 1_000_000
    /// Elements and bytes that an expression may make; the library's budget.
    static let memoryBudget = 1_000_000
    /// Deeper values are refused, because reading them recurses.
    static let maximumDepth = 300

    let result: Value
    let mode: Expression.Mode
    /// What `now()` gives; nil where no time is known.
    let now: Timestamp?
    private var steps = 0
    private var memory = 0
    private var variables: [(name: String, value: Value)] = []
    var frames: [Frame] = []

    /// What `#`, `#index` and `#acc` mean inside a predicate.
    struct Frame {
        var element: Value
        var index: Int
        var accumulator: Value
    }

    init(result: Value, mode: Expression.Mode, now: Timestamp?) {
        self.result = result
        self.mode = mode
        self.now = now
    }

    mutating func value(of node: SyntaxNode) throws(ExpressionError) -> Value {
        try spend(1, at: node)
        switch node.kind {
        case .literal(let value): return value
        case .identifier(let name): return variable(name)
        case .pointer(let name):
            guard let frame = frames.last else {
                throw ExpressionError(.value, "cannot use pointer accessor outside predicate", at: node.offset)
            }
            return name.isEmpty ? frame.element : name == "index" ? .int(frame.index) : frame.accumulator
        case .unary(let symbol, let operand):
            return try Operators.unary(symbol, try value(of: operand), at: node.offset)
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right, node)
        case .conditional(let condition, let then, let otherwise):
            return try value(of: try bool(condition) ? then : otherwise)
        case .member(let base, let property, let isOptional):
            if let found = try firstFound(in: base, property, node) { return found }
            let base = try value(of: base)
            if isOptional, base.isNil { throw ExpressionError(.value, Self.chainBreak, at: node.offset) }
            return try Operators.member(of: base, try value(of: property), at: node.offset)
        case .slice(let base, let from, let to): return try slice(base, from, to, node)
        case .chain(let inner):
            do { return try value(of: inner) } catch  where error.message == Self.chainBreak { return .null }
        case .array(let nodes): return try array(nodes, node)
        case .map(let nodes): return try map(nodes, node)
        case .call(let name, let arguments): return try call(name, arguments, node)
        case .method(let base, let name, let arguments, let isOptional):
            return try method(base, name, arguments, isOptional, node)
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
    static let chainBreak = "\u{0}optional chain"

    func variable(_ name: String) -> Value {
        if let variable = variables.last(where: { $0.name == name }) { return variable.value }
        guard name == "$env" else { return result }
        // Functions are members of the environment too, though they cannot be looked at.
        let functions = Builtin.allCases.filter(\.isArgo).map { Value.Member($0.rawValue, .string("function")) }
        return .map([Value.Member("result", result)] + functions)
    }

    mutating func spend(_ count: Int, at node: SyntaxNode) throws(ExpressionError) {
        steps = count > Self.maximumSteps - steps ? Self.maximumSteps + 1 : steps + count
        guard steps <= Self.maximumSteps else {
            throw ExpressionError(.limit, "expression takes more than \(Self.maximumSteps) steps", at: node.offset)
        }
    }

    /// Takes room for elements or bytes that are about to be made.
    mutating func grow(_ count: Int, at node: SyntaxNode) throws(ExpressionError) {
        memory = count > Self.memoryBudget - memory ? Self.memoryBudget : memory + max(0, count)
        guard memory < Self.memoryBudget else {
            throw ExpressionError(.limit, "memory budget exceeded", at: node.offset)
        }
        try spend(count / Value.weightPerStep, at: node)
    }

    /// Pays for reading a value through.
    mutating func read(_ value: Value, at node: SyntaxNode) throws(ExpressionError) {
        guard let weight = value.weight else {
            throw ExpressionError(.limit, "value has more than \(Self.maximumDepth) levels", at: node.offset)
        }
        try spend(1 + weight / Value.weightPerStep, at: node)
    }

    mutating func bool(_ node: SyntaxNode) throws(ExpressionError) -> Bool {
        let value = try value(of: node)
        guard case .bool(let bool) = value else { throw .conversion(of: value, to: "bool", at: node.offset) }
        return bool
    }

    /// Literal integers and literal texts make arrays of a known type, as the library's optimizer makes them.
    private mutating func array(_ nodes: [SyntaxNode], _ node: SyntaxNode) throws(ExpressionError) -> Value {
        try grow(nodes.count, at: node)
        var elements: [Value] = []
        var kinds: Set<Value.Element> = []
        for node in nodes {
            let element = try value(of: node)
            try read(element, at: node)
            elements.append(element)
            kinds.insert(node.literalElement)
        }
        return .array(elements, of: kinds.count == 1 ? kinds.first ?? .any : .any)
    }

    /// Of a name that is repeated the first value counts.
    private mutating func map(
        _ nodes: [(key: SyntaxNode, value: SyntaxNode)], _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        try grow(nodes.count, at: node)
        var members: [Value.Member] = []
        var names: Set<Value> = []
        for member in nodes {
            let key = try value(of: member.key)
            let value = try value(of: member.value)
            try read(value, at: node)
            let name = try Operators.string(key, member.key.offset)
            if names.insert(.string(name)).inserted { members.append(Value.Member(name, value)) }
        }
        return .map(members)
    }

    private mutating func slice(
        _ base: SyntaxNode, _ from: SyntaxNode?, _ to: SyntaxNode?, _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        let base = try value(of: base)
        let upper = try to.map { bound throws(ExpressionError) in try value(of: bound) }
        let lower = try from.map { bound throws(ExpressionError) in try value(of: bound) }
        try read(base, at: node)
        return try Operators.slice(base, from: lower, to: upper, at: node.offset)
    }
}
