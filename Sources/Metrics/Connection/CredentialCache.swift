internal import Analysis
internal import Rollouts
internal import Synchronization

/// Credentials that somebody gives out for a while: asked for once, however many requests wait for them, and again
/// shortly before they end.
final class CredentialCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let outcome: Result<Value, MetricFailure>
        /// Nil where the credentials are good until they are refused.
        let end: Timestamp?
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var gates: [Key: RequestGate] = [:]
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Timestamp

    /// How long before their end credentials are not used any more.
    private static var margin: Duration { .seconds(60) }
    /// Whoever stood in line for credentials that were refused does not ask for them again.
    private static var failureLife: Duration { .seconds(10) }

    init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }

    /// - Parameter fetch: gives the credentials, and the time of their end.
    func value(
        for key: Key, _ fetch: () async throws(MetricFailure) -> (Value, end: Timestamp?)
    ) async throws(MetricFailure) -> Value {
        if let outcome = kept(key) { return try outcome.get() }
        let gate = state.withLock { state in
            let gate = state.gates[key] ?? RequestGate(width: 1)
            state.gates[key] = gate
            return gate
        }
        return try await gate.pass { () async throws(MetricFailure) in
            if let outcome = kept(key) { return try outcome.get() }
            do throws(MetricFailure) {
                let (value, end) = try await fetch()
                keep(.success(value), for: key, until: end.map { $0 - Self.margin })
                return value
            } catch {
                if error.code != .cancelled { keep(.failure(error), for: key, until: now() + Self.failureLife) }
                throw error
            }
        }
    }

    /// Drops credentials that were refused, if they are still the ones that `isRefused` knows.
    func forget(_ key: Key, where isRefused: (Value) -> Bool) {
        state.withLock { state in
            if case .success(let value)? = state.entries[key]?.outcome, isRefused(value) { state.entries[key] = nil }
        }
    }

    private func kept(_ key: Key) -> Result<Value, MetricFailure>? {
        guard let entry = state.withLock({ $0.entries[key] }) else { return nil }
        if let end = entry.end, now() >= end { return nil }
        return entry.outcome
    }

    private func keep(_ outcome: Result<Value, MetricFailure>, for key: Key, until end: Timestamp?) {
        state.withLock { $0.entries[key] = Entry(outcome: outcome, end: end) }
    }
}
