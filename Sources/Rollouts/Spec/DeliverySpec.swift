/// How stages reach the branch, as a Rollout or `config.yaml` states it.
package struct DeliverySpec: Codable, Equatable, Sendable {
    package var mode: Mode?
    /// The stages that people merge, by their keys in the plan.
    package var pullRequest: [StageKey]?
    package var autoMerge: AutoMerge?
    package var method: PullRequestMerge.Method?

    package init(
        mode: Mode? = nil, pullRequest: [StageKey]? = nil, autoMerge: AutoMerge? = nil,
        method: PullRequestMerge.Method? = nil
    ) {
        self.mode = mode
        self.pullRequest = pullRequest
        self.autoMerge = autoMerge
        self.method = method
    }

    package enum Mode: String, Codable, Sendable, CaseIterable {
        /// Straight to the branch.
        case commit
        /// Every stage that takes the release further by pull request.
        case pullRequest
    }

    /// Whether the agent merges what people have approved.
    package enum AutoMerge: Equatable, Sendable {
        /// People merge.
        case off
        /// Merged with so many approvals of the present head; 0 leaves it to the forge's own rules.
        case approvals(Int)
    }

    /// What holds for a Rollout: its own words, and the repository's where it says nothing.
    package static func resolved(_ own: Self?, over common: Self?) -> Delivery {
        let own = own ?? Self()
        let common = common ?? Self()
        // Which stages are meant is said in one place, or two lists would mix.
        let source = own.mode == nil && own.pullRequest == nil ? common : own
        var delivery = Delivery()
        delivery.everyAdvance = source.mode == .pullRequest
        delivery.stages = Set(source.pullRequest ?? [])
        if case .approvals(let count)? = own.autoMerge ?? common.autoMerge { delivery.approvals = count }
        delivery.method = own.method ?? common.method ?? .merge
        return delivery
    }
}

extension PullRequestMerge.Method: Codable {}

extension DeliverySpec.AutoMerge: Codable {
    private enum CodingKeys: String, CodingKey { case approvals }

    package init(from decoder: any Decoder) throws {
        if let isOn = try? decoder.singleValueContainer().decode(Bool.self) {
            self = isOn ? .approvals(1) : .off
            return
        }
        let count = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .approvals)
        guard count >= 0 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "approvals is a number of people, not \(count); 0 leaves it to the forge's rules")
            )
        }
        self = .approvals(count)
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .off:
            var container = encoder.singleValueContainer()
            try container.encode(false)
        case .approvals(let count):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(count, forKey: .approvals)
        }
    }
}
