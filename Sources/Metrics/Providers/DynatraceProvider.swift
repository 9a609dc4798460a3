internal import Analysis
internal import HTTP
internal import Rollouts

/// Dynatrace's metrics of version 2, with what Flagger's templates need.
///
/// Without `resolution` each window is asked for by itself and comes back as one number. With it one question has the points
/// of a long span, and a measurement is the newest point of its window.
struct DynatraceProvider: ProviderKind {
    static let name = "dynatrace"

    private let service: DynatraceService
    private let window: Duration
    private let resolution: Duration?
    private let takesList: Bool

    init(_ fields: inout ProviderFields, interval: Duration) {
        let address = fields.address("address")
        let query = fields.requiredText(
            "query", hint: "write the metric selector, builtin:service.response.time:splitBy()")
        window = fields.span("window", default: .seconds(300))
        let isInfinite = fields.text("resolution").map { $0.lowercased() == "inf" } ?? true
        resolution = isInfinite ? nil : fields.span("resolution", default: .seconds(60))
        takesList = fields.word("result", of: ["number", "list"]) == "list"
        var selectors = [("metricSelector", query)]
        if let entities = fields.text("entitySelector") { selectors.append(("entitySelector", entities)) }
        if let zones = fields.text("mzSelector") { selectors.append(("mzSelector", zones)) }
        let header = fields.nested("secretRef") { secret in
            let name = secret.requiredText("name", hint: "write the name of the Secret with dynatrace_token")
            let token = SecretReference(name: name, key: secret.text("token") ?? "dynatrace_token")
            return HTTPClient.Header("Authorization", "Api-Token \(token.mark)")
        }
        service = DynatraceService(
            address: address, selectors: selectors, headers: header.map { [$0] } ?? [],
            timeout: fields.seconds("timeout", default: .seconds(30)))
        Self.check(address, query, window, resolution, &fields)
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: service.address)?.host ?? service.address
        let traits = MetricTraits(isRetroactive: true, delay: .seconds(180), place: place)
        if let resolution {
            return DynatraceRangeSource(
                traits: traits, service: service, window: window, resolution: resolution, takesList: takesList,
                connection: connection)
        }
        let (service, window, takesList) = (service, window, takesList)
        return PerTimeSource(traits) { time throws(MetricFailure) in
            let rows = try await service.rows(
                from: time - window, to: time, resolution: "Inf", within: Patience(service.timeout), over: connection)
            return try DynatraceAnswer.reading(rows.map { $0.points.first?.value }, takesList: takesList)
        }
    }

    // MARK: Settings

    private static func check(
        _ address: String, _ query: String, _ window: Duration, _ resolution: Duration?,
        _ fields: inout ProviderFields
    ) {
        if address.contains(".apps.dynatrace.com") {
            let api = address.replacing(".apps.dynatrace.com", with: ".live.dynatrace.com")
            fields.refuse("address", "this is the address for browsers", hint: "the API listens at \(api)")
        } else if address.contains("/api/") {
            fields.refuse("address", "the path is added", hint: "write the address of the environment alone")
        }
        if query.hasPrefix("fetch ") || query.hasPrefix("timeseries ") {
            fields.refuse(
                "query", "the query is DQL", hint: "write a metric selector, builtin:service.response.time:splitBy()")
        }
        if window < .seconds(60) {
            fields.refuse("window", "the service keeps a point a minute", hint: "state a window of at least 1m")
        }
        guard let resolution else { return }
        if resolution < .seconds(60) || resolution.milliseconds % 60_000 != 0 {
            fields.refuse("resolution", "the service keeps a point a minute", hint: "state whole minutes, 1m at least")
        } else if resolution > window {
            fields.refuse(
                "resolution", "no window has a whole point", hint: "state a window of at least the resolution")
        }
    }
}

/// The questions to one environment.
struct DynatraceService: Sendable {
    let address: String
    /// What is asked for, as query items.
    let selectors: [(String, String)]
    let headers: [HTTPClient.Header]
    /// For an answer with all its pages.
    let timeout: Duration

    private static let mostPages = 20

