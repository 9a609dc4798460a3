/// One metric of an analysis template, before its arguments are filled in.
package struct MetricTemplate: Decodable, Hashable, Sendable {
    package var name: String
    package var interval: String?
    package var initialDelay: String?
    package var count: IntOrString?
    package var failureLimit: IntOrString?
    package var inconclusiveLimit: IntOrString?
    package var consecutiveErrorLimit: IntOrString?
    package var consecutiveSuccessLimit: IntOrString?
    package var successCondition: String?
    package var failureCondition: String?
    package var provider: MetricProvider?
    /// What a time without data means; not one of Argo's fields.
    package var noData: ThresholdJudge.NoDataPolicy?
    /// How it is judged where not by conditions; not one of Argo's fields.
    package var judge: JudgeTemplate?

    package init(name: String, provider: MetricProvider? = nil) {
        self.name = name
        self.provider = provider
    }
}
