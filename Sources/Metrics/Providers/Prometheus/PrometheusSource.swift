internal import Analysis
internal import Rollouts

/// A query of Prometheus as Argo sees its answers: one number for a scalar, a vector of all series otherwise.
struct PrometheusSource: MetricSource {
    private let stored: StoredQuery
    private let isScalar: Bool
    let traits: MetricTraits

    /// - Parameter step: the width of the grid; zero where the metric is measured once.
    init(_ query: String, in store: PrometheusStore, isScalar: Bool, step: Duration, traits: MetricTraits) {
        stored = StoredQuery(query, in: store, step: step, place: traits.place)
        self.isScalar = isScalar
        self.traits = traits
    }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        let measurements = try await stored.measurements(at: times)
        guard isScalar else { return measurements }
        return measurements.map { measurement in
            guard let number = measurement.numbers.first else { return measurement }
            return Measurement(time: measurement.time, reading: .value(.double(number)))
        }
    }

    func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        try await stored.series(at: times)
    }
}

/// What each measurement asks a range for: its own ends, with a step of its own.
struct MeasuredRange: Hashable, Sendable {
    let start: RelativeTime
    let end: RelativeTime
    let step: Duration

    /// The values of all series, one series after the other, as Argo lays them out.
    func source(_ query: String, in store: PrometheusStore, place: String) -> PerTimeSource {
        PerTimeSource(MetricTraits(isRetroactive: true, place: place)) { time async throws(MetricFailure) in
            let range = RangeQuery(query: query, start: start.time(at: time), end: end.time(at: time), step: step)
            guard range.start <= range.end else {
                throw MetricFailure(
                    .configuration,
                    "rangeQuery starts at \(range.start.rfc3339) and ends before, at "
                        + range.end.rfc3339)
            }
            let numbers = try await store.range(range).flatMap { $0.points.map(\.value) }
            return numbers.isEmpty ? .absent : .value(.vector(numbers))
        }
    }
}
