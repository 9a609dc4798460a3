/// The standardized rank sum as a function of the shift that is taken from the first sample, and its roots: the
/// asymptotic interval and estimate of R's `wilcox.test(exact = FALSE, correct = TRUE, conf.int = TRUE)`.
///
/// The curve is a staircase, so its roots are what ``BrentMethod`` makes of it, to 1e-4 of the metric's own unit: on small
/// numbers they are noise. ``PairwiseDifferences`` has the exact ones.
package struct RankSumCurve: Sendable {
    /// All values are equal at that shift, so that the statistic has no variance.
    package struct AllTied: Error {}

    private let first: [Double]
    private let second: [Double]
    /// The shifts at which one sample lies wholly on one side of the other.
    package let minimum: Double
    package let maximum: Double

    /// Nil where a side is empty.
    package init?(_ first: [Double], _ second: [Double]) {
        self.first = RankSum.sorted(first)
        self.second = RankSum.sorted(second)
        guard let low = self.first.first, let high = self.first.last, let least = self.second.first,
            let most = self.second.last
        else { return nil }
        minimum = low - most
        maximum = high - least
    }

    /// How many standard deviations the rank sum is from its expectation, with continuity correction, less `quantile`.
    package func value(at shift: Double, quantile: Double = 0) throws(AllTied) -> Double {
        let ranks = RankSum(sortedFirst: first, sortedSecond: second, shift: shift)
        let deviation = ranks.deviation
        guard deviation != 0 else { throw AllTied() }
        let distance = ranks.u - ranks.expected
        let correction = distance > 0 ? 0.5 : distance < 0 ? -0.5 : 0
        return (distance - correction) / deviation - quantile
    }

    /// The shift at which the rank sum is as expected.
    package func estimate() throws(AllTied) -> Double {
        try BrentMethod().root(from: minimum, to: maximum) { shift throws(AllTied) in try value(at: shift) }
    }

    /// The bounds of the shift.
    ///
    /// On data with many ties the lower one may come out above the upper one.
    package func interval(confidence: Double) throws(AllTied) -> (lower: Double, upper: Double) {
        let quantile = NormalDistribution.quantile((1 - confidence) / 2)
        return (try root(quantile: -quantile), try root(quantile: quantile))
    }

    private func root(quantile: Double) throws(AllTied) -> Double {
        if try value(at: minimum, quantile: quantile) <= 0 { return minimum }
        if try value(at: maximum, quantile: quantile) >= 0 { return maximum }
        return try BrentMethod().root(from: minimum, to: maximum) { shift throws(AllTied) in
            try value(at: shift, quantile: quantile)
        }
    }
}
