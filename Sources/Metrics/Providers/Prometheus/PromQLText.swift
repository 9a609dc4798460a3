/// What can be said about a PromQL expression from its text alone.
///
/// By https://prometheus.io/docs/prometheus/latest/querying/basics/
struct PromQLText: Sendable {
    enum Token: Equatable {
        case word(String)
        case number, string, name
        case bracket(Character)
        case symbol(Character)
    }

    /// What no server could read; nil where that is for the server to say.
    let problem: (message: String, hint: String)?
    /// Whether an instant query gives one number instead of a vector: no selector, no function of a vector.
    let isScalar: Bool

    /// - Parameter isMetricsQL: VictoriaMetrics adds a range where none is stated.
    init(_ text: String, isMetricsQL: Bool = false) {
        let (tokens, broken) = Self.tokens(text)
        problem =
            Self.mistake(text) ?? broken ?? Self.unbalanced(tokens) ?? Self.unquoted(tokens)
            ?? (isMetricsQL ? nil : PromQLRanges(tokens).problem)
        isScalar = problem == nil && Self.isScalar(tokens)
    }

    // MARK: Mistakes

    private static func mistake(_ text: String) -> (String, String)? {
        if text.contains("{{") {
            return ("an argument is not filled in", "declare it under args, and write {{args.name}}")
        }
        for variable in ["$__rate_interval", "$__interval", "$__range"] where text.contains(variable) {
            return ("\(variable) is a variable of Grafana", "write a span, such as [1m]")
        }
        return nil
    }

    private static func unbalanced(_ tokens: [Token]) -> (String, String)? {
        let pairs: [Character: Character] = [")": "(", "]": "[", "}": "{"]
        var open: [Character] = []
        for case .bracket(let character) in tokens {
            guard let partner = pairs[character] else {
                open.append(character)
                continue
            }
            guard open.popLast() == partner else {
                return ("the query has a \(character) without its \(partner)", "count the brackets")
            }
        }
        return open.last.map { ("the query has a \($0) that is not closed", "count the brackets") }
    }

    /// A label whose value is not quoted.
    private static func unquoted(_ tokens: [Token]) -> (String, String)? {
        var isSelector = false
        for (token, next) in zip(tokens, tokens.dropFirst()) {
            if token == .bracket("{") { isSelector = true }
            if token == .bracket("}") { isSelector = false }
            guard isSelector, token == .symbol("=") || token == .symbol("~") else { continue }
            switch next {
            case .word, .number, .name: return ("a label has a value without quotes", "write it as in code=\"500\"")
            default: continue
            }
        }
        return nil
    }

    // MARK: Types

    /// Words of scalar expressions; every other word names a metric, or a function or an operator of vectors.
    private static let scalarWords: Set<String> = ["time", "pi", "inf", "nan", "bool", "atan2"]

    private static func isScalar(_ tokens: [Token]) -> Bool {
        var hasValue = false
        var index = 0
        while index < tokens.count {
            switch tokens[index] {
            case .word("scalar"):
                hasValue = true
                index = end(of: index + 1, tokens)
            case .word(let word):
                guard scalarWords.contains(word.lowercased()) else { return false }
                hasValue = hasValue || word != "bool"
            case .number: hasValue = true
            case .string, .name, .bracket("{"), .bracket("["): return false
            case .bracket, .symbol: break
            }
            index += 1
        }
        return hasValue
    }

    /// The place of the bracket that closes the one at `start`.
    private static func end(of start: Int, _ tokens: [Token]) -> Int {
        var depth = 0
        for index in start..<max(start, tokens.count) {
            if tokens[index] == .bracket("(") { depth += 1 }
            if tokens[index] == .bracket(")") { depth -= 1 }
            if depth == 0 { return index }
        }
        return tokens.count
    }

    // MARK: Tokens

    private static func tokens(_ text: String) -> ([Token], (String, String)?) {
        var tokens: [Token] = []
        var rest = text[...]
        while let character = rest.first {
            switch character {
            case "#": rest = rest.drop { !$0.isNewline }
            case "\"", "'", "`":
                guard let end = Self.end(ofString: rest) else {
                    return (tokens, ("the query has a \(character) that is not closed", "close the text"))
                }
                rest = rest[end...]
                tokens.append(.string)
            case "(", ")", "[", "]", "{", "}":
                tokens.append(.bracket(character))
                rest.removeFirst()
            case _ where character.isLetter || character == "_" || character == ":":
                let word = rest.prefix { $0.isLetter || $0.isNumber || "_:".contains($0) }
                tokens.append(word.contains(":") ? .name : .word(String(word)))
                rest = rest[word.endIndex...]
            case _ where character.isNumber || character == ".":
                rest = Self.afterNumber(rest)
                tokens.append(.number)
            default:
                if !character.isWhitespace { tokens.append(.symbol(character)) }
                rest.removeFirst()
            }
        }
        return (tokens, nil)
    }

    private static func end(ofString text: Substring) -> String.Index? {
        guard let quote = text.first else { return nil }
        var index = text.index(after: text.startIndex)
        while index < text.endIndex {
            if text[index] == quote { return text.index(after: index) }
            if text[index] == "\\", quote != "`" {
                index = text.index(after: index)
                guard index < text.endIndex else { return nil }
            }
            index = text.index(after: index)
        }
        return nil
    }

    /// Numbers may have a base, an exponent with its sign, or the units of a span.
    private static func afterNumber(_ text: Substring) -> Substring {
        var rest = text
        var last: Character = " "
        let isHexadecimal = text.hasPrefix("0x") || text.hasPrefix("0X")
        while let next = rest.first {
            let isSign = (next == "+" || next == "-") && (last == "e" || last == "E") && !isHexadecimal
            guard next.isLetter || next.isNumber || next == "." || next == "_" || isSign else { break }
            last = next
            rest.removeFirst()
        }
        return rest
    }
}
