/// A point in time of the simulated cluster, in milliseconds since 1970.
package struct Moment: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var milliseconds: Int

    package init(milliseconds: Int) {
        self.milliseconds = milliseconds
    }

    package static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(milliseconds: moment.milliseconds + duration.inMilliseconds)
    }

    package static func - (later: Moment, earlier: Moment) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    /// The moment as the API server writes times: RFC 3339 in UTC, whole seconds.
    package var description: String {
        let (year, month, day) = date
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock)Z"
    }

    /// The moment as a `Date` header has it (RFC 9110, section 5.6.7).
    package var httpDate: String {
        let (year, month, day) = date
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekdays[days % 7]), \(padded(day, 2)) \(months[month - 1]) \(year) \(clock) GMT"
    }

    /// Reads what ``description`` writes; nil for anything else.
    package init?(reading text: String) {
        let parts = text.split { "-T:Z".contains($0) }.map { Int($0) }
        guard text.count == 20, parts.count == 6, let year = parts[0], let month = parts[1], let day = parts[2],
            let hour = parts[3], let minute = parts[4], let second = parts[5], (1...12).contains(month)
        else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let yearOfEra = shiftedYear % 400
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = shiftedYear / 400 * 146_097 + dayOfEra - 719_468
        milliseconds = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000
    }

    private var seconds: Int { max(0, milliseconds / 1000) }
    private var days: Int { seconds / 86400 }

    private var clock: String {
        let rest = seconds % 86400
        return "\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))"
    }

    /// The civil date of the day count; eras of 400 years that begin in March keep the leap day last.
    private var date: (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Duration {
    /// Whole milliseconds of the duration; the rest is dropped.
    package var inMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }

    /// Seconds of the duration, exact to the millisecond.
    package var inSeconds: Double { Double(inMilliseconds) / 1000 }
}
