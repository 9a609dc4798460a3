internal import Analysis
internal import HTTP
internal import Rollouts

/// Asks CloudWatch once for the whole range, and deals its values out to the window of each time.
///
/// By https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
struct CloudWatchSource: MetricSource {
    let queries: [MetricDataQuery]
    let window: Duration
    /// Whether a measurement is the first result's newest value alone.
    let takesNumber: Bool
    /// Whom to ask, and how long.
    let question: Question
    let connection: MetricConnection

    private static let pages = 100

    var traits: MetricTraits {
        let longest = queries.compactMap(\.period).max() ?? .seconds(60)
        // Values arrive minutes late, and one that lies at the window's end is whole only a period later.
        let delay = max(.seconds(300), longest + .seconds(120))
        let host = HTTPClient.Request.origin(of: question.url)?.host ?? "CloudWatch"
        return MetricTraits(isRetroactive: true, delay: delay, place: host)
    }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        let results = try await results(at: times)
        if takesNumber {
            return times.map { time in
                let value = results.first?.newest(at: time)
                return Measurement(time: time, reading: value.map { .value(.double($0)) } ?? .absent)
            }
        }
        return times.map { time in
            let readings = results.map { $0.value(at: time) }
            let isEmpty = readings.allSatisfy(\.isEmpty)
            return Measurement(
                time: time, reading: isEmpty ? .absent : .value(.array(readings.map(\.value), of: .any)))
        }
    }

    /// The newest value of each window.
    func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        try await results(at: times).map { result in
            Series(
                labels: ["id": result.id, "label": result.label],
                points: times.compactMap { time in
                    result.newest(at: time).map { Series.Point(time: time, value: $0) }
                })
        }
    }

    private func results(at times: [Timestamp]) async throws(MetricFailure) -> [WindowedResult] {
        guard let first = times.first, let last = times.last else { return [] }
        let patience = Patience(question.deadline)
        var answer = CloudWatchAnswer()
        var token: String?
        for _ in 0..<Self.pages {
            var page = question
            page.patience = patience
            page.body = body(from: aligned(first - window), to: last, token).text
            page.headers = [
                .init("Content-Type", "application/x-amz-json-1.0"),
                .init("X-Amz-Target", "GraniteServiceVersion20100801.GetMetricData"),
            ]
            token = try answer.add(try await connection.response(to: page))
            if token == nil {
                try answer.finish()
                return answer.results.map { WindowedResult($0, window: window) }
            }
        }
        throw MetricFailure(
            .configuration, "CloudWatch has more than \(Self.pages) pages of data",
            hint: "let the queries find fewer metrics")
    }

    private func body(from start: Timestamp, to end: Timestamp, _ token: String?) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "StartTime", value: .number("\(start.milliseconds / 1000)")),
            .init(name: "EndTime", value: .number("\((end.milliseconds + 999) / 1000)")),
            .init(name: "MetricDataQueries", value: .array(queries.map(\.json))),
        ]
        if let token { members.append(.init(name: "NextToken", value: .string(token))) }
        return .object(members)
    }

    /// The start on the periods' own grid, so that what lies in a period does not depend on who asks from when.
    private func aligned(_ time: Timestamp) -> Timestamp {
        let periods = queries.compactMap(\.period?.milliseconds)
        let width = periods.reduce(60_000) { Self.commonMultiple($0, $1) ?? max($0, $1) }
        return Timestamp(milliseconds: time.milliseconds - time.milliseconds % width)
    }

    /// Nil where it is longer than a day.
    private static func commonMultiple(_ left: Int64, _ right: Int64) -> Int64? {
        var (larger, smaller) = (max(left, right), min(left, right))
        while smaller > 0 { (larger, smaller) = (smaller, larger % smaller) }
        let (product, overflow) = (left / max(1, larger)).multipliedReportingOverflow(by: right)
        return overflow || product > 86_400_000 ? nil : product
    }
}

/// One result, dealt out to windows.
private struct WindowedResult {
    let id: String
    let label: String
    private let result: CloudWatchAnswer.Result
    private let windows: PointWindows

    init(_ result: CloudWatchAnswer.Result, window: Duration) {
        id = result.id
        label = result.label
        self.result = result
        // A value bears the time at which its period begins; the one that begins where a window ends is the next one's.
        let points = result.points.map { Series.Point(time: $0.time + .milliseconds(1), value: $0.value) }
        windows = PointWindows(points, length: window)
    }

    func newest(at time: Timestamp) -> Double? { windows.points(until: time).last?.value }

    func value(at time: Timestamp) -> (value: Value, isEmpty: Bool) {
        let points = windows.points(until: time).reversed()
        let value = Value.map([
            .init("Id", .string(id)), .init("Label", .string(label)), .init("StatusCode", .string(result.status)),
            .init(
                "Timestamps",
                .array(points.map { .string(($0.time - .milliseconds(1)).rfc3339) }, of: .string)),
            .init("Values", .vector(points.map(\.value))), .init("Messages", .array(result.messages, of: .any)),
        ])
        return (value, points.isEmpty)
    }
}
