/// A `kind: Promotion` document: in which order a release goes through rollouts.
package struct PromotionDocument: Codable, Equatable, Sendable {
    package var apiVersion: String
    package var kind: String
    package var metadata: Metadata
    package var spec: PromotionSpec

    package struct Metadata: Codable, Equatable, Sendable {
        package var name: String
        package var labels: [String: String]?
        package var annotations: [String: String]?
    }
}

/// The order, and what has to hold before a release goes on to the next one.
package struct PromotionSpec: Codable, Equatable, Sendable {
    /// Each one's release goes on to the next.
    package var order: [RolloutID]
    /// How long a release is Stable, without interruption, before it goes on.
    package var soak: Span?
    package var gates: [PromotionGate]?
    package var delivery: PromotionDelivery?
    package var steer: PromotionSteering?

    package init(
        order: [RolloutID], soak: Span? = nil, gates: [PromotionGate]? = nil, delivery: PromotionDelivery? = nil,
        steer: PromotionSteering? = nil
    ) {
        self.order = order
        self.soak = soak
        self.gates = gates
        self.delivery = delivery
        self.steer = steer
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        order = try container.decode(Order.self, forKey: .order).rollouts
        soak = try container.decodeIfPresent(Span.self, forKey: .soak)
        gates = try container.decodeIfPresent([PromotionGate].self, forKey: .gates)
        delivery = try container.decodeIfPresent(PromotionDelivery.self, forKey: .delivery)
        steer = try container.decodeIfPresent(PromotionSteering.self, forKey: .steer)
    }

    private struct Order: Decodable {
        let rollouts: [RolloutID]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            rollouts = try container.decode([RolloutID].self)
            guard rollouts.count >= 2 else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription:
                        "an order has two rollouts or more: where a release is proven, and where it goes then")
            }
        }
    }

    /// What holds where the document does not say.
    package static let standardSoak = Span(.seconds(3600))
}

/// How the next release line comes to the branch.
package enum PromotionDelivery: String, Codable, Sendable, CaseIterable {
    case commit, pullRequest
}

/// What has to hold beside the soak.
package enum PromotionGate: Equatable, Sendable {
    /// Templates that are judged over the soak, on the rollout that has soaked.
    case analysis(AnalysisSpec)
    /// A person's key.
    case approval
}

extension PromotionGate: Codable {
    private enum CodingKeys: String, CodingKey { case analysis, approval }

    /// A gate without settings of its own.
    private struct Nothing: Codable {
        private enum CodingKeys: CodingKey {}

        init() {}
        init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: CodingKeys.self) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let analysis = try container.decodeIfPresent(AnalysisSpec.self, forKey: .analysis)
        let approval = try container.decodeIfPresent(Nothing.self, forKey: .approval)
        if analysis?.checks != nil {
            throw DecodingError.dataCorruptedError(
                forKey: .analysis, in: container,
                debugDescription: "a gate names templates; metrics in Flagger's form belong to a Rollout")
        }
        if analysis?.startingStep != nil {
            throw DecodingError.dataCorruptedError(
                forKey: .analysis, in: container, debugDescription: "startingStep is about the steps of a Rollout")
        }
        switch (analysis, approval) {
        case (let analysis?, nil): self = .analysis(analysis)
        case (nil, _?): self = .approval
        default:
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath, debugDescription: "a gate has exactly one of analysis and approval"
                ))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .analysis(let spec): try container.encode(spec, forKey: .analysis)
        case .approval: try container.encode(Nothing(), forKey: .approval)
        }
    }
}

/// What people say to a promotion.
package struct PromotionSteering: Codable, Equatable, Sendable {
    package var hold: String?
    package var approve: String?

    package init(hold: String? = nil, approve: String? = nil) {
        self.hold = hold
        self.approve = approve
    }
}
