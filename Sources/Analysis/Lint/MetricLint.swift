/// What an author should know about a metric before a release depends on it, found without asking any backend.
///
/// The conditions are evaluated, not read: what is said about them is what they do.
package struct MetricLint: Sendable {
    let metric: ResolvedMetric
    let mode: Expression.Mode
    /// How long the stage lasts that the metric is judged over; nil where that is not known, or the stage lasts for as long
    /// as its metrics do.
    let window: Duration?
    let shape: ResultShape
    /// The metric's queries in PromQL or a language like it.
    let queries: [MetricQuery]

    package init(_ metric: ResolvedMetric, mode: Expression.Mode = .safe, window: Duration? = nil) {
        self.metric = metric
        self.mode = mode
        self.window = window
        shape = ResultShape(of: metric.provider)
        queries = MetricQuery.all(of: metric)
    }

    package var findings: [LintFinding] { conditionFindings + limitFindings + queryFindings }
}
