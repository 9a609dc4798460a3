extension Comparison {
    /// Kayenta's `NetflixACAJudge-v1.0`, step for step.
    ///
    /// Its oddities belong to it: a root that is found to 1e-4 of whatever unit, a bound that is a share of the shift
    /// itself, a single value on each side that cannot be tested, and errors that the score ignores.
    func kayenta() -> CompareOutcome {
        if canary.isEmpty || baseline.isEmpty { return withoutData }
        if hasInfinity { return CompareOutcome(self, .error, .infiniteValue) }
        if isConstant || canary.sorted() == baseline.sorted() {
            return CompareOutcome(self, .pass, .identical, deviation: 1)
        }
        var comparison = self
        let isNoiseNeeded = Set(canary).count == 1 && Set(baseline).count == 1
        if isNoiseNeeded { comparison.addNoise() }
        do throws(RankSumCurve.AllTied) {
            guard let curve = RankSumCurve(comparison.canary, comparison.baseline) else { return withoutData }
            let interval = try curve.interval(confidence: settings.confidencePerWindow)
            let estimate = try curve.estimate()
            return comparison.judged(
                by: interval, estimate: estimate, bound: settings.tolerance * estimate.magnitude,
                confidence: settings.confidencePerWindow, hasNoise: isNoiseNeeded)
        } catch {
            return CompareOutcome(self, .error, .allTied)
        }
    }

    private var withoutData: CompareOutcome {
        guard settings.nanStrategy == .remove else {
            return CompareOutcome(self, .pass, .nothingToCompare, deviation: 1)
        }
        return settings.mustHaveData && !settings.isCritical
            ? CompareOutcome(self, .missingRequired, .noData, deviation: 1)
            : CompareOutcome(self, .noData, .noData, deviation: 1, isCriticalFailure: settings.isCritical)
    }
}
