package import Rollouts

/// What is asked about one metric.
package struct AnalysisQuestion: Equatable, Sendable {
    package var analysis: AnalysisRequest.ID
    package var metric: String
    /// What has to hold, in words.
    package var rule: String
    /// As they are sent, each with what it counts, or "" for a metric's only one.
    package var queries: [Query]

    package struct Query: Equatable, Sendable {
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    package init(analysis: AnalysisRequest.ID, metric: String, rule: String, queries: [Query]) {
        self.analysis = analysis
        self.metric = metric
        self.rule = rule
        self.queries = queries
    }
}
