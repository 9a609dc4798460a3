import Analysis
import Support
import Testing

@Suite("The standardized rank sum and its roots")
struct RankSumCurveTests {
    @Test("the roots are those of the exact order statistics, to the search's tolerance")
    func estimate() throws {
        var random = SplitMix64(seed: 46)
        for _ in 0..<100 {
            let first = (0..<Int.random(in: 6...30, using: &random)).map { _ in random.gaussian() * 10 + 3 }
            let second = (0..<Int.random(in: 6...30, using: &random)).map { _ in random.gaussian() * 10 }
            let curve = try #require(RankSumCurve(first, second))
            let sorted = first.flatMap { a in second.map { a - $0 } }.sorted()
            let middle = sorted.count / 2
            let estimate = try curve.estimate()
            // Between the neighbours of the median the staircase is as near to zero, with its correction of ½.
            #expect(estimate > sorted[max(0, middle - 2)] - 2e-4)
            #expect(estimate < sorted[min(sorted.count - 1, middle + 1)] + 2e-4)
            let interval = try curve.interval(confidence: 0.9)
            #expect(interval.lower < estimate)
            #expect(interval.upper > estimate)
        }
    }

    @Test("it falls from one side of the shift to the other")
    func monotone() throws {
        let curve = try #require(RankSumCurve([4, 6, 9, 11, 15], [1, 2, 6, 7]))
        var last = Double.infinity
        for shift in stride(from: curve.minimum - 1, through: curve.maximum + 1, by: 0.25) {
            let value = try curve.value(at: shift)
            #expect(value <= last)
            last = value
        }
        #expect(try curve.value(at: curve.minimum - 1) > 0)
        #expect(try curve.value(at: curve.maximum + 1) < 0)
    }

    /// By hand: the first value is the larger one in 12 of 15 pairs, so 12 - 7.5, less ½ for continuity, over √(15·9/12).
    @Test("a value computed by hand")
    func value() throws {
        let curve = try #require(RankSumCurve([5, 7, 8, 3, 9], [1, 4, 6]))
        #expect(abs(try curve.value(at: 0) - (12 - 7.5 - 0.5) / (15.0 * 9 / 12).squareRoot()) < 1e-15)
        #expect(abs(try curve.value(at: 0, quantile: 1) - ((12 - 8) / 11.25.squareRoot() - 1)) < 1e-15)
    }

    @Test("where all values are equal at a shift, it says so")
    func allTied() throws {
        let curve = try #require(RankSumCurve([3], [1]))
        #expect(throws: RankSumCurve.AllTied.self) { try curve.estimate() }
        #expect(RankSumCurve([], [1]) == nil)
    }

    @Test("nothing that a backend may send traps")
    func hostile() {
        var random = SplitMix64(seed: 47)
        for _ in 0..<300 {
            guard let curve = RankSumCurve(random.hostileSample(), random.hostileSample()) else { continue }
            _ = try? curve.estimate()
            _ = try? curve.interval(confidence: 0.98)
        }
    }
}
