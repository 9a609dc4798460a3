package import Analysis
package import HTTP
package import Rollouts

/// Prometheus and what speaks its HTTP API: Thanos, Mimir, VictoriaMetrics, managed services.
package struct PrometheusStore: SeriesStore {
    /// Where and how one store is asked.
    package struct Settings: Sendable {
        /// With any path prefix, for example `https://mimir.example.com/prometheus`.
        package var url: String
        package var headers: [HTTPClient.Header] = []
        /// Further fields of every query, for example Thanos' `partial_response`.
        package var parameters: [(name: String, value: String)] = []
        /// For one query with all its parts and repetitions.
        package var deadline: Duration = .seconds(30)
        package var responseLimit = 32 << 20
        var authentication: Question.Authentication?
        var skipsVerification = false

        package init(url: String) {
            self.url = url
        }
    }

    private let settings: Settings
    private let connection: MetricConnection

    package init(_ settings: Settings, over connection: MetricConnection) {
        self.settings = settings
        self.connection = connection
    }

    package func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
        let patience = Patience(settings.deadline)
        var series: [Series] = []
        for part in try QueryPart.parts(of: query) {
            let fields = [
                ("query", query.query), ("start", PrometheusTime.text(part.start)),
                ("end", PrometheusTime.text(part.end)), ("step", PrometheusTime.text(query.step)),
            ]
            var answer = try PrometheusAnswer.matrix(try await ask("query_range", fields, patience))
            if part.isMissed(by: answer, step: query.step) {
                answer = try await instants(query, part, patience)
            }
            series = Self.joined(series, answer)
        }
        return series
    }

    /// The values at the times of a part, asked for one by one.
    ///
    /// What stands before a store may round the ends of a range to multiples of the step, as Thanos' query frontend does;
    /// it then answers about other times than it was asked for.
    private func instants(
        _ query: RangeQuery, _ part: QueryPart, _ patience: Patience
    ) async throws(MetricFailure) -> [Series] {
        let steps = (part.end - part.start).milliseconds / max(1, query.step.milliseconds)
        guard steps < PerTimeSource.most else {
            throw MetricFailure(
                .configuration, "the store answers about other times than it is asked for",
                hint: "a query frontend aligns ranges with the step: ask the store behind it, or turn that off")
        }
        var series: [Series] = []
        for step in 0...steps {
            let time = part.start + .milliseconds(step * query.step.milliseconds)
            let fields = [("query", query.query), ("time", PrometheusTime.text(time))]
            series = Self.joined(
                series, try PrometheusAnswer.vector(try await ask("query", fields, patience), at: time))
        }
        return series
    }

    package func serverTime() async throws(MetricFailure) -> Timestamp {
        let data = try await ask("query", [("query", "time()")], Patience(settings.deadline))
        return try PrometheusAnswer.scalarTime(data)
    }

    /// Posts the fields, so that a long query meets no limit on URLs, and returns the answer's `data`.
    private func ask(
        _ endpoint: String, _ fields: [(String, String)], _ patience: Patience
    ) async throws(MetricFailure) -> JSON {
        let base = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
        var question = Question(.post, "\(base)/api/v1/\(endpoint)")
        let parameters = settings.parameters.map { ($0.name, $0.value) }
        question.headers =
            settings.headers + [
                HTTPClient.Header("Content-Type", "application/x-www-form-urlencoded"),
                HTTPClient.Header("Accept", "application/json"),
            ]
        question.authentication = settings.authentication
        question.skipsVerification = settings.skipsVerification
        question.body = FormEncoding.text(fields + parameters)
        question.deadline = settings.deadline
        question.patience = patience
        question.responseLimit = settings.responseLimit
        return try await Disclosure.watching { [question] () async throws(MetricFailure) in
            try PrometheusAnswer.data(try await connection.response(to: question))
        }
    }

    /// Series of the same labels become one; the parts follow each other in time.
    private static func joined(_ earlier: [Series], _ later: [Series]) -> [Series] {
        guard !earlier.isEmpty else { return later }
        var order = earlier.map(\.labels)
        var points = Dictionary(earlier.map { ($0.labels, $0.points) }) { $0 + $1 }
        for series in later {
            if points[series.labels] == nil { order.append(series.labels) }
            points[series.labels, default: []] += series.points
        }
        return order.map { Series(labels: $0, points: points[$0] ?? []) }
    }
}

/// A span of a range query that the server answers at once.
struct QueryPart: Hashable {
    let start: Timestamp
    let end: Timestamp

    /// The server refuses more than 11,000 steps.
    private static let steps: Int64 = 11_000
    private static let most = 100

    /// Whether an answer has points, and none of them at a time that was asked for.
    func isMissed(by series: [Series], step: Duration) -> Bool {
        let points = series.lazy.flatMap(\.points)
        guard !points.isEmpty, step.milliseconds > 0 else { return false }
        return !points.contains { ($0.time - start).milliseconds % step.milliseconds == 0 }
    }

    static func parts(of query: RangeQuery) throws(MetricFailure) -> [QueryPart] {
        let step = query.step.milliseconds
        guard step > 0, query.start <= query.end else {
            throw MetricFailure(
                .configuration, "the range from \(query.start.rfc3339) to \(query.end.rfc3339) is empty")
        }
        var parts: [QueryPart] = []
        var start = query.start
        while start <= query.end {
            guard parts.count < most else {
                throw MetricFailure(
                    .configuration, "the range has more than \(steps * Int64(most)) steps of \(query.step)",
                    hint: "state a longer interval or a shorter window")
            }
            let last = start + .milliseconds(step * steps)
            parts.append(QueryPart(start: start, end: min(last, query.end)))
            start = last + query.step
        }
        return parts
    }
}

/// Times and spans as the API takes them: seconds with three decimals.
enum PrometheusTime {
    static func text(_ time: Timestamp) -> String { seconds(time.milliseconds) }
    static func text(_ span: Duration) -> String { seconds(span.milliseconds) }

    private static func seconds(_ milliseconds: Int64) -> String {
        let fraction = String(milliseconds.magnitude % 1000)
        let sign = milliseconds < 0 ? "-" : ""
        return "\(sign)\(milliseconds.magnitude / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }
}
