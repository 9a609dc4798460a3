import Analysis
import Support
import Testing

/// Numbers of an independent reference implementation, to 1e-9.
@Suite("The sequential judge's evidence agrees with the reference")
struct SequentialVectorTests {
    struct Increment: Decodable, Sendable {
        let ec: Double, nc: Double, eb: Double, nb: Double, r: Double, r0: Double, kappa: Double, phi: Double
        let cap: Double?
        let logE: Double
    }

    struct Ratio: Decodable, Sendable {
        let T: Int
        let rows_ec_nc_eb_nb: [[Double]]
        let logE_fail: [Double]
        let logE_pass_r1_2: [Double]
        let firstFail: Int?
        let firstPass: Int?

        var samples: [IntervalSample] {
            rows_ec_nc_eb_nb.map {
                IntervalSample(canaryBad: $0[0], canaryTotal: $0[1], baselineBad: $0[2], baselineTotal: $0[3])
            }
        }
    }

    struct Rate: Decodable, Sendable {
        let p0: Double
        let p1s: [Double]
        let T: Int
        let rows_e_n: [[Double]]
        let restart: Double
        let logE: [Double]
    }

    struct Rank: Decodable, Sendable {
        let T: Int
        let rows_c_b: [[[Double]]]
        let terms_S_V_I: [[Double]]
        let logE: [Double]
        let first: Int?

        /// The buckets' bounds do not matter to ranks.
        var series: HistogramSeries? {
            HistogramSeries(
                bounds: (1..<(rows_c_b.first?.first?.count ?? 1)).map(Double.init),
                samples: rows_c_b.map { HistogramSample(canary: $0[0], baseline: $0[1]) })
        }
    }

    private struct File: Decodable {
        let ratioIncrement: [Increment]
        let ratioSequences: [Ratio]
        let slo: [Rate]
        let rank: [Rank]
    }

    private static let file = VectorFile.decode(File.self, from: "sequential.json")

    static let increments: [Increment] =
        (file?.ratioIncrement ?? []) + [
            Increment(
                ec: 0, nc: 60, eb: 12, nb: 540, r: 2.5, r0: 1.25, kappa: 0.1, phi: 1, cap: nil,
                logE: -1.346_235_077_380_077_3),
            Increment(ec: 3, nc: 0, eb: 5, nb: 540, r: 2.5, r0: 1.25, kappa: 0.1, phi: 1, cap: nil, logE: 0),
            Increment(
                ec: 1, nc: 60, eb: 9, nb: 540, r: 1, r0: 2, kappa: 0.1, phi: 1, cap: nil, logE: 0.252_443_890_172_389_55
            ),
        ]

    @Test("one interval", arguments: increments)
    func increment(_ row: Increment) {
        let test = RatioTest(limit: row.r0, noise: row.kappa, dispersion: row.phi, cap: row.cap)
        let sample = IntervalSample(canaryBad: row.ec, canaryTotal: row.nc, baselineBad: row.eb, baselineTotal: row.nb)
        #expect(abs(test.increment(sample, ratio: row.r) - row.logE) < 1e-9)
    }

    @Test("whole sequences", arguments: file?.ratioSequences ?? [])
    func sequence(_ row: Ratio) {
        var settings = SequentialSettings()
        settings.plannedIntervals = row.T
        let judge = SequentialJudge(metric: "errors", settings: settings)
        let fail = judge.failEvidence(row.samples, against: settings.tolerateRatio)
        let pass = judge.passEvidence(row.samples)
        #expect(zip(fail, row.logE_fail).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(zip(pass, row.logE_pass_r1_2).allSatisfy { abs($0 - $1) < 1e-9 })
        let outcome = judge.judge(row.samples)
        #expect(outcome.verdict == (row.firstFail != nil ? .fail : row.firstPass != nil ? .pass : .inconclusive))
        #expect(outcome.intervals == row.firstFail ?? row.firstPass)
    }

