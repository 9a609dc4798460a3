/// Calls of functions, and the predicates between their parentheses.
extension Parser {
    /// The arguments of `name(…)`; after a pipe, `first` is the one that was piped.
    mutating func call(
        _ name: String, at offset: Int, first: SyntaxNode? = nil
    ) throws(ExpressionError) -> SyntaxNode {
        let given = first.map { [$0] } ?? []
        let arguments =
            if let shape = Builtin(rawValue: name)?.predicateShape {
                try predicateArguments(given, shape)
            } else {
                try self.arguments(given)
            }
        return try node(.call(name, arguments), at: offset, arguments)
    }

    mutating func arguments(_ given: [SyntaxNode] = []) throws(ExpressionError) -> [SyntaxNode] {
        var arguments = given
        try expect(bracket: "(")
        while !current.isBracket(")") {
            arguments.append(try expression())
            if !skip(symbol: ",") { break }
        }
        try expect(bracket: ")")
        return arguments
    }

    /// A builtin with a predicate knows what each argument is before it is read.
    private mutating func predicateArguments(
        _ given: [SyntaxNode], _ shape: Builtin.PredicateShape
    ) throws(ExpressionError) -> [SyntaxNode] {
        var arguments = given
        try expect(bracket: "(")
        let remaining = shape.count - given.count
        for position in given.count..<max(given.count, shape.count) {
            if current.isBracket(")") {
                if position >= shape.required { break }
                throw ExpressionError(.syntax, "expected at least \(remaining) arguments", at: current.offset)
            }
            if position > given.count {
                try expect(symbol: ",")
                if current.isBracket(")"), position >= shape.required { break }
            }
            arguments.append(position == 1 ? try predicate() : try expression())
        }
        _ = skip(symbol: ",")
        try expect(bracket: ")")
        return arguments
    }

    private mutating func predicate() throws(ExpressionError) -> SyntaxNode {
        let offset = current.offset
        let isBraced = skip(bracket: "{")
        predicateDepth += 1
        defer { predicateDepth -= 1 }
        let body = isBraced ? try sequence() : try expression()
        if isBraced {
            try expect(bracket: "}")
        } else if current.isSymbol(";") {
            throw ExpressionError(.syntax, "wrap predicate with brackets { and }", at: current.offset)
        }
        return try node(.predicate(body), at: offset, [body])
    }
}
