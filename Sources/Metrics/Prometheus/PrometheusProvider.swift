internal import Analysis
internal import HTTP
internal import Rollouts

/// Prometheus and its family, with the fields that Argo Rollouts has for it.
struct PrometheusProvider: ProviderKind {
    static let name = "prometheus"

    private let query: String
    private let step: Duration
    private var settings: PrometheusStore.Settings

    init(_ fields: inout ProviderFields, interval: Duration) {
        query = fields.requiredText("query", hint: "write the PromQL expression")
        step = interval
        settings = PrometheusStore.Settings(url: fields.text("address") == nil ? "" : fields.address("address"))
        settings.deadline = fields.seconds("timeout", default: .seconds(30))
        settings.skipsVerification = fields.flag("insecure")
        settings.headers = fields.each("headers") { header in
            HTTPClient.Header(
                header.requiredText("key", hint: "write the header's name"),
                header.requiredText("value", hint: "write the header's value"))
        }
        let authentication = fields.nested("authentication") { ways in
            ways.nested("basicAuth") { basic in
                Question.Authentication.basic(
                    user: basic.requiredText("username", hint: "write the user's name"),
                    password: basic.requiredText("password", hint: "take it from a secretKeyRef"))
            }
        }
        settings.authentication = authentication ?? nil
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        guard !settings.url.isEmpty else {
            throw MetricFailure(
                .configuration, "no Prometheus is named",
                hint: "give --prometheus, or state metrics.prometheus.address in .headgate/config.yaml")
        }
        return StoredQuery(
            query, in: PrometheusStore(settings, over: connection), step: step,
            place: HTTPClient.Request.origin(of: settings.url)?.host ?? settings.url)
    }
}
