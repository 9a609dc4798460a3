/// All differences between a value of one sample and a value of another, without making them.
///
/// Their median is the estimate of Hodges and Lehmann (1963) of how far the first sample is shifted against the second;
/// two of their order statistics bound that shift.
package struct PairwiseDifferences: Sendable {
    private let first: [Double]
    private let second: [Double]
    /// The number of pairs.
    package let count: Int

    /// Nil where a side is empty or has a value that is not finite.
    package init?(_ first: [Double], _ second: [Double]) {
        guard !first.isEmpty, !second.isEmpty, first.allSatisfy(\.isFinite), second.allSatisfy(\.isFinite) else {
            return nil
        }
        let (count, overflow) = first.count.multipliedReportingOverflow(by: second.count)
        guard !overflow else { return nil }
        self.first = first.sorted()
        self.second = second.sorted()
        self.count = count
    }

    /// The estimate of Hodges and Lehmann.
    package var median: Double {
        let (low, high) = (ordered((count + 1) / 2), ordered(count / 2 + 1))
        return low == high ? low : low / 2 + high / 2
    }

    /// The bounds of the shift; nil where the samples are too small for such a confidence.
    ///
    /// They are those of the test without ties. With ties the closed interval holds the shift at least as often (Noether,
    /// *Wilcoxon Confidence Intervals for Location Parameters in the Discrete Case*, 1967).
    package func interval(confidence: Double) -> (lower: Double, upper: Double)? {
        let rank = criticalRank(tail: (1 - confidence) / 2)
        guard rank >= 1 else { return nil }
        return (ordered(rank), ordered(count + 1 - rank))
    }

    /// How many differences the lower bound is above, at most: the largest k such that U < k has chance `tail` or less.
    private func criticalRank(tail: Double) -> Int {
        guard tail > 0, tail < 0.5 else { return 0 }
        if let distribution = RankSumDistribution(first: first.count, second: second.count) {
            return distribution.values(below: tail)
        }
        let (m, n) = (Double(first.count), Double(second.count))
        let deviation = (m * n * (m + n + 1) / 12).squareRoot()
        let limit = m * n / 2 + NormalDistribution.quantile(tail) * deviation - 0.5
        return limit >= 0 && limit < Double(count) ? Int(limit) + 1 : 0
    }

    /// The k-th smallest difference, from 1 up, found by halving the range of numbers that it can be.
    func ordered(_ k: Int) -> Double {
        guard let (smallest, largest) = range else { return .nan }
        var (low, high) = (Self.position(of: smallest), Self.position(of: largest))
        while low < high {
            let middle = low + (high - low) / 2
            if number(atMost: Self.number(at: middle)) >= k { high = middle } else { low = middle + 1 }
        }
        // A negative zero is found before the positive one that it equals.
        return Self.number(at: low) + 0
    }

    private var range: (Double, Double)? {
        guard let low = first.first, let high = first.last, let least = second.first, let most = second.last else {
            return nil
        }
        return (low - most, high - least)
    }

    /// How many differences are at most `limit`; both samples are walked once.
    private func number(atMost limit: Double) -> Int {
        var (number, skipped) = (0, 0)
        for value in first {
            while skipped < second.count, value - second[skipped] > limit { skipped += 1 }
            number += second.count - skipped
        }
        return number
    }

    /// The place of a number among all, such that larger numbers have larger places.
    private static func position(of number: Double) -> UInt64 {
        let bits = number.bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }

    private static func number(at position: UInt64) -> Double {
        Double(bitPattern: position >> 63 == 1 ? position & ~(1 << 63) : ~position)
    }
}
