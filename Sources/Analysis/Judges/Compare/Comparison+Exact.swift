extension Comparison {
    /// The interval of the shift, from its exact order statistics, against a margin that people can picture.
    ///
    /// It does not depend on the unit, and with too few values it says so: with three on a side every canary would pass.
    func exact() -> CompareOutcome {
        if hasInfinity { return CompareOutcome(self, .error, .infiniteValue) }
        guard !canary.isEmpty, !baseline.isEmpty else { return CompareOutcome(self, .noData, .noData) }
        let confidence = settings.confidencePerJudgement
        guard min(canary.count, baseline.count) >= settings.minimumPoints,
            let differences = PairwiseDifferences(canary, baseline),
            let interval = differences.interval(confidence: confidence)
        else { return compared(.noData, .tooFewPoints) }
        return judged(
            by: interval, estimate: differences.median,
            bound: settings.toleratedShift(median: baselineSide.summary.median), confidence: confidence)
    }
}
