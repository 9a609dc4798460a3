internal import Analysis
internal import HTTP
internal import Rollouts

/// InfluxDB, with the fields that Argo Rollouts has for it: Flux with version 2, and InfluxQL with version 1.
///
/// Each time is asked about by itself, as the `now` of the query.
struct InfluxDBProvider: ProviderKind {
    static let name = "influxdb"

    private let service: Service
    private let query: String
    private let takesFirst: Bool

    /// Where and how is asked.
    private enum Version: Sendable {
        case flux(organization: String)
        case influxQL(database: String)
    }

    private struct Service: Sendable {
        let address: String
        let version: Version
        let headers: [HTTPClient.Header]
        let authentication: Question.Authentication?
        let skipsVerification: Bool
        let timeout: Duration
    }

    init(_ fields: inout ProviderFields, interval: Duration) {
        let isFlux = fields.word("version", of: ["1", "2"]) != "1"
        query = fields.requiredText("query", hint: isFlux ? "write the Flux query" : "write the InfluxQL query")
        takesFirst = fields.word("result", of: ["values", "first"]) == "first"
        let address = fields.address("address")
        let version = Self.version(&fields, isFlux: isFlux)
        let (headers, authentication) = Self.credentials(&fields, isFlux: isFlux)
        service = Service(
            address: address, version: version, headers: headers, authentication: authentication,
            skipsVerification: fields.flag("insecure"), timeout: fields.seconds("timeout", default: .seconds(30)))
        if !query.isEmpty { Self.check(query, isFlux: isFlux, &fields) }
        if address.hasSuffix("/api/v2/query") || address.hasSuffix("/query") {
            fields.refuse("address", "the path is added", hint: "write scheme, host and port alone")
        }
    }

