import Glibc

/// A seeded source of random numbers (SplitMix64), so that a run can be repeated number by number.
package struct RandomSource: RandomNumberGenerator, Sendable {
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

    /// A number in 0..<1.
    package mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Draws from a Poisson distribution: by multiplying uniforms while the mean is small, else by the normal limit.
    package mutating func poisson(mean: Double) -> Int {
        guard mean > 0 else { return 0 }
        guard mean < 60 else {
            return max(0, Int((mean + mean.squareRoot() * normal()).rounded()))
        }
        let bound = exp(-mean)
        var product = fraction()
        var count = 0
        while product > bound {
            product *= fraction()
            count += 1
        }
        return count
    }

    /// Draws from the standard normal distribution (Box–Muller).
    package mutating func normal() -> Double {
        let radius = (-2 * log(1 - fraction())).squareRoot()
        return radius * cos(2 * Double.pi * fraction())
    }

    /// A version 4 UUID in lower case.
    package mutating func uid() -> String {
        var digits = Array(hexadecimal(32))
        digits[12] = "4"
        digits[16] = ["8", "9", "a", "b"][Int(next() % 4)]
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return parts.joined(separator: "-")
    }

    /// Five letters and digits as the API server appends to generated names.
    package mutating func nameSuffix() -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] })
    }

    private mutating func hexadecimal(_ count: Int) -> String {
        var text = ""
        while text.count < count {
            let digits = String(next(), radix: 16)
            text += String(repeating: "0", count: 16 - digits.count) + digits
        }
        return String(text.prefix(count))
    }
}
