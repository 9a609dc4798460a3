/// RFC 3339 text, the form of Kubernetes, Git notes and commit messages: `2026-11-21T01:28:05Z`.
extension Timestamp {
    /// UTC to the second; milliseconds are written only where there are some.
    package var rfc3339: String {
        let fraction = Self.floorModulo(milliseconds, 1000)
        let seconds = (milliseconds - fraction) / 1000
        let secondOfDay = Self.floorModulo(seconds, 86_400)
        let date = CivilDate(daysSince1970: (seconds - secondOfDay) / 86_400)
        let clock =
            "\(Self.pad(secondOfDay / 3600)):\(Self.pad(secondOfDay / 60 % 60)):\(Self.pad(secondOfDay % 60))"
        let tail = fraction == 0 ? "Z" : ".\(Self.pad(fraction, 3))Z"
        return "\(Self.pad(date.year, 4))-\(Self.pad(date.month))-\(Self.pad(date.day))T\(clock)\(tail)"
    }

    /// The time that `text` states, with any offset; nil where it is not a complete RFC 3339 date and time.
    package init?(rfc3339 text: String) {
        var bytes = Array(text.utf8)[...]
        guard let year = Self.digits(&bytes, 4), Self.take("-", &bytes), let month = Self.digits(&bytes, 2),
            Self.take("-", &bytes), let day = Self.digits(&bytes, 2), Self.take("T", &bytes) || Self.take("t", &bytes),
            let hour = Self.digits(&bytes, 2), Self.take(":", &bytes), let minute = Self.digits(&bytes, 2),
            Self.take(":", &bytes), let second = Self.digits(&bytes, 2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if Self.take(".", &bytes) {
            var scale: Int64 = 100
            var count = 0
            while let digit = Self.digits(&bytes, 1) {
                fraction += digit * scale
                scale /= 10
                count += 1
            }
            guard count > 0 else { return nil }
        }
        guard let offset = Self.offsetMinutes(&bytes), bytes.isEmpty else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
        self.init(milliseconds: seconds * 1000 + fraction)
    }

    private static func offsetMinutes(_ bytes: inout ArraySlice<UInt8>) -> Int64? {
        if take("Z", &bytes) || take("z", &bytes) { return 0 }
        let sign: Int64
        if take("+", &bytes) { sign = 1 } else if take("-", &bytes) { sign = -1 } else { return nil }
        guard let hours = digits(&bytes, 2), take(":", &bytes), let minutes = digits(&bytes, 2) else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private static func take(_ character: Unicode.Scalar, _ bytes: inout ArraySlice<UInt8>) -> Bool {
        guard bytes.first == UInt8(ascii: character) else { return false }
        bytes.removeFirst()
        return true
    }

    private static func digits(_ bytes: inout ArraySlice<UInt8>, _ count: Int) -> Int64? {
        guard bytes.count >= count, bytes.prefix(count).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static func pad(_ value: Int64, _ width: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
