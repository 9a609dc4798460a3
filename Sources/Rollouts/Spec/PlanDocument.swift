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
