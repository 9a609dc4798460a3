/// A word of the condition language.
struct Token: Equatable {
    enum Kind: Equatable {
        /// As it is written; the parser reads its value.
        case number(String)
        case string(String)
        case identifier(String)
        /// Symbols, and the words that work as one: `and`, `in`, `matches`, `let`…
        case symbol(String)
        case bracket(Character)
        case end
    }

    let kind: Kind
    /// Characters before the token.
    let offset: Int

    func isSymbol(_ text: String) -> Bool { kind == .symbol(text) }
    func isBracket(_ bracket: Character) -> Bool { kind == .bracket(bracket) }

    /// The form that Argo's expression library gives a token in its messages.
    var description: String {
        switch kind {
        case .number(let text): "Number(\"\(text)\")"
        case .string(""): "String"
        case .string(let string): "String(\(GoQuote.quoted(string)))"
        case .identifier(let name): "Identifier(\(GoQuote.quoted(name)))"
        case .symbol(let symbol): "Operator(\"\(symbol)\")"
        case .bracket(let bracket): "Bracket(\"\(bracket)\")"
        case .end: "EOF"
        }
    }
}
