internal import Analysis
internal import Rollouts

/// Asks a service for one time after the other, a few at once, where its answer is about one window.
struct PerTimeSource: MetricSource {
    let traits: MetricTraits
    private let ask: @Sendable (Timestamp) async throws(MetricFailure) -> Measurement.Reading

    /// More questions than this are not asked in one tick.
    static let most = 1000
    /// Questions that are on their way at the same time.
    static let width = 4

    /// - Parameter ask: the reading at a time, from the window that ends there.
    init(
        _ traits: MetricTraits, ask: @escaping @Sendable (Timestamp) async throws(MetricFailure) -> Measurement.Reading
    ) {
        self.traits = MetricTraits(
            isRetroactive: traits.isRetroactive, hasCounters: traits.hasCounters, delay: traits.delay,
            place: traits.place, mostTimes: Self.most)
        self.ask = ask
    }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        guard times.count <= Self.most else {
            throw MetricFailure(
                .configuration, "\(times.count) measurements are more than \(traits.place) is asked for at once",
                hint: "state a longer interval, or a count")
        }
        let results = await withTaskGroup(of: (Int, Result<Measurement.Reading, MetricFailure>).self) { group in
            var pending = Array(times.enumerated())[...]
            var results: [Result<Measurement.Reading, MetricFailure>?] = Array(repeating: nil, count: times.count)
            var running = 0
            while running > 0 || !pending.isEmpty {
                while running < Self.width, let (index, time) = pending.popFirst() {
                    running += 1
                    group.addTask { (index, await reading(at: time)) }
                }
                guard let (index, result) = await group.next() else { break }
                running -= 1
                results[index] = result
                // One failure speaks for all of them.
                if case .failure = result { pending = [] }
            }
            return results
        }
        var measurements: [Measurement] = []
        for case .failure(let failure)? in results { throw failure }
        for (time, result) in zip(times, results) {
            guard case .success(let reading)? = result else { continue }
            measurements.append(Measurement(time: time, reading: reading))
        }
        return measurements
    }

    private func reading(at time: Timestamp) async -> Result<Measurement.Reading, MetricFailure> {
        do throws(MetricFailure) { return .success(try await ask(time)) } catch { return .failure(error) }
    }
}
