internal import Analysis
internal import Rollouts

/// Windows of Datadog's points, from as few questions as keep the points as close as a window alone has them.
struct DatadogRangeSource: MetricSource {
    let traits: MetricTraits
    let service: DatadogService
    let version: String
    let expression: DatadogExpression
    let window: Duration
    /// The span that is asked for at once; zero asks for each window alone.
    let longest: Duration
    let aggregator: DatadogAggregator

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        let patience = Patience(service.timeout)
        // A bucket that ends in a window may have begun before it, and only one that begins in the span is whole.
        let before = max(DatadogResolution(of: window).width, expression.rollup ?? .zero)
        var measurements: [Measurement] = []
        for part in try WindowParts.parts(
            of: times, window: window + before, longest: longest, place: traits.place)
        {
            let rows = try await rows(from: part.start, to: part.end, within: patience)
            measurements += try self.measurements(at: Array(part.times), rows, from: part.start)
        }
        return measurements
    }

    private func rows(
        from start: Timestamp, to end: Timestamp, within patience: Patience
    ) async throws(MetricFailure) -> [DatadogService.Row] {
        guard version == "v1" else {
            let width = DatadogResolution(of: window).width
            return try await service.series2(expression, width: width, from: start, to: end, within: patience)
        }
        let query = expression.queries.first?.text ?? ""
        let rows = try await service.series1(query, from: start, to: end, within: patience)
        guard rows.count <= 1 else {
            throw MetricFailure(
                .configuration, "the query gives \(rows.count) series",
                hint: "leave out by {…}, or state apiVersion: v2, where result is a list of all groups")
        }
        return rows
    }

    private func measurements(
        at times: [Timestamp], _ rows: [DatadogService.Row], from start: Timestamp
    ) throws(MetricFailure) -> [Measurement] {
        var windows: [PointWindows] = []
        for row in rows.sorted(by: { $0.group < $1.group }) {
            let width = row.width ?? .zero
            guard width <= window else {
                throw MetricFailure(
                    .configuration,
                    "\(traits.place) gives a point every \(Span(width)), and the window has \(Span(window))",
                    hint: "state an interval of at least \(Span(width))")
            }
            let points = row.points.filter { $0.time >= start }
            windows.append(
                PointWindows(points.map { .init(time: $0.time + width, value: $0.value) }, length: window))
        }
        let isGrouped = rows.count > 1 || rows.contains { !$0.group.isEmpty }
        return times.map { time in
            let numbers = windows.map { $0.points(until: time) }.filter { !$0.isEmpty }.map(aggregator.number)
            let value = isGrouped ? Value.vector(numbers) : numbers.first.map { .double($0) }
            return Measurement(time: time, reading: numbers.isEmpty ? .absent : value.map { .value($0) } ?? .absent)
        }
    }
}
