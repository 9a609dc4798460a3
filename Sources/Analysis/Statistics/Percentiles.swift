/// The percentiles of a sample, interpolated linearly between neighbours: definition 7 of Hyndman and Fan, *Sample
/// Quantiles in Statistical Packages* (1996), which R calls type 7.
package struct Percentiles: Sendable {
    private let sorted: [Double]

    /// Values that are not numbers are left out.
    package init(_ values: [Double]) {
        self.init(sorted: values.filter { !$0.isNaN }.sorted())
    }

    /// - Parameter sorted: in ascending order, without NaN.
    init(sorted: [Double]) {
        self.sorted = sorted
    }

    /// The value below which `percent` of the sample lies; NaN where there are no values.
    package func value(at percent: Double) -> Double {
        guard let last = sorted.last, !percent.isNaN else { return .nan }
        let position = Double(sorted.count - 1) * min(100, max(0, percent)) / 100
        let index = Int(position)
        guard index + 1 < sorted.count, sorted[index] != sorted[index + 1] else {
            return index < sorted.count ? sorted[index] : last
        }
        let (low, high, share) = (sorted[index], sorted[index + 1], position - Double(index))
        let step = high - low
        return step.isFinite ? low + share * step : low * (1 - share) + high * share
    }
}
