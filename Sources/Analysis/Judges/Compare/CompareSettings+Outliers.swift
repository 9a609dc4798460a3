extension CompareSettings {
    /// What happens to values that lie far from the others of their side.
    package struct Outliers: Equatable, Sendable {
        package enum Strategy: String, Codable, CaseIterable, Sendable { case keep, remove }

        package var strategy = Strategy.keep
        /// Widths of the middle half of the sample beyond which a value may be dropped.
        package var outlierFactor = 3.0

        package init() {}
    }
}

extension CompareSettings.Outliers: Codable {
    private enum CodingKeys: String, CodingKey { case strategy, outlierFactor }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        strategy = try container.decodeIfPresent(Strategy.self, forKey: .strategy) ?? strategy
        outlierFactor = try container.decodeIfPresent(Double.self, forKey: .outlierFactor) ?? outlierFactor
    }
}
