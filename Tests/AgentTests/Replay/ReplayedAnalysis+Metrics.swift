import Support

/// Metrics of templates, as people write them.
extension ReplayedAnalysis {
    private static func requests(_ service: String, _ more: String = "") -> String {
        "http_requests_total{namespace=\"NAMESPACE\",service=\"\(service)\"\(more)}"
    }

    private static func counted(_ service: String) -> String {
        "{bad: '\(requests(service, ",code=~\"5..\""))', total: '\(requests(service))'}"
    }

    private static func metric(_ name: String, _ lines: String...) -> String {
        (["  - name: \(name)"] + lines.flatMap { $0.split(separator: "\n").map { "    " + $0 } })
            .joined(separator: "\n")
    }

    /// Conditions on a ratio that is absent, NaN or a number, with any of the limits.
    static func threshold(_ name: String, isEndless: Bool = false, _ random: inout SplitMix64) -> String {
        let failureLimit = random.pick([0, 1, 3])
        let successLimit = random.pick([0, 0, 2, 4])
        let count = failureLimit + successLimit + Int.random(in: 1...8, using: &random)
        let rate = "sum(rate(\(requests("canary"))[2m]))"
        let query = random.pick([
            "sum(rate(\(requests("canary", ",code=~\"5..\""))[2m])) / \(rate)",
            "(sum(rate(\(requests("canary", ",code=~\"5..\""))[2m])) or vector(0)) / \(rate)",
            "max(load{namespace=\"NAMESPACE\",service=\"canary\"}) / 200",
        ])
        let bar = random.pick([0.01, 0.05, 0.06])
        let conditions = random.pick([
            "successCondition: result[0] <= \(bar)", "failureCondition: result[0] > \(bar)",
            "successCondition: result[0] <= \(bar)\nfailureCondition: result[0] > \(bar * 3)\ninconclusiveLimit: 2",
        ])
        let needsCount = conditions.contains("inconclusiveLimit") ? max(count, 2) : count
        return metric(
            name, "interval: \(random.pick(["20s", "1m", "90s"]))", "initialDelay: \(random.pick(["0s", "50s"]))",
            isEndless ? "" : "count: \(needsCount)", "failureLimit: \(failureLimit)",
            isEndless ? "" : "consecutiveSuccessLimit: \(successLimit)",
            "noData: \(random.pick(["wait", "wait", "ok", "bad"]))", conditions,
            "provider: {prometheus: {query: '\(query)'}}")
    }

    /// Measured at the beginning, without an interval.
    static func once(_ name: String) -> String {
        metric(
            name, "successCondition: result[0] < 15",
            "provider: {prometheus: {query: 'max(load{namespace=\"NAMESPACE\",service=\"canary\"})'}}")
    }

    static func sequential(_ name: String, interval: String = "1m", _ random: inout SplitMix64) -> String {
        let stable = random.oneIn(4) ? "baseline: previous, stable" : "stable"
        return metric(
            name, "interval: \(interval)", "noData: \(random.pick(["wait", "ok", "bad"]))",
            "provider: {prometheus: {}}",
            """
            judge: {sequential: {canary: \(counted("canary")), \(stable): \(counted("stable")),
              plannedIntervals: \(random.pick([8, 30])), maximumRate: 0.03}}
            """)
    }

    /// The canary's errors against stable's, whatever follows from them.
    static let errors = metric(
        "errors", "interval: 1m", "provider: {prometheus: {}}",
        "judge: {sequential: {canary: \(counted("canary")), stable: \(counted("stable"))}}")

    static func histogram(_ name: String, _ random: inout SplitMix64) -> String {
        func buckets(_ service: String) -> String {
            "{buckets: 'http_request_duration_seconds_bucket{namespace=\"NAMESPACE\",service=\"\(service)\"}'}"
        }
        let stable = random.oneIn(3) ? "baseline: previous, stable" : "stable"
        return metric(
            name, "interval: 1m", "provider: {prometheus: {}}",
            """
            judge: {sequential: {canary: \(buckets("canary")), \(stable): \(buckets("stable")),
              plannedIntervals: \(random.pick([8, 30])), shape: \(random.pick(["both", "exceedance", "rank"]))}}
            """)
    }

    static func confident(_ name: String, _ random: inout SplitMix64) -> String {
        metric(
            name, "interval: \(random.pick(["30s", "1m"]))", "noData: \(random.pick(["wait", "bad"]))",
            "provider: {prometheus: {}}",
            """
            judge: {confident: {bar: \(random.pick([0.01, 0.03])), canary: \(counted("canary")),
              plannedIntervals: \(random.pick([8, 30]))}}
            """)
    }

    static func compare(_ name: String, _ random: inout SplitMix64) -> String {
        func load(_ service: String) -> String { "'avg(load{namespace=\"NAMESPACE\",service=\"\(service)\"})'" }
        let baseline = random.oneIn(4) ? "baseline: PREVIOUS, " : ""
        return metric(
            name, "interval: \(random.pick(["30s", "1m"]))", "count: \(random.pick([8, 15, 20]))",
            "provider: {prometheus: {}}",
            """
            judge: {compare: {canary: \(load("canary")), stable: \(load("stable")), \(baseline)
              direction: \(random.pick(["increase", "either"]))}}
            """)
    }
}
