/// Calls of builtins and methods, and predicates on single elements.
extension Evaluator {
    mutating func call(
        _ name: String, _ arguments: [SyntaxNode], _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        guard let builtin = Builtin(rawValue: name) else {
            for argument in arguments { _ = try value(of: argument) }
            let callee = variable(name)
            throw ExpressionError(
                .value,
                callee == .null
                    ? "invalid operation: cannot call nil"
                    : "invalid operation: cannot call non-function of type \(callee.typeName)", at: node.offset)
        }
        if builtin.predicateShape != nil { return try Predicates.call(builtin, arguments, node, by: &self) }
        var values: [Value] = []
        for argument in arguments { values.append(try value(of: argument)) }
        if !builtin.looksAtTheTopOnly {
            for value in values { try read(value, at: node) }
        }
        if mode == .safe, builtin.isAggregate { try requireNumbers(values, node) }
        switch builtin {
        // Argo binds these two to the result of the metric, whatever their argument is.
        case .isNil: return .bool(result.isNil)
        case .default: return result.isNil ? values[1] : result
        // A literal integer becomes the float that is asked for, any other one does not.
        case .isNaN, .isInf:
            if case .int(let int) = values[0], arguments[0].isLiteralSum { values[0] = .double(Double(int)) }
        default: break
        }
        let call = BuiltinCall(builtin: builtin, arguments: values, now: now, offset: node.offset)
        try spend(try call.work(), at: node)
        try grow(try call.growth(), at: node)
        let value = try call.value()
        if case .array(let pieces, _) = value, builtin == .split || builtin == .splitAfter {
            try grow(pieces.count, at: node)
        }
        return value
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

    mutating func method(
        _ base: SyntaxNode, _ name: String, _ arguments: [SyntaxNode], _ isOptional: Bool, _ node: SyntaxNode
    ) throws(ExpressionError) -> Value {
        let base = try value(of: base)
        if isOptional, base.isNil { throw ExpressionError(.value, Self.chainBreak, at: node.offset) }
        var values: [Value] = []
        for argument in arguments { values.append(try value(of: argument)) }
        if case .temporal(let temporal) = base {
            for value in values { try read(value, at: node) }
            if let value = temporal.call(name, values) { return value }
        }
        let callee = try Operators.member(of: base, .string(name), at: node.offset)
        throw ExpressionError(
            .value,
            callee == .null
                ? "invalid operation: cannot call nil"
                : "invalid operation: cannot call non-function of type \(callee.typeName)", at: node.offset)
    }

    /// `filter(…)[0]` looks no further than its first element, as the library's optimizer has it.
    mutating func firstFound(
        in base: SyntaxNode, _ property: SyntaxNode, _ node: SyntaxNode
    ) throws(ExpressionError) -> Value? {
        guard case .call("filter", let arguments) = base.kind, arguments.count == 2,
            let index = property.literalInteger, index == 0 || index == -1
        else { return nil }
        let builtin = index == 0 ? Builtin.find : .findLast
        guard let found = try Predicates.found(builtin, arguments, base, by: &self) else {
            throw ExpressionError(.value, "reflect: slice index out of range", at: node.offset)
        }
        return found
    }
}
