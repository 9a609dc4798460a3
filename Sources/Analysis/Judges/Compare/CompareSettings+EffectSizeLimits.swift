extension CompareSettings {
    /// How large a difference must be, beside being certain, in order to count; nil is the measure's neutral size for
    /// Kayenta's judge, and no such condition for the exact one.
    package struct EffectSizeLimits: Equatable, Sendable {
        package var measure = EffectSize.meanRatio
        package var allowedIncrease: Double?
        package var allowedDecrease: Double?
        package var criticalIncrease: Double?
        package var criticalDecrease: Double?

        package init() {}
    }
}

extension CompareSettings.EffectSizeLimits: Codable {
    private enum CodingKeys: String, CodingKey {
        case measure, allowedIncrease, allowedDecrease, criticalIncrease, criticalDecrease
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        measure = try container.decodeIfPresent(EffectSize.self, forKey: .measure) ?? measure
        allowedIncrease = try container.decodeIfPresent(Double.self, forKey: .allowedIncrease)
        allowedDecrease = try container.decodeIfPresent(Double.self, forKey: .allowedDecrease)
        criticalIncrease = try container.decodeIfPresent(Double.self, forKey: .criticalIncrease)
        criticalDecrease = try container.decodeIfPresent(Double.self, forKey: .criticalDecrease)
    }
}
