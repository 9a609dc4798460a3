import Analysis
import Support
import Testing

@Suite("The exact shift between two samples")
struct PairwiseDifferencesTests {
    private static let first = [12.1, 9.8, 15.3, 11.7, 13.2, 10.4, 14.9]
    private static let second = [9.1, 8.7, 12.6, 7.9, 10.1, 9.5, 11.2, 8.2]

    @Test("an example whose 56 differences were sorted by numpy")
    func example() throws {
        let differences = try #require(PairwiseDifferences(Self.first, Self.second))
        #expect(differences.count == 56)
        #expect(abs(differences.median - 2.65) < 1e-12)
        let wide = try #require(differences.interval(confidence: 0.98))
        #expect(abs(wide.lower - 0.3) < 1e-12)
        #expect(abs(wide.upper - 5.8) < 1e-12)
        let narrow = try #require(differences.interval(confidence: 0.95))
        #expect(abs(narrow.lower - 0.6) < 1e-12)
        #expect(abs(narrow.upper - 5.3) < 1e-12)
    }

    @Test("the median is that of all differences, sorted")
    func median() throws {
        var random = SplitMix64(seed: 44)
        for _ in 0..<200 {
            let first = random.sample(upTo: 25), second = random.sample(upTo: 25)
            let sorted = first.flatMap { a in second.map { a - $0 } }.sorted()
            let differences = try #require(PairwiseDifferences(first, second))
            let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
            #expect(abs(differences.median - (low + high) / 2) < 1e-14)
        }
    }

    /// The rank of the bounds, from the counts of the recurrence of Mann and Whitney, computed in Python.
    @Test(
        "the bounds are the differences of the critical rank",
        arguments: [(8, 8, 0.98, 10), (8, 8, 0.95, 14), (4, 4, 0.95, 1), (10, 12, 0.98, 25), (5, 5, 0.98, 2)])
    func bounds(_ m: Int, _ n: Int, _ confidence: Double, _ rank: Int) throws {
        // Every pair has a difference of its own, from 0 to mn - 1.
        let first = (0..<m).map { Double($0 * n) }, second = (0..<n).map { Double(-$0) }
        let interval = try #require(
            PairwiseDifferences(first, second)?.interval(confidence: confidence))
        #expect(interval.lower == Double(rank - 1))
        #expect(interval.upper == Double(m * n - rank))
    }

    @Test("samples too small for a confidence have no bounds", arguments: [(3, 3), (1, 1), (1, 40), (2, 8)])
    func tooSmall(_ m: Int, _ n: Int) throws {
        let differences = try #require(
            PairwiseDifferences((0..<m).map(Double.init), (0..<n).map { Double($0) + 0.5 }))
        #expect(differences.interval(confidence: 0.98) == nil)
        #expect(differences.interval(confidence: 1) == nil)
        #expect(differences.interval(confidence: .nan) == nil)
    }

    @Test("the interval holds the shift as often as it says, with ties, too", arguments: [true, false])
    func coverage(_ hasTies: Bool) throws {
        var random = SplitMix64(seed: 45)
        let rounds = 1500
        var held = 0
        for _ in 0..<rounds {
            func draw() -> Double { hasTies ? (random.gaussian() * 2).rounded() : random.gaussian() }
            let first = (0..<12).map { _ in draw() + 7 }, second = (0..<60).map { _ in draw() }
            let interval = try #require(PairwiseDifferences(first, second)?.interval(confidence: 0.9))
            held += interval.lower <= 7 && 7 <= interval.upper ? 1 : 0
        }
        let share = Double(held) / Double(rounds)
        #expect(share > 0.88)
        if !hasTies { #expect(share < 0.93) }
    }

    @Test("numbers whose difference is too large for a number do not trap")
    func huge() throws {
        let huge = Double.greatestFiniteMagnitude
        let differences = try #require(PairwiseDifferences([huge, huge, huge], [-huge, -huge, -huge]))
        #expect(differences.median == .infinity)
        #expect(PairwiseDifferences([1], [.nan]) == nil)
        #expect(PairwiseDifferences([.infinity], [1]) == nil)
        #expect(PairwiseDifferences([], [1]) == nil)
        #expect(PairwiseDifferences([0], [0])?.median.sign == .plus)
        #expect(PairwiseDifferences([-0.0], [0])?.median.sign == .plus)
    }
}
