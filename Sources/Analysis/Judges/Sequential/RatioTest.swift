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
        guard ratio > 0, limit > 0 else { return 0 }
        let value = terms(of: sample).evidence(for: ratio, log(ratio / limit))
        return cap.map { min($0, value) } ?? value
    }

    /// What an interval says of every alternative, worked out once.
    struct Terms {
        fileprivate var canaryBad = 0.0
        fileprivate var bad = 0.0
        /// The canary's share of the traffic.
        fileprivate var share = 0.0
        /// Bad requests at the limit, as a multiple of those at the baseline's rate.
        fileprivate var expected = 1.0
        fileprivate var discount = 0.0

        /// - Parameter logRatio: ln(ratio / limit).
        func evidence(for ratio: Double, _ logRatio: Double) -> Double {
            guard bad > 0 else { return 0 }
            let value =
                (canaryBad * logRatio - bad * log((1 - share + share * ratio) / expected)) * discount
            return value.isFinite ? value : 0
        }
    }

    func terms(of sample: IntervalSample) -> Terms {
        var terms = Terms()
        guard sample.canaryTotal > 0, sample.baselineTotal > 0, limit > 0 else { return terms }
        let share = sample.canaryTotal / (sample.canaryTotal + sample.baselineTotal)
        terms.canaryBad = sample.canaryBad
        terms.bad = sample.canaryBad + sample.baselineBad
        terms.share = share
        terms.expected = 1 - share + share * limit
        // Depends on the total alone, on which the likelihood ratio is conditional; so the discount keeps it valid.
        let spread = (share * limit / terms.expected) * ((1 - share) / terms.expected)
        terms.discount = 1 / (dispersion + 2 * noise * noise * terms.bad * spread)
        return terms
    }
}
