import Analysis
import Glibc
import Testing

@Suite("The logarithm of the gamma function")
struct LogGammaTests {
    struct Row: Decodable, Sendable {
        let x: Double, v: Double
    }

    private struct File: Decodable {
        let lgamma: [Row]
    }

    /// `scipy.special.gammaln`.
    static let rows: [Row] =
        (VectorFile.decode(File.self, from: "sequential.json")?.lgamma ?? [])
        + [
            (1e-300, 690.775_527_898_213_7), (1e-5, 11.512_919_692_895_826), (0.1, 2.252_712_651_734_206), (1, 0),
            (1.5, -0.120_782_237_635_245_26), (2, 0), (3, 0.693_147_180_559_945_3), (9.99, 12.779_315_214_350_195),
            (10, 12.801_827_480_081_469), (10.5, 13.940_625_219_403_763), (100, 359.134_205_369_575_4),
            (1e9, 19_723_265_827.503_716), (1e300, 6.897_755_278_982_137e302),
        ].map { Row(x: $0.0, v: $0.1) }

    @Test("values", arguments: rows)
    func value(_ row: Row) {
        #expect(abs(logGamma(row.x) - row.v) <= 1e-13 * max(1, abs(row.v)))
    }

    @Test("factorials are exact to the last digits")
    func factorials() {
        var factorial = 1.0
        for n in 1...20 {
            factorial *= Double(n)
            #expect(abs(logGamma(Double(n) + 1) - log(factorial)) < 1e-12)
        }
    }

    @Test("it is infinite at zero and at infinity, and not a number below zero")
    func ends() {
        #expect(logGamma(0) == .infinity)
        #expect(logGamma(.infinity) == .infinity)
        #expect(logGamma(-0.5).isNaN)
        #expect(logGamma(.nan).isNaN)
        #expect(logGamma(.leastNonzeroMagnitude) > 700)
    }
}
