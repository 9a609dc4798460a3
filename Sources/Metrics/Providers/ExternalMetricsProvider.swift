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

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        ExternalMetricsSource(metric: metric, endpoint: endpoint, connection: connection)
    }
}

/// Which metric, of which namespace, with which labels.
struct ExternalMetric: Hashable, Sendable {
    private(set) var name = ""
    private(set) var namespace = "default"
    private(set) var selector: String?

    /// From fields of its own, or from Flagger's `namespace/metric?labelSelector=…`.
    init(_ fields: inout ProviderFields) {
        let query = fields.text("query")
        let stated = fields.text("metric")
        if let namespace = fields.text("namespace") { self.namespace = namespace }
        selector = fields.text("labelSelector")
        if let query {
            if stated != nil || selector != nil || namespace != "default" {
                fields.refuse(
                    "query", "metric, namespace or labelSelector is stated too", hint: "keep query, or the others")
            }
            read(query, &fields)
        } else if let stated {
            name = stated
            if stated.contains("/") || stated.contains("?") {
                fields.refuse("metric", "\"\(stated)\" is no name of a metric", hint: "give that to query instead")
            }
        } else {
            fields.refuse("metric", "metric is missing", hint: "write the name that the adapter serves it by")
        }
        check(&fields)
    }

    private mutating func read(_ query: String, _ fields: inout ProviderFields) {
        let parts = query.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard path.count <= 2, let last = path.last, !last.isEmpty else {
            return fields.refuse(
                "query", "\"\(query)\" names no metric", hint: "write namespace/metric?labelSelector=app%3Dshop")
        }
        name = String(last)
        if path.count == 2, !path[0].isEmpty { namespace = String(path[0]) }
        for item in parts.dropFirst().joined().split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair[0] == "labelSelector", pair.count == 2 {
                selector = Self.decoded(pair[1])
            } else {
                fields.refuse("query", "has \(pair[0])", hint: "labelSelector is all that the API knows")
            }
        }
    }

    private func check(_ fields: inout ProviderFields) {
        let isName = namespace.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber) || $0 == "-" }
        if !isName { fields.refuse("namespace", "\"\(namespace)\" is no name of a namespace") }
        if let selector, selector.hasPrefix("labelSelector=") || selector.contains("%3D") {
            fields.refuse(
                "labelSelector", "is part of a URL", hint: "write labels alone, such as app=shop,track=canary")
        }
    }

    /// What was escaped in a URL's query.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let code = UInt8(digits, radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    var path: String {
        "/apis/external.metrics.k8s.io/v1beta1/namespaces/\(PathSegment.encoded(namespace))/\(PathSegment.encoded(name))"
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
