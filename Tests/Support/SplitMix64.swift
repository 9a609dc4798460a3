/// A generator of random numbers whose sequence is a function of its seed (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", 2014), so that a failing case can be run again.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True once in `chances` draws.
    package mutating func oneIn(_ chances: Int) -> Bool { Int.random(in: 0..<chances, using: &self) == 0 }

    /// One of `options`, which must not be empty: a generator without options is a mistake of the test.
    package mutating func pick<Element>(_ options: [Element]) -> Element {
        options[Int.random(in: 0..<options.count, using: &self)]
    }
}
