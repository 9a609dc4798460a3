/// `.headgate/config.yaml`: what a repository says for all of its rollouts; it can only narrow what the agent's own
/// deployment allows.
package struct Config: Codable, Equatable, Sendable {
    package var apiVersion: String?
    package var kind: String?
    package var environments: [String: Environment]?
    package var metrics: MetricsConfig?
    package var commit: CommitConfig?
    /// For all rollouts that do not say otherwise.
    package var delivery: DeliverySpec?
    package var mode: Mode?
    /// Stops everything; the text is the reason.
    package var hold: String?

    package init() {}

    package struct Environment: Codable, Equatable, Sendable {
        /// The root folder; `.` is the whole repository.
        package var path: String

        package init(path: String) {
            self.path = path
        }
    }

    /// Where metrics come from and which set of built-in queries fits them.
    package struct MetricsConfig: Codable, Equatable, Sendable {
        package var prometheus: Prometheus?
        /// A file of `policies/metrics`, by name.
        package var set: String?
        /// Whose rules hold for all analyses that do not say.
        package var compat: AnalysisSpec.Compatibility?

        package struct Prometheus: Codable, Equatable, Sendable {
            package var address: String?
            package var delay: Span?
        }
    }

    package struct CommitConfig: Codable, Equatable, Sendable {
        /// Added to the subject of every commit, such as `[skip ci]`.
        package var skipCI: String?
        package var signOff: Bool?
        /// Writes `->` for `→` and so on.
        package var ascii: Bool?

        package init() {}
    }

    /// The environments by name; a repository that names none is one environment at its root.
    package var roots: [String: String] {
        guard let environments, !environments.isEmpty else { return [RolloutID.defaultEnvironment: "."] }
        return environments.mapValues(\.path)
    }
}
