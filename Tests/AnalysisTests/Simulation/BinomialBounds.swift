import Analysis
import Foundation

/// What a share of successes among independent trials may truly be (Clopper and Pearson 1934), with 95 % confidence in
/// one direction.
struct BinomialBounds {
    let successes: Int
    let trials: Int

    /// The true chance is at most this.
    var upper: Double {
        bisection { chance in (0...successes).reduce(0) { $0 + mass($1, chance) } > 0.05 }
    }

    /// The true chance is at least this.
    var lower: Double { 1 - BinomialBounds(successes: trials - successes, trials: trials).upper }

    private func mass(_ count: Int, _ chance: Double) -> Double {
        let (count, trials) = (Double(count), Double(trials))
        let ways = logGamma(trials + 1) - logGamma(count + 1) - logGamma(trials - count + 1)
        return exp(ways + count * log(chance) + (trials - count) * log1p(-chance))
    }

    /// The largest chance at which the condition, which larger ones do not fulfil, holds.
    private func bisection(_ holds: (Double) -> Bool) -> Double {
        guard successes < trials else { return 1 }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if holds(middle) { low = middle } else { high = middle }
        }
        return high
    }
}
