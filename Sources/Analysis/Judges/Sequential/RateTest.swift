import Glibc

/// Evidence of one interval that a bad rate is on the other side of a bar, for one sample.
package struct RateTest: Sendable {
    /// The bar p0: the hypothesis is a rate at most this for alternatives above it, at least this for those below.
    package var bar: Double

    package init(bar: Double) {
        self.bar = bar
    }

    /// The alternatives above a bar: 1.25 to 10 times it, as far as they are rates.
    package static func alternatives(above bar: Double) -> [Double] {
        let rates = [1.25, 1.5, 2, 3, 5, 10].map { bar * $0 }.filter { $0 < 1 }
        return rates.isEmpty ? [(1 + bar) / 2] : rates
    }

    /// The logarithm of the interval's e-value for the alternative `rate`.
    package func increment(bad: Double, total: Double, rate: Double) -> Double {
        guard total > 0, bar > 0, bar < 1, rate > 0, rate < 1 else { return 0 }
        let value = bad * log(rate / bar) + (total - bad) * log((1 - rate) / (1 - bar))
        return value.isFinite ? value : 0
    }
}
