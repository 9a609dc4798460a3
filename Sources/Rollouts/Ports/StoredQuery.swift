package import Analysis

/// A query of a store of series as the source of a metric: each time of the grid has the vector of all series.
package struct StoredQuery: MetricSource {
    private let store: any SeriesStore
    private let query: String
    private let step: Duration
    package let traits: MetricTraits

    /// - Parameter step: the width of the grid, which is asked for as it is; a single time has none.
    package init(_ query: String, in store: any SeriesStore, step: Duration, place: String) {
        self.query = query
        self.store = store
        self.step = step > .zero ? step : .seconds(60)
        traits = MetricTraits(isRetroactive: true, hasCounters: true, place: place)
    }

    package func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        Measurement.series(try await series(at: times), at: times)
    }

    package func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        guard let first = times.first, let last = times.last else { return [] }
        return try await store.range(RangeQuery(query: query, start: first, end: last, step: step))
    }
}
