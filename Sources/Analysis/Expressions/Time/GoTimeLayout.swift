/// Go's way to describe how times are written: the text of one reference time, `Mon Jan 2 15:04:05 MST 2006`.
struct GoTimeLayout {
    /// A part of a time, or text that stands for itself.
    enum Part: Equatable {
        case text([UInt8])
        case longYear, shortYear
        case longMonth, shortMonth, month, paddedMonth
        case longWeekday, shortWeekday
        case day, spacedDay, paddedDay, dayOfYear, spacedDayOfYear
        case hour, hour12, paddedHour12, minute, paddedMinute, second, paddedSecond
        case upperMeridiem, lowerMeridiem
        case zoneName
        /// `-0700`, `Z07:00` and their likes.
        case offset(usesZ: Bool, hasColons: Bool, hasMinutes: Bool, hasSeconds: Bool)
        /// Digits behind the second; without zeros at the end where it is written with nines.
        case fraction(digits: Int, isTrimmed: Bool, separator: UInt8)
    }

    let text: String
    let parts: [(part: Part, text: String)]

    init(_ text: String) {
        self.text = text
        var parts: [(part: Part, text: String)] = []
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            guard let (part, length) = Self.part(at: rest, after: literal) else {
                literal.append(rest.removeFirst())
                continue
            }
            if !literal.isEmpty { parts.append((.text(literal), String(decoding: literal, as: UTF8.self))) }
            literal = []
            parts.append((part, String(decoding: rest.prefix(length), as: UTF8.self)))
            rest = rest.dropFirst(length)
        }
        if !literal.isEmpty { parts.append((.text(literal), String(decoding: literal, as: UTF8.self))) }
        self.parts = parts
    }

    /// Longer spellings first, since the short ones begin like them.
    private static let spellings: [(String, Part)] = [
        ("January", .longMonth), ("Monday", .longWeekday), ("MST", .zoneName), ("002", .dayOfYear),
        ("01", .paddedMonth), ("02", .paddedDay), ("03", .paddedHour12), ("04", .paddedMinute),
        ("05", .paddedSecond), ("06", .shortYear), ("15", .hour), ("1", .month), ("2006", .longYear), ("2", .day),
        ("__2", .spacedDayOfYear), ("_2", .spacedDay), ("3", .hour12), ("4", .minute), ("5", .second),
        ("PM", .upperMeridiem), ("pm", .lowerMeridiem),
        ("-070000", .offset(usesZ: false, hasColons: false, hasMinutes: true, hasSeconds: true)),
        ("-07:00:00", .offset(usesZ: false, hasColons: true, hasMinutes: true, hasSeconds: true)),
        ("-0700", .offset(usesZ: false, hasColons: false, hasMinutes: true, hasSeconds: false)),
        ("-07:00", .offset(usesZ: false, hasColons: true, hasMinutes: true, hasSeconds: false)),
        ("-07", .offset(usesZ: false, hasColons: false, hasMinutes: false, hasSeconds: false)),
        ("Z070000", .offset(usesZ: true, hasColons: false, hasMinutes: true, hasSeconds: true)),
        ("Z07:00:00", .offset(usesZ: true, hasColons: true, hasMinutes: true, hasSeconds: true)),
        ("Z0700", .offset(usesZ: true, hasColons: false, hasMinutes: true, hasSeconds: false)),
        ("Z07:00", .offset(usesZ: true, hasColons: true, hasMinutes: true, hasSeconds: false)),
        ("Z07", .offset(usesZ: true, hasColons: false, hasMinutes: false, hasSeconds: false)),
    ]

    private static func part(at rest: ArraySlice<UInt8>, after literal: [UInt8]) -> (Part, Int)? {
        // `_2006` is an underscore and a year.
        if rest.starts(with: "_2006".utf8) { return nil }
        for (spelling, part) in spellings where rest.starts(with: spelling.utf8) { return (part, spelling.utf8.count) }
        for (spelling, part) in [("Jan", Part.shortMonth), ("Mon", .shortWeekday)]
        where rest.starts(with: spelling.utf8) {
            let next = rest.dropFirst(3).first
            return next.map { (0x61...0x7A).contains($0) } == true ? nil : (part, 3)
        }
        return fraction(at: rest)
    }

    private static func fraction(at rest: ArraySlice<UInt8>) -> (Part, Int)? {
        guard let separator = rest.first, separator == UInt8(ascii: ".") || separator == UInt8(ascii: ","),
            let digit = rest.dropFirst().first, digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9")
        else { return nil }
        let digits = rest.dropFirst().prefix { $0 == digit }
        if let next = rest.dropFirst(1 + digits.count).first, (0x30...0x39).contains(next) { return nil }
        let part = Part.fraction(
            digits: digits.count, isTrimmed: digit == UInt8(ascii: "9"), separator: separator)
        return (part, 1 + digits.count)
    }
}

