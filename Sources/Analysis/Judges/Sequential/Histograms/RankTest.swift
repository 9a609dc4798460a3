/// Evidence of one interval that the canary's requests fall into higher buckets than the baseline's.
///
/// The Mann–Whitney statistic on the buckets' mid-ranks, with the variance that ties leave it, stratified by interval
/// (van Elteren 1960): what happens to both sides at once is no difference. It is normal for large counts only; what it
/// measures is the chance that a canary's request is slower than one of the baseline, less one half.
package struct RankTest: Sendable {
    /// What an interval says, whatever the alternative.
    package struct Terms: Codable, Hashable, Sendable {
        /// S: by how much the canary's ranks exceed what is expected of equals, divided by N + 1.
        package let score: Double
        /// V: the variance of the score among equals.
        package let variance: Double
        /// I: the score divided by this is the shift.
        package let information: Double
    }

    /// The shift of the hypothesis: at most this for alternatives above, at least this for those below.
    package var limit: Double
    /// The standard deviation of shifts that one interval has by itself.
    package var noise: Double

    package init(limit: Double = 0.03, noise: Double = 0.02) {
        self.limit = limit
        self.noise = noise
    }

    /// Nil where the counts say nothing: a side had no requests, or all requests lie in one bucket.
    package static func terms(of sample: HistogramSample) -> Terms? {
        let (canary, baseline) = (sample.canaryTotal, sample.baselineTotal)
        let total = canary + baseline
        guard canary > 0, baseline > 0, total > 1 else { return nil }
        // Σ c·R with R the mid-rank of a bucket, and Σ(t³ - t), which as an integer would soon overflow.
        var (below, rankSum, ties) = (0.0, 0.0, 0.0)
        for (ofCanary, ofBaseline) in zip(sample.canary, sample.baseline) {
            let tied = ofCanary + ofBaseline
            rankSum += ofCanary * (below + (tied + 1) / 2)
            ties += tied * (tied * tied - 1)
            below += tied
        }
        let score = (rankSum - canary * (total + 1) / 2) / (total + 1)
        let untied = (total + 1) - ties / (total * (total - 1))
        let variance = canary * baseline / 12 * untied / ((total + 1) * (total + 1))
        guard score.isFinite, variance.isFinite, untied > 1e-9 * total else { return nil }
        return Terms(score: score, variance: variance, information: canary * baseline / (total + 1))
    }

    /// The logarithm of the interval's e-value for a shift of `limit + step`.
    package func increment(_ terms: Terms, step: Double) -> Double {
        let score = terms.score - limit * terms.information
        let spread = noise * terms.information
        let slope = step * terms.information / (terms.variance + spread * spread)
        let value = slope * score - slope * step * terms.information / 2
        return value.isFinite ? value : 0
    }
}
