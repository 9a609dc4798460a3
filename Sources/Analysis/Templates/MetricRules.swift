/// Rules for metrics by regular expressions on their names.
extension AnalysisTemplate.Spec {
    /// How many measurements of a metric are kept where no rule says otherwise.
    package static let standardRetention = 10

    /// The names of the metrics that are measured without effect; a rule that fits none is an error.
    package func dryRunMetrics() throws(TemplateError) -> Set<String> {
        var names: Set<String> = []
        for (index, rule) in (dryRun ?? []).enumerated() {
            names.formUnion(try metrics(matching: rule, at: "dryRun[\(index)]"))
        }
        return names
    }

    /// How many measurements are kept of the metrics that rules name; of several rules for a metric the last one counts.
    package func measurementLimits() throws(TemplateError) -> [String: Int] {
        var limits: [String: Int] = [:]
        for (index, rule) in (measurementRetention ?? []).enumerated() {
            let path = "measurementRetention[\(index)]"
            let names = try metrics(matching: rule, at: path)
            let limit: Int
            do throws(TemplateError) { limit = try rule.limit?.number() ?? 0 } catch { throw error.at(path + ".limit") }
            guard limit > 0 else { throw TemplateError("limit must be greater than 0", at: path + ".limit") }
            for name in names { limits[name] = limit }
        }
        return limits
    }

    /// Argo takes an expression that cannot be read for one that matches nothing.
    private func metrics(
        matching rule: AnalysisTemplate.MetricRule, at path: String
    ) throws(TemplateError) -> [String] {
        var names: [String] = []
        var hint: String?
        do throws(ExpressionError) {
            let pattern = try Pattern(rule.metricName, at: 0)
            names = (metrics ?? []).map(\.name).filter { pattern.occurs(in: $0) }
        } catch {
            hint = "\(error.message); for all metrics write .*"
        }
        if names.isEmpty { throw TemplateError("Rule didn't match any metric name(s)", at: path, hint: hint) }
        return names
    }
}
