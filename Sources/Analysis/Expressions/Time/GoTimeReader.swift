/// Reads a time that is written in a layout, as Go's `time.Parse` does.
struct GoTimeReader {
    /// What Go says about a text that does not fit.
    struct Problem: Error {
        let message: String
    }

    private let layout: GoTimeLayout
    private let text: String
    private var rest: ArraySlice<UInt8>
    private var clock = GoCalendar.Clock(year: 0, month: 0, day: 0)
    private var dayOfYear: Int?
    private var nanoseconds: Int64 = 0
    private var isAfternoon: Bool?
    private var offset: Int?
    private var zoneName = ""
    private var isUTC = false

    /// - Parameter zone: where a time without any zone is.
    static func time(_ text: String, layout: String, zone: GoZone = .utc) throws(Problem) -> GoTime {
        var reader = GoTimeReader(layout: GoTimeLayout(layout), text: text)
        try reader.read()
        return try reader.time(in: zone)
    }

    private init(layout: GoTimeLayout, text: String) {
        self.layout = layout
        self.text = text
        rest = Array(text.utf8)[...]
    }

    private mutating func read() throws(Problem) {
        for (index, (part, spelling)) in layout.parts.enumerated() {
            let before = rest
            let next = index + 1 < layout.parts.count ? layout.parts[index + 1].part : nil
            switch try take(part, before: next) {
            case .fits: break
            case .outOfRange(let what): throw problem(": \(what) out of range")
            case .unreadable:
                throw Problem(
                    message: "parsing time \(GoQuote.bytes(text)) as \(GoQuote.bytes(layout.text)): cannot parse "
                        + "\(quoted(before)) as \(GoQuote.bytes(spelling))")
            }
        }
        guard rest.isEmpty else { throw problem(": extra text: \(quoted(rest))") }
    }

    private func problem(_ message: String) -> Problem {
        Problem(message: "parsing time \(GoQuote.bytes(text))\(message)")
    }

    private func quoted(_ bytes: ArraySlice<UInt8>) -> String { GoQuote.bytes(String(decoding: bytes, as: UTF8.self)) }

    private mutating func time(in zone: GoZone) throws(Problem) -> GoTime {
        if isAfternoon == true, clock.hour < 12 { clock.hour += 12 }
        if isAfternoon == false, clock.hour == 12 { clock.hour = 0 }
        if let dayOfYear { try setDay(ofYear: dayOfYear) }
        if clock.month == 0 { clock.month = 1 }
        if clock.day == 0 { clock.day = 1 }
        guard clock.day <= GoCalendar.days(inMonth: clock.month, of: clock.year) else {
            throw problem(": day out of range")
        }
        if isUTC { return GoTime(clock, nanoseconds: nanoseconds, zone: .utc) }
        if let offset {
            let isOurs = offset == zone.offset && (zoneName.isEmpty || zoneName == zone.name)
            return GoTime(clock, nanoseconds: nanoseconds, zone: isOurs ? zone : GoZone(name: zoneName, offset: offset))
        }
        guard !zoneName.isEmpty else { return GoTime(clock, nanoseconds: nanoseconds, zone: zone) }
        // A name alone does not say an offset: Go takes the time for one in UTC, and shows it with that name.
        if zoneName == zone.name { return GoTime(clock, nanoseconds: nanoseconds, zone: zone) }
        return GoTime(clock, nanoseconds: nanoseconds, zone: .utc)
            .shown(in: GoZone(name: zoneName, offset: Self.offset(inName: zoneName)))
    }

    private mutating func setDay(ofYear day: Int) throws(Problem) {
        let isLeap = GoCalendar.days(inMonth: 2, of: clock.year) == 29
        guard day >= 1, day <= (isLeap ? 366 : 365) else { throw problem(": day-of-year out of range") }
        var month = 1
        var rest = day
        while rest > GoCalendar.days(inMonth: month, of: clock.year) {
            rest -= GoCalendar.days(inMonth: month, of: clock.year)
            month += 1
        }
        if clock.month != 0, clock.month != month { throw problem(": day-of-year does not match month") }
        if clock.day != 0, clock.day != rest { throw problem(": day-of-year does not match day") }
        (clock.month, clock.day) = (month, rest)
    }

