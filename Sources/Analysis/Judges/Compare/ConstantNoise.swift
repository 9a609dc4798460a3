/// The noise that Kayenta's judge adds where each side has one value only, so that its test can be made at all: normal,
/// with a standard deviation of a hundred-thousandth of the value.
///
/// The same noise each time, so that the same data has the same outcome.
struct ConstantNoise {
    private var state: UInt64 = 0x6865_6164_6761_7465

    mutating func added(to value: Double) -> Double {
        // In the middle of one of 2^52 equal parts, so that it is never 0 or 1.
        let uniform = (Double(next() >> 12) + 0.5) / 4_503_599_627_370_496
        return value + NormalDistribution.quantile(uniform) * value.magnitude * 1e-5
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
