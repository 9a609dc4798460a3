internal import Analysis
internal import HTTP
internal import Rollouts

/// The questions to Datadog's API and what its answers mean.
struct DatadogService: Sendable {
    let address: String
    let headers: [HTTPClient.Header]
    /// For an answer with all its parts.
    let timeout: Duration
    let connection: MetricConnection

    /// One series of an answer.
    struct Row {
        /// Empty where the query does not group.
        let group: String
        /// Beginnings of buckets with their values, in order.
        let points: [Series.Point]
        /// The length of a bucket, where the answer tells.
        let width: Duration?
    }

    /// `GET /api/v1/query`, whose times are in seconds.
    func series1(
        _ query: String, from start: Timestamp, to end: Timestamp, within patience: Patience
    ) async throws(MetricFailure) -> [Row] {
        let url = Question.url(
            "\(address)/api/v1/query",
            [
                ("query", query), ("from", String(start.milliseconds / 1000)),
                ("to", String((end.milliseconds + 999) / 1000)),
            ])
        return try DatadogAnswer.rows1(try await ask(Question(.get, url), within: patience))
    }

    /// `POST /api/v2/query/timeseries`, whose times are in milliseconds.
    func series2(
        _ expression: DatadogExpression, width: Duration, from start: Timestamp, to end: Timestamp,
        within patience: Patience
    ) async throws(MetricFailure) -> [Row] {
        let body = Self.body("timeseries_request", expression, nil, start, end, [("interval", width)])
        let json = try await ask(.post("\(address)/api/v2/query/timeseries", json: body), within: patience)
        return try DatadogAnswer.rows2(json)
    }

    /// `POST /api/v2/query/scalar`: one number of a window, or one for each group.
    func scalar(
        _ expression: DatadogExpression, _ aggregator: DatadogAggregator, from start: Timestamp, to end: Timestamp
    ) async throws(MetricFailure) -> Measurement.Reading {
        let body = Self.body("scalar_request", expression, aggregator, start, end, [])
        let json = try await ask(
            .post("\(address)/api/v2/query/scalar", json: body), within: Patience(timeout))
        return try DatadogAnswer.scalar(json)
    }

    private func ask(
        _ question: Question, within patience: Patience
    ) async throws(MetricFailure) -> JSON {
        var question = question
        question.headers += headers
        question.deadline = timeout
        question.patience = patience
        let json = try ServiceAnswer.json(try await connection.answer(to: question))
        try DatadogAnswer.refuseErrors(json)
        return json
    }

    /// The body of both endpoints of v2 (https://docs.datadoghq.com/api/latest/metrics/).
    private static func body(
        _ type: String, _ expression: DatadogExpression, _ aggregator: DatadogAggregator?, _ start: Timestamp,
        _ end: Timestamp, _ further: [(String, Duration)]
    ) -> String {
        let queries = expression.queries.map { query in
            let members: [(String, JSON)] = [
                ("data_source", "metrics"), ("name", .string(query.name)), ("query", .string(query.text)),
            ]
            return JSON.object(members + (aggregator.map { [("aggregator", .string($0.rawValue))] } ?? []))
        }
        var attributes: [(String, JSON)] = [
            ("from", .number(String(start.milliseconds))), ("to", .number(String(end.milliseconds))),
            ("queries", .array(queries)), ("formulas", [["formula": .string(expression.formula)]]),
        ]
        attributes += further.map { ($0.0, .number(String($0.1.milliseconds))) }
        return JSON.object([("data", .object([("type", .string(type)), ("attributes", .object(attributes))]))]).text
    }
}
