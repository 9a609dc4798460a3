import Analysis
import HTTP
import Rollouts

/// Elasticsearch and OpenSearch: counts what a query finds in the window before a time, or aggregates it.
struct ElasticsearchProvider: ProviderKind {
    static let name = "elasticsearch"

    private let search: ElasticsearchSearch
    private let endpoint: ServiceEndpoint

    init(_ fields: inout ProviderFields, interval: Duration) {
        endpoint = ServiceEndpoint(&fields, schemes: [("bearerToken", "Bearer"), ("apiKey", "ApiKey")])
        endpoint.refusePaths(["/_search", "/_msearch"], &fields, added: "/<index>/_msearch")
        search = ElasticsearchSearch(&fields, window: interval > .zero ? interval : .seconds(60))
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        ElasticsearchSource(search: search, endpoint: endpoint, connection: connection)
    }
}

/// Asks for many windows in one request, and for those of a long grid in several.
private struct ElasticsearchSource: MetricSource {
    let search: ElasticsearchSearch
    let endpoint: ServiceEndpoint
    let connection: MetricConnection

    /// Searches in one request; the cluster runs a few of them at a time.
    private static let batch = 50
    private static let most = 10_000

    var traits: MetricTraits { MetricTraits(isRetroactive: true, place: endpoint.place) }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        guard times.count <= Self.most else {
            throw MetricFailure(
                .configuration, "\(times.count) measurements are more than \(endpoint.place) is asked for at once",
                hint: "state a longer interval, or a count")
        }
        let patience = endpoint.patience
        var measurements: [Measurement] = []
        for start in stride(from: 0, to: times.count, by: Self.batch) {
            let part = times[start..<min(start + Self.batch, times.count)]
            var question = endpoint.question(.post, "/\(search.index)/_msearch", within: patience)
            question.headers.append(HTTPClient.Header("Content-Type", "application/x-ndjson"))
            question.body = part.map { "{}\n\(search.body(until: $0).text)\n" }.joined()
            let response = try await connection.answer(to: question)
            let answers = try ElasticsearchAnswer.answers(response, count: part.count)
            for (time, answer) in zip(part, answers) {
                measurements.append(
                    Measurement(time: time, reading: try ElasticsearchAnswer.reading(answer, of: search.value)))
            }
        }
        return measurements
    }
}