extension GoTimeLayout {
    /// The time in this layout.
    func text(for time: GoTime) -> String {
        let clock = time.clock
        return parts.map { Self.text(of: $0.part, $0.text, time, clock) }.joined()
    }

    private static func text(of part: Part, _ literal: String, _ time: GoTime, _ clock: GoCalendar.Clock) -> String {
        switch part {
        case .text: return literal
        case .longYear: return padded(clock.year, 4)
        case .shortYear: return padded(max(0, clock.year) % 100, 2)
        case .longMonth: return GoCalendar.month(clock.month)
        case .shortMonth: return String(GoCalendar.month(clock.month).prefix(3))
        case .month: return String(clock.month)
        case .paddedMonth: return padded(clock.month, 2)
        case .longWeekday: return GoCalendar.weekday(clock.weekday)
        case .shortWeekday: return String(GoCalendar.weekday(clock.weekday).prefix(3))
        case .day: return String(clock.day)
        case .spacedDay: return (clock.day < 10 ? " " : "") + String(clock.day)
        case .paddedDay: return padded(clock.day, 2)
        case .dayOfYear: return padded(clock.dayOfYear, 3)
        case .spacedDayOfYear:
            let text = String(clock.dayOfYear)
            return String(repeating: " ", count: 3 - text.count) + text
        default: return clockText(of: part, time, clock)
        }
    }

    private static func clockText(of part: Part, _ time: GoTime, _ clock: GoCalendar.Clock) -> String {
        let hour12 = clock.hour % 12 == 0 ? 12 : clock.hour % 12
        switch part {
        case .hour: return padded(clock.hour, 2)
        case .hour12: return String(hour12)
        case .paddedHour12: return padded(hour12, 2)
        case .minute: return String(clock.minute)
        case .paddedMinute: return padded(clock.minute, 2)
        case .second: return String(clock.second)
        case .paddedSecond: return padded(clock.second, 2)
        case .upperMeridiem: return clock.hour >= 12 ? "PM" : "AM"
        case .lowerMeridiem: return clock.hour >= 12 ? "pm" : "am"
        case .zoneName:
            return time.zone.name.isEmpty
                ? offset(time.zone.offset, hasColons: false, hasMinutes: true, hasSeconds: false) : time.zone.name
        case .offset(let usesZ, let hasColons, let hasMinutes, let hasSeconds):
            if usesZ, time.zone.offset == 0 { return "Z" }
            return offset(time.zone.offset, hasColons: hasColons, hasMinutes: hasMinutes, hasSeconds: hasSeconds)
        case .fraction(let digits, let isTrimmed, let separator):
            var text = String(padded(Int(time.nanoseconds), 9).prefix(digits))
            while isTrimmed, text.hasSuffix("0") { text.removeLast() }
            return text.isEmpty ? "" : String(Unicode.Scalar(separator)) + text
        default: return ""
        }
    }

    private static func offset(_ seconds: Int, hasColons: Bool, hasMinutes: Bool, hasSeconds: Bool) -> String {
        let magnitude = Int(seconds.magnitude)
        var text = (seconds < 0 ? "-" : "+") + padded(magnitude / 3600, 2)
        if hasMinutes { text += (hasColons ? ":" : "") + padded(magnitude / 60 % 60, 2) }
        if hasSeconds { text += (hasColons ? ":" : "") + padded(magnitude % 60, 2) }
        return text
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
