/// A rule for the canary's pods that a plan states with `setCanaryScale`; it holds until the plan states another.
package enum CanaryScale: Hashable, Sendable {
    /// As many as the weight needs.
    case matchTraffic
    case replicas(Int)
    /// A share of the base count in percent, which may be more than 100.
    case weight(Int)
}

extension CanaryScale: CustomStringConvertible {
    package var description: String {
        switch self {
        case .matchTraffic: "as the traffic"
        case .replicas(let count): "\(count) replicas"
        case .weight(let percent): "\(percent)% of the base"
        }
    }
}

extension CanaryScale: Codable {
    private enum CodingKeys: String, CodingKey { case replicas, weight, matchTrafficWeight }

    /// More pods than any cluster runs.
    private static let limit = 1_000_000

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let replicas = try container.decodeIfPresent(Int.self, forKey: .replicas)
        let weight = try container.decodeIfPresent(Int.self, forKey: .weight)
        let matches = try container.decodeIfPresent(Bool.self, forKey: .matchTrafficWeight)
        let rules: [CanaryScale] = [
            replicas.map(CanaryScale.replicas), weight.map(CanaryScale.weight), matches == true ? .matchTraffic : nil,
        ].compactMap(\.self)
        guard let rule = rules.first, rules.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "setCanaryScale has exactly one of replicas, weight and matchTrafficWeight: true")
            )
        }
        for (key, number) in [(CodingKeys.replicas, replicas), (.weight, weight)] {
            guard let number, !(0...Self.limit).contains(number) else { continue }
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container,
                debugDescription: "\(key.stringValue) is a whole number from 0 to \(Self.limit), not \(number)")
        }
        self = rule
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .matchTraffic: try container.encode(true, forKey: .matchTrafficWeight)
        case .replicas(let count): try container.encode(count, forKey: .replicas)
        case .weight(let percent): try container.encode(percent, forKey: .weight)
        }
    }
}