    /// The system's clock does not follow the query's `now`.
    var isRetroactive: Bool { !query.contains("system.time(") }
    var hintForPast: String? { "write now() in the place of system.time()" }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: service.address)?.host ?? service.address
        let traits = MetricTraits(isRetroactive: isRetroactive, place: place)
        let (service, query, takesFirst) = (service, query, takesFirst)
        return PerTimeSource(traits) { time throws(MetricFailure) in
            let response = try await connection.answer(to: Self.question(service, query, at: time))
            let values =
                switch service.version {
                case .flux: try Self.fluxValues(response)
                case .influxQL: try InfluxQL.values(try ServiceAnswer.json(response))
                }
            guard let first = values.first else { return .absent }
            if takesFirst { return first == .null ? .absent : .value(first) }
            return .value(.array(values, of: .any))
        }
    }

    // MARK: Settings

    private static func version(_ fields: inout ProviderFields, isFlux: Bool) -> Version {
        if isFlux {
            if fields.text("database") != nil {
                fields.refuse("database", "database is only for version 1", hint: "name the bucket in from()")
            }
            return .flux(
                organization: fields.requiredText(
                    "org", hint: "write the organization's name; the Secret's org is not read, since it goes in the URL"
                ))
        }
        if fields.text("org") != nil { fields.refuse("org", "org is only for version 2", hint: "state a database") }
        return .influxQL(database: fields.requiredText("database", hint: "write the database's name"))
    }

    private static func credentials(
        _ fields: inout ProviderFields, isFlux: Bool
    ) -> ([HTTPClient.Header], Question.Authentication?) {
        let key = fields.nested("secretKeys") { keys in keys.text("token") } ?? nil
        guard let profile = fields.text("profile") else { return ([], nil) }
        guard isFlux else { return ([], .secret(profile)) }
        let token = SecretReference(name: profile, key: key ?? "authToken")
        return ([HTTPClient.Header("Authorization", "Token \(token.mark)")], nil)
    }

    private static func check(_ query: String, isFlux: Bool, _ fields: inout ProviderFields) {
        let language = QueryText.Language(quotes: isFlux ? ["\""] : ["\"", "'"], comments: [isFlux ? "//" : "--"])
        let text = QueryText(query, language)
        // Brackets and quotes of a pattern need no partner, and its slashes begin no comment.
        let hasPattern = ["=~", "!~", "from /"].contains(where: query.lowercased().contains)
        guard hasPattern || fields.checkText(text, at: "query") else { return }
        if !isFlux {
            if text.code.contains("|>") {
                return fields.refuse("query", "the query is Flux", hint: "state version: \"2\" and an org")
            }
            if !text.words.contains(where: { $0.lowercased() == "from" }) {
                fields.refuse("query", "the query has no FROM", hint: "write SELECT mean(rate) FROM requests WHERE …")
            }
            if !query.lowercased().contains("now") {
                fields.refuse(
                    "query", "the query does not count back from now()",
                    hint: "write WHERE time > now() - 5m, so that each measurement has a window")
            }
            return
        }
        if query.contains("v.timeRange") || query.contains("v.windowPeriod") {
            fields.refuse(
                "query", "the variables v.… are known to dashboards alone",
                hint: "write range(start: -5m) in their place")
        } else if query.contains("from("), !query.contains("range(") {
            fields.refuse("query", "the query has no range()", hint: "write |> range(start: -5m)")
        } else if text.code.filter({ !$0.isWhitespace }).contains("range(start:20") {
            fields.refuse(
                "query", "range() begins at the same time for every measurement",
                hint: "count back from now, |> range(start: -5m)")
        } else if namesNoBucket(text.code) {
            fields.refuse("query", "from() names no bucket", hint: "write from(bucket: \"metrics\")")
        }
        if query.uppercased().hasPrefix("SELECT") {
            fields.refuse("query", "the query is InfluxQL", hint: "state version: \"1\" and a database")
        }
    }

    private static func namesNoBucket(_ code: String) -> Bool {
        let compact = code.filter { !$0.isWhitespace }
        guard let range = compact.firstRange(of: "from()") else { return compact.contains("from(bucket:)") }
        // A function of some package, such as array.from(), is another one.
        let before = compact[..<range.lowerBound].last
        return before.map { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." } ?? true
    }

    // MARK: Wire format

    /// `POST /api/v2/query`, whose body says what `now` is (https://docs.influxdata.com/influxdb/v2/api/#operation/PostQuery),
    /// or `GET /query` (https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint).
    private static func question(_ service: Service, _ query: String, at time: Timestamp) -> Question {
        var question: Question
        switch service.version {
        case .flux(let organization):
            let body: JSON = [
                "query": .string(query), "type": "flux", "now": .string(time.rfc3339),
                "dialect": ["header": true, "delimiter": ",", "annotations": ["datatype", "group", "default"]],
            ]
            question = Question(.post, Question.url("\(service.address)/api/v2/query", [("org", organization)]))
            question.body = body.text
            question.headers = [.init("Content-Type", "application/json"), .init("Accept", "application/csv")]
        case .influxQL(let database):
            let items = [("db", database), ("q", InfluxQL(query).query(at: time)), ("epoch", "ms")]
            question = Question(.get, Question.url("\(service.address)/query", items))
        }
        question.headers += service.headers
        question.authentication = service.authentication
        question.skipsVerification = service.skipsVerification
        question.deadline = service.timeout
        return question
    }

    /// The column `_value` of all records, as Argo Rollouts takes them.
    private static func fluxValues(_ response: HTTPClient.Response) throws(MetricFailure) -> [Value] {
        // No result at all is an empty text, which only its type tells from no answer.
        if response.body.isEmpty, response[header: "Content-Type"]?.contains("csv") != true {
            throw MetricFailure(.garbage, "the answer is empty", hint: "check the address")
        }
        var values: [Value] = []
        for record in try AnnotatedCSV(response.text).records {
            guard let value = record["_value"] else {
                throw MetricFailure(
                    .configuration, "the result has no column _value",
                    hint: "rename the column: |> rename(columns: {rate: \"_value\"})")
            }
            values.append(value)
        }
        return values
    }
}
