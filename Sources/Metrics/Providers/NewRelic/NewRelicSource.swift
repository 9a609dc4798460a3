internal import Analysis
internal import HTTP
internal import Rollouts

/// A few times in each request, by aliases of GraphQL
/// (https://docs.newrelic.com/docs/apis/nerdgraph/examples/nerdgraph-nrql-tutorial/).
struct NewRelicSource: MetricSource {
    let traits: MetricTraits
    let address: String
    let account: String
    let headers: [HTTPClient.Header]
    let times: NRQLTimes
    let takesNumber: Bool
    let timeout: Duration
    let connection: MetricConnection

    /// More than five queries at once run into the limits of
    /// https://docs.newrelic.com/docs/nrql/using-nrql/rate-limits-nrql-queries/.
    private static let width = 5
    /// A hundred requests, one after the other, of which each has its part of the deadline.
    static let most = 500

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        guard times.count <= Self.most else {
            throw MetricFailure(
                .configuration, "\(times.count) measurements are more than \(traits.place) is asked for at once",
                hint: "state a longer interval, or a count")
        }
        let patience = Patience(timeout)
        var measurements: [Measurement] = []
        for start in stride(from: 0, to: times.count, by: Self.width) {
            let part = Array(times[start..<min(start + Self.width, times.count)])
            var question = Question.post(address, json: body(part))
            question.headers += headers
            question.deadline = timeout
            question.patience = patience
            let json = try ServiceAnswer.json(try await connection.answer(to: question))
            for (time, rows) in zip(part, try NewRelicAnswer.rows(json, count: part.count)) {
                let reading = takesNumber ? try NewRelicAnswer.number(rows) : NewRelicAnswer.reading(rows)
                measurements.append(Measurement(time: time, reading: reading))
            }
        }
        return measurements
    }

    private func body(_ part: [Timestamp]) -> String {
        let names = part.indices.map { "$q\($0): Nrql!" }.joined(separator: ", ")
        let aliases = part.indices.map { "t\($0): nrql(query: $q\($0), timeout: $timeout) { results }" }
        let document = """
            query($account: Int!, $timeout: Seconds!, \(names)) \
            { actor { account(id: $account) { \(aliases.joined(separator: " ")) } } }
            """
        // New Relic's own limit for one query is between these.
        let seconds = min(max(timeout.milliseconds / 1000, 5), 120)
        let variables = [("account", JSON.number(account)), ("timeout", .number(String(seconds)))]
        let queries = part.enumerated().map { ("q\($0.offset)", JSON.string(times.query(at: $0.element))) }
        return JSON.object([("query", .string(document)), ("variables", .object(variables + queries))]).text
    }
}
