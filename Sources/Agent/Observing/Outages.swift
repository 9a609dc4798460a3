internal import Analysis
internal import Rollouts
internal import Synchronization

/// What could not be reached in one tick, by name, with what was said of it: nothing is waited for twice.
final class Outages: Sendable {
    private let messages = Mutex<[String: String]>([:])

    func message(of name: String) -> String? { messages.withLock { $0[name] } }
    func add(_ message: String, of name: String) { messages.withLock { $0[name] = message } }

    /// Asks unless what is asked has not answered in this tick already.
    fileprivate func watching<Answer>(
        _ name: String, _ ask: () async throws(MetricFailure) -> Answer
    ) async throws(MetricFailure) -> Answer {
        if let outage = message(of: name) { throw MetricFailure(.unavailable, outage) }
        do {
            return try await ask()
        } catch {
            if error.code == .unavailable { add(error.message, of: name) }
            throw error
        }
    }
}

extension MetricSources {
    /// The same stores and sources, each of which is waited for once in a tick.
    func remembering(_ outages: Outages) -> MetricSources {
        MetricSources(
            store: { store throws(MetricFailure) in
                RememberingStore(store: try self.store(store), name: "metrics \(store)", outages: outages)
            },
            source: { request throws(MetricFailure) in
                RememberingSource(source: try self.source(request), outages: outages)
            })
    }
}

private struct RememberingStore: SeriesStore {
    let store: any SeriesStore
    let name: String
    let outages: Outages

    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
        try await outages.watching(name) { () throws(MetricFailure) in try await store.range(query) }
    }

    func serverTime() async throws(MetricFailure) -> Timestamp { try await store.serverTime() }
}

private struct RememberingSource: MetricSource {
    let source: any MetricSource
    let outages: Outages

    var traits: MetricTraits { source.traits }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        try await outages.watching("metrics \(traits.place)") { () throws(MetricFailure) in
            try await source.measurements(at: times)
        }
    }

    func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        try await outages.watching("metrics \(traits.place)") { () throws(MetricFailure) in
            try await source.series(at: times)
        }
    }
}
