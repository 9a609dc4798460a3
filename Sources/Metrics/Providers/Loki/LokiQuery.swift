/// What can be said of a LogQL query without asking for it.
enum LokiQuery {
    /// The first mistake that keeps the query from giving numbers.
    static func mistake(in query: String) -> (message: String, hint: String)? {
        let code = withoutTexts(query)
        if code.contains("$__") || code.contains("${") {
            return (
                "the query has a variable of Grafana",
                "write the span itself, such as [1m], or an argument {{args.name}}"
            )
        }
        if code.contains("increase(") {
            return ("LogQL has no increase()", "count lines with count_over_time({…}[1m])")
        }
        guard code.contains("{") else { return nil }
        let compact = code.filter { !$0.isWhitespace }
        if compact.contains("{}") {
            return ("the selector {} is empty", "name at least one label, such as {app=\"shop\"}")
        }
        if !code.contains("[") {
            return (
                "the query gives log lines, not numbers",
                "aggregate over a range, for example sum(count_over_time({app=\"shop\"} |= \"error\" [1m]))"
            )
        }
        return nil
    }

    /// The query without the content of its strings, and without comments.
    private static func withoutTexts(_ query: String) -> String {
        var code = ""
        var quote: Character?
        var isComment = false
        var isEscaped = false
        for character in query {
            if isComment {
                isComment = !character.isNewline
            } else if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\", open == "\"" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                    code.append(character)
                }
            } else if character == "#" {
                isComment = true
            } else {
                if character == "\"" || character == "`" { quote = character }
                code.append(character)
            }
        }
        return code
    }
}
