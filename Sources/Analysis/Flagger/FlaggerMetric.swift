/// One entry of a Flagger Canary's `analysis.metrics`: what is asked, and in which range the answer has to be.
package struct FlaggerMetric: Codable, Hashable, Sendable {
    /// The metrics that Flagger has queries of its own for, per mesh or ingress.
    package enum BuiltIn: String, Codable, CaseIterable, Sendable {
        /// Percent of the canary's requests that were not answered with a 5xx.
        case successRate = "request-success-rate"
        /// Milliseconds that 99 % of the canary's requests stay below; of some ingresses the mean.
        case duration = "request-duration"
    }

    /// Inclusive bounds; a bound that is not stated is none.
    package struct Range: Codable, Hashable, Sendable {
        package var min: Double?
        package var max: Double?

        package init(min: Double? = nil, max: Double? = nil) {
            self.min = min
            self.max = max
        }
    }

    package struct TemplateReference: Codable, Hashable, Sendable {
        package var name: String
        /// The Canary's where it is not stated.
        package var namespace: String?

        package init(name: String, namespace: String? = nil) {
            self.name = name
            self.namespace = namespace
        }
    }

    package var name: String
    /// The window of the query, as text that goes into it.
    package var interval: String?
    package var thresholdRange: Range?
    /// Deprecated: a single bound, which counts only where there is no `thresholdRange`.
    package var threshold: Double?
    /// Deprecated: PromQL in the Canary itself, which may use the names of templates.
    package var query: String?
    package var templateRef: TemplateReference?
    package var templateVariables: [String: String]?

    package init(
        name: String, interval: String? = nil, thresholdRange: Range? = nil, threshold: Double? = nil,
        query: String? = nil, templateRef: TemplateReference? = nil, templateVariables: [String: String]? = nil
    ) {
        self.name = name
        self.interval = interval
        self.thresholdRange = thresholdRange
        self.threshold = threshold
        self.query = query
        self.templateRef = templateRef
        self.templateVariables = templateVariables
    }

    package var builtIn: BuiltIn? { BuiltIn(rawValue: name) }

    /// Where a metric's value comes from; one that states several is checked for each of them.
    package enum Source: Hashable, Sendable {
        case builtIn(BuiltIn)
        case query(String)
        case template(TemplateReference)

        var isTemplate: Bool { if case .template = self { true } else { false } }
    }

    package var sources: [Source] {
        var sources: [Source] = []
        if let builtIn { sources.append(.builtIn(builtIn)) }
        if let query, !query.isEmpty { sources.append(.query(query)) }
        if let templateRef { sources.append(.template(templateRef)) }
        return sources
    }

    /// The window that goes into the query of a source: Flagger fills in 1m for its own metrics and for queries in the
    /// Canary, and nothing for templates.
    package func window(of source: Source) -> String {
        let stated = interval ?? ""
        return stated.isEmpty && !source.isTemplate ? "1m" : stated
    }
}

extension Sequence<FlaggerMetric> {
    /// What a check asks, in Flagger's order: all built-in metrics and queries of the Canary, then all templates.
    package var inOrderOfChecks: [(metric: FlaggerMetric, source: FlaggerMetric.Source)] {
        let all = flatMap { metric in metric.sources.map { (metric: metric, source: $0) } }
        return all.filter { !$0.source.isTemplate } + all.filter(\.source.isTemplate)
    }
}
