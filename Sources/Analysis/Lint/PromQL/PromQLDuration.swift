/// A span as PromQL writes it: `1h30m`, `500ms`, `2w`; a number alone is seconds.
enum PromQLDuration {
    /// A year is 365 days, a week seven, a day 24 hours, whatever the calendar says.
    private static let units: [String: Double] = [
        "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000,
    ]
    /// Longer than any store keeps its samples, and short enough that several can be added up.
    private static let longest = 1e11

    /// Nil for what is no span, such as VictoriaMetrics' `5i` of steps.
    static func parse(_ text: String) -> Duration? {
        if let seconds = Double(text) { return duration(seconds) }
        var seconds = 0.0
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { ("a"..."z").contains($0) }
            rest = rest[unit.endIndex...]
            guard let number = Double(digits), let length = units[String(unit)] else { return nil }
            seconds += number * length
        }
        return text.isEmpty ? nil : duration(seconds)
    }

    private static func duration(_ seconds: Double) -> Duration? {
        guard seconds.isFinite, seconds >= 0, seconds < longest else { return nil }
        return .milliseconds(Int64((seconds * 1000).rounded()))
    }

    /// The span in PromQL's units: `1h30m`.
    static func text(_ duration: Duration) -> String {
        var rest = max(0, duration.milliseconds)
        var text = ""
        for (unit, length) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1000), ("ms", 1)] where rest >= length {
            text += "\(rest / length)\(unit)"
            rest %= length
        }
        return text.isEmpty ? "0s" : text
    }
}
