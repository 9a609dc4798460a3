import Analysis
import Foundation
import Support

extension ProviderCases {
    static let e = [prometheus]

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

    private static func matrix(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"matrix","result":\#(result)}}"#
    }

    private static func vector(_ result: String) -> String {
        #"{"status":"success","data":{"resultType":"vector","result":\#(result)}}"#
    }
}
