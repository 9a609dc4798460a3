/// How strongly the operators bind, as expr-lang 1.17 has it.
enum Precedence {
    static func unary(_ symbol: String) -> Int? {
        switch symbol {
        case "not", "!": 50
        case "-", "+": 90
        default: nil
        }
    }

    static func binary(_ symbol: String) -> Int? {
        switch symbol {
        case "|": 0
        case "or", "||": 10
        case "and", "&&": 15
        case "==", "!=", "<", ">", "<=", ">=", "in", "matches", "contains", "startsWith", "endsWith": 20
        case "..": 25
        case "+", "-": 30
        case "*", "/", "%": 60
        case "**", "^": 100
        case "??": 500
        default: nil
        }
    }

    static func isRightAssociative(_ symbol: String) -> Bool { symbol == "**" || symbol == "^" }
    static func isComparison(_ symbol: String) -> Bool { ["<", ">", "<=", ">="].contains(symbol) }
    static func mayBeNegated(_ symbol: String) -> Bool {
        ["in", "matches", "contains", "startsWith", "endsWith"].contains(symbol)
    }
}
