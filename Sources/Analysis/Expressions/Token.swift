/// A word of the condition language.
struct Token: Equatable {
    enum Kind: Equatable {
        case int(Int)
        case float(Double)
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
        case .int(let int): "Number(\"\(int)\")"
        case .float(let double): "Number(\"\(GoNumber.text(double))\")"
        case .string(let string): "String(\"\(string)\")"
        case .identifier(let name): "Identifier(\"\(name)\")"
        case .symbol(let symbol): "Operator(\"\(symbol)\")"
        case .bracket(let bracket): "Bracket(\"\(bracket)\")"
        case .end: "EOF"
        }
    }
}
