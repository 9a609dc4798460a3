import Analysis
import Support
import Testing

/// The numbers of PipeCD's own tests, but for the one that its two-sided test with ties gets wrong.
@Suite("The compare judge agrees with PipeCD", .enabled(if: SharedFolder.has("vectors/pipecd.json")))
struct PipeCDVectorTests {
    struct MannWhitney: Decodable, Sendable, CustomTestStringConvertible {
        /// Numbers, or how to make them.
        enum Sample: Decodable, Sendable {
            case values([Double])
            case recipe(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let values = try? container.decode([Double].self) {
                    self = .values(values)
                } else {
                    self = .recipe(try container.decode(String.self))
                }
            }

            var values: [Double] {
                let l1 = (0..<500).map { Double(2 * $0) }
                let l2 = (0..<600).map { Double(2 * $0 - 41) }
                switch self {
                case .values(let values): return values
                case .recipe("[2*i for i in 0..<500]"): return l1
                case .recipe("[2*i-41 for i in 0..<600]"): return l2
                case .recipe("l2 with first 30 replaced by l1[0..<30]"): return Array(l1[..<30] + l2[30...])
                case .recipe: return []
                }
            }
        }

        let name: String
        var testDescription: String { name }
        let x1: Sample, x2: Sample
        let U: Double
        let pLess: Double, pDiffers: Double, pGreater: Double
        let note: String?
    }

    struct UDistribution: Decodable, Sendable {
        let N1: Int
        let T: [Int]
        let uQt_cdf: [[Double]]
        let tol: Double
    }

    struct Compare: Decodable, Sendable {
        let name: String
        let experiment: [Double], control: [Double]
        let deviation: String
        let expected: Bool, error: Bool
    }

    struct Threshold: Decodable, Sendable {
        let name: String
        let min: Double?, max: Double?
        let points: [Double]?
        let expected: Bool, error: Bool
    }

    struct File: Decodable, Sendable {
        let mannWhitney: [MannWhitney]
        let uDistribution: [UDistribution]
        let compare: [Compare]
        let threshold: [Threshold]
    }

    static let file = VectorFile.decode(File.self, from: "pipecd.json")

    @Test("every section has cases")
    func sections() throws {
        let file = try #require(Self.file)
        let counts = [
            file.mannWhitney.count, file.uDistribution.count, file.compare.count, file.threshold.count,
        ]
        #expect(counts.allSatisfy { $0 > 0 })
    }

    @Test("p values", arguments: file?.mannWhitney ?? [])
    func mannWhitney(_ row: MannWhitney) throws {
        let (first, second) = (row.x1.values, row.x2.values)
        try #require(!first.isEmpty && !second.isEmpty)
        let differs = try #require(MannWhitneyTest(first, second))
        #expect(differs.u == row.U)
        // A chance of zero is impossible; it is the known error.
        if row.pDiffers > 0 { #expect(abs(differs.p - row.pDiffers) <= 1e-13) } else { #expect(differs.p > 0) }
        #expect(abs(try #require(MannWhitneyTest(first, second, alternative: .less)).p - row.pLess) <= 1e-13)
        #expect(abs(try #require(MannWhitneyTest(first, second, alternative: .greater)).p - row.pGreater) <= 1e-13)
    }

    @Test("the distribution of U", arguments: file?.uDistribution ?? [])
    func uDistribution(_ row: UDistribution) throws {
        let distribution = try #require(
            RankSumDistribution(first: row.N1, second: row.T.reduce(0, +) - row.N1, ties: row.T))
        try #require(!row.uQt_cdf.isEmpty)
        for pair in row.uQt_cdf {
            let u = pair[0] - Double(row.N1 * row.N1) / 2
            #expect(abs(distribution.chance(atMost: u) - pair[1]) <= row.tol)
        }
    }

    @Test("comparisons", arguments: file?.compare ?? [])
    func compare(_ row: Compare) throws {
        var settings = CompareSettings()
        settings.mode = .pipecd
        settings.direction = try #require(CompareSettings.Direction(deviation: row.deviation))
        let outcome = CompareJudge(metric: "latency", settings: settings)
            .judge(canary: row.experiment, baseline: row.control)
        #expect((outcome.classification == .pass) == row.expected)
        #expect((outcome.classification == .error) == row.error)
    }

    @Test("expected ranges", arguments: file?.threshold ?? [])
    func threshold(_ row: Threshold) {
        let outcome = ExpectedRange(min: row.min, max: row.max).judge(row.points ?? [], metric: "latency")
        #expect((outcome.verdict == .pass) == row.expected)
        #expect((outcome.verdict == .error) == row.error)
    }
}
