import Analysis
import HTTP
import Rollouts

/// The wire format: Prometheus' for numbers, often plain text for what is wrong.
enum LokiAnswer {
    static func nanoseconds(_ time: Timestamp) -> String { "\(time.milliseconds)000000" }

    static func matrix(_ response: HTTPClient.Response) throws(MetricFailure) -> [Series] {
        guard response.status == 200 else {
            throw ServiceAnswer.failure(response, words: words(of: response)).hinting(hint(for: response))
        }
        let json = try ServiceAnswer.json(response)
        guard json["status"]?.string == "success", let data = json["data"] else {
            throw MetricFailure(.garbage, "the answer is not one of Loki", hint: "check the URL")
        }
        let warnings = (json["warnings"]?.array ?? []).compactMap(\.string).filter { !isHarmless($0) }
        guard warnings.isEmpty else {
            let words = ServiceAnswer.line(warnings.joined(separator: "; "))
            throw MetricFailure(.partial, "the answer may be incomplete: \(words)")
        }
        if data["resultType"]?.string == "streams" {
            throw MetricFailure(
                .configuration, "the query gives log lines, not numbers",
                hint: "aggregate over a range, for example sum(count_over_time({app=\"shop\"} [1m]))")
        }
        return try PrometheusAnswer.matrix(data)
    }

    /// What Loki says of how it answered, not of what is missing.
    private static func isHarmless(_ warning: String) -> Bool { warning.hasPrefix("Query was executed using") }

    private static func words(of response: HTTPClient.Response) -> String? {
        let isText = response[header: "Content-Type"]?.hasPrefix("text/plain") ?? false
        return isText && !response.body.isEmpty ? response.text : nil
    }

    private static func hint(for response: HTTPClient.Response) -> String? {
        switch response.status {
        case 401: "check the credentials and the tenant"
        case 400 where response.text.contains("of series ("):
            "let the query aggregate, for example with sum(…), so that it gives fewer series"
        default: nil
        }
    }
}
