/// Values as they are written, names and parentheses.
extension Parser {
    mutating func primary() throws(ExpressionError) -> SyntaxNode {
        let token = current
        switch token.kind {
        case .symbol(let symbol):
            if let strength = Precedence.unary(symbol) {
                advance()
                let operand = try expression(strength)
                return try postfix(node(.unary(symbol, operand), at: token.offset, [operand]))
            }
            if symbol == "::" {
                // A builtin by its own name, whatever else is called so.
                advance()
                let offset = current.offset
                return try postfix(call(try identifier(), at: offset))
            }
            guard predicateDepth > 0, symbol == "#" || symbol == "." else { throw unexpected() }
            return try postfix(pointer(symbol))
        case .bracket("("):
            advance()
            let inner = try sequence()
            try expect(bracket: ")")
            return try postfix(inner)
        case .bracket("["): return try postfix(arrayLiteral())
        case .bracket("{"): return try postfix(mapLiteral())
        case .number(let text): return try literal(try Self.number(text, at: token.offset))
        case .string(let string): return try postfix(literal(.string(string)))
        case .identifier(let name):
            advance()
            switch name {
            case "true": return try node(.literal(.bool(true)), at: token.offset)
            case "false": return try node(.literal(.bool(false)), at: token.offset)
            case "nil": return try node(.literal(.null), at: token.offset)
            default:
                if current.isBracket("(") { return try postfix(call(name, at: token.offset)) }
                return try postfix(node(.identifier(name), at: token.offset))
            }
        case .bracket, .end: throw unexpected()
        }
    }

    private mutating func literal(_ value: Value) throws(ExpressionError) -> SyntaxNode {
        defer { advance() }
        return try node(.literal(value), at: current.offset)
    }

    private static func number(_ text: String, at offset: Int) throws(ExpressionError) -> Value {
        let digits = text.filter { $0 != "_" }
        let mark = digits.prefix(2).lowercased()
        let radixes = ["0x": (16, "hex"), "0b": (2, "binary"), "0o": (8, "octal")]
        func invalid(_ kind: String, _ function: String, _ problem: GoNumber.Problem) -> ExpressionError {
            ExpressionError(
                .syntax,
                "invalid \(kind) literal: strconv.\(function): parsing \(GoQuote.quoted(digits)): \(problem.message)",
                at: offset)
        }
        if mark != "0x", digits.contains(where: { ".eE".contains($0) }) {
            do { return .double(try GoNumber.number(digits)) } catch { throw invalid("float", "ParseFloat", error) }
        }
        if let (radix, kind) = radixes[mark] {
            guard digits.count > 2 else { throw invalid(kind, "ParseInt", .syntax) }
            guard let int = Int(digits.dropFirst(2), radix: radix) else { throw invalid(kind, "ParseInt", .range) }
            return .int(int)
        }
        do { return .int(try GoNumber.integer(digits)) } catch { throw invalid("integer", "ParseInt", error) }
    }

    private mutating func pointer(_ symbol: String) throws(ExpressionError) -> SyntaxNode {
        let offset = current.offset
        guard symbol == "#" else { return try node(.pointer(""), at: offset) }
        advance()
        guard case .identifier(let name) = current.kind else { return try node(.pointer(""), at: offset) }
        advance()
        return try node(.pointer(name), at: offset)
    }

    private mutating func arrayLiteral() throws(ExpressionError) -> SyntaxNode {
        let offset = current.offset
        try expect(bracket: "[")
        var elements: [SyntaxNode] = []
        while !current.isBracket("]") {
            elements.append(try expression())
            if !skip(symbol: ",") { break }
        }
        try expect(bracket: "]")
        return try node(.array(elements), at: offset, elements)
    }

    private mutating func mapLiteral() throws(ExpressionError) -> SyntaxNode {
        let offset = current.offset
        try expect(bracket: "{")
        var members: [(key: SyntaxNode, value: SyntaxNode)] = []
        while !current.isBracket("}") {
            let key: SyntaxNode
            switch current.kind {
            case .identifier(let name): key = try literal(.string(name))
            case .string(let name): key = try literal(.string(name))
            case .number(let text): key = try literal(.string(text))
            case .bracket("("): key = try expression()
            default:
                throw ExpressionError(
                    .syntax,
                    "a map key must be a quoted string, a number, a identifier, or an expression enclosed in parentheses "
                        + "(unexpected token \(current.description))", at: current.offset)
            }
            try expect(symbol: ":")
            members.append((key, try expression()))
            if !skip(symbol: ",") { break }
        }
        try expect(bracket: "}")
        return try node(.map(members), at: offset, members.flatMap { [$0.key, $0.value] })
    }
}
