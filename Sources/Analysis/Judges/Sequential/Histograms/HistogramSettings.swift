/// How the judge of histograms decides.
package struct HistogramSettings: Encodable, Hashable, Sendable {
    /// What in a distribution counts as worse.
    package enum Shape: String, Codable, CaseIterable, Sendable {
        /// More requests above bounds near the baseline's median to its 99.9th percentile: also a slow tail.
        case exceedance
        /// Requests slower on the whole; blind to a tail of few.
        case rank
        /// Each for half of the evidence.
        case both
    }

    /// What it has in common with the judge of counts; `panic` and `maximumRate` are not about histograms.
    package var sequential: SequentialSettings
    package var shape = Shape.both
    /// Quantiles of the baseline near which the bounds for slow requests are chosen, ascending.
    package var quantiles = [0.5, 0.75, 0.9, 0.99, 0.999]
    /// A canary whose requests are the slower ones with a chance up to 1/2 and this is no failure.
    package var tolerateShift = 0.03
    /// Proven to be below 1/2 and this is a pass; twice as slow is more in all but very wide distributions.
    package var rejectShift = 0.15
    /// Alternatives, beyond what is tolerated.
    package var shifts = [0.03, 0.06, 0.12, 0.25]
    /// The standard deviation of a side's own shift in one interval.
    package var shiftNoise = 0.02

    /// - Parameter warmUpIntervals: first intervals of new pods that do not count; their caches are cold.
    package init(_ sequential: SequentialSettings = SequentialSettings(), warmUpIntervals: Int = 2) {
        self.sequential = sequential
        self.sequential.warmUpIntervals = warmUpIntervals
    }

    /// The shift up to which a canary is no failure against the baseline that there is.
    var toleratedShift: Double { tolerateShift * sequential.baseline.tolerance }
}
