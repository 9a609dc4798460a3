internal import Analysis
internal import HTTP
internal import Rollouts

/// The questions to one environment.
struct DynatraceService: Sendable {
    let address: String
    /// What is asked for, as query items.
    let selectors: [(String, String)]
    let headers: [HTTPClient.Header]
    let skipsVerification: Bool
    /// For an answer with all its pages.
    let timeout: Duration

    private static let mostPages = 20

    /// `GET /api/v2/metrics/query`, page after page
    /// (https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-get-datapoints).
    func rows(
        from start: Timestamp, to end: Timestamp, resolution: String, within patience: Patience,
        over connection: MetricConnection
    ) async throws(MetricFailure) -> [DynatraceAnswer.Row] {
        var items =
            selectors + [
                ("resolution", resolution), ("from", String(start.milliseconds)), ("to", String(end.milliseconds)),
            ]
        var rows: [DynatraceAnswer.Row] = []
        for _ in 0..<Self.mostPages {
            var question = Question(.get, Question.url("\(address)/api/v2/metrics/query", items))
            question.headers = headers + [.init("Accept", "application/json")]
            question.skipsVerification = skipsVerification
            question.deadline = timeout
            question.patience = patience
            let json = try ServiceAnswer.json(try await connection.answer(to: question))
            rows += try DynatraceAnswer.rows(json)
            guard let next = json["nextPageKey"]?.string, !next.isEmpty else { return rows }
            // The key stands for all that was asked.
            items = [("nextPageKey", next)]
        }
        throw MetricFailure(
            .configuration, "the answer has more than \(Self.mostPages) pages",
            hint: "end the selector with :splitBy(), so that it gives one series")
    }
}
