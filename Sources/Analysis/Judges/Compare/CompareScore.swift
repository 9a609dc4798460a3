/// The score of a canary over all its metrics, from 0 to 100.
package struct CompareScore: Codable, Equatable, Sendable {
    /// What the score takes from a metric's outcome.
    package struct Entry: Codable, Equatable, Sendable {
        package let metric: String
        package let classification: CompareOutcome.Classification
        package let isCriticalFailure: Bool
        package let groups: [String]
        /// Without this metric's data a score cannot pass: true of all modes but Kayenta's, which leaves it out.
        package let isWaitedFor: Bool
        package let verdict: Verdict

        package init(
            metric: String, classification: CompareOutcome.Classification, isCriticalFailure: Bool = false,
            groups: [String], isWaitedFor: Bool = false, verdict: Verdict = .pass
        ) {
            self.metric = metric
            self.classification = classification
            self.isCriticalFailure = isCriticalFailure
            self.groups = groups
            self.isWaitedFor = isWaitedFor
            self.verdict = verdict
        }

        package init(_ outcome: CompareOutcome) {
            self.init(
                metric: outcome.metric, classification: outcome.classification,
                isCriticalFailure: outcome.isCriticalFailure, groups: outcome.settings.groups,
                isWaitedFor: outcome.settings.mode != .kayenta, verdict: outcome.verdict)
        }
    }

    package struct Group: Codable, Equatable, Sendable {
        package let name: String
        /// The percentage of its metrics that pass; 0 without data, where the summary takes it for 100.
        package let score: Double
        package let hasData: Bool
        package let weight: Double
        /// How many metrics have which label.
        package let labels: [String: Int]
    }

    package enum Classification: String, Codable, Sendable {
        case pass = "Pass"
        case marginal = "Marginal"
        case fail = "Fail"
    }

    package enum Reason: String, Codable, Sendable {
        /// The weighted sum of the groups.
        case weightedSum
        /// A critical metric did not pass, so the score is 0.
        case criticalMetric
        /// Half of the metrics or more have no data, so the score is 0.
        case tooLittleData
    }

    package let summary: Double
    package let classification: Classification
    package let reason: Reason
    package let groups: [Group]
    package let verdict: Verdict
    package let sentence: String
}
