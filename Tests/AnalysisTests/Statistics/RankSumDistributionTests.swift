import Analysis
import Support
import Testing

@Suite("The exact distribution of U")
struct RankSumDistributionTests {
    /// U of every way of choosing the first sample out of ranks that are shared by ties.
    private static func enumerated(first: Int, ties: [Int]) -> [Double] {
        var ranks: [Double] = []
        for size in ties {
            ranks += [Double](repeating: Double(ranks.count) + Double(size + 1) / 2, count: size)
        }
        let least = Double(first * (first + 1)) / 2
        return (0..<(1 << ranks.count)).filter { $0.nonzeroBitCount == first }.map { chosen in
            ranks.indices.filter { chosen >> $0 & 1 == 1 }.reduce(0) { $0 + ranks[$1] } - least
        }
    }

    @Test("it agrees with counting every order, with and without ties")
    func enumeration() throws {
        var random = SplitMix64(seed: 43)
        for round in 0..<60 {
            var ties: [Int] = []
            while ties.reduce(0, +) < 9 { ties.append(round % 3 == 0 ? 1 : Int.random(in: 1...4, using: &random)) }
            let total = ties.reduce(0, +)
            let first = Int.random(in: 0...total, using: &random)
            let all = Self.enumerated(first: first, ties: ties)
            let distribution = try #require(
                RankSumDistribution(first: first, second: total - first, ties: ties))
            let middle = Double(first * (total - first)) / 2
            for u in stride(from: -0.5, through: 2 * middle + 0.5, by: 0.5) {
                func share(_ isCounted: (Double) -> Bool) -> Double {
                    Double(all.count { isCounted($0) }) / Double(all.count)
                }
                #expect(abs(distribution.chance(atMost: u) - share { $0 <= u }) < 1e-12)
                #expect(abs(distribution.chance(atLeast: u) - share { $0 >= u }) < 1e-12)
                let distance = abs(u - middle)
                #expect(abs(distribution.chance(asFarAs: u) - share { abs($0 - middle) >= distance }) < 1e-12)
            }
        }
    }

    @Test("at the limit it has the moments of theory", arguments: [(50, 50), (50, 1), (37, 50)])
    func moments(_ first: Int, _ second: Int) throws {
        let distribution = try #require(RankSumDistribution(first: first, second: second))
        let (m, n) = (Double(first), Double(second))
        var (mean, square, before) = (0.0, 0.0, 0.0)
        for u in 0...(first * second) {
            let upTo = distribution.chance(atMost: Double(u))
            mean += Double(u) * (upTo - before)
            square += Double(u * u) * (upTo - before)
            before = upTo
        }
        #expect(abs(mean - m * n / 2) < 1e-9 * m * n)
        #expect(abs(square - mean * mean - m * n * (m + n + 1) / 12) < 1e-6 * m * n)
    }

    @Test("the tails are exact to the last digits")
    func tails() throws {
        let distribution = try #require(RankSumDistribution(first: 50, second: 50))
        // One order of C(100, 50) = 100891344545564193334812497256 has U = 0, and as many have U = 2500.
        let one = 1 / 1.008_913_445_455_641_9e29
        #expect(abs(distribution.chance(atMost: 0) / one - 1) < 1e-12)
        #expect(abs(distribution.chance(atLeast: 2500) / one - 1) < 1e-12)
    }

    @Test("there is none for samples above the limit, or for ties that do not add up")
    func limits() {
        #expect(RankSumDistribution(first: 51, second: 5) == nil)
        #expect(RankSumDistribution(first: -1, second: 5) == nil)
        #expect(RankSumDistribution(first: .max, second: .max) == nil)
        #expect(RankSumDistribution(first: 2, second: 2, ties: [2, 3]) == nil)
        #expect(RankSumDistribution(first: 2, second: 2, ties: [.max, .max]) == nil)
        #expect(RankSumDistribution(first: 2, second: 2, ties: [5, -1]) == nil)
        #expect(RankSumDistribution(first: 0, second: 0)?.chance(atMost: 0) == 1)
    }
}
