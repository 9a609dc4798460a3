/// A query of a metric in PromQL, or in a language that writes its spans alike, and where it is stated.
struct MetricQuery: Sendable {
    /// What becomes of the answer.
    enum Use: Sendable {
        /// Conditions, or a comparison of values.
        case value
        /// Counted as a counter, whose increments are taken from one time to the next.
        case counter
        /// What stable, or the time before, is asked for.
        case baseline
    }

    let path: String
    let text: String
    let use: Use
    /// Names and functions are those of Prometheus.
    let isPromQL: Bool
    let scan: PromQLScan

    private init(path: String, text: String, use: Use, isPromQL: Bool) {
        (self.path, self.text, self.use, self.isPromQL) = (path, text, use, isPromQL)
        scan = PromQLScan(text)
    }

    static func all(of metric: ResolvedMetric) -> [MetricQuery] {
        guard let kind = metric.provider.kind, let isPromQL = languages[kind] else { return [] }
        func query(_ value: Value?, _ path: String, _ use: Use) -> MetricQuery? {
            if let text = value?.text { return MetricQuery(path: path, text: text, use: use, isPromQL: isPromQL) }
            guard case .map? = value, let text = value?["query"]?.text else { return nil }
            return MetricQuery(path: path + ".query", text: text, use: use, isPromQL: isPromQL)
        }
        func side(_ side: SideQueries?, _ path: String, _ use: Use) -> [MetricQuery?] {
            [
                query(side?.bad, "\(path).bad", use), query(side?.good, "\(path).good", use),
                query(side?.total, "\(path).total", use), query(side?.buckets, "\(path).buckets", use),
            ]
        }
        let own = query(metric.provider.settings?["query"], "provider.\(kind).query", .value)
        let ofJudge: [MetricQuery?] =
            switch metric.judge {
            case .sequential(let template)?:
                side(template.canary, "judge.sequential.canary", .counter)
                    + side(template.stable, "judge.sequential.stable", .counter)
            case .confident(let template)?: side(template.canary, "judge.confident.canary", .counter)
            case .compare(let template)?:
                [
                    query(template.canary, "judge.compare.canary", .value),
                    query(template.stable, "judge.compare.stable", .baseline),
                ]
            case nil: []
            }
        let queries = ofJudge.compactMap { $0 }
        // The provider's own query is asked only where the judge has none.
        return queries.isEmpty ? [own].compactMap { $0 } : queries
    }

    /// The kinds whose queries are read, and whether they are PromQL.
    private static let languages = ["prometheus": true, "googleCloudMonitoring": true, "loki": false]
}
