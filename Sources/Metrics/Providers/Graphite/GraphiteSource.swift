internal import Analysis
internal import HTTP
internal import Rollouts

/// The windows of many times from one question, where a series is the same whatever span is asked for.
///
/// A point is stamped with the beginning of what it covers, and counts for the window in which that ends.
struct GraphiteSource: MetricSource {
    let traits: MetricTraits
    let address: String
    let query: GraphiteQuery
    let headers: [HTTPClient.Header]
    let authentication: Question.Authentication?
    let skipsVerification: Bool
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
        question.skipsVerification = skipsVerification
        question.deadline = timeout
        question.patience = patience
        return try ServiceAnswer.json(try await connection.answer(to: question))
    }

    private func windows(of series: GraphiteAnswer.Series) throws(MetricFailure) -> PointWindows {
        let step = series.step ?? .zero
        guard step <= query.window else {
            throw MetricFailure(
                .configuration,
                "\(traits.place) keeps a point every \(Span(step)), and the window has \(Span(query.window))",
                hint: "let from go back at least \(Span(step))")
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
