internal import Analysis

/// The time that one end of a range query states, relative to its measurement: `now() - duration("5m")`.
///
/// Argo reads it with its expression language; what is read here are sums of `now()`, `date("…")` in RFC 3339, and
/// spans.
struct RelativeTime: Hashable, Sendable {
    /// A time of the calendar; nil where `now()` is meant.
    private let base: Timestamp?
    private let shift: Duration

    init(parsing text: String) throws(TemplateError) {
        var rest = text.filter { !$0.isWhitespace || $0 == " " }[...]
        Self.skip(&rest)
        if Self.take("now", &rest) {
            guard try Self.argument(&rest, text) == nil else { throw Self.unreadable(text) }
            base = nil
        } else if Self.take("date", &rest) {
            guard let date = try Self.argument(&rest, text).flatMap(Timestamp.init(rfc3339:)) else {
                throw TemplateError(
                    "\"\(text)\" has no date that can be read", hint: "write it as 2026-11-21T01:28:05Z")
            }
            base = date
        } else {
            throw Self.unreadable(text)
        }
        var shift = Duration.zero
        Self.skip(&rest)
        while let sign = rest.popFirst() {
            Self.skip(&rest)
            guard sign == "-" || sign == "+", Self.take("duration", &rest),
                let span = try Self.argument(&rest, text)
            else { throw Self.unreadable(text) }
            let length = try GoDuration(parsing: span).duration
            shift += sign == "-" ? .zero - length : length
            Self.skip(&rest)
        }
        self.shift = shift
    }

    func time(at now: Timestamp) -> Timestamp { (base ?? now) + shift }

    /// How long before the measurement it is; nil for a time of the calendar.
    var age: Duration? { base == nil ? .zero - shift : nil }

    // MARK: Reading

    /// What stands in the brackets of a call; nil where nothing does.
    private static func argument(_ rest: inout Substring, _ text: String) throws(TemplateError) -> String? {
        skip(&rest)
        guard take("(", &rest) else { throw unreadable(text) }
        skip(&rest)
        if take(")", &rest) { return nil }
        guard let quote = rest.popFirst(), quote == "\"" || quote == "'",
            let end = rest.firstIndex(of: quote)
        else { throw unreadable(text) }
        let argument = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        skip(&rest)
        guard take(")", &rest) else { throw unreadable(text) }
        return argument
    }

    private static func take(_ word: String, _ rest: inout Substring) -> Bool {
        guard rest.hasPrefix(word) else { return false }
        rest = rest.dropFirst(word.count)
        return true
    }

    private static func skip(_ rest: inout Substring) { rest = rest.drop { $0 == " " } }

    private static func unreadable(_ text: String) -> TemplateError {
        TemplateError("\"\(text)\" is no time", hint: "write it like now() - duration(\"5m\")")
    }
}
