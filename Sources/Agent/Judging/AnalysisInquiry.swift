package import Rollouts

/// What is asked about one metric of an analysis.
package struct AnalysisInquiry: Equatable, Sendable {
    package let analysis: AnalysisRequest.ID
    package let metric: String
    /// What has to hold, in words.
    package let rule: String
    /// As they are sent, each with what it counts; a metric's only one has no name.
    package let queries: [Query]

    package struct Query: Equatable, Sendable {
        package let name: String
        package let text: String
    }
}
