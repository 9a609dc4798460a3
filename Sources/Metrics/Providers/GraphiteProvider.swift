internal import Analysis
internal import HTTP
internal import Rollouts

/// Graphite's render API, with the fields that Argo Rollouts has for it; `secretRef` and `result` are there for
/// Flagger's templates.
struct GraphiteProvider: ProviderKind {
    static let name = "graphite"

    private let address: String
    private let query: GraphiteQuery
    private let headers: [HTTPClient.Header]
    private let authentication: Question.Authentication?
    private let takesLast: Bool
    private let timeout: Duration

    init(_ fields: inout ProviderFields, interval: Duration) {
        address = fields.address("address")
        query = GraphiteQuery(&fields)
        timeout = fields.seconds("timeout", default: .seconds(30))
        takesLast = fields.word("result", of: ["points", "last"]) == "last"
        headers = fields.each("headers") { header in
            HTTPClient.Header(
                header.requiredText("key", hint: "write the header's name"),
                header.requiredText("value", hint: "write the header's value"))
        }
        authentication = fields.nested("secretRef") { secret in
            .secret(secret.requiredText("name", hint: "write the name of the Secret with username and password"))
        }
        if address.hasSuffix("/render") {
            fields.refuse("address", "the path is added", hint: "write \(address.dropLast("/render".count))")
        }
    }

    func source(_ connection: MetricConnection) throws(MetricFailure) -> any MetricSource {
        let place = HTTPClient.Request.origin(of: address)?.host ?? address
        let traits = MetricTraits(isRetroactive: true, delay: .seconds(120), place: place)
        let range = GraphiteSource(
            traits: traits, address: address, query: query, headers: headers, authentication: authentication,
            takesLast: takesLast,
            timeout: timeout, connection: connection)
        guard query.looksAtWholeSpan else { return range }
        return PerTimeSource(traits) { time throws(MetricFailure) in try await range.window(at: time) }
    }
}

/// The windows of many times from one question, where a series is the same whatever span is asked for.
///
/// A point is stamped with the beginning of what it covers, and counts for the window in which that ends.
struct GraphiteSource: MetricSource {
    let traits: MetricTraits
    let address: String
    let query: GraphiteQuery
    let headers: [HTTPClient.Header]
    let authentication: Question.Authentication?
    let takesLast: Bool
    let timeout: Duration
    let connection: MetricConnection

    private static let longest = Duration.seconds(24 * 3600)

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        let patience = Patience(timeout)
        // A point that ends in the first window may begin before it.
        let margin = min(query.window, .seconds(3600))
        var measurements: [Measurement] = []
        for part in try WindowParts.parts(
            of: times, window: query.window + margin, longest: Self.longest, place: traits.place)
        {
            guard let first = part.times.first else { continue }
            let items = query.items(from: first, until: part.end, margin: margin)
            var windows: [PointWindows] = []
            for series in try GraphiteAnswer.series(try await ask(items, within: patience)) {
                windows.append(try self.windows(of: series))
            }
            measurements += part.times.map { time in
                let values = windows.map { window in window.points(until: query.end(of: time)).map { $0.value } }
                return Measurement(time: time, reading: reading(values))
            }
        }
        return measurements
    }

    /// One window, asked for alone.
    func window(at time: Timestamp) async throws(MetricFailure) -> Measurement.Reading {
        let json = try await ask(query.items(from: time, until: time), within: Patience(timeout))
        return reading(try GraphiteAnswer.series(json).map { $0.points.map(\.value) })
    }

    private func ask(_ items: [(String, String)], within patience: Patience) async throws(MetricFailure) -> JSON {
        var question = Question(.get, Question.url("\(address)/render", items))
        question.headers = headers
        question.authentication = authentication
        question.deadline = timeout
        question.patience = patience
        return try ServiceAnswer.json(try await connection.answer(to: question))
    }

    private func windows(of series: GraphiteAnswer.Series) throws(MetricFailure) -> PointWindows {
        let step = series.step ?? .zero
        guard step <= query.window else {
            throw MetricFailure(
                .configuration, "\(traits.place) keeps a point every \(step), and the window has \(query.window)",
                hint: "let from go back at least \(step)")
        }
        let points = series.points.map { Analysis.Series.Point(time: $0.time + step, value: $0.value) }
        return PointWindows(points, length: query.window)
    }

    /// Argo Rollouts' value, all points of the first series, or Flagger's, the last point of the last series that has any.
    private func reading(_ series: [[Double]]) -> Measurement.Reading {
        if takesLast { return series.last { !$0.isEmpty }?.last.map { .value(.double($0)) } ?? .absent }
        guard let first = series.first, !first.isEmpty else { return .absent }
        return .value(.vector(first))
    }
}

/// The JSON of `format=json`: series of pairs of value and second.
enum GraphiteAnswer {
    struct Series {
        /// Those with a value, in order.
        let points: [Analysis.Series.Point]
        /// How far the points are apart; nil of a single one.
        let step: Duration?
    }

    static func series(_ json: JSON) throws(MetricFailure) -> [Series] {
        guard let list = json.array else { throw garbage("is no list of series") }
        var series: [Series] = []
        for element in list {
            guard let pairs = element["datapoints"]?.array else { throw garbage("has a series without datapoints") }
            var times: [Timestamp] = []
            var points: [Analysis.Series.Point] = []
            for pair in pairs {
                guard let seconds = pair[1]?.double else { throw garbage("has a point without a time") }
                let time = Timestamp(seconds: seconds)
                times.append(time)
                let value = pair[0]?.double ?? pair[0]?.string.flatMap(Double.init)
                if let value, !value.isNaN { points.append(.init(time: time, value: value)) }
            }
            let step = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
            series.append(Series(points: points, step: step))
        }
        return series
    }

    private static func garbage(_ what: String) -> MetricFailure {
        MetricFailure(
            .garbage, "the answer \(what)", hint: "check the address; another service than Graphite may answer there")
    }
}
