/// How much a canary differs from its baseline, in ways that do not depend on the unit.
package enum EffectSize: String, Codable, CaseIterable, Sendable {
    /// The canary's mean over the baseline's.
    case meanRatio
    /// The common language effect size: the chance that a value of the canary is larger than one of the baseline.
    case cles

    /// The size that stands for no difference.
    package var neutral: Double { self == .cles ? 0.5 : 1 }

    /// NaN where it cannot be computed: a side is empty or, for a ratio, a mean is zero.
    package func value(canary: [Double], baseline: [Double]) -> Double {
        switch self {
        case .meanRatio: Self.meanRatio(canary: canary, baseline: baseline)
        case .cles: Self.commonLanguage(canary: canary, baseline: baseline)
        }
    }

    package static func meanRatio(canary: [Double], baseline: [Double]) -> Double {
        let (above, below) = (SampleSummary.mean(of: canary), SampleSummary.mean(of: baseline))
        return above == 0 || below == 0 ? .nan : above / below
    }

    /// The share of pairs in which the canary's value is the larger one, ties counted half (Vargha and Delaney, 2000).
    package static func commonLanguage(canary: [Double], baseline: [Double]) -> Double {
        let ranks = RankSum(canary, baseline)
        return ranks.u / (Double(ranks.first) * Double(ranks.second))
    }

    /// Cohen's d: the distance of the means over the pooled standard deviation.
    package static func cohenD(canary: [Double], baseline: [Double]) -> Double {
        let (canary, baseline) = (SampleSummary(canary), SampleSummary(baseline))
        let squares =
            Double(canary.count - 1) * canary.deviation * canary.deviation
            + Double(baseline.count - 1) * baseline.deviation * baseline.deviation
        let pooled = squares / Double(canary.count + baseline.count - 2)
        return (canary.mean - baseline.mean).magnitude / pooled.squareRoot()
    }
}
