internal import Analysis
internal import HTTP
internal import Rollouts

/// Reads time series of Google Cloud Monitoring, page by page.
struct GoogleTimeSeries: Sendable {
    /// Whom to ask, and how long.
    let question: Question
    let connection: MetricConnection

    private static let pages = 100

    /// Lists series of a filter.
    ///
    /// By https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/list
    func list(
        _ items: [(String, String)], from start: Timestamp, to end: Timestamp
    ) async throws(MetricFailure) -> [Series] {
        let range = [("interval.startTime", start.rfc3339), ("interval.endTime", end.rfc3339)]
        return try await pages("timeSeries", errors: "executionErrors", Self.listed) { token in
            var page = question
            let next = token.map { [("pageToken", $0)] } ?? []
            page.url = Question.url(question.url, items + range + next)
            page.headers = [.init("Accept", "application/json")]
            return page
        }
    }

    /// Asks a query of MQL, which has its range of time in it.
    ///
    /// By https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/query
    func query(_ text: String) async throws(MetricFailure) -> [Series] {
        try await pages("timeSeriesData", errors: "partialErrors", Self.queried) { token in
            var members: [JSON.Member] = [.init(name: "query", value: .string(text))]
            if let token { members.append(.init(name: "pageToken", value: .string(token))) }
            var page = Question.post("\(question.url):query", json: JSON.object(members).text)
            page.authentication = question.authentication
            page.deadline = question.deadline
            return page
        }
    }

    private func pages(
        _ member: String, errors: String, _ read: (JSON) throws(MetricFailure) -> Series,
        _ page: (_ token: String?) -> Question
    ) async throws(MetricFailure) -> [Series] {
        let patience = Patience(question.deadline)
        var series: [Series] = []
        var token: String?
        for _ in 0..<Self.pages {
            var asked = page(token)
            asked.patience = patience
            let json = try ServiceAnswer.json(try await connection.answer(to: asked))
            guard case .object = json else {
                throw MetricFailure(.garbage, "the answer is not one of Google Cloud Monitoring")
            }
            if let problems = json[errors]?.array, !problems.isEmpty {
                let words = problems.compactMap { $0["message"]?.string }.joined(separator: "; ")
                throw MetricFailure(.partial, "the answer may be incomplete: \(ServiceAnswer.line(words))")
            }
            for element in json[member]?.array ?? [] { series.append(try read(element)) }
            token = json["nextPageToken"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            if token == nil { return Self.joined(series) }
        }
        throw MetricFailure(
            .configuration, "Google Cloud Monitoring has more than \(Self.pages) pages of data",
            hint: "let the query aggregate, so that it gives fewer series")
    }

    /// A series may go on in the next page.
    private static func joined(_ series: [Series]) -> [Series] {
        var order: [[String: String]] = []
        var points: [[String: String]: [Series.Point]] = [:]
        for one in series {
            if points[one.labels] == nil { order.append(one.labels) }
            points[one.labels, default: []] += one.points
        }
        return order.map { labels in
            Series(labels: labels, points: (points[labels] ?? []).sorted { $0.time < $1.time })
        }
    }

    // MARK: Answers

    private static func listed(_ json: JSON) throws(MetricFailure) -> Series {
        var labels = ["resource.type": json["resource"]?["type"]?.string ?? ""]
        for part in ["resource", "metric"] {
            for member in json[part]?["labels"]?.members ?? [] { labels[member.name] = member.value.string ?? "" }
        }
        var points: [Series.Point] = []
        for point in json["points"]?.array ?? [] {
            points.append(try self.point(point["interval"], point["value"]))
        }
        return Series(labels: labels, points: points)
    }

    private static func queried(_ json: JSON) throws(MetricFailure) -> Series {
        let values = (json["labelValues"]?.array ?? []).map { label in
            label["stringValue"]?.string ?? label["int64Value"]?.string ?? label["boolValue"].map(\.text) ?? ""
        }
        let labels = values.enumerated().map { ("label\($0.offset)", $0.element) }
        var points: [Series.Point] = []
        for point in json["pointData"]?.array ?? [] {
            points.append(try self.point(point["timeInterval"], point["values"]?[0]))
        }
        return Series(labels: Dictionary(labels) { first, _ in first }, points: points)
    }

    private static func point(_ interval: JSON?, _ value: JSON?) throws(MetricFailure) -> Series.Point {
        guard let end = interval?["endTime"]?.string.flatMap(Timestamp.init(rfc3339:)), let value else {
            throw MetricFailure(.garbage, "a point of Google Cloud Monitoring has no time or no value")
        }
        if value["distributionValue"] != nil || value["stringValue"] != nil {
            throw MetricFailure(
                .configuration, "the metric's values are no numbers",
                hint: "let perSeriesAligner make numbers of them, such as ALIGN_PERCENTILE_99")
        }
        guard let number = number(value) else {
            throw MetricFailure(.garbage, "a value of Google Cloud Monitoring is no number")
        }
        return Series.Point(time: end, value: number)
    }

    /// Whole numbers are written as texts, NaN and infinities too.
    private static func number(_ value: JSON) -> Double? {
        if let double = value["doubleValue"] { return double.double ?? double.string.flatMap(special) }
        if let whole = value["int64Value"] { return whole.double ?? whole.string.flatMap(Double.init) }
        return value["boolValue"]?.bool.map { $0 ? 1 : 0 }
    }

    private static func special(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: nil
        }
    }
}
