/// The settings of the compare judge as a template states them, with what it compares.
package struct CompareTemplate: Decodable, Hashable, Sendable {
    /// A text is the provider's query, a mapping its settings; nil where the values come from elsewhere.
    package var canary: Value?
    package var stable: Value?
    package var settings: CompareSettings

    private enum CodingKeys: String, CodingKey { case canary, stable }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        canary = try container.decodeIfPresent(Value.self, forKey: .canary)
        stable = try container.decodeIfPresent(Value.self, forKey: .stable)
        settings = try CompareSettings(from: decoder)
    }

    package init(settings: CompareSettings = CompareSettings()) { self.settings = settings }

    package static func == (left: Self, right: Self) -> Bool {
        left.canary == right.canary && left.stable == right.stable && left.settings == right.settings
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(canary)
        hasher.combine(stable)
    }
}
