internal import Analysis
internal import Rollouts

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
                        .configuration,
                        "\(traits.place) gives a point every \(Span(width)), and the window has \(Span(window))",
                        hint: "state a window of at least \(Span(width))")
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
