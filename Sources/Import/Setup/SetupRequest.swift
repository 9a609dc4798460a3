package import Manifests
package import Rollouts

/// What a person asks to be set up.
package struct SetupRequest: Sendable {
    /// The Rollout's name; without one the workload's.
    package var name: String?
    package var namespace: String?
    /// `NAME` or `NAME=FOLDER`; nil for the only environment there is.
    package var environment: String?
    /// `<Kind>/name`, or a name.
    package var workload: String?
    /// `<Kind>/name`, or `none` where the counts of pods are to split the traffic.
    package var route: String?
    /// A traffic provider by name, where the route's class does not tell it.
    package var provider: String?
    /// The label that is to tell the canary's pods, as `key=value`.
    package var label: String?
    /// `none` where readiness alone is to judge a release.
    package var analysis: String?
    /// A set of metrics, by name.
    package var metrics: String?
    /// The address of Prometheus.
    package var prometheus: String?
    /// The sets of metrics that traffic providers have, by the providers' names: nothing has to name them.
    package var standardSets: [String: MetricSetDocument] = [:]

    package init() {}

    var splitsByCounts: Bool { route == "none" }
    var isJudged: Bool { analysis == nil }
    /// Whether something is judged by metrics, or said about them.
    var needsMetrics: Bool { isJudged || metrics != nil || prometheus != nil }
}

/// One change set that sets a rollout up.
package struct SetupPlan: Sendable {
    package let id: RolloutID
    /// What the Rollout is called, with its environment unless that is the default one.
    package let title: String
    /// New bytes by path; empty where everything is set up already.
    package let files: [String: [UInt8]]
    /// The tree with the files written.
    package let tree: Tree
    /// What a person should know or do beside it.
    package let notes: [String]
}
