internal import Analysis
internal import Manifests
internal import Rollouts

/// Which set of metrics is whose.
extension RepositoryDocuments {
    /// The set by whose counters a rollout is judged that states no analysis: the one that `config.yaml` names, else that
    /// of the rollout's traffic provider.
    func metricSet(for bound: BoundRollout) -> MetricSetDocument? {
        setName(for: bound.trafficProvider).flatMap { metricSets[$0] }
    }

    func setName(for provider: String) -> String? { config.metrics?.set ?? standardSets[provider] }

    /// The sets by which a release can be judged without an analysis of its own.
    var judgingSets: [String] { metricSets.filter { !$0.value.spec.metrics.isEmpty }.keys.sorted() }

    /// The queries that stand for Flagger's own metrics, with the name of the set that they are from.
    ///
    /// Where neither `config.yaml` nor the traffic provider says whose they are, it is the set that Flagger would take for
    /// a provider of that name; `gateway-api` is its `gatewayapi`, and counts of pods are its `kubernetes`.
    func flaggerQueries(for bound: BoundRollout) -> (set: String?, queries: [MetricQuery]) {
        let provider = bound.trafficProvider
        let flagger = provider == "replicas" ? "kubernetes" : provider.filter { $0 != "-" }
        let known = metricSets.sorted { $0.key < $1.key }
        let name =
            setName(for: provider)
            ?? known.first { $0.value.spec.flaggerProviders?.contains(flagger) == true }?.key
        return (name, name.flatMap { metricSets[$0]?.spec.queries } ?? [])
    }
}
