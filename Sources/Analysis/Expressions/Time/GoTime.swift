/// A point in time as Go's `time.Time`: nanoseconds and a zone that only matters for how it is shown.
package struct GoTime: Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    let seconds: Int64
    /// 0 to 999,999,999.
    let nanoseconds: Int64
    let zone: GoZone

    /// Times outside of about ±100 billion years are cut off there, so that nothing computed from them overflows.
    private static let bound: Int64 = 1 << 61

    init(seconds: Int64, nanoseconds: Int64 = 0, zone: GoZone = .utc) {
        let carried = nanoseconds.quotientFloored(by: 1_000_000_000)
        let (sum, overflow) = seconds.addingReportingOverflow(carried)
        self.seconds = overflow ? (carried > 0 ? Self.bound : -Self.bound) : min(Self.bound, max(-Self.bound, sum))
        self.nanoseconds = nanoseconds - carried * 1_000_000_000
        self.zone = zone
    }

    init(_ time: Timestamp) {
        let seconds = time.milliseconds.quotientFloored(by: 1000)
        self.init(seconds: seconds, nanoseconds: (time.milliseconds - seconds * 1000) * 1_000_000)
    }

    init(_ clock: GoCalendar.Clock, nanoseconds: Int64 = 0, zone: GoZone) {
        self.init(seconds: clock.secondsSince1970 - Int64(zone.offset), nanoseconds: nanoseconds, zone: zone)
    }

    /// Year, month, day and time of day in the time's own zone.
    var clock: GoCalendar.Clock { GoCalendar.Clock(secondsSince1970: seconds + Int64(zone.offset)) }

    /// The first of January of the year 1, which Go takes for no time.
    var isZero: Bool { seconds == -62_135_596_800 && nanoseconds == 0 }

    func isSameInstant(as other: GoTime) -> Bool { seconds == other.seconds && nanoseconds == other.nanoseconds }

    func isBefore(_ other: GoTime) -> Bool { (seconds, nanoseconds) < (other.seconds, other.nanoseconds) }

    func adding(_ duration: Int64) -> GoTime {
        let whole = duration.quotientFloored(by: 1_000_000_000)
        let (sum, overflow) = seconds.addingReportingOverflow(whole)
        return GoTime(
            seconds: overflow ? (whole > 0 ? .max : .min) : sum,
            nanoseconds: nanoseconds + (duration - whole * 1_000_000_000), zone: zone)
    }

    /// Nanoseconds since `earlier`; the longest span that fits where the difference does not.
    func since(_ earlier: GoTime) -> Int64 {
        let (difference, overflow) = (seconds - earlier.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = difference.addingReportingOverflow(nanoseconds - earlier.nanoseconds)
        guard !overflow, !carry else { return earlier.isBefore(self) ? .max : .min }
        return sum
    }

    func shown(in zone: GoZone) -> GoTime { GoTime(seconds: seconds, nanoseconds: nanoseconds, zone: zone) }

    /// Counted in `step`s of nanoseconds since the year 1; `halfUp` rounds to the nearest.
    func truncated(to step: Int64, halfUp: Bool) -> GoTime {
        guard step > 0 else { return self }
        let total = (seconds + 62_135_596_800).multipliedFullWidth(by: 1_000_000_000)
        let (low, carry) = total.low.addingReportingOverflow(UInt64(nanoseconds))
        let (quotient, signed) = (total.high + (carry ? 1 : 0), step)
        // A time before the year 1 or a quotient that does not fit is left as it is.
        guard quotient >= 0, quotient < signed else { return self }
        let rest = Int64(signed.magnitude.dividingFullWidth((UInt64(quotient), low)).remainder)
        let up = halfUp && rest >= step - rest
        return adding(up ? step - rest : -rest)
    }
}

extension GoTime: CustomStringConvertible {
    package var description: String {
        GoTimeLayout("2006-01-02 15:04:05.999999999 -0700 MST").text(for: self)
    }

    /// RFC 3339 with as many digits of the fraction as there are.
    var rfc3339: String { GoTimeLayout("2006-01-02T15:04:05.999999999Z07:00").text(for: self) }
}

extension Int64 {
    /// The quotient rounded down, where Swift's rounds towards zero.
    func quotientFloored(by divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
