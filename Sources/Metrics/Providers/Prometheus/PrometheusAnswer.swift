import Analysis
import HTTP
import Rollouts

/// What an answer of the API means, and what its failures mean for a verdict.
enum PrometheusAnswer {
    /// The `data` of a complete answer.
    static func data(_ response: HTTPClient.Response) throws(MetricFailure) -> JSON {
        let json = try? JSON(parsing: response.body)
        guard response.status == 200 else { throw failure(response, json) }
        guard let json, json["status"]?.string == "success", let data = json["data"] else {
            throw MetricFailure(
                .garbage, "the answer is not one of the Prometheus API",
                hint: "check the URL; a login page or another service may answer there")
        }
        if let warnings = json["warnings"]?.array?.compactMap(\.string), !warnings.isEmpty {
            let words = ServiceAnswer.line(warnings.joined(separator: "; "))
            throw MetricFailure(.partial, "the answer may be incomplete: \(words)")
        }
        // What VictoriaMetrics' cluster says where a part of it is away.
        if json["isPartial"]?.bool == true {
            throw MetricFailure(.partial, "the answer may be incomplete: the store says that it is partial")
        }
        return data
    }

    /// The answer to an instant query at `time`.
    static func vector(_ data: JSON, at time: Timestamp) throws(MetricFailure) -> [Series] {
        func point(_ pair: JSON?) throws(MetricFailure) -> Series.Point {
            guard let value = pair?[1]?.string.flatMap(number) else {
                throw MetricFailure(.garbage, "a value of the answer is not a pair of time and number")
            }
            return Series.Point(time: time, value: value)
        }
        switch (data["resultType"]?.string, data["result"]) {
        case ("scalar"?, let pair?): return [Series(points: [try point(pair)])]
        case ("vector"?, .array(let elements)?):
            var series: [Series] = []
            for element in elements {
                series.append(Series(labels: labels(element), points: [try point(element["value"])]))
            }
            return series
        default: throw MetricFailure(.garbage, "the answer to a query is not a vector")
        }
    }

    private static func labels(_ element: JSON) -> [String: String] {
        Dictionary((element["metric"]?.members ?? []).map { ($0.name, $0.value.string ?? "") }) { first, _ in first }
    }

    static func matrix(_ data: JSON) throws(MetricFailure) -> [Series] {
        guard data["resultType"]?.string == "matrix", let result = data["result"]?.array else {
            throw MetricFailure(.garbage, "the answer to a range query is not a matrix")
        }
        var series: [Series] = []
        for element in result {
            guard element["histograms"] == nil else {
                throw MetricFailure(
                    .configuration, "the query gives native histograms, not numbers",
                    hint: "wrap it in histogram_quantile() or histogram_count()")
            }
            var points: [Series.Point] = []
            for pair in element["values"]?.array ?? [] {
                guard let time = pair[0]?.double, let value = pair[1]?.string.flatMap(number) else {
                    throw MetricFailure(.garbage, "a value of the answer is not a pair of time and number")
                }
                points.append(Series.Point(time: Timestamp(seconds: time), value: value))
            }
            series.append(Series(labels: labels(element), points: points))
        }
        return series
    }

    /// The value of `time()`.
    static func scalarTime(_ data: JSON) throws(MetricFailure) -> Timestamp {
        guard data["resultType"]?.string == "scalar", let seconds = data["result"]?[1]?.string.flatMap(number),
            seconds.isFinite
        else { throw MetricFailure(.garbage, "the answer to time() is not a number") }
        return Timestamp(seconds: seconds)
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "+Inf", "Inf": .infinity
        case "-Inf": -.infinity
        default: Double(text)
        }
    }

    // MARK: Failures

    private static func failure(_ response: HTTPClient.Response, _ json: JSON?) -> MetricFailure {
        let words = json?["error"]?.string
        let failure = ServiceAnswer.failure(response, words: words)
        switch (response.status, json?["errorType"]?.string) {
        case (_, "timeout"), (_, "canceled"), (_, "internal"), (_, "unavailable"):
            return MetricFailure(.unavailable, failure.message)
        case (401, _), (403, _):
            return MetricFailure(
                .configuration, failure.message, hint: "check the credentials and the tenant header")
        case (404, _):
            return MetricFailure(.configuration, failure.message, hint: "check the URL and its path prefix")
        default: return failure
        }
    }
}
