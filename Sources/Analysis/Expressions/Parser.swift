/// Reads tokens into a syntax tree by precedence climbing.
struct Parser {
    /// Deeper expressions are refused: reading, checking and evaluating recurse on the caller's stack.
    static let maximumDepth = 64

    private let tokens: [Token]
    private var position = 0
    private var nesting = 0
    private var predicateDepth = 0

    static func parse(_ text: String) throws(ExpressionError) -> SyntaxNode {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        let node = try parser.sequence()
        guard parser.current.kind == .end else { throw parser.unexpected() }
        return node
    }

    private init(tokens: [Token]) {
        self.tokens = tokens
    }

    private var current: Token {
        position < tokens.count ? tokens[position] : Token(kind: .end, offset: tokens.last?.offset ?? 0)
    }

    private func unexpected() -> ExpressionError {
        ExpressionError(.syntax, "unexpected token \(current.description)", at: current.offset)
    }

    private mutating func advance() { position += 1 }

    private mutating func skip(symbol: String) -> Bool {
        guard current.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    private mutating func skip(bracket: Character) -> Bool {
        guard current.isBracket(bracket) else { return false }
        advance()
        return true
    }

    private mutating func expect(symbol: String) throws(ExpressionError) {
        guard skip(symbol: symbol) else { throw unexpected() }
    }

    private mutating func expect(bracket: Character) throws(ExpressionError) {
        guard skip(bracket: bracket) else { throw unexpected() }
    }

    private mutating func identifier() throws(ExpressionError) -> String {
        guard case .identifier(let name) = current.kind else { throw unexpected() }
        advance()
        return name
    }

    private func node(
        _ kind: SyntaxNode.Kind, at offset: Int, _ children: [SyntaxNode] = []
    ) throws(ExpressionError) -> SyntaxNode {
        let depth = 1 + (children.map(\.depth).max() ?? 0)
        guard depth <= Self.maximumDepth else { throw Self.tooDeep(at: offset) }
        return SyntaxNode(kind: kind, offset: offset, depth: depth)
    }

    private static func tooDeep(at offset: Int) -> ExpressionError {
        ExpressionError(.limit, "expression has more than \(maximumDepth) levels", at: offset)
    }
}

extension Parser {
    /// Expressions divided by `;`, of which the last one counts.
    private mutating func sequence() throws(ExpressionError) -> SyntaxNode {
        let start = current.offset
        var nodes = [try expression()]
        while skip(symbol: ";") {
            if current.kind == .end || current.isBracket(")") || current.isBracket("}") { break }
            nodes.append(try expression())
        }
        return nodes.count == 1 ? nodes[0] : try node(.sequence(nodes), at: start, nodes)
    }

    private mutating func expression(_ precedence: Int = 0) throws(ExpressionError) -> SyntaxNode {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumDepth else { throw Self.tooDeep(at: current.offset) }
        if precedence == 0, current.isSymbol("let") { return try binding() }
        if precedence == 0, current.isSymbol("if") { return try conditionalStatement() }
        var left = try primary()
        var previous = ""
        while case .symbol(let symbol) = current.kind {
            guard let next = try operation(symbol, on: left, precedence, after: previous) else { break }
            left = next.node
            previous = next.symbol
        }
        return precedence == 0 ? try conditional(left) : left
    }

    /// Takes one binary operator and its right side; nil where the operator does not belong to this level.
    private mutating func operation(
        _ first: String, on left: SyntaxNode, _ precedence: Int, after previous: String
    ) throws(ExpressionError) -> (node: SyntaxNode, symbol: String)? {
        let start = position
        var symbol = first
        let isNegated = first == "not"
        if isNegated {
            advance()
            guard case .symbol(let second) = current.kind, Precedence.mayBeNegated(second) else { throw unexpected() }
            symbol = second
        }
        guard let strength = Precedence.binary(symbol), strength >= precedence else {
            position = start
            return nil
        }
        let offset = current.offset
        advance()
        if symbol == "|" {
            let name = try identifier()
            return (try postfix(call(name, at: offset, first: left)), symbol)
        }
        if previous == "??", symbol != "??" {
            throw ExpressionError(
                .syntax,
                "Operator (\(symbol)) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.",
                at: offset)
        }
        if Precedence.isComparison(symbol) {
            return (try comparison(left, symbol, strength, at: offset), symbol)
        }
        let right = try expression(Precedence.isRightAssociative(symbol) ? strength : strength + 1)
        let whole = try node(.binary(symbol, left, right), at: offset, [left, right])
        return (isNegated ? try node(.unary("not", whole), at: offset, [whole]) : whole, symbol)
    }

    /// `1 < x < 3` means `1 < x && x < 3`.
    private mutating func comparison(
        _ first: SyntaxNode, _ symbol: String, _ strength: Int, at start: Int
    ) throws(ExpressionError) -> SyntaxNode {
        var left = first
        var symbol = symbol
        var offset = start
        var whole: SyntaxNode?
        while true {
            let right = try expression(strength + 1)
            let pair = try node(.binary(symbol, left, right), at: offset, [left, right])
            whole =
                if let before = whole { try node(.binary("&&", before, pair), at: offset, [before, pair]) } else {
                    pair
                }
            left = right
            guard case .symbol(let next) = current.kind, Precedence.isComparison(next) else { return whole ?? pair }
            symbol = next
            offset = current.offset
            advance()
        }
    }

