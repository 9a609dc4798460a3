/// Members, indexes, slices, methods and calls.
extension TypeChecker {
    mutating func member(
        _ base: SyntaxNode, _ property: SyntaxNode, isOptional: Bool, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        if case .identifier("$env") = base.kind { return try environmentMember(property, isOptional, at: offset) }
        let whole = try type(of: base)
        let index = try type(of: property)
        guard whole != .any else { return .any }
        var name: String?
        if case .literal(.string(let text)) = property.kind { name = text }
        if let name {
            if whole == .null { throw ExpressionError(.type, "type nil has no field \(name)", at: offset) }
            if TemporalMethod.named(name, of: whole) != nil {
                throw ExpressionError(.type, "\(name) is a method: call it, as in .\(name)()", at: offset)
            }
        }
        let base = whole.target
        if base.isMap {
            guard index == .any || index == .string || base != .map else {
                throw ExpressionError(
                    .type, "cannot use \(index.name) to get an element from \(base.name)", at: property.offset)
            }
            return base == .dictionary(isGrouped: true) ? .anyList : .any
        }
        if base.isArray {
            guard index == .any || index.target.isInteger else {
                throw ExpressionError(
                    .type, "array elements can only be selected using an integer (got \(index.name))",
                    at: property.offset)
            }
            return base.element
        }
        if let name { throw ExpressionError(.type, "type \(base.name) has no field \(name)", at: offset) }
        throw ExpressionError(.type, "type \(base.name)[\(index.name)] is undefined", at: offset)
    }

    private mutating func environmentMember(
        _ property: SyntaxNode, _ isOptional: Bool, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        guard case .literal(.string(let name)) = property.kind else {
            _ = try type(of: property)
            return .any
        }
        if name == "result" { return try type(of: SyntaxNode(kind: .identifier(name), offset: offset, depth: 1)) }
        guard isOptional || Builtin(rawValue: name)?.isArgo == true else { throw unknown(name, at: offset) }
        return .any
    }

    mutating func slice(
        _ base: SyntaxNode, _ from: SyntaxNode?, _ to: SyntaxNode?, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let type = try type(of: base)
        guard type == .any || type.isArray || type == .string else {
            throw ExpressionError(.type, "cannot slice \(type.name)", at: offset)
        }
        for node in [from, to].compactMap({ $0 }) {
            let bound = try self.type(of: node).target
            guard bound == .any || type == .any || bound.isInteger else {
                throw ExpressionError(.type, "non-integer slice index \(bound.name)", at: node.offset)
            }
        }
        return type
    }

    mutating func method(
        _ base: SyntaxNode, _ name: String, _ arguments: [SyntaxNode], at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let base = try type(of: base)
        var types: [(type: StaticType, offset: Int)] = []
        for argument in arguments { types.append((try type(of: argument), argument.offset)) }
        if base == .any || base.isMap { return .any }
        if base == .null { throw ExpressionError(.type, "type nil has no field \(name)", at: offset) }
        if let method = TemporalMethod.named(name, of: base) { return try method.check(types, at: offset) }
        if base.isArray {
            throw ExpressionError(
                .type, "array elements can only be selected using an integer (got string)", at: offset)
        }
        throw ExpressionError(.type, "type \(base.target.name) has no method \(name)", at: offset)
    }
}

extension TypeChecker {
    mutating func call(
        _ name: String, _ arguments: [SyntaxNode], at offset: Int
    ) throws(ExpressionError) -> StaticType {
        guard let builtin = Builtin(rawValue: name) else { return try callValue(name, arguments, at: offset) }
        if builtin.predicateShape != nil { return try predicateCall(builtin, arguments) }
        var types: [(type: StaticType, offset: Int)] = []
        for argument in arguments { types.append((try type(of: argument), argument.offset)) }
        if builtin == .get { return try get(arguments, types, at: offset) }
        guard let overloads = builtin.overloads else {
            return try builtin.validated(types.map(\.type), at: offset)
        }
        var last: ExpressionError?
        for overload in overloads {
            guard let problem = overload.problem(builtin, types, at: offset) else { return overload.result }
            last = problem
        }
        throw last ?? ExpressionError(.type, "no matching overload for \(name)", at: offset)
    }

