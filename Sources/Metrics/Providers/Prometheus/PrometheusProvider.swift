internal import Analysis
internal import HTTP
internal import Rollouts

/// Prometheus and its family, with the fields that Argo Rollouts has for it.
///
/// The measurement is Argo's: a number where the query is a scalar, else the values of all series.
struct PrometheusProvider: ProviderKind {
    static let name = "prometheus"

    private let query: String
    private let isScalar: Bool
    private let range: MeasuredRange?
    private let step: Duration
    private let settings: PrometheusStore.Settings

    init(_ fields: inout ProviderFields, interval: Duration) {
        query = fields.requiredText("query", hint: "write the PromQL expression")
        let text = PromQLText(query, isMetricsQL: fields.text("flavor")?.lowercased() == "victoriametrics")
        if let problem = text.problem, !query.isEmpty { fields.refuse("query", problem.message, hint: problem.hint) }
        step = interval
        range = Self.range(&fields)
        let address = Self.address(&fields)
        var settings = PrometheusStore.Settings(url: address)
        settings.deadline = fields.seconds("timeout", default: .seconds(30))
        settings.skipsVerification = fields.flag("insecure")
        settings.headers = fields.headers()
        let flavor = Self.flavor(&fields, &settings)
        settings.authentication = PrometheusAuthentication.read(&fields, address: address)
        if settings.authentication != nil, settings.headers.contains(where: { $0.name.lowercased() == "authorization" })
        {
            fields.refuse("headers", "Authorization stands beside authentication", hint: "state one of them")
        }
        isScalar = flavor.hasScalars && text.isScalar
        self.settings = settings
    }

    /// The values of a range query belong to one time together.
    var hasCounters: Bool { range == nil }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        guard !settings.url.isEmpty else {
            throw MetricFailure(
                .configuration, "no Prometheus is named",
                hint: "give --prometheus, or state metrics.prometheus.address in .headgate/config.yaml")
        }
        let store = PrometheusStore(settings, over: connection)
        let place = HTTPClient.Request.origin(of: settings.url)?.host ?? settings.url
        if let range { return range.source(query, in: store, place: place) }
        return PrometheusSource(
            query, in: store, isScalar: isScalar, step: step,
            traits: MetricTraits(isRetroactive: true, hasCounters: hasCounters, place: place))
    }

    // MARK: Reading

    private static func address(_ fields: inout ProviderFields) -> String {
        guard fields.text("address") != nil else { return "" }
        let address = fields.address("address")
        guard let target = HTTPClient.Request.target(of: address) else {
            if !address.isEmpty {
                fields.refuse("address", "\"\(address)\" is no URL", hint: "write it like http://prometheus:9090")
            }
            return address
        }
        let ends = ["/graph", "/query", "/metrics", "/api", "/api/v1", "/api/v1/query", "/api/v1/query_range"]
        if let end = ends.last(where: { target.path.hasSuffix($0) }) {
            fields.refuse("address", "\(end) is not part of the address", hint: "write what stands before \(end)")
        } else if address.contains("?") || address.contains("#") {
            fields.refuse("address", "the address has a query of its own", hint: "state parameters instead")
        }
        return address
    }

    private static func flavor(
        _ fields: inout ProviderFields, _ settings: inout PrometheusStore.Settings
    ) -> PrometheusFlavor {
        let word = fields.word("flavor", of: PrometheusFlavor.allCases.map(\.rawValue))
        let flavor = word.flatMap(PrometheusFlavor.init) ?? .prometheus
        let own = fields.texts("parameters")
        for name in own.map(\.name) where ["query", "start", "end", "step", "time"].contains(name) {
            fields.refuse("parameters.\(name)", "is what the question itself states", hint: "leave it out")
        }
        let names = Set(own.map(\.name))
        settings.parameters = flavor.parameters.filter { !names.contains($0.name) } + own
        if let tenant = fields.text("tenant") {
            if let header = flavor.tenantHeader {
                settings.headers.append(.init(header, tenant))
            } else {
                fields.refuse(
                    "tenant", "a tenant of VictoriaMetrics is part of the address",
                    hint: "write the address as https://vmselect/select/<tenant>/prometheus")
            }
        }
        return flavor
    }

    private static func range(_ fields: inout ProviderFields) -> MeasuredRange? {
        let range = fields.nested("rangeQuery") { range -> MeasuredRange? in
            let start = time("start", &range)
            let end = time("end", &range)
            let step = range.text("step") == nil ? nil : Optional(range.span("step", default: .seconds(60)))
            if step == nil { range.refuse("step", "step is missing", hint: "write a span, such as 30s") }
            guard let start, let end, let step else { return nil }
            if let from = start.age, let until = end.age {
                if from < until { range.refuse("end", "is before start", hint: "swap them") }
                if (from - until).milliseconds / max(1, step.milliseconds) > 11_000 {
                    range.refuse("step", "gives more than 11,000 values to a measurement", hint: "state a longer step")
                }
            }
            return MeasuredRange(start: start, end: end, step: step)
        }
        return range ?? nil
    }

    private static func time(_ name: String, _ fields: inout ProviderFields) -> RelativeTime? {
        let text = fields.requiredText(name, hint: "write it like now() - duration(\"5m\")")
        guard !text.isEmpty else { return nil }
        do throws(TemplateError) { return try RelativeTime(parsing: text) } catch {
            fields.refuse(name, error.message, hint: error.hint)
            return nil
        }
    }
}
