import Analysis
import Rollouts

/// The minutes that a measurement looks at, as the service wants them said.
struct SkyWalkingMinutes: Sendable {
    private let count: Int64
    /// Of the server's clock, ahead of UTC.
    private let offset: Duration

    init(_ fields: inout ProviderFields, interval: Duration) {
        let span = fields.span("interval", default: max(interval, .seconds(60)))
        if span.milliseconds % 60_000 != 0 {
            fields.refuse(
                "interval", "is no whole number of minutes", hint: "SkyWalking has one value a minute; write 1m or 5m")
        }
        count = max(1, span.milliseconds / 60_000)
        offset = Self.offset(&fields)
    }

    /// The last whole minutes before `time`: what both ends name is part of the answer, and the minute that is still
    /// going on would have another value later.
    func duration(until time: Timestamp) -> JSON {
        let end = Timestamp(milliseconds: (time.milliseconds / 60_000 - 1) * 60_000)
        return [
            "start": .string(text(end - .seconds(60 * (count - 1)))), "end": .string(text(end)), "step": "MINUTE",
        ]
    }

    /// `2026-11-21 1200`, by the server's clock.
    private func text(_ time: Timestamp) -> String {
        let characters = Array((time + offset).rfc3339)
        guard characters.count >= 16 else { return "" }
        return "\(String(characters[..<10])) \(String(characters[11..<13]))\(String(characters[14..<16]))"
    }

    private static func offset(_ fields: inout ProviderFields) -> Duration {
        guard let text = fields.text("timezone"), !["UTC", "Z"].contains(text.uppercased()) else { return .zero }
        let digits = text.dropFirst().filter { $0 != ":" }
        let isWellFormed =
            digits.count == 4 && digits.allSatisfy { $0.isASCII && $0.isNumber } && (text.count == 5 || text.count == 6)
        guard let sign = ["+": 1, "-": -1][text.prefix(1)], isWellFormed, let number = Int(digits),
            number / 100 <= 14, number % 100 < 60
        else {
            fields.refuse(
                "timezone", "\"\(text)\" is no offset",
                hint: "write how far the server's clock is ahead, such as +08:00")
            return .zero
        }
        return .seconds(sign * (number / 100 * 3600 + number % 100 * 60))
    }
}
