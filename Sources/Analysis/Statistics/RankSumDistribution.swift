/// The exact distribution of the Mann-Whitney statistic U where both samples come from one population.
///
/// Without ties from the generating function of Mann and Whitney (1947), with them by counting group for group after
/// Klotz, *The Wilcoxon, Ties, and the Computer* (1966). Meant for small samples: the work grows with the square of
/// the product of their sizes.
package struct RankSumDistribution: Sendable {
    /// Sizes up to which counting is cheap, and the normal approximation is not yet good.
    package static let limit = 50
    package static let limitWithTies = 25

    /// How many of the equally likely orders have each value of U, which is the index over `scale`.
    private let orders: [Double]
    /// 2 where ties make halves possible.
    private let scale: Double
    private let total: Double
    private let middle: Double

    /// Nil for samples above the limit.
    ///
    /// - Parameter ties: the size of each group of equal values, in their ascending order; empty where no two are equal.
    package init?(first: Int, second: Int, ties: [Int] = []) {
        guard (0...Self.limit).contains(first), (0...Self.limit).contains(second) else { return nil }
        if ties.contains(where: { $0 > 1 }) {
            guard ties.allSatisfy({ (1...first + second).contains($0) }), ties.reduce(0, +) == first + second else {
                return nil
            }
            orders = Self.count(first, second, groups: ties)
            scale = 2
        } else {
            orders = Self.count(min(first, second), max(first, second))
            scale = 1
        }
        total = orders.reduce(0, +)
        middle = Double(first) * Double(second) / 2
    }

    /// The chance of a value of at most `u`.
    package func chance(atMost u: Double) -> Double {
        sum(orders.indices.lazy.filter { Double($0) / scale <= u })
    }

    /// The chance of a value of at least `u`.
    package func chance(atLeast u: Double) -> Double {
        sum(orders.indices.lazy.filter { Double($0) / scale >= u })
    }

    /// The chance of a value that is as far from the expected one as `u`, on either side.
    ///
    /// With ties the distribution need not be symmetric, so this is not twice the chance of one side.
    package func chance(asFarAs u: Double) -> Double {
        let distance = (u - middle).magnitude
        return sum(orders.indices.lazy.filter { (Double($0) / scale - middle).magnitude >= distance })
    }

    /// How many of the smallest values together have a chance of at most `tail`; meant for a distribution without ties.
    func values(below tail: Double) -> Int {
        var sum = 0.0
        for (index, order) in orders.enumerated() {
            sum += order
            if sum / total > tail { return index }
        }
        return orders.count
    }

    private func sum(_ indices: some Sequence<Int>) -> Double {
        min(1, indices.reduce(0) { $0 + orders[$1] } / total)
    }

    /// The coefficients of ∏ (1 - q^(n+i)) / (1 - q^i) for i = 1 … m; the upper half mirrors the lower one.
    private static func count(_ m: Int, _ n: Int) -> [Double] {
        let last = m * n
        var orders = [Double](repeating: 0, count: last / 2 + 1)
        orders[0] = 1
        for i in stride(from: 1, through: m, by: 1) {
            for u in stride(from: orders.count - 1, through: n + i, by: -1) { orders[u] -= orders[u - n - i] }
            for u in stride(from: i, to: orders.count, by: 1) { orders[u] += orders[u - i] }
        }
        return (0...last).map { orders[min($0, last - $0)] }
    }

    /// Group for group: how many ways there are to give the first sample so many of the values so far and have 2U there.
    private static func count(_ m: Int, _ n: Int, groups: [Int]) -> [Double] {
        let width = 2 * m * n + 1
        var ways = [Double](repeating: 0, count: (m + 1) * width)
        ways[0] = 1
        var seen = 0
        for size in groups {
            let choices = binomials(size)
            // From the fullest first sample down, so that each row is read before what is added to it.
            for used in (max(0, seen - n)...min(m, seen)).reversed() {
                let below = seen - used
                let fewest = max(1, size - (n - below))
                for taken in stride(from: fewest, through: min(size, m - used), by: 1) {
                    let step = taken * (2 * below + size - taken)
                    let (from, to, factor) = (used * width, (used + taken) * width + step, choices[taken])
                    ways.withUnsafeMutableBufferPointer { ways in
                        for u in 0...(2 * used * below) { ways[to + u] += ways[from + u] * factor }
                    }
                }
            }
            seen += size
        }
        return Array(ways[(m * width)...])
    }

    private static func binomials(_ n: Int) -> [Double] {
        var row = [1.0]
        for k in stride(from: 1, through: n, by: 1) {
            row.append((row[k - 1] * Double(n - k + 1) / Double(k)).rounded())
        }
        return row
    }
}
