internal import Analysis

/// What the text of a query shows in whatever language it is: its code without what is quoted, and whether all that is
/// opened is closed.
struct QueryText {
    /// How a language quotes and comments.
    struct Language {
        var quotes: Set<Character> = ["\"", "'"]
        /// What takes a quote behind it for a letter.
        var escape: Character = "\\"
        /// Quotes in which nothing is escaped.
        var rawQuotes: Set<Character> = []
        /// What begins a comment that ends with its line.
        var comments: [String] = []
        /// Whether there are comments between `/*` and `*/`.
        var hasBlockComments = false
    }

    /// The query without the content of its texts, whose quotes stay, and without comments.
    let code: String
    /// What no service could read; nil where that is for the service to say.
    let problem: (message: String, hint: String)?

    init(_ query: String, _ language: Language = Language()) {
        var code = ""
        var quote: Character?
        var rest = query[...]
        while let character = rest.first {
            rest.removeFirst()
            if let open = quote {
                if character == language.escape, !language.rawQuotes.contains(open) {
                    rest = rest.dropFirst()
                } else if character == open {
                    quote = nil
                    code.append(character)
                }
            } else if language.comments.contains(where: { (String(character) + rest.prefix(1)).hasPrefix($0) }) {
                rest = rest.drop { !$0.isNewline }
            } else if language.hasBlockComments, character == "/", rest.first == "*" {
                rest = rest.firstRange(of: "*/").map { rest[$0.upperBound...] } ?? ""
            } else {
                if language.quotes.contains(character) || language.rawQuotes.contains(character) { quote = character }
                code.append(character)
            }
        }
        self.code = code
        problem =
            quote.map { ("the query has a \($0) that is not closed", "close the text") }
            ?? Brackets.problem(in: code.filter { "()[]{}".contains($0) })
    }

    /// The words of the code: letters, digits and underscores.
    var words: [Substring] { code.split { !$0.isLetter && !$0.isNumber && $0 != "_" } }

    /// A variable that only a dashboard fills in: `$name`, `${name}`, `[[name]]`; nil where there is none.
    var dashboardVariable: String? {
        if let range = code.firstRange(of: "[[") {
            return String(code[range.lowerBound...].prefix { $0 != "]" }) + "]]"
        }
        for index in code.indices where code[index] == "$" {
            let rest = code[code.index(after: index)...]
            if rest.first == "{" { return "$" + rest.prefix { $0 != "}" } + "}" }
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            if name.first.map({ $0.isLetter || $0 == "_" }) == true { return "$" + name }
        }
        return nil
    }
}

extension ProviderFields {
    /// Refuses a text that cannot be read in any language.
    ///
    /// - Returns: whether it can be.
    mutating func checkText(_ text: QueryText, at name: String) -> Bool {
        if let (message, hint) = text.problem {
            refuse(name, message, hint: hint)
            return false
        }
        if let variable = text.dashboardVariable {
            refuse(
                name, "\(variable) is a variable of a dashboard", hint: "write its value, or an argument {{args.name}}")
            return false
        }
        return true
    }
}
