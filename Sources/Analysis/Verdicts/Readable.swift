/// Numbers as people read them in a commit message.
package enum Readable {
    /// Up to four significant digits behind a fraction, whole numbers whole: `0.9987`, `212`, `1.5e+09`.
    package static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value > 0 ? "+Inf" : "-Inf" }
        if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
        guard value.magnitude >= 1e-6, value.magnitude < 1e15 else { return value.description }
        var scale = 1.0
        while (value.magnitude * scale) < 1000, scale < 1e9 { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() ? String(Int64(rounded)) : rounded.description
    }

    /// A count with its thousands divided: `81,400`.
    package static func count(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return number(value) }
        let digits = String(Int64(value.rounded().magnitude))
        var text = ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return value.rounded() < 0 ? "-" + text : text
    }

    /// A span in its largest fitting units: `7 minutes`, `1 hour 5 minutes`, `90 seconds` as `1 minute 30 seconds`.
    package static func span(_ duration: Duration) -> String {
        let seconds = max(0, duration.milliseconds) / 1000
        let units = [(seconds / 3600, "hour"), (seconds / 60 % 60, "minute"), (seconds % 60, "second")]
        let parts = units.filter { $0.0 > 0 }.prefix(2).map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return parts.isEmpty ? "0 seconds" : parts.joined(separator: " ")
    }

    /// A text of a service on one line, without what a terminal takes for a command.
    package static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: " "
                    default: scalar
                    }
                }))
    }

    /// `1 failure`, `2 failures`.
    package static func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// A query of several lines on one.
    package static func line(of query: String) -> String {
        query.split(separator: "\n").map { Text.trimmed(String($0), of: nil) }.filter { !$0.isEmpty }
            .joined(separator: " ")
    }
}
