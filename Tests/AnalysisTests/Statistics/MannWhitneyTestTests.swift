import Analysis
import Support
import Testing

@Suite("The Mann-Whitney test")
struct MannWhitneyTestTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let first: [Double], second: [Double]
        let method: MannWhitneyTest.Method
        let u: Double, less: Double, differs: Double, greater: Double
    }

    static let rows = [
        Row(
            testDescription: "small, without ties: scipy.stats.mannwhitneyu, exact",
            first: [12.1, 9.8, 15.3, 11.7, 13.2, 10.4, 14.9], second: [9.1, 8.7, 12.6, 7.9, 10.1, 9.5, 11.2, 8.2],
            method: .exact, u: 49, less: 0.995_337_995_337_995_4, differs: 0.013_986_013_986_013_986,
            greater: 0.006_993_006_993_006_993),
        Row(
            testDescription: "45 against 50 without ties: scipy.stats.mannwhitneyu, exact",
            first: (0..<45).map { Double($0) * 1.5 }, second: (0..<50).map { Double($0) * 1.31 + 6.05 },
            method: .exact, u: 958, less: 0.107_838_762_388_802_4, differs: 0.215_677_524_777_604_8,
            greater: 0.893_540_119_398_427_1),
        Row(
            testDescription: "small, with ties: all 1,716 orders counted",
            first: [3, 5, 5, 7, 9, 2], second: [1, 3, 3, 5, 6, 2, 2], method: .exact, u: 31,
            less: 0.938_811_188_811_188_9, differs: 0.167_249_417_249_417_25, greater: 0.086_247_086_247_086_24),
        Row(
            testDescription: "halves: all 462 orders counted",
            first: [1, 1, 2, 2, 2], second: [2, 3, 3, 3, 1, 4], method: .exact, u: 5.5,
            less: 0.064_935_064_935_064_93, differs: 0.119_047_619_047_619_04, greater: 0.987_012_987_012_987),
        Row(
            testDescription: "a lopsided distribution, where twice the smaller side would be no chance",
            first: [0, 0, 0, 0, 4, 1], second: [0, 0, 0, 0, 0, 0, 0], method: .exact, u: 28, less: 1,
            differs: 0.192_307_692_307_692_32, greater: 0.192_307_692_307_692_32),
        Row(
            testDescription: "large, with some ties: scipy.stats.mannwhitneyu, asymptotic",
            first: (1...60).map { Double($0 * $0 % 101) }, second: (1...55).map { Double($0 * $0 * 3 % 103 + 4) },
            method: .normal, u: 1346.5, less: 0.044_879_997_357_185_515, differs: 0.089_759_994_714_371_03,
            greater: 0.955_647_116_130_322),
        Row(
            testDescription: "above the limit for ties: scipy.stats.mannwhitneyu, asymptotic",
            first: (0..<40).map { Double($0 % 7) }, second: (0..<30).map { Double($0 * 3 % 5 + 1) },
            method: .normal, u: 573, less: 0.375_062_169_414_748_4, differs: 0.750_124_338_829_496_8,
            greater: 0.629_486_394_590_818_5),
    ]

    @Test("p values", arguments: rows)
    func p(_ row: Row) throws {
        for (alternative, expected) in [
            (MannWhitneyTest.Alternative.less, row.less), (.differs, row.differs), (.greater, row.greater),
        ] {
            let test = try #require(MannWhitneyTest(row.first, row.second, alternative: alternative))
            #expect(test.u == row.u)
            #expect(test.method == row.method)
            #expect(abs(test.p - expected) < 1e-13, "\(alternative)")
        }
    }

    @Test("swapping the samples mirrors the test")
    func swapped() throws {
        var random = SplitMix64(seed: 41)
        for _ in 0..<300 {
            let first = random.sample(upTo: 40), second = random.sample(upTo: 40)
            guard let test = MannWhitneyTest(first, second) else {
                #expect(MannWhitneyTest(second, first) == nil)
                continue
            }
            let mirrored = try #require(MannWhitneyTest(second, first))
            #expect(abs(test.p - mirrored.p) < 1e-12)
            #expect(test.u + mirrored.u == Double(first.count * second.count))
            let less = try #require(MannWhitneyTest(first, second, alternative: .less))
            let greater = try #require(MannWhitneyTest(second, first, alternative: .greater))
            #expect(abs(less.p - greater.p) < 1e-12)
        }
    }

    @Test("the exact and the normal p value are close where they meet")
    func continuity() throws {
        var random = SplitMix64(seed: 42)
        for shift in [0.0, 0.2, 0.5] {
            let first = (0..<50).map { _ in random.unit() + shift }
            let second = (0..<50).map { _ in random.unit() }
            let exact = try #require(MannWhitneyTest(first, second))
            let normal = try #require(MannWhitneyTest(first + [0.5 + shift / 2], second))
            #expect(exact.method == .exact)
            #expect(normal.method == .normal)
            #expect(abs(exact.p - normal.p) < 0.03)
        }
    }

    @Test("it says nothing about an empty side or about values that are all equal")
    func nothing() {
        #expect(MannWhitneyTest([], [1]) == nil)
        #expect(MannWhitneyTest([1], []) == nil)
        #expect(MannWhitneyTest([2, 2], [2, 2, 2]) == nil)
        #expect(MannWhitneyTest([.nan], [.nan]) == nil)
        #expect(MannWhitneyTest([1], [2])?.p == 1)
    }

    @Test("values that are not finite keep their order and never trap")
    func notFinite() throws {
        let test = try #require(MannWhitneyTest([.infinity, 1, 2], [-.infinity, 0, 1]))
        #expect(test.u == 8.5)
        #expect((0...1).contains(test.p))
        #expect(MannWhitneyTest([.nan, .infinity], [1, 2])?.u == 4)
    }

    @Test("hundreds of thousands of equal values are no trouble")
    func huge() throws {
        let first = [Double](repeating: 1, count: 150_000) + [2]
        let second = [Double](repeating: 1, count: 150_000)
        let test = try #require(MannWhitneyTest(first, second))
        #expect(test.method == .normal)
        #expect((0...1).contains(test.p))
    }
}
