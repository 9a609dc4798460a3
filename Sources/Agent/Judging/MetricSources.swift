package import Analysis
package import Rollouts

/// Which store a query is for.
package enum MetricStore: Hashable, Sendable {
    /// The repository's, by the address that its configuration states.
    case standard(configured: String?)
    /// The one that a template names itself.
    case named(String)

    /// The address that the repository states.
    package var address: String? {
        switch self {
        case .standard(let configured): configured
        case .named(let address): address
        }
    }

    init(_ own: String?, _ config: Config) {
        self = own.map(Self.named) ?? .standard(configured: config.metrics?.prometheus?.address)
    }
}

/// A metric of a template for which a source is wanted.
package struct SourceRequest: Sendable {
    /// With its arguments filled in.
    package var provider: MetricProvider
    /// The width of the metric's grid; zero where it is measured once.
    package var interval: Duration
    /// The address that the repository's configuration states for its own Prometheus.
    package var address: String?

    package init(provider: MetricProvider, interval: Duration, address: String? = nil) {
        self.provider = provider
        self.interval = interval
        self.address = address
    }

    /// Prometheus under the address that the metric states, or the repository's.
    package var store: MetricStore {
        if case .string(let own)? = provider.settings?["address"], !own.isEmpty { return .named(own) }
        return .standard(configured: address)
    }
}

/// Finds what answers for a metric.
package struct MetricSources: Sendable {
    package typealias FindStore = @Sendable (_ store: MetricStore) throws(MetricFailure) -> any SeriesStore
    package typealias FindSource = @Sendable (_ request: SourceRequest) throws(MetricFailure) -> any MetricSource

    package let store: FindStore
    package let source: FindSource
    /// The deployment's own address, which takes the place of the repository's.
    package var address: String?

    package init(address: String? = nil, store: @escaping FindStore, source: @escaping FindSource) {
        self.address = address
        self.store = store
        self.source = source
    }

    /// The address that is asked for a store; nil where nobody names one.
    func address(of store: MetricStore) -> String? {
        if case .standard = store, let address { return address }
        return store.address
    }

    /// Sources of Prometheus alone.
    package init(_ store: @escaping FindStore) {
        self.init(store: store) { request throws(MetricFailure) in
            let kind = request.provider.kind ?? "none"
            guard kind == "prometheus", case .string(let query)? = request.provider.settings?["query"] else {
                throw MetricFailure(.configuration, "the provider \(kind) cannot be asked here")
            }
            return StoredQuery(
                query, in: try store(request.store), step: request.interval,
                place: request.store.address ?? "Prometheus")
        }
    }
}
