internal import Analysis
internal import Rollouts

/// The JSON of Datadog's answers.
enum DatadogAnswer {
    /// An answer may state an error although its status is 200; beside data it says that some of it is missing.
    static func refuseErrors(_ json: JSON) throws(MetricFailure) {
        let stated = json["error"]?.string ?? json["errors"]?.string ?? json["data"]?["errors"]?.string
        let listed = json["errors"]?.array?.compactMap(\.string).joined(separator: "; ")
        guard let words = stated ?? listed, !words.isEmpty else { return }
        let attributes = json["data"]?["attributes"]
        let data = json["series"] ?? attributes?["series"] ?? attributes?["columns"]
        if let data = data?.array, !data.isEmpty {
            throw MetricFailure(.partial, "the answer may be incomplete: \(ServiceAnswer.line(words))")
        }
        throw MetricFailure(
            .configuration, "the query was refused: \(ServiceAnswer.line(words))",
            hint: "try it in the Metrics Explorer")
    }

    /// Of `GET /api/v1/query` (https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/).
    static func rows1(_ json: JSON) throws(MetricFailure) -> [DatadogService.Row] {
        guard let series = json["series"]?.array else { throw garbage("has no series") }
        var rows: [DatadogService.Row] = []
        for element in series {
            var points: [Series.Point] = []
            for pair in element["pointlist"]?.array ?? [] {
                guard let time = pair[0]?.double, let value = pair[1] else { throw garbage("has a point of no pair") }
                // A bucket without data is null, or is left out.
                guard let number = value.double else { continue }
                points.append(Series.Point(time: Timestamp(seconds: time / 1000), value: number))
            }
            let interval = element["interval"]?.double ?? 0
            let width = interval > 0 && interval < 1e8 ? Duration.milliseconds(Int64(interval * 1000)) : nil
            rows.append(.init(group: element["scope"]?.string ?? "", points: points, width: width))
        }
        return rows.count > 1 ? rows : rows.map { .init(group: "", points: $0.points, width: $0.width) }
    }

    /// Of `POST /api/v2/query/timeseries`: the values of each series stand beside one list of times.
    static func rows2(_ json: JSON) throws(MetricFailure) -> [DatadogService.Row] {
        guard let attributes = json["data"]?["attributes"] else { throw garbage("has no data") }
        let times = (attributes["times"]?.array ?? []).compactMap(\.double).map { Timestamp(seconds: $0 / 1000) }
        let values = attributes["values"]?.array ?? []
        let series = attributes["series"]?.array ?? []
        let gap = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
        var rows: [DatadogService.Row] = []
        for (index, numbers) in values.enumerated() {
            let numbers = numbers.array ?? []
            guard numbers.count == times.count else { throw garbage("has other values than times") }
            let points = zip(times, numbers).compactMap { time, number in
                number.double.map { Series.Point(time: time, value: $0) }
            }
            let tags = series.indices.contains(index) ? series[index]["group_tags"]?.array ?? [] : []
            rows.append(.init(group: tags.compactMap(\.string).joined(separator: ","), points: points, width: gap))
        }
        return rows
    }

    /// Of `POST /api/v2/query/scalar`: columns of groups beside a column of numbers.
    static func scalar(_ json: JSON) throws(MetricFailure) -> Measurement.Reading {
        guard let attributes = json["data"]?["attributes"] else { throw garbage("has no data") }
        let columns = attributes["columns"]?.array ?? []
        let groups = columns.contains { $0["type"]?.string == "group" }
        let column = columns.first { ($0["type"]?.string ?? "number") == "number" }
        let numbers = (column?["values"]?.array ?? []).compactMap(\.double)
        guard let first = numbers.first else { return .absent }
        return .value(groups ? .vector(numbers) : .double(first))
    }

    private static func garbage(_ what: String) -> MetricFailure {
        MetricFailure(
            .garbage, "the answer \(what)", hint: "check the address; another service than Datadog may answer there")
    }
}
