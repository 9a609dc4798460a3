/// Two samples in one order: what the Mann-Whitney test knows of them.
package struct RankSum: Equatable, Sendable {
    /// The sizes of the samples.
    package let first: Int
    package let second: Int
    /// The number of pairs in which the first sample's value is the larger one, ties counted half.
    ///
    /// It is the sum of the first sample's ranks, ties sharing their average rank, less n(n + 1)/2.
    package let u: Double
    /// The sum of t³ - t over all groups of t equal values; zero where no two are equal.
    package let tieCorrection: Double

    /// Values that are not numbers have the highest rank.
    package init(_ first: [Double], _ second: [Double]) {
        self.init(sortedFirst: Self.sorted(first), sortedSecond: Self.sorted(second))
    }

    /// - Parameter shift: is subtracted from each value of the first sample.
    init(sortedFirst: [Double], sortedSecond: [Double], shift: Double = 0) {
        var (u, ties, below) = (0.0, 0.0, 0.0)
        Self.forEachGroup(sortedFirst, sortedSecond, shift: shift) { first, second in
            u += Double(first) * (below + Double(second) / 2)
            below += Double(second)
            // As Double: the third power of a million does not fit an integer.
            let size = Double(first + second)
            ties += size * size * size - size
        }
        first = sortedFirst.count
        second = sortedSecond.count
        self.u = u
        tieCorrection = ties
    }

    /// The expectation of `u` if both samples come from one population.
    package var expected: Double { Double(first) * Double(second) / 2 }

    /// The standard deviation of `u` then, corrected for ties; zero where all values are equal.
    package var deviation: Double {
        let (m, n) = (Double(first), Double(second))
        guard m + n > 1 else { return 0 }
        let variance = (m * n / 12) * ((m + n + 1) - tieCorrection / ((m + n) * (m + n - 1)))
        return variance > 0 ? variance.squareRoot() : 0
    }

    /// The sizes of all groups of equal values, in ascending order of the values.
    static func ties(_ first: [Double], _ second: [Double]) -> [Int] {
        var sizes: [Int] = []
        forEachGroup(sorted(first), sorted(second), shift: 0) { sizes.append($0 + $1) }
        return sizes
    }

    static func sorted(_ values: [Double]) -> [Double] {
        values.map { $0.isNaN ? .infinity : $0 }.sorted()
    }

    /// Calls `body` with the number of values of each side in each group of equal values, in ascending order.
    private static func forEachGroup(
        _ first: [Double], _ second: [Double], shift: Double, _ body: (Int, Int) -> Void
    ) {
        func shifted(_ index: Int) -> Double {
            let value = first[index] - shift
            return value.isNaN ? .infinity : value
        }
        var (left, right) = (0, 0)
        while left < first.count || right < second.count {
            let (leftStart, rightStart) = (left, right)
            let value: Double
            if right == second.count {
                value = shifted(left)
            } else if left == first.count {
                value = second[right]
            } else {
                value = min(shifted(left), second[right])
            }
            while left < first.count, shifted(left) == value { left += 1 }
            while right < second.count, second[right] == value { right += 1 }
            body(left - leftStart, right - rightStart)
        }
    }
}
