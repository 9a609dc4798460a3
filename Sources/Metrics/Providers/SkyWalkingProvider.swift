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
        if query.ranges(of: "$duration").count < 2 {
            fields.refuse(
                "query", "the query does not use $duration",
                hint: "declare it with ($duration: Duration!), and write duration: $duration where a span is wanted")
        } else if query.filter({ $0 == "{" }).count != query.filter({ $0 == "}" }).count {
            fields.refuse("query", "the braces of the query do not match")
        }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        SkyWalkingSource(query: query, minutes: minutes, endpoint: endpoint, connection: connection)
    }
}

/// The minutes that a measurement looks at, as the service wants them said.
struct SkyWalkingMinutes: Sendable {
    private let count: Int64
    /// Of the server's clock, ahead of UTC.
    private let offset: Duration

    init(_ fields: inout ProviderFields, interval: Duration) {
        let span = fields.span("interval", default: max(interval, .seconds(60)))
        if span.milliseconds % 60_000 != 0 {
            fields.refuse(
                "interval", "is no whole number of minutes", hint: "SkyWalking has one value a minute; write 1m or 5m")
        }
        count = max(1, span.milliseconds / 60_000)
        offset = Self.offset(&fields)
    }

    /// The last whole minutes before `time`: what both ends name is part of the answer, and the minute that is still
    /// going on would have another value later.
    func duration(until time: Timestamp) -> JSON {
        let end = Timestamp(milliseconds: (time.milliseconds / 60_000 - 1) * 60_000)
        return [
            "start": .string(text(end - .seconds(60 * (count - 1)))), "end": .string(text(end)), "step": "MINUTE",
        ]
    }

    /// `2026-11-21 1200`, by the server's clock.
    private func text(_ time: Timestamp) -> String {
        let characters = Array((time + offset).rfc3339)
        guard characters.count >= 16 else { return "" }
        return "\(String(characters[..<10])) \(String(characters[11..<13]))\(String(characters[14..<16]))"
    }

    private static func offset(_ fields: inout ProviderFields) -> Duration {
        guard let text = fields.text("timezone"), !["UTC", "Z"].contains(text.uppercased()) else { return .zero }
        let digits = text.dropFirst().filter { $0 != ":" }
        let isWellFormed =
            digits.count == 4 && digits.allSatisfy { $0.isASCII && $0.isNumber } && (text.count == 5 || text.count == 6)
        guard let sign = ["+": 1, "-": -1][text.prefix(1)], isWellFormed, let number = Int(digits),
            number / 100 <= 14, number % 100 < 60
        else {
            fields.refuse(
                "timezone", "\"\(text)\" is no offset",
                hint: "write how far the server's clock is ahead, such as +08:00")
            return .zero
        }
        return .seconds(sign * (number / 100 * 3600 + number % 100 * 60))
    }
}

/// Asks for one time after the other, since only the query's author knows what of an answer belongs to which minute.
private struct SkyWalkingSource: MetricSource {
    let query: String
    let minutes: SkyWalkingMinutes
    let endpoint: ServiceEndpoint
    let connection: MetricConnection

    /// The service writes a minute's values half a minute after it has ended.
    var traits: MetricTraits { MetricTraits(isRetroactive: true, delay: .seconds(60), place: endpoint.place) }

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

/// What a GraphQL answer means.
private enum SkyWalkingAnswer {
    /// All of `data`, out of which the condition picks.
    static func reading(_ response: HTTPClient.Response) throws(MetricFailure) -> Measurement.Reading {
        let json = try ServiceAnswer.json(response)
        let data = json["data"]
        let hasData = data?.members?.contains { !$0.value.isNull } ?? false
        if let errors = json["errors"]?.array, !errors.isEmpty { throw failure(errors, hasData: hasData) }
        guard let data else {
            throw MetricFailure(.garbage, "the answer is not one of SkyWalking", hint: "check the address and its port")
        }
        return hasData ? .value(Value(data)) : .absent
    }

    private static func failure(_ errors: [JSON], hasData: Bool) -> MetricFailure {
        let words = ServiceAnswer.line(errors.compactMap { $0["message"]?.string }.joined(separator: "; "))
        if hasData { return MetricFailure(.partial, "a part of the query failed: \(words)") }
        // The storage behind the service may be away; a query that is wrong fails before anything is fetched.
        let isFetching = errors.contains { error in
            error["extensions"]?["classification"]?.string == "DataFetchingException"
                || error["message"]?.string?.hasPrefix("Exception while fetching data") == true
        }
        return MetricFailure(isFetching ? .unavailable : .configuration, "the query failed: \(words)")
    }
}
