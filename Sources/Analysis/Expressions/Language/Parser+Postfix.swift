/// What stands behind a value: members, indexes, slices and methods.
extension Parser {
    /// Members, indexes, slices and calls after a value.
    mutating func postfix(_ start: SyntaxNode) throws(ExpressionError) -> SyntaxNode {
        var base = start
        while true {
            let offset = current.offset
            if skip(symbol: ".") {
                base = try member(of: base, isOptional: false)
            } else if skip(symbol: "?.") {
                base =
                    current.isBracket("[")
                    ? try index(of: base, isOptional: true, at: current.offset)
                    : try member(of: base, isOptional: true)
            } else if current.isBracket("[") {
                base = try index(of: base, isOptional: false, at: offset)
            } else {
                return base
            }
        }
    }

    /// Reads `.name` and `.name(…)`; members continue a chain that `?.` began, and an index in brackets ends it.
    private mutating func member(of base: SyntaxNode, isOptional: Bool) throws(ExpressionError) -> SyntaxNode {
        let offset = current.offset
        let name: String
        switch current.kind {
        case .identifier(let word): name = word
        // `result.in` and the like are names where a name is due.
        case .symbol(let word) where word.first?.isLetter == true: name = word
        default: throw ExpressionError(.syntax, "expected name", at: current.offset)
        }
        advance()
        var base = base
        var isChain = isOptional
        if case .chain(let inner) = base.kind {
            base = inner
            isChain = true
        }
        let whole: SyntaxNode
        if current.isBracket("(") {
            let arguments = try self.arguments()
            if case .identifier("$env") = base.kind, Builtin(rawValue: name)?.isArgo == true {
                whole = try node(.call(name, arguments), at: offset, arguments)
            } else {
                whole = try node(
                    .method(base, name, arguments, isOptional: isOptional), at: offset, [base] + arguments)
            }
        } else {
            let property = try node(.literal(.string(name)), at: offset)
            whole = try node(.member(base, property, isOptional: isOptional), at: offset, [base, property])
        }
        return isChain ? try node(.chain(whole), at: offset, [whole]) : whole
    }

    private mutating func index(
        of base: SyntaxNode, isOptional: Bool, at offset: Int
    ) throws(ExpressionError) -> SyntaxNode {
        try expect(bracket: "[")
        var from: SyntaxNode?
        if !current.isSymbol(":") { from = try expression() }
        if skip(symbol: ":") {
            let to: SyntaxNode? = current.isBracket("]") ? nil : try expression()
            try expect(bracket: "]")
            return try node(.slice(base, from: from, to: to), at: offset, [base] + [from, to].compactMap { $0 })
        }
        guard let from else { throw unexpected() }
        try expect(bracket: "]")
        let whole = try node(.member(base, from, isOptional: isOptional), at: offset, [base, from])
        return isOptional ? try node(.chain(whole), at: offset, [whole]) : whole
    }
}
