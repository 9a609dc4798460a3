/// The values of one metric, made ready for being compared.
struct Comparison {
    let metric: String
    let settings: CompareSettings
    private(set) var canary: [Double]
    private(set) var baseline: [Double]
    let canarySide: CompareOutcome.Side
    let baselineSide: CompareOutcome.Side

    init(metric: String, settings: CompareSettings, canary: [Double], baseline: [Double]) {
        self.metric = metric
        self.settings = settings
        (self.canary, canarySide) = Self.prepared(canary, settings)
        (self.baseline, baselineSide) = Self.prepared(baseline, settings)
    }

    private static func prepared(
        _ given: [Double], _ settings: CompareSettings
    ) -> (values: [Double], side: CompareOutcome.Side) {
        let isPipeCD = settings.mode == .pipecd
        let numbers =
            settings.nanStrategy == .remove || isPipeCD
            ? given.filter { !$0.isNaN } : given.map { $0.isNaN ? 0 : $0 }
        var values = numbers
        if settings.outliers.strategy == .remove, !isPipeCD {
            values = OutlierDetector.interquartileRange(factor: settings.outliers.outlierFactor, sparesTails: true)
                .inliers(of: values)
        }
        return (
            values,
            CompareOutcome.Side(
                points: given.count, missing: given.count { $0.isNaN }, outliers: numbers.count - values.count,
                summary: SampleSummary(values))
        )
    }

    var hasInfinity: Bool { (canary + baseline).contains(where: \.isInfinite) }

    /// All values of both sides are equal.
    var isConstant: Bool {
        guard let value = canary.first ?? baseline.first else { return false }
        return (canary + baseline).allSatisfy { $0 == value }
    }

    /// Makes the values of a side differ that are all the same.
    mutating func addNoise() {
        var noise = ConstantNoise()
        canary = canary.map { noise.added(to: $0) }
        baseline = baseline.map { noise.added(to: $0) }
    }

    /// An outcome of two samples that were compared, with all that is known about them.
    func compared(
        _ classification: CompareOutcome.Classification, _ reason: CompareOutcome.Reason,
        shift: CompareOutcome.Shift? = nil, alternative: MannWhitneyTest.Alternative = .differs,
        hasNoise: Bool = false, isCriticalFailure: Bool = false
    ) -> CompareOutcome {
        CompareOutcome(
            self, classification, reason, shift: shift,
            test: MannWhitneyTest(canary, baseline, alternative: alternative), effectSize: effectSize,
            deviation: EffectSize.meanRatio(canary: canary, baseline: baseline), hasNoise: hasNoise,
            isCriticalFailure: isCriticalFailure)
    }

    var effectSize: Double { settings.effectSize.measure.value(canary: canary, baseline: baseline) }
}

/// What the interval of a shift says, the same for the exact judge and for Kayenta's.
extension Comparison {
    func judged(
        by interval: (lower: Double, upper: Double), estimate: Double, bound: Double, confidence: Double,
        hasNoise: Bool = false
    ) -> CompareOutcome {
        let shift = CompareOutcome.Shift(interval, estimate: estimate, confidence: confidence, bound: bound)
        let (isAbove, isBelow) = (interval.lower > bound, interval.upper < -bound)
        let isHigh = isAbove && settings.direction.includesIncrease
        let isLow = isBelow && settings.direction.includesDecrease
        let limits = settings.effectSize
        if isHigh, reaches(limits.allowedIncrease, >=) {
            return compared(
                .high, .higher, shift: shift, hasNoise: hasNoise,
                isCriticalFailure: settings.isCritical && reaches(limits.criticalIncrease, >=))
        }
        if isLow, reaches(limits.allowedDecrease, <=) {
            return compared(
                .low, .lower, shift: shift, hasNoise: hasNoise,
                isCriticalFailure: settings.isCritical && reaches(limits.criticalDecrease, <=))
        }
        let reason: CompareOutcome.Reason =
            if isHigh || isLow {
                .smallEffect
            } else if isAbove || isBelow {
                .harmlessDirection
            } else if settings.mode == .exact, isWithin(bound, interval) {
                .withinMargin
            } else {
                .notSignificant
            }
        return compared(.pass, reason, shift: shift, hasNoise: hasNoise)
    }

    /// Whether the effect is as large as a limit, which is ignored where the effect cannot be computed.
    private func reaches(_ limit: Double?, _ compare: (Double, Double) -> Bool) -> Bool {
        guard let limit = limit ?? (settings.mode == .kayenta ? settings.effectSize.measure.neutral : nil) else {
            return true
        }
        let effect = effectSize
        return effect.isNaN || compare(effect, limit)
    }

    private func isWithin(_ bound: Double, _ interval: (lower: Double, upper: Double)) -> Bool {
        (!settings.direction.includesIncrease || interval.upper <= bound)
            && (!settings.direction.includesDecrease || interval.lower >= -bound)
    }
}
