import Analysis
import Glibc
import Testing

@Suite("The standard normal distribution")
struct NormalDistributionTests {
    struct Quantile: Decodable, Sendable {
        let p: Double, z: Double
    }

    struct LogCumulative: Decodable, Sendable {
        let x: Double, v: Double
    }

    private struct File: Decodable {
        let normalQuantile: [Quantile]
        let logNormalCdf: [LogCumulative]
    }

    private static let file = VectorFile.decode(File.self, from: "sequential.json")

    /// `scipy.special.ndtri`.
    static let quantiles: [Quantile] =
        (file?.normalQuantile ?? [])
        + [
            (1e-300, -37.047_096_299_361_2), (1e-20, -9.262_340_089_798_409), (1e-7, -5.199_337_582_192_816_5),
            (0.01, -2.326_347_874_040_840_8), (0.074, -1.446_632_067_158_978_5), (0.076, -1.432_502_720_825_811_6),
            (0.3, -0.524_400_512_708_040_9), (0.5, 0), (0.7, 0.524_400_512_708_040_7), (0.95, 1.644_853_626_951_472_2),
            (0.999_999_999, 5.997_807_019_601_637),
        ].map { Quantile(p: $0.0, z: $0.1) }

    @Test("quantiles", arguments: quantiles)
    func quantile(_ row: Quantile) {
        #expect(abs(NormalDistribution.quantile(row.p) - row.z) <= 1e-14 * max(1, abs(row.z)))
    }

    /// `scipy.special.log_ndtr`.
    static let logarithms: [LogCumulative] =
        (file?.logNormalCdf ?? [])
        + [
            (-1e5, -5_000_000_012.431_865), (-40, -804.608_442_013_753_9), (-37, -689.030_585_576_890_8),
            (-21, -224.465_715_831_414_5), (-20, -203.917_155_371_097_3), (-19.9, -201.917_167_707_332_65),
            (-10, -53.231_285_150_512_48), (-1, -1.841_021_645_009_263_4), (0.5, -0.368_946_415_288_656_35),
            (6, -9.865_876_455_243_72e-10), (9, -1.128_588_405_953_832_4e-19),
        ].map { LogCumulative(x: $0.0, v: $0.1) }

    @Test("logarithms of the cumulative chance, in both tails", arguments: logarithms)
    func logCumulative(_ row: LogCumulative) {
        #expect(abs(NormalDistribution.logCumulative(row.x) - row.v) <= 1e-13 * abs(row.v))
    }

    @Test("the quantile of a value's chance is the value")
    func inverse() {
        for x in stride(from: -8.0, through: 8, by: 0.125) {
            let found = NormalDistribution.quantile(NormalDistribution.cumulative(-abs(x)))
            #expect(abs(found + abs(x)) < 1e-12)
        }
    }

    @Test("what is no chance has no quantile, and the ends are infinite")
    func ends() {
        #expect(NormalDistribution.quantile(0) == -.infinity)
        #expect(NormalDistribution.quantile(1) == .infinity)
        for p in [-0.1, 1.1, .nan, .infinity] { #expect(NormalDistribution.quantile(p).isNaN) }
        #expect(NormalDistribution.logCumulative(-.infinity) == -.infinity)
        #expect(NormalDistribution.logCumulative(.infinity) == 0)
        #expect(NormalDistribution.logCumulative(-1e200) == -.infinity)
        #expect(NormalDistribution.logCumulative(.nan).isNaN)
        #expect(NormalDistribution.cumulative(.nan).isNaN)
    }
}
