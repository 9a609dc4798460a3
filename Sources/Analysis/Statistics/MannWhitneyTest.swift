import Glibc

/// The test of Mann and Whitney: whether one of two samples tends to have larger values than the other.
package struct MannWhitneyTest: Codable, Equatable, Sendable {
    /// What is held against "both come from one population".
    package enum Alternative: Sendable {
        /// The first sample tends to be smaller, to be different, to be larger.
        case less, differs, greater
    }

    package enum Method: String, Codable, Sendable {
        /// All orders counted: up to 50 values a side, up to 25 with ties.
        case exact
        /// The normal approximation, corrected for ties and for continuity.
        case normal
    }

    /// The pairs in which the first sample's value is the larger one, ties counted half.
    package let u: Double
    /// The chance of so extreme a `u` if both samples come from one population.
    package let p: Double
    package let method: Method

    /// Nil where the test says nothing: a side is empty, or all values are equal.
    package init?(_ first: [Double], _ second: [Double], alternative: Alternative = .differs) {
        let ranks = RankSum(first, second)
        let deviation = ranks.deviation
        guard ranks.first > 0, ranks.second > 0, deviation > 0 else { return nil }
        u = ranks.u
        let hasTies = ranks.tieCorrection > 0
        let limit = hasTies ? RankSumDistribution.limitWithTies : RankSumDistribution.limit
        if max(ranks.first, ranks.second) <= limit,
            let distribution = RankSumDistribution(
                first: ranks.first, second: ranks.second, ties: hasTies ? RankSum.ties(first, second) : [])
        {
            method = .exact
            switch alternative {
            case .less: p = distribution.chance(atMost: ranks.u)
            case .greater: p = distribution.chance(atLeast: ranks.u)
            case .differs: p = distribution.chance(asFarAs: ranks.u)
            }
        } else {
            method = .normal
            let distance = ranks.u - ranks.expected
            switch alternative {
            case .less: p = NormalDistribution.cumulative((distance + 0.5) / deviation)
            case .greater: p = NormalDistribution.cumulative(-(distance - 0.5) / deviation)
            case .differs:
                let corrected = max(0, distance.magnitude - 0.5)
                p = min(1, 2 * NormalDistribution.cumulative(-corrected / deviation))
            }
        }
    }
}
