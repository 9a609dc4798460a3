internal import Analysis
internal import HTTP
internal import Rollouts

/// Datadog, with the fields that Argo Rollouts has for it; `point` is there for Flagger's templates.
///
/// A measurement is of the buckets that ended in the window of length `interval` up to its time: with v1 the newest (or
/// oldest) of them, with v2 what `aggregator` makes of them.
struct DatadogProvider: ProviderKind {
    static let name = "datadog"

    private let address: String
    private let headers: [HTTPClient.Header]
    private let version: String
    private let expression: DatadogExpression
    private let window: Duration
    private let aggregator: DatadogAggregator
    private let timeout: Duration

    init(_ fields: inout ProviderFields, interval: Duration) {
        version = fields.word("apiVersion", of: ["v1", "v2"]) ?? "v1"
        window = fields.span("interval", default: .seconds(300))
        timeout = fields.seconds("requestTimeout", default: .seconds(30))
        address = Self.address(&fields)
        headers = Self.keys(&fields)
        aggregator = Self.aggregator(&fields, version: version)
        expression = DatadogExpression(&fields, version: version)
        Self.check(expression, window, &fields)
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: address)?.host ?? address
        let traits = MetricTraits(isRetroactive: true, delay: .seconds(300), place: place)
        let service = DatadogService(address: address, headers: headers, timeout: timeout, connection: connection)
        if version == "v2", !isRangeable {
            let (expression, aggregator, window) = (expression, aggregator, window)
            return PerTimeSource(traits) { time throws(MetricFailure) in
                try await service.scalar(expression, aggregator, from: time - window, to: time)
            }
        }
        let isAlone = expression.looksAtWholeSpan
        return DatadogRangeSource(
            traits: MetricTraits(
                isRetroactive: true, delay: traits.delay, place: place, mostTimes: isAlone ? WindowParts.most : nil),
            service: service, version: version, expression: expression, window: window,
            longest: isAlone ? .zero : DatadogResolution(of: window).span, aggregator: aggregator)
    }

    /// Whether the aggregate of a window is the aggregate of the points that a longer span gives for it: a formula of
    /// aggregates, such as a ratio of sums, is none.
    private var isRangeable: Bool {
        switch aggregator {
        case .last: !expression.looksAtWholeSpan
        case .min, .max, .sum: !expression.looksAtWholeSpan && !expression.hasFormula
        default: false
        }
    }

    // MARK: Settings

    private static let sites = [
        "datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu", "ap1.datadoghq.com",
        "ap2.datadoghq.com", "uk1.datadoghq.com", "ddog-gov.com", "us2.ddog-gov.com",
    ]

    private static func address(_ fields: inout ProviderFields) -> String {
        let site = fields.word("site", of: sites)
        let address = fields.address("address", default: "https://api.\(site ?? "datadoghq.com")")
        if site != nil, fields.text("address") != nil { fields.refuse("site", "state one of address and site") }
        if let host = HTTPClient.Request.origin(of: address)?.host, host.hasPrefix("app.") {
            fields.refuse(
                "address", "\(host) is for browsers",
                hint: "the API listens at https://api.\(host.dropFirst("app.".count))")
        }
        return address
    }

    /// The headers with the keys of the secret; without one the deployment's metric access gives them.
    private static func keys(_ fields: inout ProviderFields) -> [HTTPClient.Header] {
        let headers = fields.nested("secretRef") { secret in
            let name = secret.requiredText("name", hint: "write the name of the Secret with api-key and app-key")
            // The Secret is one that the agent has mounted, wherever it comes from.
            _ = secret.flag("namespaced")
            let apiKey = SecretReference(name: name, key: secret.text("apiKey") ?? "api-key")
            let applicationKey = SecretReference(name: name, key: secret.text("appKey") ?? "app-key")
            return [
                HTTPClient.Header("DD-API-KEY", apiKey.mark),
                HTTPClient.Header("DD-APPLICATION-KEY", applicationKey.mark),
            ]
        }
        return headers ?? []
    }

    private static func aggregator(_ fields: inout ProviderFields, version: String) -> DatadogAggregator {
        let stated = fields.word("aggregator", of: DatadogAggregator.stated.map(\.rawValue))
            .flatMap(DatadogAggregator.init)
        if stated != nil, version == "v1" {
            fields.refuse(
                "aggregator", "aggregator is only for v2", hint: "with v1 the newest point counts: state apiVersion: v2"
            )
        }
        guard let point = fields.word("point", of: ["newest", "oldest"]) else { return stated ?? .last }
        if version == "v2" {
            fields.refuse("point", "point is only for v1", hint: "with v2 state an aggregator")
        }
        return point == "oldest" ? .first : .last
    }

    private static func check(_ expression: DatadogExpression, _ window: Duration, _ fields: inout ProviderFields) {
        if window < DatadogResolution.finest {
            fields.refuse(
                "interval", "the API gives a point every 20s at most", hint: "state an interval of at least 20s, say 5m"
            )
        } else if let rollup = expression.rollup, rollup > window {
            fields.refuse(
                "interval", "a window of \(Span(window)) never has a whole bucket of rollup(\(Span(rollup)))",
                hint: "state an interval of at least the rollup")
        }
    }
}
