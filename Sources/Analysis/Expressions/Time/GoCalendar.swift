/// The proleptic Gregorian calendar with the names that Go gives months and days.
enum GoCalendar {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    static func month(_ number: Int) -> String {
        (1...12).contains(number) ? months[number - 1] : "%!Month(\(number))"
    }

    static func weekday(_ number: Int) -> String {
        weekdays.indices.contains(number) ? weekdays[number] : "%!Weekday(\(number))"
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// A day and a time of day, without a zone.
    struct Clock: Equatable {
        var year: Int
        /// 1 to 12.
        var month: Int
        var day: Int
        var hour = 0
        var minute = 0
        var second = 0

        init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
            (self.year, self.month, self.day) = (year, month, day)
            (self.hour, self.minute, self.second) = (hour, minute, second)
        }

        init(secondsSince1970 seconds: Int64) {
            let days = seconds.quotientFloored(by: 86_400)
            let rest = Int(seconds - days * 86_400)
            let date = CivilDate(daysSince1970: days)
            self.init(
                year: Int(date.year), month: Int(date.month), day: Int(date.day), hour: rest / 3600,
                minute: rest / 60 % 60, second: rest % 60)
        }

        private var days: Int64 {
            CivilDate(year: Int64(year), month: Int64(month), day: Int64(day)).daysSince1970
        }

        var secondsSince1970: Int64 {
            ((days * 24 + Int64(hour)) * 60 + Int64(minute)) * 60 + Int64(second)
        }

        /// 0 is Sunday; the first of January 1970 was a Thursday.
        var weekday: Int {
            let shifted = days + 4
            return Int(shifted - shifted.quotientFloored(by: 7) * 7)
        }

        /// 1 to 366.
        var dayOfYear: Int {
            Int(days - CivilDate(year: Int64(year), month: 1, day: 1).daysSince1970) + 1
        }

        /// The week by ISO 8601: weeks begin on Monday, and the first one has the year's first Thursday.
        var isoYear: Int {
            let thursday = days + Int64(3 - (weekday + 6) % 7)
            return Int(CivilDate(daysSince1970: thursday).year)
        }

        /// The day that many years, months and days away; days beyond a month's end run over into the next.
        func adding(years: Int, months: Int, days: Int) -> Clock? {
            let limit = 1_000_000
            guard [years, months, days].allSatisfy({ $0.magnitude <= UInt(limit) }) else { return nil }
            let count = Int64(month - 1 + months)
            let carried = count.quotientFloored(by: 12)
            let date = CivilDate(
                year: Int64(year + years) + carried, month: count - carried * 12 + 1, day: 1)
            let moved = CivilDate(daysSince1970: date.daysSince1970 + Int64(day - 1 + days))
            return Clock(
                year: Int(moved.year), month: Int(moved.month), day: Int(moved.day), hour: hour, minute: minute,
                second: second)
        }
    }
}
