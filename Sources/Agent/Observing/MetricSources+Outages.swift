internal import Analysis
internal import Rollouts

extension MetricSources {
    /// The same stores and sources, none of which is asked while its service is out.
    func remembering(_ outages: Outages) -> MetricSources {
        MetricSources(
            store: { store throws(MetricFailure) in
                RememberingStore(store: try self.store(store), service: "store \(store)", outages: outages)
            },
            source: { request throws(MetricFailure) in
                let source = try self.source(request)
                let service = "\(request.provider.kind ?? "") \(source.traits.place) \(request.origin ?? "")"
                return RememberingSource(source: source, service: service, outages: outages)
            })
    }
}

extension SourceRequest {
    /// Scheme, host and port that are stated: a mistake in one of them does not speak for the right ones.
    fileprivate var origin: String? {
        let stated = ["address", "url"].lazy.compactMap { name -> String? in
            guard case .string(let text)? = provider.settings?[name] else { return nil }
            return text
        }
        guard let text = stated.first ?? address else { return nil }
        return text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
            .joined(separator: "/").lowercased()
    }
}

private struct RememberingStore: SeriesStore {
    let store: any SeriesStore
    let service: String
    let outages: Outages

    func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
        try await outages.watching(service) { () throws(MetricFailure) in try await store.range(query) }
    }

    func serverTime() async throws(MetricFailure) -> Timestamp { try await store.serverTime() }
}

private struct RememberingSource: MetricSource {
    let source: any MetricSource
    let service: String
    let outages: Outages

    var traits: MetricTraits { source.traits }

    func measurements(at times: [Timestamp]) async throws(MetricFailure) -> [Measurement] {
        try await outages.watching(service) { () throws(MetricFailure) in
            try await source.measurements(at: times)
        }
    }

    func series(at times: [Timestamp]) async throws(MetricFailure) -> [Series] {
        try await outages.watching(service) { () throws(MetricFailure) in
            try await source.series(at: times)
        }
    }
}
