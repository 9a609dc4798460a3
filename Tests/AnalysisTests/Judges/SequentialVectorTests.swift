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

    private struct File: Decodable {
        let ratioIncrement: [Increment]
        let ratioSequences: [Ratio]
        let slo: [Rate]
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
}
