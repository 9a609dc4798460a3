/// What can be said about a PromQL expression from its text alone, before a server has seen it.
///
/// By https://prometheus.io/docs/prometheus/latest/querying/basics/
package struct PromQLText: Sendable {
    /// What no server could read; nil where that is for the server to say.
    package let problem: (message: String, hint: String)?
    /// Whether an instant query gives one number instead of a vector: no selector, no function of a vector.
    package let isScalar: Bool

    /// - Parameter isMetricsQL: VictoriaMetrics adds a range where none is stated.
    package init(_ text: String, isMetricsQL: Bool = false) {
        let tokens = PromQLToken.tokens(of: text)
        problem =
            Self.mistake(text) ?? Self.open(tokens, in: text) ?? Self.unquoted(tokens)
            ?? (isMetricsQL ? nil : PromQLRanges(tokens).problem)
        isScalar = problem == nil && PromQLScan(text).isScalar
    }

    private static func mistake(_ text: String) -> (String, String)? {
        if text.contains("{{") {
            return ("an argument is not filled in", "declare it under args, and write {{args.name}}")
        }
        for variable in ["$__rate_interval", "$__interval", "$__range"] where text.contains(variable) {
            return ("\(variable) is a variable of Grafana", "write a span, such as [1m]")
        }
        return nil
    }

    /// What is opened and not closed, or closed and not opened.
    private static func open(_ tokens: [PromQLToken], in text: String) -> (String, String)? {
        if let last = tokens.last, !last.isClosed {
            let quote = Character(Unicode.Scalar(Array(text.utf8)[last.range.lowerBound]))
            return ("the query has a \(quote) that is not closed", "close the text")
        }
        return Brackets.problem(
            in: tokens.compactMap { token in if case .bracket(let character) = token.kind { character } else { nil } })
    }

    /// A label whose value is not quoted.
    private static func unquoted(_ tokens: [PromQLToken]) -> (String, String)? {
        var isSelector = false
        for (token, next) in zip(tokens, tokens.dropFirst()) {
            if token.isBracket("{") { isSelector = true }
            if token.isBracket("}") { isSelector = false }
            guard isSelector, ["=", "!=", "=~", "!~"].contains(where: token.isSymbol) else { continue }
            guard next.word != nil || next.number != nil else { continue }
            return ("a label has a value without quotes", "write it as in code=\"500\"")
        }
        return nil
    }
}
