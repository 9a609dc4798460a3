/// What can be said of a LogQL query without asking for it.
enum LokiQuery {
    private static let language = QueryText.Language(quotes: ["\""], rawQuotes: ["`"], comments: ["#"])

    /// The first mistake that keeps the query from giving numbers.
    static func mistake(in query: String) -> (message: String, hint: String)? {
        let text = QueryText(query, language)
        let code = text.code
        if code.contains("$__") || code.contains("${") {
            return (
                "the query has a variable of Grafana",
                "write the span itself, such as [1m], or an argument {{args.name}}"
            )
        }
        if code.contains("increase(") {
            return ("LogQL has no increase()", "count lines with count_over_time({…}[1m])")
        }
        if let problem = text.problem { return problem }
        guard code.contains("{") else { return withoutSelector(text) }
        let compact = code.filter { !$0.isWhitespace }
        if compact.contains("{}") {
            return ("the selector {} is empty", "name at least one label, such as {app=\"shop\"}")
        }
        if let label = unquoted(compact) {
            return ("the label \(label) has a value without quotes", "write \(label)=\"…\"")
        }
        if let problem = LokiSelector.mistake(in: query) ?? LokiStage.mistake(in: code) { return problem }
        if !code.contains("[") {
            return (
                "the query gives log lines, not numbers",
                "aggregate over a range, for example sum(count_over_time({app=\"shop\"} |= \"error\" [1m]))"
            )
        }
        return nil
    }

    /// Without a selector a query can give nothing but numbers of its own.
    private static func withoutSelector(_ text: QueryText) -> (String, String)? {
        let isConstant = text.words.allSatisfy { word in
            ["vector", "and", "or", "unless", "bool"].contains(word) || word.first?.isNumber == true
        }
        guard !isConstant else { return nil }
        return ("the query selects no logs", "write labels in braces, such as count_over_time({app=\"shop\"}[1m])")
    }

    /// The label of a selector whose value is not quoted.
    private static func unquoted(_ compact: String) -> String? {
        for selector in compact.split(separator: "{").dropFirst() {
            for matcher in selector.prefix(while: { $0 != "}" }).split(separator: ",") {
                let label = matcher.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                let value = matcher.dropFirst(label.count).drop { "=!~<>".contains($0) }
                if !label.isEmpty, let first = value.first, first != "\"", first != "`" { return String(label) }
            }
        }
        return nil
    }
}