    /// Only functions can be called, and no value is one.
    private mutating func callValue(
        _ name: String, _ arguments: [SyntaxNode], at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let isKnown = name == "result" || name == "$env" || variables.contains { $0.name == name }
        guard isKnown else { throw unknown(name, at: offset) }
        let callee = try type(of: SyntaxNode(kind: .identifier(name), offset: offset, depth: 1))
        for argument in arguments { _ = try type(of: argument) }
        switch callee {
        case .any: return .any
        case .null: throw ExpressionError(.type, "\(name) is nil; cannot call nil as function", at: offset)
        default: throw ExpressionError(.type, "\(callee.name) is not callable", at: offset)
        }
    }

    private mutating func get(
        _ arguments: [SyntaxNode], _ types: [(type: StaticType, offset: Int)], at offset: Int
    ) throws(ExpressionError) -> StaticType {
        _ = try Builtin.get.requireTwo(types.count, at: offset)
        let (base, index) = (types[0].type, types[1].type.target)
        if case .identifier("$env") = arguments[0].kind {
            guard case .literal(.string("result")) = arguments[1].kind else { return .any }
            return try type(of: SyntaxNode(kind: .identifier("result"), offset: offset, depth: 1))
        }
        if base == .any { return .any }
        if base.isArray {
            guard index == .any || index.isInteger else {
                throw ExpressionError(.type, "non-integer slice index \(index.name)", at: types[1].offset)
            }
            return base.element
        }
        if base.isMap {
            guard index == .any || index == .string || base != .map else {
                throw ExpressionError(
                    .type, "cannot use \(index.name) to get an element from \(base.name)", at: types[1].offset)
            }
            return base == .dictionary(isGrouped: true) ? .anyList : .any
        }
        throw ExpressionError(.type, "type \(base.name) does not support indexing", at: types[0].offset)
    }

    private mutating func predicateCall(
        _ builtin: Builtin, _ arguments: [SyntaxNode]
    ) throws(ExpressionError) -> StaticType {
        let collection = try type(of: arguments[0]).target
        guard collection == .any || collection.isArray else {
            throw ExpressionError(
                .type, "builtin \(builtin.rawValue) takes only array (got \(collection.name))",
                at: arguments[0].offset)
        }
        guard arguments.count > 1 else { return builtin == .count ? .int : collection.element }
        let pointers: [String: StaticType] =
            switch builtin {
            case .map: ["index": .int]
            case .reduce: ["index": .int, "acc": .any]
            default: [:]
            }
        let body = try predicate(arguments[1], over: collection, pointers: pointers)
        if arguments.count > 2 { _ = try type(of: arguments[2]) }
        guard body != .null else {
            throw ExpressionError(
                .type, "predicate should has \(builtin == .reduce ? "two" : "one") input and one output param",
                at: arguments[1].offset)
        }
        guard !builtin.hasBooleanPredicate || body == .any || body.target == .bool else {
            throw ExpressionError(
                .type, "predicate should return boolean (got \(body.name))", at: arguments[1].offset)
        }
        switch builtin {
        case .all, .none, .any, .one: return .bool
        case .filter: return .list(of: collection.element)
        case .map: return .list(of: body)
        case .count, .findIndex, .findLastIndex: return .int
        case .find, .findLast: return collection.element
        case .groupBy: return .dictionary(isGrouped: true)
        case .sortBy: return collection
        default: return body
        }
    }
}

extension Builtin {
    fileprivate func requireTwo(_ count: Int, at offset: Int) throws(ExpressionError) {
        guard count == 2 else {
            throw ExpressionError(.type, "invalid number of arguments (expected 2, got \(count))", at: offset)
        }
    }
}
