internal import Analysis

/// A query of Graphite's render API as a template writes it, `target=…&from=-5min`, whose window can be moved to any
/// time (https://graphite.readthedocs.io/en/stable/render_api.html).
struct GraphiteQuery: Sendable {
    /// All fields but the times and the format, decoded.
    private let items: [(String, String)]
    /// How long before a time its window begins and ends.
    private let begin: Duration
    private let end: Duration

    init(_ fields: inout ProviderFields) {
        let text = fields.requiredText("query", hint: "write it as in target=sumSeries(app.*.errors)&from=-5min")
        let items = Self.items(text)
        self.items = items.filter { !["from", "until", "format"].contains($0.0) }
        if !text.isEmpty, !items.contains(where: { $0.0 == "target" && !$0.1.isEmpty }) {
            fields.refuse("query", "the query has no target", hint: "write it as in target=app.errors&from=-5min")
        }
        if let format = items.last(where: { $0.0 == "format" })?.1, format != "json" {
            fields.refuse("query", "format=\(format) cannot be read", hint: "leave format out; json is asked for")
        }
        for case (let name, let target) in items where name == "target" {
            guard fields.checkText(QueryText(target), at: "query") else { break }
        }
        // Without them the API answers about the last day.
        begin = Self.offset("from", items, &fields) ?? .seconds(86_400)
        end = Self.offset("until", items, &fields) ?? .zero
        if begin <= end { fields.refuse("query", "the window has no length", hint: "from must be before until") }
    }

    var window: Duration { max(begin - end, .seconds(1)) }

    /// The items of a request about the windows of the times from `first` to `last`, with `margin` before them.
    func items(from first: Timestamp, until last: Timestamp, margin: Duration = .zero) -> [(String, String)] {
        let start = first - begin - margin
        return items + [
            ("from", String(start.milliseconds / 1000)), ("until", String((last - end).milliseconds / 1000)),
            ("format", "json"),
        ]
    }

    /// Where the window of a time ends.
    func end(of time: Timestamp) -> Timestamp { time - end }

    /// Functions that look at all that is between `from` and `until`, so that each window has to be asked for alone, by
    /// https://graphite.readthedocs.io/en/stable/functions.html.
    private static let wholeSpan = [
        "summarize(", "smartSummarize(", "hitcount(", "integral(", "integralByInterval(", "nPercentile(",
        "removeAbovePercentile(", "removeBelowPercentile(", "removeEmptySeries(", "highest", "lowest", "mostDeviant(",
        "averageAbove(", "averageBelow(", "averageOutsidePercentile(", "maximumAbove(", "maximumBelow(",
        "minimumAbove(", "minimumBelow(", "currentAbove(", "currentBelow(", "aggregateLine(", "sortBy", "minMax(",
        "offsetToZero(", "holtWinters", "linearRegression(", "interpolate(", "keepLastValue(", "useSeriesAbove(",
        "filterSeries(", "limit(", "sigmoid(", "randomWalk", "timeSlice(", "verticalLine(", "fallbackSeries(",
    ]

    var looksAtWholeSpan: Bool {
        items.contains { name, value in
            name == "maxDataPoints" || name == "target" && Self.wholeSpan.contains { value.contains($0) }
        }
    }

    // MARK: Reading

    /// The fields of the text; a line break or several spaces count as one space, so that a query may have lines.
    private static func items(_ text: String) -> [(String, String)] {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = FormEncoding.decoded(parts[0].filter { $0 != " " })
            return (name, parts.count > 1 ? FormEncoding.decoded(String(parts[1])) : "")
        }
    }

    private static func offset(
        _ name: String, _ items: [(String, String)], _ fields: inout ProviderFields
    ) -> Duration? {
        guard let text = items.last(where: { $0.0 == name })?.1.filter({ !$0.isWhitespace }), !text.isEmpty else {
            return nil
        }
        if text == "now" { return .zero }
        let relative = text.hasPrefix("now-") ? text.dropFirst("now".count) : text[...]
        guard relative.first == "-" else {
            fields.refuse(
                "query", "\(name)=\(text) is a stated time, the same for every measurement",
                hint: "count back from now, as in \(name)=-5min")
            return nil
        }
        guard let offset = span(relative.dropFirst()) else {
            fields.refuse("query", "\(name)=\(text) is no span", hint: "units are s, min, h, d and w, as in -5min")
            return nil
        }
        return offset
    }

    /// `5min`, `1h30min`.
    private static func span(_ text: Substring) -> Duration? {
        var rest = text
        var seconds: Int64 = 0
        repeat {
            let digits = rest.prefix(while: \.isWholeNumber)
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix(while: \.isLetter)
            rest = rest.dropFirst(unit.count)
            guard let count = Int64(digits), count < 1 << 32, let length = self.seconds(in: unit), seconds < 1 << 40
            else { return nil }
            seconds += count * length
        } while !rest.isEmpty
        return .seconds(seconds)
    }

    private static func seconds(in unit: Substring) -> Int64? {
        if unit.hasPrefix("s") { return 1 }
        if unit.hasPrefix("min") { return 60 }
        if unit.hasPrefix("h") { return 3600 }
        if unit.hasPrefix("d") { return 86_400 }
        return unit.hasPrefix("w") ? 604_800 : nil
    }
}
