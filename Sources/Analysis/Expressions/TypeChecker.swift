/// Finds unknown names and operations that can never work, before anything is evaluated.
///
/// The whole expression is checked: what stands behind `true ||` counts too.
struct TypeChecker {
    private let result: StaticType
    private var variables: [(name: String, type: StaticType)] = []
    private var elements: [StaticType] = []

    static func type(of node: SyntaxNode, result: StaticType) throws(ExpressionError) -> StaticType {
        var checker = TypeChecker(result: result)
        return try checker.type(of: node)
    }

    private init(result: StaticType) {
        self.result = result
    }

    private mutating func type(of node: SyntaxNode) throws(ExpressionError) -> StaticType {
        switch node.kind {
        case .literal(let value): return StaticType(of: value)
        case .identifier(let name): return try variable(name, at: node.offset)
        case .pointer(let name):
            switch name {
            case "": return elements.last ?? .any
            case "acc": return .any
            case "index": return .int
            default: throw ExpressionError(.unknownName, "unknown pointer #\(name)", at: node.offset)
            }
        case .unary(let symbol, let operand): return try unary(symbol, try type(of: operand), at: node.offset)
        case .binary(let symbol, let left, let right):
            let types = (try type(of: left), try type(of: right))
            if symbol == "matches", case .literal(.string(let text)) = right.kind, types.0.mayBe(.string) {
                _ = try Pattern(text, at: right.offset)
            }
            return try binary(symbol, types.0, types.1, at: node.offset)
        case .conditional(let condition, let then, let otherwise):
            return try conditional(condition, then, otherwise, at: node.offset)
        case .member(let base, let property, _):
            return try member(try type(of: base), property, at: node.offset)
        case .slice(let base, let from, let to): return try slice(base, from, to, at: node.offset)
        case .chain(let inner):
            _ = try type(of: inner)
            return .any
        case .array(let elements):
            var types: [StaticType] = []
            for element in elements { types.append(try type(of: element)) }
            return .array(.joined(types))
        case .map(let members):
            for member in members {
                _ = try type(of: member.key)
                _ = try type(of: member.value)
            }
            return .map
        case .call(let name, let arguments): return try call(name, arguments, at: node.offset)
        case .method(let base, let name):
            let base = try type(of: base)
            throw ExpressionError(.type, "type \(base.name) has no method \(name)", at: node.offset)
        case .predicate(let body): return try type(of: body)
        case .binding(let name, let value, let body):
            variables.append((name, try type(of: value)))
            defer { variables.removeLast() }
            return try type(of: body)
        case .sequence(let nodes):
            var last = StaticType.null
            for node in nodes { last = try type(of: node) }
            return last
        }
    }

    private func variable(_ name: String, at offset: Int) throws(ExpressionError) -> StaticType {
        if let known = variables.last(where: { $0.name == name }) { return known.type }
        if name == "result" { return result }
        throw ExpressionError(.unknownName, "unknown name \(name)", at: offset)
    }

    private func unary(_ symbol: String, _ operand: StaticType, at offset: Int) throws(ExpressionError) -> StaticType {
        switch symbol {
        case "not", "!": if operand.mayBe(.bool) { return .bool }
        default: if operand.mayBeNumber { return operand }
        }
        throw ExpressionError(.type, "invalid operation: \(symbol) (mismatched type \(operand.name))", at: offset)
    }

    private mutating func conditional(
        _ condition: SyntaxNode, _ then: SyntaxNode, _ otherwise: SyntaxNode, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let type = try type(of: condition)
        guard type.mayBe(.bool) else {
            throw ExpressionError(.type, "non-bool expression (type \(type.name)) used as condition", at: offset)
        }
        return .joined([try self.type(of: then), try self.type(of: otherwise)])
    }

    private func binary(
        _ symbol: String, _ left: StaticType, _ right: StaticType, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let bothNumbers = left.mayBeNumber && right.mayBeNumber
        let bothStrings = left.mayBe(.string) && right.mayBe(.string)
        let known = left != .any && right != .any
        switch symbol {
        case "==", "!=": if left.isComparable(with: right) { return .bool }
        case "or", "||", "and", "&&": if left.mayBe(.bool), right.mayBe(.bool) { return .bool }
        case "<", ">", "<=", ">=": if bothNumbers || bothStrings { return .bool }
        case "+":
            if bothNumbers { return known ? (left == .int && right == .int ? .int : .float) : .any }
            if bothStrings { return known ? .string : .any }
        case "-", "*": if bothNumbers { return known ? (left == .int && right == .int ? .int : .float) : .any }
        case "/", "**", "^": if bothNumbers { return .float }
        case "%": if left.mayBe(.int), right.mayBe(.int) { return .int }
        case "..": if left.mayBe(.int), right.mayBe(.int) { return .array(.int) }
        case "matches", "contains", "startsWith", "endsWith": if bothStrings { return .bool }
        case "??": return left == .null ? right : (right == .null || left == right ? left : .any)
        case "in":
            if right == .any || right == .map && left.mayBe(.string) { return .bool }
            if right.isArray {
                if left.isComparable(with: right.element) { return .bool }
                throw ExpressionError(
                    .type, "cannot use \(left.name) as type \(right.element.name) in array", at: offset)
            }
        default: break
        }
        throw ExpressionError(
            .type, "invalid operation: \(symbol) (mismatched types \(left.name) and \(right.name))", at: offset)
    }

