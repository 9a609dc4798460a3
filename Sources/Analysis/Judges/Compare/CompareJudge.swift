/// Compares the values of one metric of the canary with those of the baseline, for metrics that are no counts: gauges,
/// percentiles, rates without their requests.
///
/// It may be asked once per release, or as often as `settings.judgements` says: every further look finds another
/// difference by chance.
package struct CompareJudge: Sendable {
    package var metric: String
    package var settings: CompareSettings

    package init(metric: String, settings: CompareSettings = CompareSettings()) {
        self.metric = metric
        self.settings = settings
    }

    /// - Parameters:
    ///   - canary: the values of the window, in any order; NaN where the backend said so.
    ///   - baseline: those of the same window, or of that of the release before.
    package func judge(canary: [Double], baseline: [Double]) -> CompareOutcome {
        let comparison = Comparison(metric: metric, settings: settings, canary: canary, baseline: baseline)
        return switch settings.mode {
        case .exact: comparison.exact()
        case .kayenta: comparison.kayenta()
        case .pipecd: comparison.pipecd()
        }
    }
}
