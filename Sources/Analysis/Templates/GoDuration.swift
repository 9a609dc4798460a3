/// A span of time as Go writes it: `1h5m`, `1.5s`, `300ms`, `-2m`.
package struct GoDuration: Hashable, Sendable {
    package let duration: Duration

    package init(_ duration: Duration) {
        self.duration = duration
    }

    /// Reads what Go's ParseDuration reads.
    ///
    /// - Parameter bareSeconds: also takes a whole number alone, as seconds; Argo allows that for pauses.
    package init(parsing text: String, bareSeconds: Bool = false) throws(TemplateError) {
        if bareSeconds, let seconds = GoNumber.int(text), seconds.magnitude < 1 << 40 {
            duration = .seconds(seconds)
            return
        }
        var rest = text[...]
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest.removeFirst() }
        if rest == "0" {
            duration = .zero
            return
        }
        guard !rest.isEmpty else { throw Self.invalid(text, "expected a number with a unit such as 90s, 5m or 1h") }
        var nanoseconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard let number = GoNumber.float(String(digits)), digits.last != ".", digits.first != "." else {
                throw Self.invalid(text, "expected a number with a unit such as 90s, 5m or 1h")
            }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
            rest = rest.dropFirst(unit.count)
            nanoseconds += number * (try Self.nanoseconds(in: unit, text))
        }
        guard let whole = Int64(exactly: nanoseconds.rounded()) else {
            throw Self.invalid(text, "longer than 292 years")
        }
        duration = .nanoseconds(isNegative ? -whole : whole)
    }

    private static func nanoseconds(in unit: Substring, _ text: String) throws(TemplateError) -> Double {
        switch unit {
        case "ns": 1
        case "us", "µs", "μs": 1e3
        case "ms": 1e6
        case "s": 1e9
        case "m": 60e9
        case "h": 3600e9
        case "": throw invalid(text, "missing unit; write \(text)s for seconds")
        case "d": throw invalid(text, "a day is not a unit in Go; write 24h")
        default: throw invalid(text, "unknown unit \(unit); units are ms, s, m and h")
        }
    }

    private static func invalid(_ text: String, _ hint: String) -> TemplateError {
        TemplateError("invalid duration \"\(text)\"", hint: hint)
    }
}
