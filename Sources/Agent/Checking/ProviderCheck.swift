package import Analysis
package import Rollouts

/// What can be said about a provider's settings without asking it; the services' own words are the program's to bring.
package struct ProviderCheck: Sendable {
    package typealias FindProblems =
        @Sendable (_ provider: MetricProvider, _ interval: Duration) -> [TemplateError]
    package typealias FindObstacle =
        @Sendable (_ need: MetricNeed, _ provider: MetricProvider, _ interval: Duration) -> TemplateError?

    let problems: FindProblems
    /// Why the provider cannot give what a judge needs; nil where it can.
    let obstacle: FindObstacle

    package init(_ problems: @escaping FindProblems, obstacle: @escaping FindObstacle = { _, _, _ in nil }) {
        self.problems = problems
        self.obstacle = obstacle
    }

    /// Finds nothing.
    package static let none = ProviderCheck { _, _ in [] }
}
