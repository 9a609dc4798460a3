/// The labels in braces by which a LogQL query selects streams.
struct LokiSelector {
    private struct Matcher {
        let symbol: String
        let value: Substring

        /// Whether streams without the label match, too; of a pattern only what is certain.
        var matchesNothing: Bool {
            let matchesEmpty = value.isEmpty || symbol.hasSuffix("~") && (value == ".*" || value == "^.*$")
            return symbol.hasPrefix("!") ? !matchesEmpty : matchesEmpty
        }
    }

    private let matchers: [Matcher]

    /// A selector that Loki refuses because it could be all streams there are.
    static func mistake(in query: String) -> (message: String, hint: String)? {
        guard all(in: query).contains(where: { !$0.matchers.isEmpty && $0.matchers.allSatisfy(\.matchesNothing) })
        else { return nil }
        return (
            "a selector needs a label with a value that is not empty",
            "name one with = or =~ beside the others, such as {app=\"shop\"}"
        )
    }

    /// The selectors of a query whose brackets and quotes are closed.
    private static func all(in query: String) -> [LokiSelector] {
        var selectors: [LokiSelector] = []
        var matchers: [Matcher]?
        var symbol = ""
        var rest = query[...]
        while let character = rest.first {
            switch character {
            case "\"", "`":
                let value = text(rest)
                rest = rest[value.endIndex...].dropFirst()
                if matchers != nil { matchers?.append(Matcher(symbol: symbol, value: value)) }
                symbol = ""
                continue
            case "#" where matchers == nil: rest = rest.drop { !$0.isNewline }
            case "{":
                matchers = []
                symbol = ""
            case "}":
                if let matchers { selectors.append(LokiSelector(matchers: matchers)) }
                matchers = nil
            case "=", "!", "~": symbol.append(character)
            default: break
            }
            rest = rest.dropFirst()
        }
        return selectors
    }

    /// What stands between the quote with which `rest` begins and its partner.
    private static func text(_ rest: Substring) -> Substring {
        let quote = rest.first
        var isEscaped = false
        let inner = rest.dropFirst()
        let end = inner.firstIndex { character in
            defer { isEscaped = !isEscaped && character == "\\" && quote == "\"" }
            return character == quote && !isEscaped
        }
        return inner[..<(end ?? inner.endIndex)]
    }
}
