internal import Analysis
internal import HTTP
internal import Rollouts

/// New Relic by its GraphQL API, with the fields that Argo Rollouts has for it; `window` and `result` are there for
/// Flagger's templates.
struct NewRelicProvider: ProviderKind {
    static let name = "newRelic"

    private let address: String
    /// The account's number as the body has it: digits, or the mark of a secret.
    private let account: String
    private let headers: [HTTPClient.Header]
    private let times: NRQLTimes
    private let takesNumber: Bool
    private let timeout: Duration

    init(_ fields: inout ProviderFields, interval: Duration) {
        timeout = fields.seconds("timeout", default: .seconds(30))
        takesNumber = fields.word("result", of: ["rows", "number"]) == "number"
        address = Self.address(&fields)
        let query = fields.requiredText("query", hint: "write the NRQL query")
        let isWindowStated = fields.value("window") != nil
        times = NRQLTimes(query, window: fields.span("window", default: .seconds(3600)))
        (account, headers) = Self.credentials(&fields)
        if !query.isEmpty { Self.check(times, isWindowStated, &fields) }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: address)?.host ?? address
        return NewRelicSource(
            traits: MetricTraits(isRetroactive: times.isRetroactive, delay: .seconds(120), place: place),
            address: address, account: account, headers: headers, times: times, takesNumber: takesNumber,
            timeout: timeout, connection: connection)
    }

    // MARK: Settings

    private static func address(_ fields: inout ProviderFields) -> String {
        let region = fields.word("region", of: ["US", "EU"])
        let usual = region == "EU" ? "https://api.eu.newrelic.com/graphql" : "https://api.newrelic.com/graphql"
        let address = fields.address("address", default: usual)
        if region != nil, fields.text("address") != nil {
            fields.refuse("region", "state one of address and region")
        }
        let host = HTTPClient.Request.origin(of: address)?.host ?? ""
        if host.hasPrefix("one.") || host.hasPrefix("insights-api.") {
            fields.refuse(
                "address", "\(host) has no NerdGraph",
                hint: "leave address out, and state region: EU where that is yours")
        }
        return address
    }

    /// Account and key of the Secret that `profile` names, `newrelic` as in Argo Rollouts; where the account is stated
    /// without a profile, the key is the deployment's.
    private static func credentials(_ fields: inout ProviderFields) -> (String, [HTTPClient.Header]) {
        let profile = fields.text("profile")
        let stated = fields.whole("accountId")
        let keys = fields.nested("secretKeys") { keys in (keys.text("accountId"), keys.text("apiKey")) }
        if let stated, stated <= 0 { fields.refuse("accountId", "\(stated) is no account") }
        let secret = profile ?? (stated == nil ? "newrelic" : nil)
        let accountMark = secret.map { SecretReference(name: $0, key: keys?.0 ?? "account-id").mark }
        let account = stated.map(String.init) ?? accountMark ?? ""
        let headers = secret.map { name in
            [HTTPClient.Header("API-Key", SecretReference(name: name, key: keys?.1 ?? "personal-api-key").mark)]
        }
        return (account, headers ?? [])
    }

    private static func check(_ times: NRQLTimes, _ isWindowStated: Bool, _ fields: inout ProviderFields) {
        if !times.keywords.isSuperset(of: ["SELECT", "FROM"]) {
            fields.refuse("query", "the query has no SELECT … FROM", hint: "write it as in the query builder")
        }
        if times.isFixed {
            fields.refuse(
                "query", "SINCE and UNTIL always ask about the same time",
                hint: "write SINCE 5 minutes ago, or leave them out and state a window")
        }
        if isWindowStated, times.hasStart {
            fields.refuse("window", "the query has its own SINCE", hint: "state one of them")
        }
    }
}

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

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        guard times.count <= PerTimeSource.most else {
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