    /// `GET /api/v2/metrics/query`, page after page
    /// (https://docs.dynatrace.com/docs/shortlink/api-metrics-v2-get-datapoints).
    func rows(
        from start: Timestamp, to end: Timestamp, resolution: String, within patience: Patience,
        over connection: MetricConnection
    ) async throws(MetricFailure) -> [DynatraceAnswer.Row] {
        var items =
            selectors + [
                ("resolution", resolution), ("from", String(start.milliseconds)), ("to", String(end.milliseconds)),
            ]
        var rows: [DynatraceAnswer.Row] = []
        for _ in 0..<Self.mostPages {
            var question = Question(.get, Question.url("\(address)/api/v2/metrics/query", items))
            question.headers = headers + [.init("Accept", "application/json")]
            question.deadline = timeout
            question.patience = patience
            let json = try ServiceAnswer.json(try await connection.answer(to: question))
            rows += try DynatraceAnswer.rows(json)
            guard let next = json["nextPageKey"]?.string, !next.isEmpty else { return rows }
            // The key stands for all that was asked.
            items = [("nextPageKey", next)]
        }
        throw MetricFailure(
            .configuration, "the answer has more than \(Self.mostPages) pages",
            hint: "end the selector with :splitBy(), so that it gives one series")
    }
}

/// The windows of many times from the points of a span.
///
/// A point counts one resolution after its time: whichever end of its span that is, the point is complete then.
struct DynatraceRangeSource: MetricSource {
    let traits: MetricTraits
    let service: DynatraceService
    let window: Duration
    let resolution: Duration
    let takesList: Bool
    let connection: MetricConnection

    /// More points of one series than 10,080 are not read.
    private static let mostPoints = 10_000

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        let patience = Patience(service.timeout)
        let margin = resolution * 2
        var measurements: [Measurement] = []
        for part in try WindowParts.parts(
            of: times, window: window + margin, longest: resolution * Self.mostPoints, place: traits.place)
        {
            let rows = try await service.rows(
                from: part.start, to: part.end, resolution: "\(resolution.milliseconds / 60_000)m", within: patience,
                over: connection)
            var windows: [PointWindows] = []
            for row in rows {
                let width = row.step ?? resolution
                guard width <= window else {
                    throw MetricFailure(
                        .configuration, "\(traits.place) gives a point every \(width), and the window has \(window)",
                        hint: "state a window of at least \(width)")
                }
                let points = row.points.map { Series.Point(time: $0.time + width, value: $0.value) }
                windows.append(PointWindows(points, length: window))
            }
            for time in part.times {
                let values = windows.map { $0.points(until: time).last?.value }
                let reading = try DynatraceAnswer.reading(values, takesList: takesList)
                measurements.append(Measurement(time: time, reading: reading))
            }
        }
        return measurements
    }
}

/// The JSON of the answers: per metric a list of series, each with times and values.
enum DynatraceAnswer {
    struct Row {
        /// Those with a value, in order.
        let points: [Series.Point]
        /// How far the points are apart; nil of a single one.
        let step: Duration?
    }

    static func rows(_ json: JSON) throws(MetricFailure) -> [Row] {
        guard let result = json["result"]?.array else {
            throw MetricFailure(
                .garbage, "the answer has no result",
                hint: "check the address; another service than Dynatrace may answer there")
        }
        var rows: [Row] = []
        var warnings = words(json["warnings"])
        for metric in result {
            warnings += words(metric["warnings"])
            // What is beyond the limit of the service is left out of the answer.
            if let ratio = metric["dimensionCountRatio"]?.double, ratio > 1 { warnings.append("too many series") }
            for block in metric["data"]?.array ?? [] { rows.append(try row(block)) }
        }
        guard warnings.isEmpty else {
            throw MetricFailure(
                .partial, "the answer may be incomplete: \(ServiceAnswer.line(warnings.joined(separator: "; ")))")
        }
        return rows
    }

    private static func row(_ block: JSON) throws(MetricFailure) -> Row {
        let times = (block["timestamps"]?.array ?? []).compactMap(\.double).map { Timestamp(seconds: $0 / 1000) }
        let values = block["values"]?.array ?? []
        guard times.count == values.count else {
            throw MetricFailure(.garbage, "the answer has other values than timestamps")
        }
        let points = zip(times, values).compactMap { time, value in
            value.double.map { Series.Point(time: time, value: $0) }
        }
        let step = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
        return Row(points: points, step: step)
    }

    /// Warnings of what the service will stop to support say nothing of the data.
    private static func words(_ warnings: JSON?) -> [String] {
        (warnings?.array ?? []).compactMap(\.string).filter { !$0.lowercased().contains("deprecat") }
    }

    /// The number of the only series, or the list of all that have one.
    ///
    /// - Parameter values: one for each series; nil where it has none.
    static func reading(_ values: [Double?], takesList: Bool) throws(MetricFailure) -> Measurement.Reading {
        let numbers = values.compactMap(\.self)
        if takesList { return numbers.isEmpty ? .absent : .value(.vector(numbers)) }
        guard numbers.count <= 1 else {
            throw MetricFailure(
                .configuration, "the selector gives \(numbers.count) series",
                hint: "end it with :splitBy(), or state result: list")
        }
        return numbers.first.map { .value(.double($0)) } ?? .absent
    }
}