    private mutating func conditional(_ condition: SyntaxNode) throws(ExpressionError) -> SyntaxNode {
        var whole = condition
        while current.isSymbol("?") {
            let offset = current.offset
            advance()
            let then: SyntaxNode
            if skip(symbol: ":") {
                then = whole
            } else {
                then = try expression()
                try expect(symbol: ":")
            }
            let otherwise = try expression()
            whole = try node(
                .conditional(whole, then: then, otherwise: otherwise), at: offset, [whole, then, otherwise])
        }
        return whole
    }

    private mutating func conditionalStatement() throws(ExpressionError) -> SyntaxNode {
        let offset = current.offset
        try expect(symbol: "if")
        let condition = try expression()
        try expect(bracket: "{")
        let then = try sequence()
        try expect(bracket: "}")
        try expect(symbol: "else")
        let otherwise: SyntaxNode
        if current.isSymbol("if") {
            otherwise = try expression()
        } else {
            try expect(bracket: "{")
            otherwise = try sequence()
            try expect(bracket: "}")
        }
        return try node(
            .conditional(condition, then: then, otherwise: otherwise), at: offset, [condition, then, otherwise])
    }

    private mutating func binding() throws(ExpressionError) -> SyntaxNode {
        let offset = current.offset
        try expect(symbol: "let")
        let name = try identifier()
        try expect(symbol: "=")
        let value = try expression()
        try expect(symbol: ";")
        let body = try sequence()
        return try node(.binding(name, value, body: body), at: offset, [value, body])
    }
}

extension Parser {
    private mutating func primary() throws(ExpressionError) -> SyntaxNode {
        let token = current
        switch token.kind {
        case .symbol(let symbol):
            if let strength = Precedence.unary(symbol) {
                advance()
                let operand = try expression(strength)
                return try postfix(node(.unary(symbol, operand), at: token.offset, [operand]))
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
        case .int(let int): return try literal(.int(int))
        case .float(let double): return try literal(.double(double))
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
            case .int(let int): key = try literal(.string(String(int)))
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

    /// The arguments of `name(…)`; after a pipe, `first` is the one that was piped.
    private mutating func call(
        _ name: String, at offset: Int, first: SyntaxNode? = nil
    ) throws(ExpressionError) -> SyntaxNode {
        var arguments = first.map { [$0] } ?? []
        try expect(bracket: "(")
        while !current.isBracket(")") {
            let isPredicate = Builtin(rawValue: name)?.predicatePosition == arguments.count
            arguments.append(isPredicate ? try predicate() : try expression())
            if !skip(symbol: ",") { break }
        }
        try expect(bracket: ")")
        return try node(.call(name, arguments), at: offset, arguments)
    }

    private mutating func predicate() throws(ExpressionError) -> SyntaxNode {
        let offset = current.offset
        let isBraced = skip(bracket: "{")
        predicateDepth += 1
        defer { predicateDepth -= 1 }
        let body = isBraced ? try sequence() : try expression()
        if isBraced { try expect(bracket: "}") }
        return try node(.predicate(body), at: offset, [body])
    }

    /// Members, indexes, slices and calls after a value.
    private mutating func postfix(_ start: SyntaxNode) throws(ExpressionError) -> SyntaxNode {
        var base = start
        var hasOptional = false
        while true {
            let offset = current.offset
            if skip(symbol: ".") {
                base = try member(of: base, isOptional: false, at: offset)
            } else if current.isSymbol("?.") {
                advance()
                hasOptional = true
                if skip(bracket: "[") {
                    base = try index(of: base, isOptional: true, at: offset)
                } else {
                    base = try member(of: base, isOptional: true, at: offset)
                }
            } else if skip(bracket: "[") {
                base = try index(of: base, isOptional: false, at: offset)
            } else {
                return hasOptional ? try node(.chain(base), at: start.offset, [base]) : base
            }
        }
    }

    private mutating func member(
        of base: SyntaxNode, isOptional: Bool, at offset: Int
    ) throws(ExpressionError) -> SyntaxNode {
        let name: String
        switch current.kind {
        case .identifier(let word): name = word
        // `result.in` and the like are names where a name is due.
        case .symbol(let word) where word.first?.isLetter == true: name = word
        default: throw ExpressionError(.syntax, "expected name", at: current.offset)
        }
        advance()
        if current.isBracket("(") { return try method(name, of: base, at: offset) }
        let property = try node(.literal(.string(name)), at: offset)
        return try node(.member(base, property, isOptional: isOptional), at: offset, [base, property])
    }

    /// No value has methods; the tree keeps the call so that the check can say of which type it was expected.
    private mutating func method(
        _ name: String, of base: SyntaxNode, at offset: Int
    ) throws(ExpressionError) -> SyntaxNode {
        let whole = try call(name, at: offset)
        return try node(.method(base, name), at: offset, [base, whole])
    }

    private mutating func index(
        of base: SyntaxNode, isOptional: Bool, at offset: Int
    ) throws(ExpressionError) -> SyntaxNode {
        var from: SyntaxNode?
        if !current.isSymbol(":") { from = try expression() }
        if skip(symbol: ":") {
            let to: SyntaxNode? = current.isBracket("]") ? nil : try expression()
            try expect(bracket: "]")
            return try node(.slice(base, from: from, to: to), at: offset, [base] + [from, to].compactMap { $0 })
        }
        guard let from else { throw unexpected() }
        try expect(bracket: "]")
        return try node(.member(base, from, isOptional: isOptional), at: offset, [base, from])
    }
}
