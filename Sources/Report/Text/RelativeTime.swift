package import Analysis

/// Times as people read them beside a present one.
package enum RelativeTime {
    /// `in 4m`, `6m ago`, `now`.
    package static func text(_ time: Timestamp, from now: Timestamp) -> String {
        let seconds = (time - now).milliseconds / 1000
        if seconds == 0 { return "now" }
        return seconds > 0 ? "in \(span(seconds))" : "\(span(seconds.magnitudeOrMost)) ago"
    }

    /// `4m left`, or `due` once it has passed.
    static func left(until time: Timestamp, from now: Timestamp) -> String {
        let seconds = (time - now).milliseconds / 1000
        return seconds > 0 ? "\(span(seconds)) left" : "due"
    }

    /// A length in its two largest units, seconds only below ten minutes: `45s`, `4m10s`, `34m`, `3h12m`, `2d4h`.
    static func span(_ seconds: Int64) -> String {
        let parts: [(Int64, String)]
        switch seconds {
        case ..<60: return "\(max(0, seconds))s"
        case ..<600: parts = [(seconds / 60, "m"), (seconds % 60, "s")]
        case ..<3600: parts = [(seconds / 60, "m")]
        case ..<86_400: parts = [(seconds / 3600, "h"), (seconds % 3600 / 60, "m")]
        default: parts = [(seconds / 86_400, "d"), (seconds % 86_400 / 3600, "h")]
        }
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }

    /// The time of day to the second where it is within a day of `now`, otherwise the whole date: `12:10:14Z`.
    package static func clock(_ time: Timestamp, from now: Timestamp) -> String {
        let whole = Timestamp(milliseconds: time.milliseconds / 1000 * 1000)
        guard (time - now).milliseconds.magnitude < 86_400_000 else { return whole.rfc3339 }
        return String(whole.rfc3339.drop { $0 != "T" }.dropFirst())
    }

    /// `12:10:14Z (in 4m)`.
    static func both(_ time: Timestamp, from now: Timestamp) -> String {
        "\(clock(time, from: now)) (\(text(time, from: now)))"
    }
}

extension Int64 {
    fileprivate var magnitudeOrMost: Int64 { Int64(clamping: magnitude) }
}
