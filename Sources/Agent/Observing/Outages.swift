internal import Analysis
internal import Rollouts
internal import Synchronization

/// What could not be reached in one tick, by name, with what was said of it: nothing is waited for twice.
final class Outages: Sendable {
    private let messages = Mutex<[String: String]>([:])

    func message(of name: String) -> String? { messages.withLock { $0[name] } }
    func add(_ message: String, of name: String) { messages.withLock { $0[name] = message } }
}

/// A store of metrics that is not asked again in a tick in which it could not be reached.
struct RememberingSource: MetricSource {
    let source: any MetricSource
    let name: String
    let outages: Outages

    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
        if let outage = outages.message(of: name) { throw MetricFailure(.unavailable, outage) }
        do {
            return try await source.range(query)
        } catch {
            if error.code == .unavailable { outages.add(error.message, of: name) }
            throw error
        }
    }

    func serverTime() async throws(MetricFailure) -> Timestamp { try await source.serverTime() }
}
