/// Reads tokens into a syntax tree by precedence climbing.
struct Parser {
    /// Deeper expressions are refused: reading, checking and evaluating recurse on the caller's stack.
    static let maximumDepth = 128

    private let tokens: [Token]
    private var position = 0
    private var nesting = 0
    /// Predicates around the current token.
    var predicateDepth = 0

    static func parse(_ text: String) throws(ExpressionError) -> SyntaxNode {
        var parser = Parser(tokens: try Lexer.tokens(of: text))
        let node = try parser.sequence()
        guard parser.current.kind == .end else { throw parser.unexpected() }
        return node
    }

    private init(tokens: [Token]) {
        self.tokens = tokens
    }

    var current: Token {
        position < tokens.count ? tokens[position] : Token(kind: .end, offset: tokens.last?.offset ?? 0)
    }

    func unexpected() -> ExpressionError {
        ExpressionError(.syntax, "unexpected token \(current.description)", at: current.offset)
    }

    mutating func advance() { position += 1 }

    mutating func skip(symbol: String) -> Bool {
        guard current.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func skip(bracket: Character) -> Bool {
        guard current.isBracket(bracket) else { return false }
        advance()
        return true
    }

    mutating func expect(symbol: String) throws(ExpressionError) {
        guard skip(symbol: symbol) else { throw unexpected() }
    }

    mutating func expect(bracket: Character) throws(ExpressionError) {
        guard skip(bracket: bracket) else { throw unexpected() }
    }

    mutating func identifier() throws(ExpressionError) -> String {
        guard case .identifier(let name) = current.kind else { throw unexpected() }
        advance()
        return name
    }

    func node(
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
    mutating func sequence() throws(ExpressionError) -> SyntaxNode {
        let start = current.offset
        var nodes = [try expression()]
        while skip(symbol: ";") {
            if current.kind == .end || current.isBracket(")") || current.isBracket("}") { break }
            nodes.append(try expression())
        }
        return nodes.count == 1 ? nodes[0] : try node(.sequence(nodes), at: start, nodes)
    }

    mutating func expression(_ precedence: Int = 0) throws(ExpressionError) -> SyntaxNode {
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
            let nameOffset = current.offset
            let name = try identifier()
            return (try postfix(call(name, at: nameOffset, first: left)), symbol)
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
        try expect(symbol: "let")
        let offset = current.offset
        let name = try identifier()
        try expect(symbol: "=")
        let value = try expression()
        try expect(symbol: ";")
        let body = try sequence()
        return try node(.binding(name, value, body: body), at: offset, [value, body])
    }
}
