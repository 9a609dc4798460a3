package import Analysis

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
        /// Kinds of workloads whose pods the counters know, where these are not all kinds.
        package var workloads: [String]?
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
        /// What the bounds of `bucket` are measured in; seconds where it is not stated.
        package var unit: BucketUnit?
        package var maximumRate: Double?

        var queries: [String] { [bad, good, total, bucket].compactMap(\.self) }

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
    }
}

extension MetricSetDocument {
    /// Whether every counter has another query for each side; one that has the same for both would compare a release with
    /// itself.
    package func tellsApart(_ stable: MetricSide, _ canary: MetricSide) -> Bool {
        spec.metrics.flatMap(\.queries).allSatisfy { query in
            CountMetric.query(query, for: stable) != CountMetric.query(query, for: canary)
        }
    }

    /// Whether the Service of a side is among the names that the counters ask for.
    package var asksForServices: Bool {
        let one = MetricSide(namespace: "n", service: "a", target: "t", ingress: "i", route: "r")
        var other = one
        other.service = "b"
        return spec.metrics.flatMap(\.queries).contains { query in
            CountMetric.query(query, for: one) != CountMetric.query(query, for: other)
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
