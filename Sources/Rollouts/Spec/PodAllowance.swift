/// A number of pods, or a share of some in percent: `2` or `25%`, as `maxSurge` of a Deployment is written.
package enum PodAllowance: Hashable, Sendable {
    case pods(Int)
    case percent(Int)

    /// As many more as there are pods at all.
    package static let all = PodAllowance.percent(100)
    package static let none = PodAllowance.pods(0)

    package func of(_ replicas: Int, roundingUp: Bool) -> Int {
        switch self {
        case .pods(let count): count
        case .percent(let percent):
            // No cluster runs so many pods that the product overflows; a manifest can state them.
            (min(max(0, replicas), .max / 200) * percent + (roundingUp ? 99 : 0)) / 100
        }
    }
}

extension PodAllowance: Codable {
    private static let limit = 1_000_000

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let count = try? container.decode(Int.self), (0...Self.limit).contains(count) {
            self = .pods(count)
            return
        }
        guard let text = try? container.decode(String.self), text.last == "%", let percent = Int(text.dropLast()),
            (0...100).contains(percent)
        else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "write a number of pods, such as 2, or a share from 0% to 100%")
        }
        self = .percent(percent)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .pods(let count): try container.encode(count)
        case .percent(let percent): try container.encode("\(percent)%")
        }
    }
}
