extension BuiltinCall {
    func time() throws(ExpressionError) -> Value {
        switch builtin {
        case .now:
            guard let now else {
                throw ExpressionError(.unsupported, "now() is not known here", at: offset)
            }
            let time = GoTime(now)
            if case .temporal(.zone(let zone))? = arguments.first { return .temporal(.time(time.shown(in: zone))) }
            return .temporal(.time(time))
        case .duration:
            let text = try string(0)
            do throws(GoDurationText.Problem) {
                return .temporal(.duration(try GoDurationText.nanoseconds(text)))
            } catch {
                throw fail(error.message)
            }
        case .timezone: return .temporal(.zone(try zone(named: try string(0))))
        default: return try date()
        }
    }

    /// Without a database of time zones there is only the one that needs none.
    private func zone(named name: String) throws(ExpressionError) -> GoZone {
        if name.isEmpty || name == "UTC" { return .utc }
        throw ExpressionError(
            .unsupported, "the time zone \(name) is not available: only UTC is", at: offset,
            hint: "write the offset into the text, as in 2023-08-14T00:00:00+02:00")
    }

    private static let layouts = [
        "2006-01-02", "15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04:05Z07:00", "02 Jan 06 15:04 MST",
        "Monday, 02-Jan-06 15:04:05 MST", "Mon, 02 Jan 2006 15:04:05 MST",
    ]

    private func date() throws(ExpressionError) -> Value {
        var arguments = arguments[...]
        var zone = GoZone.utc
        if case .temporal(.zone(let given))? = arguments.first {
            zone = given
            arguments = arguments.dropFirst()
        }
        var texts: [String] = []
        for argument in arguments { texts.append(try Operators.string(argument, offset)) }
        guard let text = texts.first else { throw fail("invalid date") }
        guard texts.count > 1 else {
            for layout in Self.layouts {
                if let time = try? GoTimeReader.time(text, layout: layout, zone: zone) { return .temporal(.time(time)) }
            }
            throw fail("invalid date \(text)")
        }
        if texts.count > 2 { zone = try self.zone(named: texts[2]) }
        do throws(GoTimeReader.Problem) {
            return .temporal(.time(try GoTimeReader.time(text, layout: texts[1], zone: zone)))
        } catch {
            throw fail(error.message)
        }
    }
}
