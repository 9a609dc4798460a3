/// A method of Go's time.Time, time.Duration and their named numbers, as far as an expression can use it.
struct TemporalMethod: Sendable {
    let name: String
    let parameters: [StaticType]
    let result: StaticType

    static func named(_ name: String, of type: StaticType) -> TemporalMethod? {
        let methods: [TemporalMethod] =
            switch type {
            case .time: timeMethods
            case .duration: durationMethods
            case .month, .weekday, .zone: nameMethods
            default: []
            }
        return methods.first { $0.name == name }
    }

    private static let nameMethods = [TemporalMethod(name: "String", parameters: [], result: .string)]

    private static func table(_ rows: [(StaticType, [StaticType], [String])]) -> [TemporalMethod] {
        rows.flatMap { result, parameters, names in
            names.map { TemporalMethod(name: $0, parameters: parameters, result: result) }
        }
    }

    private static let timeMethods = table([
        (.int, [], ["Year", "Day", "Hour", "Minute", "Second", "Nanosecond", "YearDay", "ISOWeek"]),
        (.int64, [], ["Unix", "UnixMilli", "UnixMicro", "UnixNano"]),
        (.month, [], ["Month"]), (.weekday, [], ["Weekday"]), (.zone, [], ["Location"]),
        (.bool, [], ["IsZero", "IsDST"]), (.bool, [.time], ["After", "Before", "Equal"]), (.int, [.time], ["Compare"]),
        (.time, [], ["UTC"]), (.time, [.zone], ["In"]), (.time, [.duration], ["Add", "Truncate", "Round"]),
        (.time, [.int, .int, .int], ["AddDate"]), (.duration, [.time], ["Sub"]),
        (.string, [], ["String", "Zone"]), (.string, [.string], ["Format"]),
    ])

    private static let durationMethods = table([
        (.float, [], ["Hours", "Minutes", "Seconds"]),
        (.int64, [], ["Milliseconds", "Microseconds", "Nanoseconds"]),
        (.duration, [], ["Abs"]), (.duration, [.duration], ["Round", "Truncate"]), (.string, [], ["String"]),
    ])

    func check(
        _ arguments: [(type: StaticType, offset: Int)], at offset: Int
    ) throws(ExpressionError) -> StaticType {
        guard arguments.count == parameters.count else {
            let word = arguments.count > parameters.count ? "too many" : "not enough"
            throw ExpressionError(.type, "\(word) arguments to call \(name)", at: offset)
        }
        for (argument, parameter) in zip(arguments, parameters) {
            if argument.type == .any || argument.type == parameter || argument.type.isInteger && parameter == .int {
                continue
            }
            throw ExpressionError(
                .type, "cannot use \(argument.type.name) as argument (type \(parameter.typeName)) to call \(name) ",
                at: argument.offset)
        }
        return result
    }
}

extension Temporal {
    /// What the method gives; nil where there is no such method or the arguments do not fit it.
    func call(_ name: String, _ arguments: [Value]) -> Value? {
        switch self {
        case .time(let time): time.call(name, arguments)
        case .duration(let nanoseconds): Self.call(name, arguments, on: nanoseconds)
        case .zone, .month, .weekday: name == "String" && arguments.isEmpty ? .string(description) : nil
        }
    }

    private static func call(_ name: String, _ arguments: [Value], on nanoseconds: Int64) -> Value? {
        switch (name, arguments.first) {
        case ("Hours", nil): .double(parts(nanoseconds, 3_600_000_000_000))
        case ("Minutes", nil): .double(parts(nanoseconds, 60_000_000_000))
        case ("Seconds", nil): .double(parts(nanoseconds, 1_000_000_000))
        case ("Milliseconds", nil): .int(Int(nanoseconds / 1_000_000))
        case ("Microseconds", nil): .int(Int(nanoseconds / 1000))
        case ("Nanoseconds", nil): .int(Int(nanoseconds))
        case ("Abs", nil):
            .temporal(.duration(nanoseconds == .min ? .max : nanoseconds < 0 ? -nanoseconds : nanoseconds))
        case ("Truncate", .temporal(.duration(let step))?):
            .temporal(.duration(step > 0 ? nanoseconds - nanoseconds % step : nanoseconds))
        case ("Round", .temporal(.duration(let step))?): .temporal(.duration(rounded(nanoseconds, to: step)))
        case ("String", nil): .string(GoDurationText.text(nanoseconds))
        default: nil
        }
    }

