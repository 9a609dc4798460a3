import Analysis
import HTTP
import Rollouts

/// Loki: metric queries in LogQL, which count lines of logs or read numbers out of them.
struct LokiProvider: ProviderKind {
    static let name = "loki"

    private let query: String
    private let step: Duration
    private var endpoint: ServiceEndpoint

    init(_ fields: inout ProviderFields, interval: Duration) {
        query = fields.requiredText(
            "query", hint: "write a metric query, such as sum(count_over_time({app=\"shop\"} |= \"error\" [1m]))")
        step = interval > .zero ? interval : .seconds(60)
        endpoint = ServiceEndpoint(&fields)
        endpoint.refusePaths(
            ["/loki/api/v1/query_range", "/loki/api/v1/query", "/loki/api/v1", "/loki/api", "/api/prom"], &fields,
            added: "/loki/api/v1/query_range")
        if let tenant = fields.text("tenant") {
            if endpoint.headers.contains(where: { $0.name.lowercased() == "x-scope-orgid" }) {
                fields.refuse("tenant", "the header X-Scope-OrgID is stated too", hint: "keep one of them")
            }
            endpoint.headers.append(HTTPClient.Header("X-Scope-OrgID", tenant))
        }
        if let (message, hint) = LokiQuery.mistake(in: query) { fields.refuse("query", message, hint: hint) }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        LokiSource(query: query, step: step, endpoint: endpoint, connection: connection)
    }
}

/// Asks for the whole grid at once, in parts where it is long.
private struct LokiSource: MetricSource {
    let query: String
    let step: Duration
    let endpoint: ServiceEndpoint
    let connection: MetricConnection

    var traits: MetricTraits { MetricTraits(isRetroactive: true, place: endpoint.place) }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        Measurement.series(try await series(at: times), at: times)
    }

    /// The series with their points at `times`.
    ///
    /// Loki's query frontend moves the beginning of a range down and its end up to multiples of the step, counted from
    /// 1970, and answers for those; a time of the grid takes the point that lies at most one step before it. A range that
    /// begins and ends at such a multiple is answered with nothing, so that it begins one step earlier.
    func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        guard let first = times.first, let last = times.last else { return [] }
        let patience = endpoint.patience
        var order: [[String: String]] = []
        var points: [[String: String]: [Series.Point]] = [:]
        let range = RangeQuery(query: query, start: first - step, end: last, step: step)
        for part in try QueryPart.parts(of: range) {
            let question = endpoint.question(.get, "/loki/api/v1/query_range", fields(part), within: patience)
            for series in try LokiAnswer.matrix(try await connection.response(to: question)) {
                if points[series.labels] == nil { order.append(series.labels) }
                points[series.labels, default: []] += series.points
            }
        }
        return order.map { labels in
            let windows = PointWindows(points[labels] ?? [], length: step)
            let found = times.compactMap { time in
                windows.points(until: time).last.map { Series.Point(time: time, value: $0.value) }
            }
            return Series(labels: labels, points: found)
        }
    }

    private func fields(_ part: QueryPart) -> [(String, String)] {
        [
            ("query", query), ("start", LokiAnswer.nanoseconds(part.start)),
            ("end", LokiAnswer.nanoseconds(part.end)), ("step", PrometheusTime.text(step)),
        ]
    }
}