    @Test("a rate against a bar", arguments: file?.slo ?? [])
    func rate(_ row: Rate) {
        var process = EvidenceProcess(
            alternatives: row.p1s.count, onset: OnsetWeights(first: row.restart, plannedIntervals: row.T))
        let test = RateTest(bar: row.p0)
        for (sample, expected) in zip(row.rows_e_n, row.logE) {
            process.add(row.p1s.map { test.increment(bad: sample[0], total: sample[1], rate: $0) })
            #expect(abs(process.logValue - expected) < 1e-9)
        }
    }

    /// Computed with scipy's `rankdata`, and the product of the e-values on a linear scale.
    static let ranks: [Rank] =
        (file?.rank ?? []) + [
            Rank(
                T: 6,
                rows_c_b: Array(
                    repeating: [
                        [[3, 9, 5, 1], [40, 70, 20, 2]], [[0, 1, 0, 4], [10, 25, 9, 6]],
                        [[12, 0, 0, 0], [90, 5, 3, 2]],
                    ], count: 2
                ).flatMap { $0 },
                terms_S_V_I: [
                    [1.841_059_602_649_006_7, 1.082_779_143_385_033, 15.735_099_337_748_345],
                    [1.526_785_714_285_714_2, 0.326_728_702_844_774_23, 4.464_285_714_285_714],
                    [-0.530_973_451_327_433_7, 0.216_423_644_256_677_34, 10.619_469_026_548_673],
                ],
                logE: [
                    0.195_565_139_588_734_8, 0.871_375_554_435_132_7, -0.768_320_175_890_392_4,
                    -0.473_729_261_499_079_8, 0.235_917_662_051_297_86, -1.835_151_539_510_417_9,
                ], first: nil)
        ]

    @Test("ranks of buckets", arguments: ranks)
    func rank(_ row: Rank) throws {
        var settings = HistogramSettings(warmUpIntervals: 0)
        settings.shape = .rank
        settings.sequential.plannedIntervals = row.T
        let series = try #require(row.series)
        for (sample, expected) in zip(series.samples, row.terms_S_V_I) {
            let terms = try #require(RankTest.terms(of: sample))
            #expect(abs(terms.score - expected[0]) < 1e-9)
            #expect(abs(terms.variance - expected[1]) < 1e-9)
            #expect(abs(terms.information - expected[2]) < 1e-9)
        }
        let trace = HistogramJudge(metric: "latency", settings: settings).trace(series)
        let values = trace.intervals.compactMap(\.failEvidence)
        #expect(values.count == row.logE.count)
        #expect(zip(values, row.logE).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect((trace.verdict == .fail ? trace.decidedAfter : nil) == row.first)
    }

    /// Products of the likelihood ratios, computed on a linear scale with Python.
    @Test("a rate against a bar, from either side")
    func bar() {
        var judge = RateJudge(metric: "errors", bar: 0.01, proof: .below)
        judge.settings.plannedIntervals = 8
        func samples(_ rows: [(Double, Double)]) -> [IntervalSample] {
            rows.map { IntervalSample(canaryBad: $0.0, canaryTotal: $0.1) }
        }
        let above = judge.trace(
            samples([(2, 150), (0, 120), (5, 160), (4, 140), (3, 100), (6, 180), (0, 90), (7, 150)]))
        let expectedAbove = [
            -0.231_155_611_979_766_86, -0.531_022_066_294_785_4, -0.110_573_428_350_198_04, 0.511_271_751_711_188_4,
            1.207_761_525_941_155_8, 2.159_289_052_951_563, 1.415_836_954_249_546_8, 2.414_414_378_767_544,
        ]
        #expect(zip(above.intervals, expectedAbove).allSatisfy { abs(($0.failEvidence ?? .nan) - $1) < 1e-9 })
        let below = judge.trace(samples([(0, 150), (1, 220), (0, 300), (0, 260), (1, 240), (0, 280)]))
        let expectedBelow = [
            0.834_379_222_039_175_7, 0.931_717_223_309_107_8, 1.930_294_647_827_104_8, 2.901_922_589_468_989_5,
            3.270_744_826_792_101_3, 4.257_432_467_164_072,
        ]
        #expect(zip(below.intervals, expectedBelow).allSatisfy { abs(($0.passEvidence ?? .nan) - $1) < 1e-9 })
        #expect(below.verdict == .pass)
        #expect(below.decidedAfter == 5)
    }
}
