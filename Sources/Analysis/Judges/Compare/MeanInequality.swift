/// The simplest comparison there is: the larger mean is the higher one.
///
/// It finds a difference in every pair of samples, and serves as the yardstick for judges that should not.
package enum MeanInequality {
    package static func classify(
        canary: [Double], baseline: [Double], direction: CompareSettings.Direction = .either
    ) -> CompareOutcome.Classification {
        guard !canary.isEmpty, !baseline.isEmpty else { return .noData }
        let (ours, theirs) = (SampleSummary.mean(of: canary), SampleSummary.mean(of: baseline))
        if direction.includesIncrease, ours > theirs { return .high }
        if direction.includesDecrease, ours < theirs { return .low }
        return .pass
    }
}
