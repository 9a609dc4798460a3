package import Analysis
package import Git
package import Rollouts

/// What the agent's own deployment decides; nothing in a repository can widen it.
package struct AgentSettings: Sendable {
    package var branch: ReferenceName
    /// The environments that this agent looks after; nil for all.
    package var environments: Set<String>?
    package var identity: Publisher.Identity
    package var isShadow: Bool
    package var shipped: DocumentReader.ShippedPolicies
    /// How often a tick decides again when others were faster.
    package var attempts: Int
    /// How long a tick observes; what has not answered by then is left to the next one, and the rest is carried out.
    package var deadline: Duration
    /// How many rollouts are observed at the same time.
    package var width: Int
    /// How many commits a rollout at rest may lie behind the branch before its mark is moved up.
    package var longWalk: Int
    /// Whose rules all analyses follow, whatever the repository states; nil for those that it states.
    package var compat: AnalysisSpec.Compatibility?
    /// For how long what was read of a pull request counts while nothing else has changed; for an agent that stays.
    package var forgePace = Duration.zero

    package init(
        branch: ReferenceName, environments: Set<String>? = nil, identity: Publisher.Identity = .init(),
        isShadow: Bool = false, shipped: DocumentReader.ShippedPolicies, attempts: Int = 5,
        deadline: Duration = .seconds(240), width: Int = 8, longWalk: Int = 500
    ) {
        self.branch = branch
        self.environments = environments
        self.identity = identity
        self.isShadow = isShadow
        self.shipped = shipped
        self.attempts = max(1, attempts)
        self.deadline = deadline
        self.width = max(1, width)
        self.longWalk = longWalk
    }

    package func serves(_ environment: String) -> Bool { environments?.contains(environment) ?? true }
}

/// The services that the agent talks to, as it knows them.
package struct AgentPorts: Sendable {
    /// The cluster of an environment.
    package var cluster: @Sendable (_ environment: String) -> any Cluster
    /// Whether `cluster` gives the same one for every environment, so that it may be asked only where there is one.
    package var hasOneCluster = false
    package var metrics: MetricSources
    /// Where the repository is hosted and people review; nil where nobody has said.
    package var forge: (any Forge)?
    package var now: @Sendable () -> Timestamp
    /// Waits for the end of a tick's time, or until it is cancelled.
    package var sleep: @Sendable (_ until: ContinuousClock.Instant) async -> Void

    package init(
        cluster: @escaping @Sendable (_ environment: String) -> any Cluster, metrics: MetricSources,
        now: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (_ until: ContinuousClock.Instant) async -> Void = {
            try? await Task.sleep(until: $0, clock: .continuous)
        }
    ) {
        self.cluster = cluster
        self.metrics = metrics
        self.now = now
        self.sleep = sleep
    }
}
