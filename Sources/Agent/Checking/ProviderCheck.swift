package import Analysis

/// What can be said about a provider's settings without asking it; the services' own words are the program's to bring.
package struct ProviderCheck: Sendable {
    let problems: @Sendable (_ provider: MetricProvider, _ interval: Duration) -> [TemplateError]

    package init(_ problems: @escaping @Sendable (_ provider: MetricProvider, _ interval: Duration) -> [TemplateError])
    {
        self.problems = problems
    }

    /// Finds nothing.
    package static let none = ProviderCheck { _, _ in [] }
}