    /// Whole units and the rest apart, so that long spans keep their precision.
    private static func parts(_ nanoseconds: Int64, _ unit: Int64) -> Double {
        Double(nanoseconds / unit) + Double(nanoseconds % unit) / Double(unit)
    }

    /// To the nearest multiple, halves away from zero; the longest span where that does not fit.
    private static func rounded(_ nanoseconds: Int64, to step: Int64) -> Int64 {
        guard step > 0 else { return nanoseconds }
        let rest = nanoseconds % step
        let down = nanoseconds - rest
        guard rest.magnitude >= step.magnitude - rest.magnitude else { return down }
        let (up, overflow) = down.addingReportingOverflow(nanoseconds < 0 ? -step : step)
        return overflow ? (nanoseconds < 0 ? .min : .max) : up
    }
}

extension GoTime {
    fileprivate func call(_ name: String, _ arguments: [Value]) -> Value? {
        switch arguments.first {
        case nil: property(name)
        case .temporal(.time(let other))? where arguments.count == 1: compare(name, other)
        default: move(name, arguments)
        }
    }

    private func property(_ name: String) -> Value? {
        let clock = clock
        return switch name {
        case "Year": .int(clock.year)
        case "Month": .temporal(.month(clock.month))
        case "Day": .int(clock.day)
        case "Hour": .int(clock.hour)
        case "Minute": .int(clock.minute)
        case "Second": .int(clock.second)
        case "Nanosecond": .int(Int(nanoseconds))
        case "YearDay": .int(clock.dayOfYear)
        // Of two results an expression gets the first.
        case "ISOWeek": .int(clock.isoYear)
        case "Weekday": .temporal(.weekday(clock.weekday))
        case "Unix": .int(Int(seconds))
        case "UnixMilli": .int(Int(seconds &* 1000 &+ nanoseconds / 1_000_000))
        case "UnixMicro": .int(Int(seconds &* 1_000_000 &+ nanoseconds / 1000))
        case "UnixNano": .int(Int(seconds &* 1_000_000_000 &+ nanoseconds))
        case "IsZero": .bool(isZero)
        case "IsDST": .bool(false)
        case "UTC": .temporal(.time(shown(in: .utc)))
        case "Location": .temporal(.zone(zone))
        case "Zone": .string(zone.name)
        case "String": .string(description)
        default: nil
        }
    }

    private func compare(_ name: String, _ other: GoTime) -> Value? {
        switch name {
        case "After": .bool(other.isBefore(self))
        case "Before": .bool(isBefore(other))
        case "Equal": .bool(isSameInstant(as: other))
        case "Compare": .int(isBefore(other) ? -1 : isSameInstant(as: other) ? 0 : 1)
        case "Sub": .temporal(.duration(since(other)))
        default: nil
        }
    }

    private func move(_ name: String, _ arguments: [Value]) -> Value? {
        switch (name, arguments[0]) {
        case ("In", .temporal(.zone(let zone))): return .temporal(.time(shown(in: zone)))
        case ("Add", .temporal(.duration(let span))): return .temporal(.time(adding(span)))
        case ("Truncate", .temporal(.duration(let step))):
            return .temporal(.time(truncated(to: step, halfUp: false)))
        case ("Round", .temporal(.duration(let step))): return .temporal(.time(truncated(to: step, halfUp: true)))
        case ("Format", .string(let layout)): return .string(GoTimeLayout(layout).text(for: self))
        case ("AddDate", .int(let years)) where arguments.count == 3:
            guard case .int(let months) = arguments[1], case .int(let days) = arguments[2],
                let moved = clock.adding(years: years, months: months, days: days)
            else { return nil }
            return .temporal(.time(GoTime(moved, nanoseconds: nanoseconds, zone: zone)))
        default: return nil
        }
    }
}
