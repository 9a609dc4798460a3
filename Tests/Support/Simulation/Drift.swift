import Foundation

/// A slow change that both sides share, such as that of the load over a day: an autoregressive process of order 1 on the
/// logarithmic scale.
struct Drift {
    private var level: Double

    /// The standard deviation of the logarithm.
    private static let deviation = 0.1

    /// How much of the level is left after an interval.
    private static let memory = 0.8

    init(_ random: inout SplitMix64) {
        level = Self.deviation * random.normal()
    }

    /// The factor of the next interval.
    mutating func next(_ random: inout SplitMix64) -> Double {
        let innovation = (1 - Self.memory * Self.memory).squareRoot()
        level = Self.memory * level + innovation * Self.deviation * random.normal()
        return exp(level)
    }
}
