/// What can be said about a PromQL expression from its text alone, before a server has seen it.
///
/// By https://prometheus.io/docs/prometheus/latest/querying/basics/
package struct PromQLText: Sendable {
    /// What no server could read; nil where that is for the server to say.
    package let problem: (message: String, hint: String)?
    /// Whether an instant query gives one number instead of a vector: no selector, no function of a vector.
    package let isScalar: Bool

    package init(_ text: String) {
        problem = Self.mistake(text) ?? Self.open(text)
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
    private static func open(_ text: String) -> (String, String)? {
        let tokens = PromQLToken.tokens(of: text)
        if let last = tokens.last, !last.isClosed {
            let quote = Character(Unicode.Scalar(Array(text.utf8)[last.range.lowerBound]))
            return ("the query has a \(quote) that is not closed", "close the text")
        }
        let pairs: [Character: Character] = [")": "(", "]": "[", "}": "{"]
        var open: [Character] = []
        for case .bracket(let character) in tokens.map(\.kind) {
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
}
