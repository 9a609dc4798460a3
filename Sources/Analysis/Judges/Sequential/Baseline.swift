/// What a canary's requests are compared with.
package enum Baseline: String, Codable, CaseIterable, Sendable {
    /// Stable, at the same time: what happens to both is no difference.
    case concurrent
    /// What served before the release, in an earlier window: a change of the times looks like one of the release, so
    /// that more is tolerated.
    case previous

    /// What a tolerated difference is multiplied by.
    package var tolerance: Double { self == .previous ? 1.5 : 1 }

    /// Whose requests they are, as sentences name them.
    var possessive: String { self == .previous ? "those before the release" : "stable's" }
}

extension IntervalSample {
    /// The canary's intervals, each beside the one that lay as long after the beginning of an earlier window.
    ///
    /// Where that window was shorter nothing is compared: the same requests twice would be evidence that nobody has.
    package static func pairing(_ canary: [IntervalSample], withEarlier earlier: [IntervalSample]) -> [IntervalSample] {
        canary.enumerated().map { position, sample in
            let before = position < earlier.count ? earlier[position] : IntervalSample(canaryBad: 0, canaryTotal: 0)
            // Everything that served then: the release was not there yet.
            return IntervalSample(
                canaryBad: sample.canaryBad, canaryTotal: sample.canaryTotal,
                baselineBad: before.combined.canaryBad, baselineTotal: before.combined.canaryTotal)
        }
    }
}
