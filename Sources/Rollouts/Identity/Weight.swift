/// The canary's share of the traffic in whole percent, 0 to 100.
package struct Weight: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let none = Weight(clamping: 0)

    package let percent: Int

    /// Nil outside 0 to 100.
    package init?(_ percent: Int) {
        guard (0...100).contains(percent) else { return nil }
        self.percent = percent
    }

    package init(clamping percent: Int) {
        self.percent = min(100, max(0, percent))
    }

    package var description: String { "\(percent)%" }

    package static func < (left: Self, right: Self) -> Bool { left.percent < right.percent }
}

extension Weight: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let percent = try container.decode(Int.self)
        guard let weight = Weight(percent) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a weight is a whole number from 0 to 100, not \(percent)")
        }
        self = weight
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(percent)
    }
}