    private mutating func member(
        _ base: StaticType, _ property: SyntaxNode, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let index = try type(of: property)
        switch base {
        case .any: return .any
        case .map:
            if index.mayBe(.string) { return .any }
            throw ExpressionError(.type, "cannot use \(index.name) to get an element from \(base.name)", at: offset)
        case .array(let element):
            if index.mayBeNumber { return element }
            throw ExpressionError(
                .type, "array elements can only be selected using an integer (got \(index.name))", at: offset)
        default:
            if case .literal(.string(let name)) = property.kind {
                throw ExpressionError(.type, "type \(base.name) has no field \(name)", at: offset)
            }
            throw ExpressionError(.type, "type \(base.name)[\(index.name)] is undefined", at: offset)
        }
    }

    private mutating func slice(
        _ base: SyntaxNode, _ from: SyntaxNode?, _ to: SyntaxNode?, at offset: Int
    ) throws(ExpressionError) -> StaticType {
        let type = try type(of: base)
        guard type.mayBeArray || type == .string else {
            throw ExpressionError(.type, "cannot slice \(type.name)", at: offset)
        }
        for bound in [from, to].compactMap({ $0 }) {
            let bound = try self.type(of: bound)
            guard bound.mayBe(.int) else {
                throw ExpressionError(.type, "non-integer slice index \(bound.name)", at: offset)
            }
        }
        return type
    }
}

extension TypeChecker {
    private mutating func call(
        _ name: String, _ arguments: [SyntaxNode], at offset: Int
    ) throws(ExpressionError) -> StaticType {
        guard let builtin = Builtin(rawValue: name) else {
            if Builtin.unsupported.contains(name) {
                throw ExpressionError(.unknownName, "the function \(name) is not available here", at: offset)
            }
            if variables.contains(where: { $0.name == name }) || name == "result" {
                throw ExpressionError(.type, "\(name) is not a function", at: offset)
            }
            throw ExpressionError(.unknownName, "unknown name \(name)", at: offset)
        }
        let signature = builtin.signature
        guard arguments.count >= signature.required.count else {
            throw ExpressionError(.type, "not enough arguments to call \(name)", at: offset)
        }
        let parameters = signature.required + signature.optional
        guard arguments.count <= parameters.count || signature.isVariadic else {
            throw ExpressionError(.type, "too many arguments to call \(name)", at: offset)
        }
        var types: [StaticType] = []
        for (position, argument) in arguments.enumerated() {
            let parameter = position < parameters.count ? parameters[position] : parameters.last ?? .anything
            if case .predicate = argument.kind { elements.append(types.first?.element ?? .any) }
            let type = try self.type(of: argument)
            if case .predicate = argument.kind { elements.removeLast() }
            try check(type, argument, is: parameter, of: builtin)
            types.append(type)
        }
        return resultType(of: builtin, signature, types)
    }

    private func resultType(
        of builtin: Builtin, _ signature: Builtin.Signature, _ types: [StaticType]
    ) -> StaticType {
        switch builtin {
        case .filter, .take, .reverse, .sort, .sortBy, .uniq: types.first?.isArray == true ? types[0] : signature.result
        case .map: .array(types.count > 1 ? types[1] : .any)
        case .abs: types.first ?? .any
        case .max, .min: types.allSatisfy { $0 == .float } ? .float : types.allSatisfy { $0 == .int } ? .int : .any
        default: signature.result
        }
    }

    private func check(
        _ type: StaticType, _ node: SyntaxNode, is parameter: Builtin.Parameter, of builtin: Builtin
    ) throws(ExpressionError) {
        let fits: Bool
        switch parameter {
        case .anything: fits = !builtin.isAggregate || type.mayBeNumber || type.isArray
        case .number: fits = type.mayBeNumber
        case .int: fits = type.mayBe(.int)
        case .string: fits = type.mayBe(.string)
        case .array: fits = type.mayBeArray
        case .map: fits = type.mayBe(.map)
        case .sized: fits = type.mayBeArray || type == .string || type == .map
        case .float:
            // Go turns a literal integer into the float that the parameter asks for, and nothing else.
            var isLiteral = false
            if case .literal(.int) = node.kind { isLiteral = true }
            guard type.mayBe(.float) || isLiteral else {
                throw ExpressionError(
                    .type, "cannot use \(type.name) as argument (type float64) to call \(builtin.rawValue) ",
                    at: node.offset)
            }
            return
        case .predicate:
            guard !builtin.hasBooleanPredicate || type.mayBe(.bool) else {
                throw ExpressionError(
                    .type, "predicate should return boolean (got \(type.name))", at: node.offset)
            }
            return
        }
        guard fits else {
            let message =
                builtin.predicatePosition != nil
                ? "builtin \(builtin.rawValue) takes only array (got \(type.name))"
                : "invalid argument for \(builtin.rawValue) (type \(type.name))"
            throw ExpressionError(.type, message, at: node.offset)
        }
    }
}

extension Builtin {
    /// Takes numbers and arrays of numbers in any mixture.
    var isAggregate: Bool { [.max, .min, .mean, .median].contains(self) }
}
