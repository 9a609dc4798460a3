internal import Analysis

/// A `kind: MetricSet` document: what a mesh, an ingress or an application counts, and how to ask for it.
///
/// The counters are for the sequential judge; the queries are those that Flagger's own metrics stand for.
package struct MetricSetDocument: Codable, Equatable, Sendable {
    package var apiVersion: String
    package var kind: String
    package var metadata: PlanDocument.Name
    package var spec: Spec

    package struct Spec: Codable, Equatable, Sendable {
        /// Traffic providers whose rollouts are judged by this set where nothing names another one.
        package var providers: [String]?
        /// Values of a Flagger Canary's `provider` whose own metrics these are; what follows a colon does not count.
        package var flaggerProviders: [String]?
        /// Empty where no label tells the canary's series from stable's.
        package var metrics: [CountMetric]
        package var queries: [MetricQuery]?
    }

    /// Queries of raw counters; exactly one of `bad` and `good` is stated.
    package struct CountMetric: Codable, Equatable, Sendable {
        package var name: String
        /// What is counted, in the plural.
        package var noun: String?
        package var bad: String?
        package var good: String?
        package var total: String
        /// All buckets of the histogram that `good` is one bound of, for a judge that looks at the whole distribution.
        package var bucket: String?
        package var maximumRate: Double?

        /// A query for one side.
        package static func query(_ template: String, for side: MetricSide) -> String {
            var text = ""
            var rest = template[...]
            while let open = rest.range(of: "{{"), let close = rest[open.upperBound...].range(of: "}}") {
                text += rest[..<open.lowerBound]
                let words = rest[open.upperBound..<close.lowerBound].split(separator: " ")
                text += side.value(of: words) ?? String(rest[open.lowerBound..<close.upperBound])
                rest = rest[close.upperBound...]
            }
            return text + rest
        }

        /// A query for the side of a Service whose workload has its name.
        package static func query(_ template: String, namespace: String, service: String) -> String {
            query(template, for: MetricSide(namespace: namespace, service: service))
        }
    }
}

extension Sequence<MetricSetDocument> {
    /// The set that rollouts of a traffic provider are judged by where nothing names another one.
    package func standard(for provider: String) -> MetricSetDocument? {
        first { $0.spec.providers?.contains(provider) == true }
    }

    /// The set with Flagger's own metrics for a Canary's `provider`; Flagger takes Istio's for what it does not know.
    package func flagger(provider: String) -> MetricSetDocument? {
        let kind = provider.split(separator: ":").first.map(String.init) ?? ""
        return first { $0.spec.flaggerProviders?.contains(kind) == true }
            ?? first { $0.spec.flaggerProviders?.contains("istio") == true }
    }
}

/// The names by which one side of a rollout, stable or canary, stands in the labels of metrics.
package struct MetricSide: Equatable, Sendable {
    package var namespace: String
    package var service: String
    /// The workload.
    package var target: String
    package var ingress: String
    package var route: String

    /// - Parameters: a workload, an Ingress or a route that is not given has the Service's name.
    package init(
        namespace: String, service: String, target: String? = nil, ingress: String? = nil, route: String? = nil
    ) {
        self.namespace = namespace
        self.service = service
        self.target = target ?? service
        self.ingress = ingress ?? service
        self.route = route ?? service
    }

    /// What a placeholder stands for: a name, or `words` before a name for the name in word characters.
    fileprivate func value(of placeholder: [Substring]) -> String? {
        if placeholder.count == 2, placeholder[0] == "words" {
            return value(of: [placeholder[1]]).map(FlaggerNames.inWordCharacters)
        }
        guard placeholder.count == 1 else { return nil }
        switch placeholder[0] {
        case "namespace": return namespace
        case "service": return service
        case "target": return target
        case "ingress": return ingress
        case "route": return route
        default: return nil
        }
    }
}

extension Substring {
    /// The first place where `pattern` stands; the standard library has none without regular expressions.
    fileprivate func range(of pattern: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(pattern) { return start..<index(start, offsetBy: pattern.count) }
            start = index(after: start)
        }
        return nil
    }
}
