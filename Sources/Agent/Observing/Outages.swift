internal import Rollouts
internal import Synchronization

/// What could not be reached in one tick, with what was said of it: nobody waits for it again before the next one.
///
/// A metrics service without a connection is out at once. One that is busy or slow has failed one question only, and
/// others may have their answer; but each may wait for its whole deadline, so that a few of them in a row speak for all.
final class Outages: Sendable {
    /// So many questions without an answer, and none with one between them, and a service is out.
    static let patience = 3

    private struct Service {
        var unanswered = 0
        var outage: MetricFailure?
    }

    private let clusters = Mutex<[String: String]>([:])
    private let forge = Mutex<String?>(nil)
    private let services = Mutex<[String: Service]>([:])

    // MARK: Clusters

    func message(ofCluster name: String) -> String? { clusters.withLock { $0[name] } }
    func add(_ message: String, ofCluster name: String) { clusters.withLock { $0[name] = message } }

    // MARK: The forge

    var messageOfForge: String? { forge.withLock(\.self) }
    func addForge(_ message: String) { forge.withLock { $0 = message } }

    // MARK: Metrics services

    /// Asks, unless the service is out; then its outage is thrown.
    func watching<Answer>(
        _ service: String, _ ask: () async throws(MetricFailure) -> Answer
    ) async throws(MetricFailure) -> Answer {
        if let outage = services.withLock({ $0[service]?.outage }) { throw outage }
        do {
            let answer = try await ask()
            services.withLock { $0[service] = nil }
            return answer
        } catch {
            note(error, of: service)
            throw error
        }
    }

    private func note(_ failure: MetricFailure, of name: String) {
        services.withLock { services in
            var service = services[name] ?? Service()
            if failure.code == .unavailable { service.unanswered += 1 }
            if !failure.isConnected || service.unanswered >= Self.patience { service.outage = failure }
            services[name] = service
        }
    }
}
