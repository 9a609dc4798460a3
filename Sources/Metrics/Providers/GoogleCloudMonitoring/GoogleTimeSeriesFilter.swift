internal import Analysis
internal import Rollouts

/// Which time series are read, and what is made of them before they come.
///
/// By https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list
struct TimeSeriesFilter: Sendable {
    let alignmentPeriod: Duration?
    private let items: [(String, String)]

    /// Nil where the settings have no filter.
    init?(_ fields: inout ProviderFields) {
        let filter = fields.text("filter")
        let first = fields.nested("aggregation") { Self.aggregation("aggregation", &$0) }
        let second = fields.nested("secondaryAggregation") { Self.aggregation("secondaryAggregation", &$0) }
        guard let filter else {
            if first != nil || second != nil {
                fields.refuse("aggregation", "has no filter", hint: "write the filter that it is for")
            }
            return nil
        }
        let text = QueryText(filter)
        if !fields.checkText(text, at: "filter") {
            // One mistake at a time: the others may come of it.
        } else if filter.contains("metric.type='") || filter.contains("metric.type = '") {
            fields.refuse("filter", "texts stand in double quotes", hint: "write metric.type = \"…\"")
        } else if text.code.contains("interval.") {
            fields.refuse(
                "filter", "the filter has a range of time", hint: "leave it out; the window before each time is added")
        } else if !filter.contains("metric.type") {
            fields.refuse(
                "filter", "the filter names no metric", hint: "write metric.type = \"…\" and what else it asks for")
        }
        if second != nil, first?.period == nil {
            fields.refuse("secondaryAggregation", "has no aggregation before it", hint: "state aggregation too")
        }
        alignmentPeriod = second?.period ?? first?.period
        items = [("filter", filter)] + (first?.items ?? []) + (second?.items ?? [])
    }

    private static func aggregation(
        _ name: String, _ fields: inout ProviderFields
    ) -> (items: [(String, String)], period: Duration?) {
        let isStated = fields.text("alignmentPeriod") != nil
        let period = isStated ? Optional(fields.span("alignmentPeriod", default: .seconds(60))) : nil
        if let period, period < .seconds(60) || period.milliseconds % 1000 != 0 {
            fields.refuse("alignmentPeriod", "is less than a minute", hint: "Google aligns to 60s and more")
        }
        let aligner = fields.text("perSeriesAligner")
        let reducer = fields.text("crossSeriesReducer")
        if let aligner, !aligners.contains(aligner) {
            fields.refuse("perSeriesAligner", "\"\(aligner)\" is no aligner", hint: "write one such as ALIGN_RATE")
        }
        if let reducer, !reducers.contains(reducer) {
            fields.refuse("crossSeriesReducer", "\"\(reducer)\" is no reducer", hint: "write one such as REDUCE_SUM")
        }
        if (aligner ?? "ALIGN_NONE") != "ALIGN_NONE", !isStated {
            fields.refuse("alignmentPeriod", "alignmentPeriod is missing", hint: "write a span, such as 60s")
        }
        if reducer != nil, aligner == nil || aligner == "ALIGN_NONE" {
            fields.refuse(
                "perSeriesAligner", "series are reduced that are not aligned", hint: "write one such as ALIGN_RATE")
        }
        let groups = fields.list("groupByFields").compactMap { if case .string(let text) = $0 { text } else { nil } }
        if !groups.isEmpty, reducer == nil {
            fields.refuse("groupByFields", "groups need a reducer", hint: "state crossSeriesReducer")
        }
        var items: [(String, String)] = []
        if let period { items.append(("\(name).alignmentPeriod", "\(period.milliseconds / 1000)s")) }
        if let aligner { items.append(("\(name).perSeriesAligner", aligner)) }
        if let reducer { items.append(("\(name).crossSeriesReducer", reducer)) }
        return (items + groups.map { ("\(name).groupByFields", $0) }, period)
    }

    /// By https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#aligner and #reducer.
    private static let aligners = Set(
        [
            "NONE", "DELTA", "RATE", "INTERPOLATE", "NEXT_OLDER", "MIN", "MAX", "MEAN", "COUNT", "SUM", "STDDEV",
            "COUNT_TRUE", "COUNT_FALSE", "FRACTION_TRUE", "PERCENTILE_99", "PERCENTILE_95", "PERCENTILE_50",
            "PERCENTILE_05", "PERCENT_CHANGE",
        ].map { "ALIGN_\($0)" })
    private static let reducers = Set(
        [
            "NONE", "MEAN", "MIN", "MAX", "SUM", "STDDEV", "COUNT", "COUNT_TRUE", "COUNT_FALSE", "FRACTION_TRUE",
            "PERCENTILE_99", "PERCENTILE_95", "PERCENTILE_50", "PERCENTILE_05",
        ].map { "REDUCE_\($0)" })

    // MARK: Asking

    /// One question for all times, as long as these lie on the grid of the alignment, which Google lays backwards from the
    /// end of what it is asked for; otherwise one question for each time.
    func source(
        over asking: GoogleTimeSeries, window: Duration, interval: Duration, traits: MetricTraits
    ) -> any MetricSource {
        let period = alignmentPeriod?.milliseconds ?? 1
        if interval.milliseconds % max(1, period) == 0 {
            return RangeOfTimeSeries(traits: traits, window: window) { start, end throws(MetricFailure) in
                try await asking.list(items, from: start, to: end)
            }
        }
        return PerTimeSource(traits) { time async throws(MetricFailure) in
            let series = try await asking.list(items, from: time - window, to: time)
            let numbers = series.compactMap(\.points.last?.value)
            return numbers.isEmpty ? .absent : .value(.vector(numbers))
        }
    }
}

/// Series of a whole range; each time has the newest value of its window for every series.
private struct RangeOfTimeSeries: MetricSource {
    let traits: MetricTraits
    let window: Duration
    let ask: @Sendable (_ start: Timestamp, _ end: Timestamp) async throws(MetricFailure) -> [Series]

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        Measurement.series(try await series(at: times), at: times)
    }

    func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        guard let first = times.first, let last = times.last else { return [] }
        return try await ask(first - window, last).map { series in
            let windows = PointWindows(series.points, length: window)
            return Series(
                labels: series.labels,
                points: times.compactMap { time in
                    windows.points(until: time).last.map { Series.Point(time: time, value: $0.value) }
                })
        }
    }
}
