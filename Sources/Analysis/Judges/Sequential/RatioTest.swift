import Glibc

/// Evidence of one interval that the canary's bad rate is another multiple of the baseline's than `limit`.
///
/// Conditional on the total of bad requests, the canary's part of them is binomial with a share that the ratio of the
/// rates and the measured shares of traffic give; this is the logarithm of the likelihood ratio. It needs no common or
/// constant rate, so an incident that both sides share carries no evidence. After Lindon and Malek, *Anytime-Valid
/// Inference for Multinomial Count Data* (NeurIPS 2022), and the safe logrank test.
package struct RatioTest: Sendable {
    /// The ratio r0 of the hypothesis: at most this for alternatives above, at least this for alternatives below.
    package var limit: Double
    /// The standard deviation of noise that one side has alone, as a share of its rate.
    package var noise: Double
    /// Variance of the counts over that of Poisson's; 1 for differences of counters.
    package var dispersion: Double
    /// The most that one interval may contribute; nil is no limit.
    package var cap: Double?

    package init(limit: Double, noise: Double = 0.1, dispersion: Double = 1, cap: Double? = nil) {
        self.limit = limit
        self.noise = noise
        self.dispersion = dispersion
        self.cap = cap
    }

    /// The logarithm of the interval's e-value for the alternative `ratio`; 0 where a side had no requests.
    package func increment(_ sample: IntervalSample, ratio: Double) -> Double {
        guard sample.canaryTotal > 0, sample.baselineTotal > 0, ratio > 0, limit > 0 else { return 0 }
        let share = sample.canaryTotal / (sample.canaryTotal + sample.baselineTotal)
        let bad = sample.canaryBad + sample.baselineBad
        let expected = 1 - share + share * limit
        let evidence = sample.canaryBad * log(ratio / limit) - bad * log((1 - share + share * ratio) / expected)
        // Depends on the total alone, on which the likelihood ratio is conditional; so the discount keeps it valid.
        let discount =
            1 / (dispersion + 2 * noise * noise * bad * (share * limit / expected) * ((1 - share) / expected))
        let discounted = evidence * discount
        guard discounted.isFinite else { return 0 }
        return cap.map { min($0, discounted) } ?? discounted
    }
}
