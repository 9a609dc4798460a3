import Analysis
import HTTP
import Rollouts

/// What an answer of the chart API means.
enum WavefrontAnswer {
    /// The points of each series, at the times when they end.
    static func series(
        _ response: HTTPClient.Response, usual: Duration, window: Duration
    ) throws(MetricFailure) -> [[Series.Point]] {
        let json = try? JSON(parsing: response.body)
        guard (200..<300).contains(response.status) else {
            throw ServiceAnswer.failure(response, words: json?["status"]?["message"]?.string)
        }
        guard let json, json["timeseries"] != nil || json["query"] != nil || json["errorType"] != nil else {
            throw MetricFailure(.garbage, "the answer is not one of Wavefront's chart API", hint: "check the address")
        }
        try checkCompleteness(json)
        let seconds = json["granularity"]?.int ?? 0
        let width = seconds > 0 ? Duration.seconds(min(seconds, 1 << 32)) : usual
        guard width <= window else {
            throw MetricFailure(
                .configuration, "the data has a point every \(seconds) s, and the window is shorter",
                hint: "state window: \(seconds)s or longer")
        }
        var series: [[Series.Point]] = []
        for element in json["timeseries"]?.array ?? [] {
            var points: [Series.Point] = []
            for pair in element["data"]?.array ?? [] {
                guard let time = pair[0]?.double else {
                    throw MetricFailure(.garbage, "a point of the answer has no time")
                }
                guard let value = number(pair[1]) else { continue }
                points.append(Series.Point(time: Timestamp(seconds: time) + width, value: value))
            }
            series.append(points)
        }
        return series
    }

    private static func checkCompleteness(_ json: JSON) throws(MetricFailure) {
        if let kind = json["errorType"]?.string, kind != "N/A" {
            let words = ServiceAnswer.line(json["errorMessage"]?.string ?? kind)
            throw MetricFailure(kind == "Timeout" ? .unavailable : .configuration, "the query failed: \(words)")
        }
        if let words = json["warnings"]?.string, !words.isEmpty {
            throw MetricFailure(.partial, "the answer may be incomplete: \(ServiceAnswer.line(words))")
        }
    }

    private static func number(_ json: JSON?) -> Double? {
        switch json {
        case .number?: json?.double
        case .string(let text)?: text == "NaN" ? .nan : Double(text)
        default: nil
        }
    }
}
