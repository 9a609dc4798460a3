import Analysis
import Support

extension ProviderCases {
    static let g: [ProviderCase] = [loki]

    /// Numbers for each time of the grid, as text between commas.
    private static func each(_ text: (Timestamp) -> String) -> String {
        ProviderCase.times.map(text).joined(separator: ",")
    }

    private static func header(_ name: String, _ value: String) -> Value {
        .array([.map([.init("key", .string(name)), .init("value", .string(value))])], of: .any)
    }

    // https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
    private static let loki = ProviderCase(
        kind: "loki",
        settings: { place in
            [
                .init("address", .string(place.url)), .init("timeout", .int(place.timeout)),
                .init("query", .string(#"sum(rate({app="shop"}[1m]))"#)),
                .init("headers", header("X-Token", place.secret)),
            ]
        },
        answer: { _ in
            let values = each { "[\($0.milliseconds / 1000),\"1\"]" }
            return FakeServer.Answer(lokiMatrix(#"[{"metric":{},"values":[\#(values)]}]"#))
        },
        empty: { _ in FakeServer.Answer(lokiMatrix("[]")) })

    private static func lokiMatrix(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"matrix","result":\#(result),"stats":{}}}"#
    }
}
