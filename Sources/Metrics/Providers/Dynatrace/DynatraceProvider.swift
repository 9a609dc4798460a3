internal import Analysis
internal import HTTP
internal import Rollouts

/// Dynatrace's metrics of version 2, with what Flagger's templates need.
///
/// Without `resolution` each window is asked for by itself and comes back as one number. With it one question has the points
/// of a long span, and a measurement is the newest point of its window.
struct DynatraceProvider: ProviderKind {
    static let name = "dynatrace"

    private let service: DynatraceService
    private let window: Duration
    private let resolution: Duration?
    private let takesList: Bool

    init(_ fields: inout ProviderFields, interval: Duration) {
        let address = fields.address("address")
        let query = fields.requiredText(
            "query", hint: "write the metric selector, builtin:service.response.time:splitBy()")
        window = fields.span("window", default: .seconds(300))
        let isInfinite = fields.text("resolution").map { $0.lowercased() == "inf" } ?? true
        resolution = isInfinite ? nil : fields.span("resolution", default: .seconds(60))
        takesList = fields.word("result", of: ["number", "list"]) == "list"
        var selectors = [("metricSelector", query)]
        if let entities = fields.text("entitySelector") { selectors.append(("entitySelector", entities)) }
        if let zones = fields.text("mzSelector") { selectors.append(("mzSelector", zones)) }
        let header = fields.nested("secretRef") { secret in
            let name = secret.requiredText("name", hint: "write the name of the Secret with dynatrace_token")
            let token = SecretReference(name: name, key: secret.text("token") ?? "dynatrace_token")
            return HTTPClient.Header("Authorization", "Api-Token \(token.mark)")
        }
        service = DynatraceService(
            address: address, selectors: selectors, headers: header.map { [$0] } ?? [],
            skipsVerification: fields.flag("insecure"),
            timeout: fields.seconds("timeout", default: .seconds(30)))
        Self.check(address, query, window, resolution, &fields)
        if query.hasPrefix("builtin:"), !takesList, selectors.count == 1,
            ![":splitBy(", ":merge(", ":filter(", ":limit("].contains(where: query.contains)
        {
            fields.refuse(
                "query", "the query gives a number for each entity, and one is wanted",
                hint: "write \(query):splitBy(), or state result: list")
        }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: service.address)?.host ?? service.address
        let traits = MetricTraits(isRetroactive: true, delay: .seconds(180), place: place)
        if let resolution {
            return DynatraceRangeSource(
                traits: traits, service: service, window: window, resolution: resolution, takesList: takesList,
                connection: connection)
        }
        let (service, window, takesList) = (service, window, takesList)
        return PerTimeSource(traits) { time throws(MetricFailure) in
            let rows = try await service.rows(
                from: time - window, to: time, resolution: "Inf", within: Patience(service.timeout), over: connection)
            return try DynatraceAnswer.reading(rows.map { $0.points.first?.value }, takesList: takesList)
        }
    }

    // MARK: Settings

    private static func check(
        _ address: String, _ query: String, _ window: Duration, _ resolution: Duration?,
        _ fields: inout ProviderFields
    ) {
        if address.contains(".apps.dynatrace.com") {
            let api = address.replacing(".apps.dynatrace.com", with: ".live.dynatrace.com")
            fields.refuse("address", "this is the address for browsers", hint: "the API listens at \(api)")
        } else if address.contains("/api/") {
            fields.refuse("address", "the path is added", hint: "write the address of the environment alone")
        }
        if !query.isEmpty { check(query, &fields) }
        if window < .seconds(60) {
            fields.refuse("window", "the service keeps a point a minute", hint: "state a window of at least 1m")
        }
        guard let resolution else { return }
        if resolution < .seconds(60) || resolution.milliseconds % 60_000 != 0 {
            fields.refuse("resolution", "the service keeps a point a minute", hint: "state whole minutes, 1m at least")
        } else if resolution > window {
            fields.refuse(
                "resolution", "no window has a whole point", hint: "state a window of at least the resolution")
        }
    }
    private static func check(_ query: String, _ fields: inout ProviderFields) {
        let text = QueryText(query, QueryText.Language(quotes: ["\""], escape: "~"))
        let first = text.words.first.map(String.init) ?? ""
        if ["fetch", "timeseries", "data"].contains(first) && query.dropFirst(first.count).first?.isWhitespace == true {
            fields.refuse(
                "query", "the query is DQL", hint: "write a metric selector, builtin:service.response.time:splitBy()")
        } else if let part = ["metricSelector=", "&from=", "&to=", "&resolution="].first(where: query.contains) {
            fields.refuse(
                "query", "\(part) is part of a URL", hint: "write the metric selector alone; the times are added")
        } else if fields.checkText(text, at: "query"), text.code.contains(":splitBy"), !text.code.contains(":splitBy(")
        {
            fields.refuse("query", ":splitBy has no parentheses", hint: "write :splitBy(), with the dimensions in them")
        }
    }
}
