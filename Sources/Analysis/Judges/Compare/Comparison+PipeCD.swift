extension Comparison {
    /// PipeCD's comparison: acceptable where the p value is above 0.05.
    ///
    /// With ties, PipeCD's two-sided p value is twice the chance of the smaller side, which can come out as zero; here it
    /// is the chance of a U as far from the expected one.
    func pipecd() -> CompareOutcome {
        if canarySide.points == 0, baselineSide.points == 0 { return CompareOutcome(self, .pass, .nothingToCompare) }
        if canarySide.points == 0 || baselineSide.points == 0 { return CompareOutcome(self, .error, .noData) }
        if canarySide.missing + baselineSide.missing > 0 { return CompareOutcome(self, .noData, .notANumber) }
        if hasInfinity { return CompareOutcome(self, .error, .infiniteValue) }
        let alternative: MannWhitneyTest.Alternative =
            switch settings.direction {
            case .increase: .greater
            case .decrease: .less
            case .either: .differs
            }
        guard let test = MannWhitneyTest(canary, baseline, alternative: alternative) else {
            return compared(.pass, .identical, alternative: alternative)
        }
        guard test.p <= Self.significance * settings.shareOfEarlier else {
            return compared(.pass, .notSignificant, alternative: alternative)
        }
        let isHigh = test.u > Double(canary.count) * Double(baseline.count) / 2
        return compared(isHigh ? .high : .low, isHigh ? .higher : .lower, alternative: alternative)
    }

    private static let significance = 0.05
}
