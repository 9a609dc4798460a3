import Analysis
import HTTP
import Rollouts

/// The cluster's external metrics API, which adapters such as KEDA serve; Flagger's `externalmetrics`.
struct ExternalMetricsProvider: ProviderKind {
    static let name = "externalMetrics"

    private let metric: ExternalMetric
    private var endpoint: ServiceEndpoint

    init(_ fields: inout ProviderFields, interval: Duration) {
        metric = ExternalMetric(&fields)
        endpoint = ServiceEndpoint(&fields, address: "https://kubernetes.default.svc")
        let token = fields.nested("secretRef") { secret in
            let name = secret.requiredText("name", hint: "write the name of the Secret with the token")
            return SecretReference(name: name, key: secret.text("key") ?? "token").mark
        }
        if let token { endpoint.headers.append(HTTPClient.Header("Authorization", "Bearer \(token)")) }
        if endpoint.address.contains("/apis") {
            fields.refuse("address", "has a path of the API", hint: "write the API server's address alone")
        }
    }

    var isRetroactive: Bool { false }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        ExternalMetricsSource(metric: metric, endpoint: endpoint, connection: connection)
    }
}

/// Asks for what the metric is now; the API knows no other time.
private struct ExternalMetricsSource: MetricSource {
    let metric: ExternalMetric
    let endpoint: ServiceEndpoint
    let connection: MetricConnection

    var traits: MetricTraits { MetricTraits(isRetroactive: false, place: endpoint.place) }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        let patience = endpoint.patience
        var measurements: [Measurement] = []
        for time in times {
            let items = metric.selector.map { [("labelSelector", $0)] } ?? []
            let question = endpoint.question(.get, metric.path, items, within: patience)
            let response = try await connection.response(to: question)
            measurements.append(Measurement(time: time, reading: try Self.reading(response)))
        }
        return measurements
    }

    private static let hints = [
        401: "give the host a bearerFile, or state secretRef",
        403: "the agent's role needs get and list for external.metrics.k8s.io",
        404: "does an adapter serve the metric, and is it called so?",
    ]

    /// The first item's value, as in Flagger.
    private static func reading(_ response: HTTPClient.Response) throws(MetricFailure) -> Measurement.Reading {
        guard response.status == 200 else {
            throw ServiceAnswer.failure(response).hinting(hints[response.status])
        }
        guard let items = try ServiceAnswer.json(response)["items"]?.array else {
            throw MetricFailure(.garbage, "the answer is no list of external metrics", hint: "check the address")
        }
        guard let value = items.first?["value"] else {
            if items.isEmpty { return .absent }
            throw MetricFailure(.garbage, "an external metric has no value")
        }
        switch value {
        case .null: return .absent
        case .number: return .value(.double(value.double ?? .nan))
        case .string(let text):
            if let quantity = KubernetesQuantity(text) { return .value(.double(quantity.value)) }
            throw MetricFailure(.garbage, "\"\(ServiceAnswer.line(text))\" is no quantity")
        default: throw MetricFailure(.garbage, "an external metric's value is no quantity")
        }
    }
}
