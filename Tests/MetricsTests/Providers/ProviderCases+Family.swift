import Analysis
import Metrics
import Support

extension ProviderCases {
    static let family = [prometheus, cloudWatch] + googleCloudMonitoring

    // https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
    private static let prometheus = ProviderCase(
        kind: "prometheus",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("query", .string("up")),
                .init("timeout", .int(place.timeout)),
                .init(
                    "headers",
                    .array(
                        [.map([.init("key", .string("X-Token")), .init("value", .string(place.secret))])], of: .any)),
            ]
        },
        answer: { request in
            guard let start = request.form["start"].flatMap(Double.init),
                let end = request.form["end"].flatMap(Double.init), let step = request.form["step"].flatMap(Double.init)
            else { return FakeServer.Answer(vector(#"[{"metric":{"a":"b"},"value":[1700000040,"1"]}]"#)) }
            let values = stride(from: start, through: end, by: step).map { "[\($0),\"1\"]" }.joined(separator: ",")
            return FakeServer.Answer(matrix(#"[{"metric":{"a":"b"},"values":[\#(values)]}]"#))
        },
        empty: { request in
            FakeServer.Answer(request.path.hasSuffix("query_range") ? matrix("[]") : vector("[]"))
        })

    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    private static let cloudWatch = ProviderCase(
        kind: "cloudWatch",
        settings: { place in
            let query: Value = [
                "id": "errors",
                "metricStat": [
                    "metric": ["namespace": "Shop", "metricName": "Errors"], "period": 60, "stat": "Sum",
                ],
            ]
            return [
                .init("address", .string(place.url)), .init("region", "eu-west-1"),
                .init("metricDataQueries", [query]), .init("timeout", .int(place.timeout)),
            ]
        },
        answer: { request in
            let points = ProviderCase.times.map { $0.milliseconds / 1000 - 60 }
            let times = points.map(String.init).joined(separator: ",")
            return FakeServer.Answer(
                #"{"MetricDataResults":[{"Id":"errors","Label":"errors","StatusCode":"Complete","#
                    + #""Timestamps":[\#(times)],"Values":[1,2,3]}]}"#)
        },
        empty: { _ in
            FakeServer.Answer(
                #"{"MetricDataResults":[{"Id":"errors","StatusCode":"Complete","Timestamps":[],"Values":[]}]}"#)
        },
        sendsSecret: false,
        host: { host in
            host.sigv4 = MetricAccess.SigV4()
            host.sigv4?.service = "monitoring"
        },
        environment: ["AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": ProviderCase.secretText])

    // https://cloud.google.com/monitoring/api/ref_v3/rest
    private static let googleCloudMonitoring: [ProviderCase] = {
        let filter: [Value.Member] = [.init("filter", "metric.type = \"x\"")]
        return [("PromQL", [.init("query", "up")]), ("filter", filter), ("MQL", [.init("mql", "fetch x")])].map {
            name, way in
            ProviderCase(
                kind: "googleCloudMonitoring", variant: name,
                settings: { place in
                    way + [
                        .init("address", .string(place.url)), .init("project", "shop"),
                        .init("timeout", .int(place.timeout)),
                    ]
                },
                answer: { request in
                    guard !request.path.contains("/prometheus/") else { return prometheus.answer(request) }
                    let times = ProviderCase.times.map { #"{"endTime":"\#($0.rfc3339)"}"# }
                    let value = #"{"int64Value":"1"}"#
                    let listed = times.map { #"{"interval":\#($0),"value":\#(value)}"# }.joined(separator: ",")
                    let queried = times.map { #"{"timeInterval":\#($0),"values":[\#(value)]}"# }.joined(separator: ",")
                    return FakeServer.Answer(
                        #"{"timeSeries":[{"points":[\#(listed)]}],"timeSeriesData":[{"pointData":[\#(queried)]}]}"#)
                },
                empty: { request in
                    request.path.contains("/prometheus/") ? prometheus.empty(request) : FakeServer.Answer("{}")
                }, sendsSecret: false)
        }
    }()

    private static func matrix(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"matrix","result":\#(result)}}"#
    }

    private static func vector(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"vector","result":\#(result)}}"#
    }
}
