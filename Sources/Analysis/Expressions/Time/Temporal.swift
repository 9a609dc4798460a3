/// A point in time, a span of time, a zone, or one of Go's two named numbers.
package enum Temporal: Hashable, Sendable {
    case time(GoTime)
    /// Nanoseconds.
    case duration(Int64)
    case zone(GoZone)
    /// 1 to 12.
    case month(Int)
    /// 0 is Sunday.
    case weekday(Int)
}

extension Temporal: CustomStringConvertible {
    var typeName: String {
        switch self {
        case .time: "time.Time"
        case .duration: "time.Duration"
        case .zone: "*time.Location"
        case .month: "time.Month"
        case .weekday: "time.Weekday"
        }
    }

    var kindName: String {
        switch self {
        case .time: "struct"
        case .duration: "int64"
        case .zone: "ptr"
        case .month, .weekday: "int"
        }
    }

    package var description: String {
        switch self {
        case .time(let time): time.description
        case .duration(let nanoseconds): GoDurationText.text(nanoseconds)
        case .zone(let zone): zone.name
        case .month(let month): GoCalendar.month(month)
        case .weekday(let day): GoCalendar.weekday(day)
        }
    }

    /// The number behind a named number; nil for times and zones.
    var wholeNumber: Int? {
        switch self {
        case .duration(let nanoseconds): Int(nanoseconds)
        case .month(let number), .weekday(let number): number
        case .time, .zone: nil
        }
    }

    /// The same instant, or the same number.
    func isSame(as other: Temporal) -> Bool {
        switch (self, other) {
        case (.time(let left), .time(let right)): left.isSameInstant(as: right)
        case (.zone(let left), .zone(let right)): left == right
        default: wholeNumber.map { $0 == other.wholeNumber } ?? false
        }
    }

    /// True where this comes before `other`; nil where they have no order.
    func precedes(_ other: Temporal) -> Bool? {
        switch (self, other) {
        case (.time(let left), .time(let right)): left.isBefore(right)
        case (.duration(let left), .duration(let right)): left < right
        default: nil
        }
    }
}

/// A time zone with one offset all year: UTC, or what an offset in a text says.
package struct GoZone: Hashable, Sendable {
    let name: String
    /// Seconds east of UTC.
    let offset: Int

    static let utc = GoZone(name: "UTC", offset: 0)
}
