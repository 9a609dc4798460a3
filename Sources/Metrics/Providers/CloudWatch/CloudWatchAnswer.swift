internal import Analysis
internal import HTTP
internal import Rollouts

/// What CloudWatch has said so far, page by page.
struct CloudWatchAnswer {
    struct Result {
        let id: String
        let label: String
        var status: String
        var points: [Series.Point]
        var messages: [Value]
    }

    private(set) var results: [Result] = []

    /// Adds a page; returns the token of the next one.
    mutating func add(_ response: HTTPClient.Response) throws(MetricFailure) -> String? {
        guard response.status == 200 else { throw Self.failure(response) }
        let json = try ServiceAnswer.json(response)
        guard let page = json["MetricDataResults"]?.array else {
            throw MetricFailure(
                .garbage, "the answer is not one of CloudWatch", hint: "check the address; another service may answer")
        }
        let messages = Self.texts(json["Messages"])
        guard messages.isEmpty else {
            throw MetricFailure(.partial, "the answer may be incomplete: \(messages.joined(separator: "; "))")
        }
        for element in page { try add(element) }
        return json["NextToken"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Looks at what the last pages say about each result.
    func finish() throws(MetricFailure) {
        for result in results {
            switch result.status {
            case "Complete": continue
            case "PartialData":
                throw MetricFailure(.partial, "CloudWatch gives only a part of \(result.id)")
            case "Forbidden":
                throw MetricFailure(
                    .configuration, "CloudWatch does not let the agent read \(result.id)",
                    hint: "give its role cloudwatch:GetMetricData, in the metric's account too")
            default:
                throw MetricFailure(
                    .unavailable, "CloudWatch cannot give \(result.id): \(ServiceAnswer.line(result.status))")
            }
        }
    }

    private mutating func add(_ json: JSON) throws(MetricFailure) {
        let times = json["Timestamps"]?.array ?? []
        let values = json["Values"]?.array ?? []
        guard let id = json["Id"]?.string, times.count == values.count else {
            throw MetricFailure(.garbage, "a result of CloudWatch has no id, or not as many values as times")
        }
        var points: [Series.Point] = []
        for (time, value) in zip(times, values) {
            guard let seconds = time.double, seconds.isFinite, let number = Self.number(value) else {
                throw MetricFailure(.garbage, "a value of CloudWatch is no number at a time")
            }
            points.append(Series.Point(time: Timestamp(seconds: seconds), value: number))
        }
        let label = json["Label"]?.string ?? id
        let status = json["StatusCode"]?.string ?? "Complete"
        let messages = (json["Messages"]?.array ?? []).map(Self.message)
        if let index = results.firstIndex(where: { $0.id == id && $0.label == label }) {
            results[index].points += points
            results[index].status = status
            results[index].messages += messages
        } else {
            results.append(Result(id: id, label: label, status: status, points: points, messages: messages))
        }
    }

    private static func number(_ json: JSON) -> Double? {
        switch json.string {
        case nil: json.double
        case "NaN"?: .nan
        case "Infinity"?: .infinity
        case "-Infinity"?: -.infinity
        default: nil
        }
    }

    private static func message(_ json: JSON) -> Value {
        .map(["Code", "Value"].map { .init($0, .string(ServiceAnswer.line(json[$0]?.string ?? ""))) })
    }

    private static func texts(_ json: JSON?) -> [String] {
        (json?.array ?? []).map { message in
            let parts = [message["Code"]?.string, message["Value"]?.string].compactMap(\.self)
            return ServiceAnswer.line(parts.joined(separator: ": "))
        }
    }

    // MARK: Failures

    /// Refusals come with 400, also those that pass.
    private static func failure(_ response: HTTPClient.Response) -> MetricFailure {
        let json = try? JSON(parsing: response.body)
        let type = json?["__type"]?.string?.split(separator: "#").last.map(String.init) ?? ""
        let words = json?["message"]?.string ?? json?["Message"]?.string
        let failure = ServiceAnswer.failure(
            response, words: [type, words ?? ""].filter { !$0.isEmpty }.joined(separator: ": "))
        let passing = ["Throttling", "ThrottlingException", "RequestLimitExceeded", "LimitExceededException"]
        if passing.contains(type) { return MetricFailure(.unavailable, failure.message) }
        if type.contains("AccessDenied") || type.contains("UnrecognizedClient") || type.contains("InvalidSignature") {
            return MetricFailure(
                .configuration, failure.message, hint: "give the agent's role cloudwatch:GetMetricData")
        }
        return failure
    }
}
