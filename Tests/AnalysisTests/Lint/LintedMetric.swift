@testable import Analysis

/// A metric for the tests of lints, with what a row of a table says of it.
struct LintedMetric: Sendable {
    var success: String?
    var failure: String?
    var kind = "prometheus"
    var settings: [Value.Member] = [.init("query", .string("sum(rate(http_errors_total[1m]))"))]
    var interval: String? = "1m"
    var count: IntOrString? = 10
    var failureLimit: IntOrString?
    var inconclusiveLimit: IntOrString?
    var consecutiveSuccessLimit: IntOrString?
    var initialDelay: String?
    var judge: JudgeTemplate?
    var noData: ThresholdJudge.NoDataPolicy?

    init(success: String? = nil, failure: String? = nil, _ change: (inout LintedMetric) -> Void = { _ in }) {
        (self.success, self.failure) = (success, failure)
        change(&self)
    }

    init(query: String, success: String = "result[0] < 5", _ change: (inout LintedMetric) -> Void = { _ in }) {
        self.success = success
        settings = [.init("query", .string(query))]
        change(&self)
    }

    func resolved(_ mode: Expression.Mode = .safe) throws -> ResolvedMetric {
        var template = MetricTemplate(
            name: "metric", provider: .stated(kind: kind, settings: .map(settings)))
        template.successCondition = success
        template.failureCondition = failure
        template.interval = interval
        template.count = count
        template.failureLimit = failureLimit
        template.inconclusiveLimit = inconclusiveLimit
        template.consecutiveSuccessLimit = consecutiveSuccessLimit
        template.initialDelay = initialDelay
        template.judge = judge
        template.noData = noData
        return try ResolvedMetric(template, mode: mode)
    }

    func findings(_ mode: Expression.Mode = .safe, window: Duration? = nil) throws -> [LintFinding] {
        MetricLint(try resolved(mode), mode: mode, window: window).findings
    }
}
