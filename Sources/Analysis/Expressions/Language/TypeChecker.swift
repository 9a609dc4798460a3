/// Finds unknown names and operations that can never work, before anything is evaluated.
///
/// The whole expression is checked: what stands behind `true ||` counts too.
struct TypeChecker {
    private let result: StaticType
    var variables: [(name: String, type: StaticType)] = []
    private var scopes: [Scope] = []

    /// What a predicate can name: the elements of `collection`, and further pointers by name.
    private struct Scope {
        let collection: StaticType
        let pointers: [String: StaticType]
    }

    static func type(of node: SyntaxNode, result: StaticType) throws(ExpressionError) -> StaticType {
        var checker = TypeChecker(result: result)
        return try checker.type(of: node)
    }

    private init(result: StaticType) {
        self.result = result
    }

    mutating func type(of node: SyntaxNode) throws(ExpressionError) -> StaticType {
        switch node.kind {
        case .literal(let value): return StaticType(of: value)
        case .identifier(let name): return try variable(name, at: node.offset)
        case .pointer(let name): return try pointer(name, at: node.offset)
        case .unary(let symbol, let operand):
            return try unary(symbol, try type(of: operand).target, at: node.offset)
        case .binary(let symbol, let left, let right):
            let types = (try type(of: left).target, try type(of: right).target)
            if symbol == "matches", case .literal(.string(let text)) = right.kind {
                _ = try Pattern(text, at: node.offset)
            }
            return try binary(symbol, types.0, types.1, at: node.offset)
        case .conditional(let condition, let then, let otherwise):
            return try conditional(condition, then, otherwise)
        case .member(let base, let property, let isOptional):
            return try member(base, property, isOptional: isOptional, at: node.offset)
        case .slice(let base, let from, let to): return try slice(base, from, to, at: node.offset)
        case .chain(let inner): return try type(of: inner)
        case .array(let nodes): return try array(nodes)
        case .map(let members):
            for member in members {
                _ = try type(of: member.key)
                _ = try type(of: member.value)
            }
            return .map
        case .call(let name, let arguments): return try call(name, arguments, at: node.offset)
        case .method(let base, let name, let arguments, _):
            return try method(base, name, arguments, at: node.offset)
        case .predicate(let body): return try type(of: body)
        case .binding(let name, let value, let body): return try binding(name, value, body, at: node.offset)
        case .sequence(let nodes):
            var last = StaticType.null
            for node in nodes { last = try type(of: node) }
            return last
        }
    }

    private func variable(_ name: String, at offset: Int) throws(ExpressionError) -> StaticType {
        if let known = variables.last(where: { $0.name == name }) { return known.type }
        if name == "result" { return result }
        if name == "$env" { return .any }
        if Builtin(rawValue: name) != nil {
            throw ExpressionError(.type, "\(name) is a function: call it, as in \(name)(…)", at: offset)
        }
        throw unknown(name, at: offset)
    }

    func unknown(_ name: String, at offset: Int) -> ExpressionError {
        let known = ["result"] + variables.map(\.name) + Builtin.allCases.map(\.rawValue)
        let guess = Spelling.nearest(to: name, among: known)
        return ExpressionError(
            .unknownName, "unknown name \(name)", at: offset, hint: guess.map { "did you mean \($0)?" })
    }

    private func pointer(_ name: String, at offset: Int) throws(ExpressionError) -> StaticType {
        guard let scope = scopes.last else {
            throw ExpressionError(.syntax, "cannot use pointer accessor outside predicate", at: offset)
        }
        if name.isEmpty { return scope.collection.element }
        if let type = scope.pointers[name] { return type }
        throw ExpressionError(.unknownName, "unknown pointer #\(name)", at: offset)
    }

    private mutating func binding(
        _ name: String, _ value: SyntaxNode, _ body: SyntaxNode, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let kind: String?
        if name == "result" || Builtin(rawValue: name)?.isArgo == true {
            kind = ""
        } else if Builtin(rawValue: name) != nil {
            kind = "builtin "
        } else {
            kind = variables.contains { $0.name == name } ? "variable " : nil
        }
        if let kind { throw ExpressionError(.syntax, "cannot redeclare \(kind)\(name)", at: offset) }
        variables.append((name, try type(of: value)))
        defer { variables.removeLast() }
        return try type(of: body)
    }

    private mutating func conditional(
        _ condition: SyntaxNode, _ then: SyntaxNode, _ otherwise: SyntaxNode
    ) throws(ExpressionError) -> StaticType {
        let type = try type(of: condition)
        guard type == .any || type == .bool else {
            throw ExpressionError(
                .type, "non-bool expression (type \(type.name)) used as condition", at: condition.offset)
        }
        return .joined(try self.type(of: then), try self.type(of: otherwise))
    }

    /// Go looks no further than the kinds of neighbours, and takes the last element for all of them.
    private mutating func array(_ nodes: [SyntaxNode]) throws(ExpressionError) -> StaticType {
        var previous: StaticType?
        var isUniform = true
        for node in nodes {
            let type = try type(of: node)
            if let previous, !type.hasKind(of: previous) { isUniform = false }
            previous = type
        }
        return isUniform ? .list(of: previous ?? .any) : .anyList
    }

    /// Evaluates what a predicate is about, with the elements of `collection` in its reach.
    mutating func predicate(
        _ body: SyntaxNode, over collection: StaticType, pointers: [String: StaticType]
    ) throws(ExpressionError) -> StaticType {
        scopes.append(Scope(collection: collection, pointers: pointers))
        defer { scopes.removeLast() }
        return try type(of: body)
    }
}

extension StaticType {
    /// The same kind, where Go's nil and unknown values have none.
    fileprivate func hasKind(of other: StaticType) -> Bool {
        let hasNone = [self, other].map { $0 == .any || $0 == .null }
        return hasNone[0] || hasNone[1] ? hasNone[0] == hasNone[1] : isArray && other.isArray || self == other
    }
}
