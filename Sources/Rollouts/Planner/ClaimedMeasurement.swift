package import Analysis

/// Which measurement of a stage is meant: a metric's, for one time of its grid.
package struct MeasurementKey: Hashable, Sendable {
    package let analysis: AnalysisRequest.ID
    package let metric: String
    package let time: Timestamp

    package init(analysis: AnalysisRequest.ID, metric: String, time: Timestamp) {
        self.analysis = analysis
        self.metric = metric
        self.time = time
    }
}

/// A measurement that can be made once only: claimed in the stage's note before it is made, so that no two agents make
/// it, and recorded there afterwards.
package enum ClaimedMeasurement: Hashable, Sendable {
    /// By whom; without a result for good where that one was stopped.
    case claimed(by: String)
    case measured(Measurement.Reading)
    /// Made without a result.
    case missed(MetricFailure)
}