    private enum Outcome {
        case fits, unreadable
        case outOfRange(String)
    }
}

extension GoTimeReader {
    private mutating func take(_ part: GoTimeLayout.Part, before next: GoTimeLayout.Part?) throws(Problem) -> Outcome {
        switch part {
        case .text(let literal): return takeLiteral(literal)
        case .longYear:
            guard let year = number(4) else { return .unreadable }
            clock.year = year
        case .shortYear:
            guard let year = number(2) else { return .unreadable }
            clock.year = year >= 69 ? 1900 + year : 2000 + year
        case .longMonth, .shortMonth:
            let names = GoCalendar.months.map { part == .longMonth ? $0 : String($0.prefix(3)) }
            guard let index = name(of: names) else { return .unreadable }
            clock.month = index + 1
        case .month, .paddedMonth:
            guard let month = shortNumber(isFixed: part == .paddedMonth) else { return .unreadable }
            guard (1...12).contains(month) else { return .outOfRange("month") }
            clock.month = month
        case .longWeekday, .shortWeekday:
            let names = GoCalendar.weekdays.map { part == .longWeekday ? $0 : String($0.prefix(3)) }
            guard name(of: names) != nil else { return .unreadable }
        case .day, .spacedDay, .paddedDay:
            if part == .spacedDay, rest.first == UInt8(ascii: " ") { rest.removeFirst() }
            guard let day = shortNumber(isFixed: part == .paddedDay) else { return .unreadable }
            guard day >= 1 else { return .outOfRange("day") }
            clock.day = day
        case .dayOfYear, .spacedDayOfYear:
            while part == .spacedDayOfYear, rest.first == UInt8(ascii: " ") { rest.removeFirst() }
            guard let day = part == .dayOfYear ? number(3) : digits(upTo: 3) else { return .unreadable }
            dayOfYear = day
        default: return try takeClock(part, before: next)
        }
        return .fits
    }

    private mutating func takeClock(
        _ part: GoTimeLayout.Part, before next: GoTimeLayout.Part?
    ) throws(Problem) -> Outcome {
        switch part {
        case .hour, .hour12, .paddedHour12:
            guard let hour = shortNumber(isFixed: part == .paddedHour12) else { return .unreadable }
            guard hour < (part == .hour ? 24 : 13) else { return .outOfRange("hour") }
            clock.hour = hour
        case .minute, .paddedMinute:
            guard let minute = shortNumber(isFixed: part == .paddedMinute) else { return .unreadable }
            guard minute < 60 else { return .outOfRange("minute") }
            clock.minute = minute
        case .second, .paddedSecond:
            guard let second = shortNumber(isFixed: part == .paddedSecond) else { return .unreadable }
            guard second < 60 else { return .outOfRange("second") }
            clock.second = second
            // A fraction may follow where the layout has none.
            if case .fraction? = next { break }
            _ = takeFraction()
        case .upperMeridiem, .lowerMeridiem:
            let word = String(decoding: rest.prefix(2), as: UTF8.self)
            let isUpper = part == .upperMeridiem
            guard word == (isUpper ? "PM" : "pm") || word == (isUpper ? "AM" : "am") else { return .unreadable }
            isAfternoon = word.lowercased() == "pm"
            rest = rest.dropFirst(2)
        case .zoneName: return takeZoneName()
        case .offset: return takeOffset(part)
        case .fraction(let digits, let isTrimmed, _):
            if isTrimmed {
                _ = takeFraction()
            } else {
                guard rest.dropFirst().prefix(while: Self.isDigit).count >= digits, takeFraction(exactly: digits) else {
                    return .unreadable
                }
            }
        default: return .unreadable
        }
        return .fits
    }

