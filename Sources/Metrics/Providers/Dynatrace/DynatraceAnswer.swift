internal import Analysis
internal import Rollouts

/// The JSON of the answers: per metric a list of series, each with times and values.
enum DynatraceAnswer {
    struct Row {
        /// Those with a value, in order.
        let points: [Series.Point]
        /// How far the points are apart; nil of a single one.
        let step: Duration?
    }

    static func rows(_ json: JSON) throws(MetricFailure) -> [Row] {
        guard let result = json["result"]?.array else {
            throw MetricFailure(
                .garbage, "the answer has no result",
                hint: "check the address; another service than Dynatrace may answer there")
        }
        var rows: [Row] = []
        var warnings = words(json["warnings"])
        for metric in result {
            warnings += words(metric["warnings"])
            // What is beyond the limit of the service is left out of the answer.
            if let ratio = metric["dimensionCountRatio"]?.double, ratio > 1 { warnings.append("too many series") }
            for block in metric["data"]?.array ?? [] { rows.append(try row(block)) }
        }
        guard warnings.isEmpty else {
            throw MetricFailure(
                .partial, "the answer may be incomplete: \(ServiceAnswer.line(warnings.joined(separator: "; ")))")
        }
        return rows
    }

    private static func row(_ block: JSON) throws(MetricFailure) -> Row {
        let times = (block["timestamps"]?.array ?? []).compactMap(\.double).map { Timestamp(seconds: $0 / 1000) }
        let values = block["values"]?.array ?? []
        guard times.count == values.count else {
            throw MetricFailure(.garbage, "the answer has other values than timestamps")
        }
        let points = zip(times, values).compactMap { time, value in
            value.double.map { Series.Point(time: time, value: $0) }
        }
        let step = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
        return Row(points: points, step: step)
    }

    /// Warnings of what the service will stop to support say nothing of the data.
    private static func words(_ warnings: JSON?) -> [String] {
        (warnings?.array ?? []).compactMap(\.string).filter { !$0.lowercased().contains("deprecat") }
    }

    /// The number of the only series, or the list of all that have one.
    ///
    /// - Parameter values: one for each series; nil where it has none.
    static func reading(_ values: [Double?], takesList: Bool) throws(MetricFailure) -> Measurement.Reading {
        let numbers = values.compactMap(\.self)
        if takesList { return numbers.isEmpty ? .absent : .value(.vector(numbers)) }
        guard numbers.count <= 1 else {
            throw MetricFailure(
                .configuration, "the selector gives \(numbers.count) series",
                hint: "end it with :splitBy(), or state result: list")
        }
        return numbers.first.map { .value(.double($0)) } ?? .absent
    }
}
