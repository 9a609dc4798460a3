internal import Analysis

/// A length of time as documents state it: `30s`, `10m`, `1h30m`, or a whole number of seconds.
package struct Span: Hashable, Sendable {
    package let duration: Duration

    package init(_ duration: Duration) {
        self.duration = duration
    }

    /// Reads one or more numbers with a unit (`ms`, `s`, `m`, `h`), largest first or not; nil for anything else.
    package init?(_ text: String) {
        if let seconds = Int64(text), text.first?.isNumber == true {
            guard seconds <= Self.limit else { return nil }
            self.init(.seconds(seconds))
            return
        }
        var rest = text[...]
        var total = Duration.zero
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let count = Int64(digits), count <= Self.limit else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            switch unit {
            case "ms": total += .milliseconds(count)
            case "s": total += .seconds(count)
            case "m": total += .seconds(count * 60)
            case "h": total += .seconds(count * 3600)
            default: return nil
            }
        }
        guard !text.isEmpty, total <= .seconds(Self.limit) else { return nil }
        self.init(total)
    }

    /// Ten years in seconds: nothing that waits is longer, and no sum of two overflows.
    private static let limit: Int64 = 315_360_000
}

extension Span: CustomStringConvertible {
    /// The shortest text that reads back as this span: `1h30m`, `10m`, `45s`, `250ms`.
    package var description: String {
        let milliseconds = duration.milliseconds
        guard milliseconds > 0 else { return "0s" }
        if milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        let parts = [(seconds / 3600, "h"), (seconds % 3600 / 60, "m"), (seconds % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}

extension Span: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let seconds = try? container.decode(Int64.self), let span = Span(String(seconds)) {
            self = span
            return
        }
        let text = try container.decode(String.self)
        guard let span = Span(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(text)\" is no duration; write numbers with units, such as 30s, 10m or 1h30m")
        }
        self = span
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
