import Analysis
import Foundation

extension SplitMix64 {
    /// A number of at least 0 and below 1.
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A standard normal number (Box and Muller 1958).
    package mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * Double.pi * uniform())
    }

    /// A count of Poisson's distribution: by inversion where the mean is small, else by Hörmann's transformed rejection
    /// (PTRS, *Insurance: Mathematics and Economics* 12, 1993).
    package mutating func poisson(_ mean: Double) -> Double {
        guard mean > 0, mean.isFinite else { return 0 }
        return mean < 30 ? inversion(mean) : transformedRejection(mean)
    }

    private mutating func inversion(_ mean: Double) -> Double {
        var probability = exp(-mean)
        var cumulative = probability
        let uniform = uniform()
        var drawn = 0.0
        while uniform > cumulative, drawn < 400 {
            drawn += 1
            probability *= mean / drawn
            cumulative += probability
        }
        return drawn
    }

    private mutating func transformedRejection(_ mean: Double) -> Double {
        let scale = 0.931 + 2.53 * mean.squareRoot()
        let skew = -0.059 + 0.02483 * scale
        let inverse = 1.1239 + 1.1328 / (scale - 3.4)
        let accepted = 0.9277 - 3.6224 / (scale - 2)
        while true {
            let centered = uniform() - 0.5
            let height = uniform()
            let rest = 0.5 - centered.magnitude
            let count = ((2 * skew / rest + scale) * centered + mean + 0.43).rounded(.down)
            if rest >= 0.07, height <= accepted { return count }
            if count < 0 || rest < 0.013 && height > rest { continue }
            let bound = count * log(mean) - mean - logGamma(count + 1)
            if log(height * inverse / (skew / (rest * rest) + scale)) <= bound { return count }
        }
    }
}
