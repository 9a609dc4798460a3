/// What the text of a query in New Relic's language tells about the rows that it will give.
enum NRQLShape {
    /// Functions that make one number, or one map of them, of all events
    /// (https://docs.newrelic.com/docs/nrql/nrql-syntax-clauses-functions/#functions).
    private static let aggregators: Set<String> = [
        "apdex", "average", "count", "earliest", "latest", "max", "median", "min", "percentage", "percentile", "rate",
        "stddev", "sum", "uniquecount",
    ]
    /// What gives several rows, or nobody knows how many.
    private static let others: Set<String> = ["facet", "timeseries", "compare", "join", "with", "slide"]
    private static let clauses: Set<String> = ["from", "where", "since", "until", "limit", "order", "extrapolate"]

    /// Whether everything that is selected is one aggregate over all events; false where that is not certain.
    static func hasOneRow(_ query: String) -> Bool {
        guard !query.contains("--"), !query.contains("//"), !query.contains("/*") else { return false }
        let tokens = tokens(of: query)
        guard !tokens.contains(where: { others.contains($0) }),
            tokens.count(where: { $0 == "select" }) == 1, let select = tokens.firstIndex(of: "select")
        else { return false }
        let selected = tokens[(select + 1)...].prefix { !clauses.contains($0) }
        let items = selected.split(separator: ",", omittingEmptySubsequences: false)
        return !items.isEmpty
            && items.allSatisfy { item in
                aggregators.contains(item.first ?? "") && item.dropFirst().first == "("
            }
    }

    /// Words in small letters, commas and opening brackets, all outside of brackets and texts.
    private static func tokens(of query: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        var depth = 0
        var quote: Character?
        func isPart(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || "_.:".contains(character)
        }
        for character in query.lowercased() + " " {
            if let open = quote {
                if character == open { quote = nil }
                continue
            }
            if isPart(character) {
                word.append(character)
                continue
            }
            if !word.isEmpty, depth == 0 { tokens.append(word) }
            word = ""
            switch character {
            case "'", "\"", "`": quote = character
            case "(":
                if depth == 0 { tokens.append("(") }
                depth += 1
            case ")": depth -= 1
            case "," where depth == 0: tokens.append(",")
            default: break
            }
        }
        return tokens
    }
}
