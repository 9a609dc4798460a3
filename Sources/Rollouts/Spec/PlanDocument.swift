/// A `kind: Plan` document: steps under a name, and how their built-in metrics are judged.
package struct PlanDocument: Codable, Equatable, Sendable {
    package var apiVersion: String
    package var kind: String
    package var metadata: Name
    package var spec: Spec

    package struct Name: Codable, Equatable, Sendable {
        package var name: String
    }

    package struct Spec: Codable, Equatable, Sendable {
        package var steps: [Step]
        package var analysis: Judging?
    }

    /// The sequential judge's timing; what is left out has the judge's default.
    package struct Judging: Codable, Equatable, Sendable {
        /// The width of one interval; at least four scrapes.
        package var interval: Span?
        /// Nothing passes before so many intervals.
        package var minimumIntervals: Int?
        /// After so many intervals without a decision the verdict is inconclusive.
        package var plannedIntervals: Int?
        /// A rate that the canary must be proven to stay below where hardly anything goes wrong on either side.
        package var maximumRate: Double?

        package init() {}
    }
}

/// A `kind: MetricSet` document: counters that say, for one Service, how many requests there were and how many of
/// them were bad.
package struct MetricSetDocument: Codable, Equatable, Sendable {
    package var apiVersion: String
    package var kind: String
    package var metadata: PlanDocument.Name
    package var spec: Spec

    package struct Spec: Codable, Equatable, Sendable {
        package var metrics: [CountMetric]
    }

    /// Queries of raw counters; exactly one of `bad` and `good` is stated.
    package struct CountMetric: Codable, Equatable, Sendable {
        package var name: String
        /// What is counted, in the plural.
        package var noun: String?
        package var bad: String?
        package var good: String?
        package var total: String
        package var maximumRate: Double?

        /// A query for one Service.
        package static func query(_ template: String, namespace: String, service: String) -> String {
            var text = ""
            var rest = template[...]
            while let open = rest.range(of: "{{"), let close = rest[open.upperBound...].range(of: "}}") {
                text += rest[..<open.lowerBound]
                switch rest[open.upperBound..<close.lowerBound].filter({ $0 != " " }) {
                case "namespace": text += namespace
                case "service": text += service
                default: text += rest[open.lowerBound..<close.upperBound]
                }
                rest = rest[close.upperBound...]
            }
            return text + rest
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