    private mutating func takeLiteral(_ literal: [UInt8]) -> Outcome {
        var literal = literal[...]
        while let wanted = literal.first {
            if wanted == UInt8(ascii: " ") {
                // One space in the layout is any number of them.
                guard rest.isEmpty || rest.first == wanted else { return .unreadable }
                literal = literal.drop { $0 == wanted }
                rest = rest.drop { $0 == wanted }
                continue
            }
            guard rest.first == wanted else { return .unreadable }
            rest.removeFirst()
            literal.removeFirst()
        }
        return .fits
    }

    private mutating func takeFraction(exactly count: Int? = nil) -> Bool {
        guard let mark = rest.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","),
            rest.dropFirst().first.map(Self.isDigit) == true
        else { return false }
        let found = rest.dropFirst().prefix(while: Self.isDigit).prefix(count ?? .max)
        let digits = found.prefix(9)
        nanoseconds = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        for _ in digits.count..<9 { nanoseconds *= 10 }
        rest = rest.dropFirst(1 + found.count)
        return true
    }

    private mutating func takeZoneName() -> Outcome {
        if rest.starts(with: "UTC".utf8) {
            isUTC = true
            rest = rest.dropFirst(3)
            return .fits
        }
        let letters = rest.prefix { (0x41...0x5A).contains($0) }
        var length = letters.count
        if letters.elementsEqual("GMT".utf8), let sign = rest.dropFirst(3).first,
            sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
        {
            let hours = rest.dropFirst(4).prefix(while: Self.isDigit)
            if let value = Int(String(decoding: hours, as: UTF8.self)), value <= 23 { length = 4 + hours.count }
        }
        guard (3...7).contains(length) else { return .unreadable }
        zoneName = String(decoding: rest.prefix(length), as: UTF8.self)
        rest = rest.dropFirst(length)
        return .fits
    }

    private mutating func takeOffset(_ part: GoTimeLayout.Part) -> Outcome {
        guard case .offset(let usesZ, let hasColons, let hasMinutes, let hasSeconds) = part else { return .unreadable }
        if usesZ, rest.first == UInt8(ascii: "Z") {
            rest.removeFirst()
            isUTC = true
            return .fits
        }
        guard let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return .unreadable }
        rest.removeFirst()
        var total = 0
        for scale in [3600, hasMinutes ? 60 : 0, hasSeconds ? 1 : 0] where scale > 0 {
            if hasColons, scale < 3600 {
                guard rest.first == UInt8(ascii: ":") else { return .unreadable }
                rest.removeFirst()
            }
            guard let value = number(2) else { return .unreadable }
            guard value <= (scale == 3600 ? 24 : 60) else { return .outOfRange("time zone offset") }
            total += value * scale
        }
        offset = sign == UInt8(ascii: "-") ? -total : total
        return .fits
    }

    private static func offset(inName name: String) -> Int {
        name.count > 3 && name.hasPrefix("GMT") ? (Int(name.dropFirst(3)) ?? 0) * 3600 : 0
    }

    // MARK: Digits

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private mutating func number(_ width: Int) -> Int? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy(Self.isDigit) else { return nil }
        rest = rest.dropFirst(width)
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private mutating func digits(upTo width: Int) -> Int? {
        let count = rest.prefix(width).prefix(while: Self.isDigit).count
        return count > 0 ? number(count) : nil
    }

    /// Two digits, or one where the layout does not ask for two.
    private mutating func shortNumber(isFixed: Bool) -> Int? { isFixed ? number(2) : digits(upTo: 2) }

    private mutating func name(of names: [String]) -> Int? {
        let index = names.firstIndex { name in
            rest.count >= name.utf8.count && zip(rest, name.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
        }
        if let index { rest = rest.dropFirst(names[index].utf8.count) }
        return index
    }
}
