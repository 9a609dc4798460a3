package import Analysis

/// A store of time series that answers about any past span it still keeps.
package protocol MetricSource: Sendable {
    /// All series of the query; an empty list where there is no data, which is an answer.
    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series]

    /// The store's clock: measurements are not asked for beyond it.
    func serverTime() async throws(MetricFailure) -> Timestamp
}

extension MetricSource {
    /// Succeeds where the store answers queries with the credentials that it was given.
    package func reachable() async throws(MetricFailure) {
        _ = try await serverTime()
    }
}

/// Why a query has no answer that a verdict may rest on.
package struct MetricFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The store cannot be asked now; the same question may succeed later.
        case unavailable
        /// The query, the address or the credentials are wrong; somebody has to change them.
        case configuration
        /// The store answered with a warning that data may be missing.
        case partial
        /// The answer is not what such a store says, for example a login page.
        case garbage
        case cancelled
    }

    package let code: Code
    package let message: String
    package let hint: String?

    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { message }
}
