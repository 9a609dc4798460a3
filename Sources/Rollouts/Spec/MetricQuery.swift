package import Analysis

/// The query of one of Flagger's own metrics for one mesh or ingress.
package struct MetricQuery: Codable, Equatable, Sendable {
    /// How the query finds the canary's series.
    package enum Naming: String, Codable, CaseIterable, Sendable {
        /// By the canary's own names.
        case canary
        /// By stable's names, to which the query adds `-canary` itself.
        case apex
        /// By objects that nobody but Flagger makes: it finds nothing for a rollout without Flagger.
        case flagger
    }

    package var name: FlaggerMetric.BuiltIn
    /// In Go's template language, with Flagger's names.
    package var query: String
    /// What the value is compared in.
    package var unit: FlaggerBounds.Unit
    /// What the value is multiplied with to be in `unit`; 1 where it is not stated.
    package var scale: Double?
    package var names: Naming?
    /// Whether labels have `_` for every character of a name that is no ASCII letter, digit or `_`.
    package var words: Bool?

    /// The query for a canary, whose names are those that Flagger would give.
    package func text(_ names: FlaggerNames) throws(GoTemplateError) -> String {
        try GoTemplate(parsing: query).render(words == true ? names.inWordCharacters : names)
    }

    /// The names that Flagger would give for a canary of this repository.
    ///
    /// - Parameter rollout: the name that stands for the Canary's.
    package func names(
        rollout: String, canary: MetricSide, interval: String, variables: [String: String] = [:]
    ) throws(TemplateError) -> FlaggerNames {
        var names = FlaggerNames(
            name: rollout, namespace: canary.namespace, target: canary.target, service: canary.service,
            ingress: canary.ingress, route: canary.route, interval: interval, variables: variables)
        switch self.names ?? .canary {
        case .canary: return names
        case .apex:
            names.target = try Self.apex(of: canary.target)
            names.service = try Self.apex(of: canary.service)
            return names
        case .flagger:
            throw TemplateError(
                "\(name.rawValue) of this provider asks for what Flagger itself puts into the cluster",
                hint: "be judged by the set's counters, or state a query")
        }
    }

    private static func apex(of name: String) throws(TemplateError) -> String {
        let suffix = "-canary"
        guard name.hasSuffix(suffix), name.count > suffix.count else {
            throw TemplateError(
                "the query finds the canary by the end -canary of its name, which \(name) does not have",
                hint: "name it so, or state a query")
        }
        return String(name.dropLast(suffix.count))
    }

    /// What each check asks of the metric that this is the query of.
    package func check(_ metric: FlaggerMetric) -> FlaggerCheck {
        FlaggerCheck(metric, source: .builtIn(name), scale: scale ?? 1)
    }
}
