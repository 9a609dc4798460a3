import Analysis
import HTTP
import Rollouts

/// Apache SkyWalking, with the fields that Argo Rollouts has for it: a GraphQL query over the minutes before a time.
struct SkyWalkingProvider: ProviderKind {
    static let name = "skywalking"

    private let query: String
    private let minutes: SkyWalkingMinutes
    private let endpoint: ServiceEndpoint

    init(_ fields: inout ProviderFields, interval: Duration) {
        query = fields.requiredText(
            "query", hint: "write a GraphQL query that passes $duration on, such as query($duration: Duration!) {…}")
        minutes = SkyWalkingMinutes(&fields, interval: interval)
        endpoint = ServiceEndpoint(&fields)
        endpoint.refusePaths(["/graphql"], &fields, added: "/graphql")
        guard !query.isEmpty else { return }
        if let (message, hint) = QueryText(query, QueryText.Language(quotes: ["\""], comments: ["#"])).problem {
            fields.refuse("query", message, hint: hint)
        } else if query.ranges(of: "$duration").count < 2 {
            fields.refuse(
                "query", "the query does not use $duration",
                hint: "declare it with ($duration: Duration!), and write duration: $duration where a span is wanted")
        } else if let unknown = Self.undeclared(in: query) {
            fields.refuse(
                "query", "the query uses \(unknown), and nothing gives it a value",
                hint: "write the value itself, or an argument {{args.name}}; only $duration is sent")
        }
    }

    /// A variable beside the one that is sent.
    private static func undeclared(in query: String) -> String? {
        let code = QueryText(query, QueryText.Language(quotes: ["\""], comments: ["#"])).code
        let names = code.split(separator: "$", omittingEmptySubsequences: false).dropFirst().map { rest in
            rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        }
        return names.first { $0 != "duration" }.map { "$\($0)" }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        SkyWalkingSource(query: query, minutes: minutes, endpoint: endpoint, connection: connection)
    }
}

/// Asks for one time after the other, since only the query's author knows what of an answer belongs to which minute.
private struct SkyWalkingSource: MetricSource {
    let query: String
    let minutes: SkyWalkingMinutes
    let endpoint: ServiceEndpoint
    let connection: MetricConnection

    /// The service writes a minute's values half a minute after it has ended.
    var traits: MetricTraits {
        MetricTraits(
            isRetroactive: true, delay: .seconds(60), place: endpoint.place, mostTimes: PerTimeSource.most)
    }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        let patience = Patience(endpoint.deadline * PerTimeSource.width)
        let source = PerTimeSource(traits) { time throws(MetricFailure) in
            var question = endpoint.question(.post, "/graphql", within: patience)
            question.headers.append(HTTPClient.Header("Content-Type", "application/json"))
            let variables: JSON = ["duration": minutes.duration(until: time)]
            question.body = (["query": .string(query), "variables": variables] as JSON).text
            return try SkyWalkingAnswer.reading(try await connection.answer(to: question))
        }
        return try await source.measurements(at: times)
    }
}
