extension Cluster {
    /// What Prometheus scrapes, in the text format 0.0.4.
    ///
    /// One page for all pods, with the labels that relabelling gives scraped pods: `namespace`, `service`, `workload`, `pod`, and
    /// for the counter `code`. A series begins with its first request and ends with its pod.
    package var metrics: String {
        var lines = [
            "# HELP http_requests_total Requests answered.", "# TYPE http_requests_total counter",
        ]
        let sorted = traffic.counters.sorted { ($0.key.pod, $0.key.service) < ($1.key.pod, $1.key.service) }
        for (series, counters) in sorted {
            let labels = labels(series, counters)
            for (code, count) in counters.codes.sorted(by: { $0.key < $1.key }) {
                lines.append("http_requests_total{\(labels),code=\"\(code)\"} \(count)")
            }
        }
        let name = "http_request_duration_seconds"
        lines += ["# HELP \(name) Time taken to answer.", "# TYPE \(name) histogram"]
        for (series, counters) in sorted {
            let labels = labels(series, counters)
            var below = 0
            for (bound, count) in zip(LatencyBuckets.bounds, counters.buckets) {
                below += count
                lines.append("\(name)_bucket{\(labels),le=\"\(bound)\"} \(below)")
            }
            lines.append("\(name)_bucket{\(labels),le=\"+Inf\"} \(counters.count)")
            lines.append("\(name)_sum{\(labels)} \(counters.latencySum)")
            lines.append("\(name)_count{\(labels)} \(counters.count)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func labels(_ series: Traffic.Series, _ counters: Traffic.Counters) -> String {
        let labels = [
            ("namespace", series.pod.namespace), ("service", series.service), ("workload", counters.workload.name),
            ("pod", series.pod.name),
        ]
        return labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
    }
}
