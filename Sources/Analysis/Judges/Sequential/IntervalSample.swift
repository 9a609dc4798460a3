/// How many bad and how many requests in all each side had in one interval.
package struct IntervalSample: Codable, Hashable, Sendable {
    package var canaryBad: Double
    package var canaryTotal: Double
    package var baselineBad: Double
    package var baselineTotal: Double

    /// Counts that cannot be (negative, more bad than all, not finite) are brought to the nearest that can.
    package init(canaryBad: Double, canaryTotal: Double, baselineBad: Double = 0, baselineTotal: Double = 0) {
        self.canaryTotal = Self.count(canaryTotal)
        self.canaryBad = min(Self.count(canaryBad), self.canaryTotal)
        self.baselineTotal = Self.count(baselineTotal)
        self.baselineBad = min(Self.count(baselineBad), self.baselineTotal)
    }

    /// Both sides as one, where they run the same release.
    package var combined: IntervalSample {
        IntervalSample(canaryBad: canaryBad + baselineBad, canaryTotal: canaryTotal + baselineTotal)
    }

    private static func count(_ value: Double) -> Double { value.isFinite ? max(0, value) : 0 }
}

extension Sequence<IntervalSample> {
    /// All intervals together.
    package var total: IntervalSample {
        reduce(IntervalSample(canaryBad: 0, canaryTotal: 0)) { sum, next in
            IntervalSample(
                canaryBad: sum.canaryBad + next.canaryBad, canaryTotal: sum.canaryTotal + next.canaryTotal,
                baselineBad: sum.baselineBad + next.baselineBad, baselineTotal: sum.baselineTotal + next.baselineTotal)
        }
    }
}
