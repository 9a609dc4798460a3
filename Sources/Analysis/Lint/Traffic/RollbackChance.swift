import Glibc

/// How often a fixed bar fails a release that is as good as stable.
///
/// The requests of a measurement are Poisson-distributed and each is bad with the same chance, so good and bad ones are
/// two independent Poisson counts. A measurement fails where their share misses the bar,
/// q = Σ P(bad = b) P(good = g) over the pairs that do, and a metric where more than F of its N measurements fail,
/// P(Bin(N, q) > F).
package enum RollbackChance {
    /// What becomes of a measurement without any request.
    package enum Empty: Sendable {
        case fails, passes
        /// It does not count, and another one takes its place.
        case skipped
    }

    /// With more requests than that a measurement says what is true.
    private static let most = 1e7

    /// The chance that one measurement fails.
    ///
    /// - Parameters:
    ///   - requests: expected in the measurement's window.
    ///   - errorRate: between 0 and 1.
    package static func ofMeasurement(
        missing bar: RateBar, requests: Double, errorRate: Double, empty: Empty = .skipped
    ) -> Double {
        guard requests > 0, (0...1).contains(errorRate) else { return empty == .fails ? 1 : 0 }
        guard requests < most else { return bar.passes(good: 1 - errorRate, bad: errorRate) ? 0 : 1 }
        let good = PoissonMasses(mean: requests * (1 - errorRate))
        let bad = PoissonMasses(mean: requests * errorRate)
        var chance = 0.0
        // The fewest good requests that pass; more bad ones never need fewer.
        var least = good.first
        for (offset, mass) in bad.masses.enumerated() {
            let count = bad.first + offset
            if count == 0 { least = max(least, 1) }
            while least <= good.last, !bar.passes(good: Double(least), bad: Double(count)) { least += 1 }
            chance += mass * (good.below(least) - (count == 0 ? good.below(1) : 0))
        }
        let nothing = exp(-requests)
        switch empty {
        case .fails: chance += nothing
        case .passes: break
        case .skipped: chance /= 1 - nothing
        }
        return min(max(chance, 0), 1)
    }

    /// The chance that more than `tolerated` of `count` measurements fail, of which each does with the chance `each`.
    package static func exceeding(_ tolerated: Int, of count: Int, each: Double) -> Double {
        guard tolerated >= 0, tolerated < count, each > 0 else { return 0 }
        guard each < 1 else { return 1 }
        let (failing, passing, total) = (log(each), log1p(-each), Double(count))
        var within = 0.0
        for failures in 0...tolerated {
            let number = Double(failures)
            let ways = logGamma(total + 1) - logGamma(number + 1) - logGamma(total - number + 1)
            within += exp(ways + number * failing + (total - number) * passing)
        }
        return min(max(1 - within, 0), 1)
    }
}

/// The chances of the counts that a Poisson distribution can be said to have.
private struct PoissonMasses {
    let first: Int
    let masses: [Double]
    private let sums: [Double]

    /// What lies further away than twelve standard deviations has less than 1e-30 of the mass.
    init(mean: Double) {
        let spread = 12 * mean.squareRoot() + 30
        first = Int(max(0, (mean - spread).rounded(.down)))
        let last = Int((mean + spread).rounded(.up))
        masses = (first...last).map { count in
            guard mean > 0 else { return count == 0 ? 1 : 0 }
            return exp(Double(count) * log(mean) - mean - logGamma(Double(count) + 1))
        }
        var sum = 0.0
        sums = masses.map { mass in
            sum += mass
            return sum
        }
    }

    var last: Int { first + masses.count - 1 }

    /// The chance of a smaller count.
    func below(_ count: Int) -> Double { count <= first ? 0 : sums[min(count - 1 - first, sums.count - 1)] }
}
