/// A rule that tells the values of a sample which lie far from the others.
package enum OutlierDetector: Equatable, Sendable {
    /// Farther from the middle half of the sample than `factor` times its width (Tukey's fences).
    ///
    /// `sparesTails` moves each fence out to the first and the ninety-ninth percentile, if it is not there already.
    case interquartileRange(factor: Double, sparesTails: Bool)
    /// Farther from the mean than `k` standard deviations of the population.
    case kSigma(k: Double)

    /// For each value whether it is an outlier; NaN never is.
    package func outliers(in values: [Double]) -> [Bool] {
        guard !values.isEmpty else { return [] }
        switch self {
        case .interquartileRange(let factor, let sparesTails):
            let percentiles = Percentiles(values)
            let (low, high) = (percentiles.value(at: 25), percentiles.value(at: 75))
            var (lower, upper) = (low - factor * (high - low), high + factor * (high - low))
            if sparesTails {
                lower = min(lower, percentiles.value(at: 1))
                upper = max(upper, percentiles.value(at: 99))
            }
            return values.map { $0 < lower || $0 > upper }
        case .kSigma(let k):
            let mean = SampleSummary.mean(of: values)
            let limit = k * SampleSummary.populationDeviation(of: values)
            return values.map { ($0 - mean).magnitude > limit }
        }
    }

    /// The values that are no outliers, in their order.
    package func inliers(of values: [Double]) -> [Double] {
        zip(values, outliers(in: values)).filter { !$1 }.map(\.0)
    }
}
