@testable import Analysis
import Testing

@Suite("How often a fixed bar fails a healthy release")
struct RollbackChanceTests {
    struct Row: Sendable {
        let condition: String
        let requests: Double
        let errorRate: Double
        let each: Double
        /// With thirty measurements of which three may fail.
        let all: Double
    }

    /// Summed over the number of requests and over the failures among them, which is another way to the same: SciPy's
    /// `poisson.pmf(n, requests)` times `binom.pmf(e, n, errorRate)` where the share misses the bar, n = 0 among them;
    /// then `binom.sf(3, 30, each)`.
    @Test(
        "measurements and metrics",
        arguments: [
            Row(
                condition: "result >= 0.95", requests: 6, errorRate: 0.03, each: 0.16720678647470658,
                all: 0.7627664347026732),
            Row(
                condition: "result >= 0.95", requests: 60, errorRate: 0.03, each: 0.17568279393961345,
                all: 0.797993801530763),
            Row(
                condition: "result >= 0.99", requests: 60, errorRate: 0.005, each: 0.25918132531994087,
                all: 0.9705537943851594),
            Row(
                condition: "result >= 0.99", requests: 600, errorRate: 0.005, each: 0.05597487622610839,
                all: 0.08442135874339006),
            Row(
                condition: "result >= 0.95", requests: 6, errorRate: 0.005, each: 0.03203273964880854,
                all: 0.014836223388910653),
        ])
    func reference(_ row: Row) throws {
        let bar = try #require(RateBar(try Expression(parsing: row.condition), .success))
        let each = RollbackChance.ofMeasurement(
            missing: bar, requests: row.requests, errorRate: row.errorRate, empty: .fails)
        #expect(abs(each - row.each) < 1e-9)
        #expect(abs(RollbackChance.exceeding(3, of: 30, each: each) - row.all) < 1e-9)
    }

    /// As above: `> 0.95`; `<= 0.05` of the bad ones; without n = 0, divided by 1 - e⁻⁶; 5000 requests.
    @Test(
        "bars of other forms, and measurements without requests",
        arguments: [
            ("result > 0.95", 60, 0.03, .fails, 0.1846486936162639),
            ("result <= 0.05", 60, 0.03, .fails, 0.17568279393961345),
            ("result >= 95", 60, 0.03, .fails, 0.17568279393961345),
            ("result >= 0.95", 6, 0.03, .skipped, 0.16513736891067654),
            ("result >= 0.95", 6, 0.03, .passes, 0.16720678647470658 - 0.0024787521766663585),
            ("result >= 0.999", 5000, 0.001, .fails, 0.4714428750251778),
        ] as [(String, Double, Double, RollbackChance.Empty, Double)])
    func forms(
        _ condition: String, _ requests: Double, _ errorRate: Double, _ empty: RollbackChance.Empty, _ expected: Double
    ) throws {
        let bar = try #require(RateBar(try Expression(parsing: condition), .success))
        let chance = RollbackChance.ofMeasurement(missing: bar, requests: requests, errorRate: errorRate, empty: empty)
        #expect(abs(chance - expected) < 1e-9)
    }

    @Test("what is certain")
    func certain() throws {
        let bar = try #require(RateBar(try Expression(parsing: "result >= 0.95"), .success))
        func chance(_ requests: Double, _ errorRate: Double, _ empty: RollbackChance.Empty = .skipped) -> Double {
            RollbackChance.ofMeasurement(missing: bar, requests: requests, errorRate: errorRate, empty: empty)
        }
        #expect(chance(0, 0.03) == 0)
        #expect(chance(0, 0.03, .fails) == 1)
        #expect(chance(.nan, 0.03) == 0)
        #expect(chance(60, .nan) == 0)
        #expect(chance(60, 0) == 0)
        #expect(abs(chance(60, 1) - 1) < 1e-12)
        #expect(chance(1e300, 0.03) == 0)
        #expect(chance(1e300, 0.06) == 1)
        // Just below the bar, with so many requests that it is seen.
        #expect(chance(1e6, 0.049) < 1e-5)
        #expect(chance(1e6, 0.051) > 0.99999)
        #expect(RollbackChance.exceeding(3, of: 3, each: 0.5) == 0)
        #expect(RollbackChance.exceeding(-1, of: 3, each: 0.5) == 0)
        #expect(RollbackChance.exceeding(0, of: 3, each: 1) == 1)
        #expect(RollbackChance.exceeding(0, of: .max, each: 0.5) == 1)
        // binom.sf(0, 10, 0.01), binom.sf(9, 10, 0.5), binom.sf(3, 30, 0.18)
        #expect(abs(RollbackChance.exceeding(0, of: 10, each: 0.01) - 0.09561792499119552) < 1e-12)
        #expect(abs(RollbackChance.exceeding(9, of: 10, each: 0.5) - 0.0009765625) < 1e-12)
        #expect(abs(RollbackChance.exceeding(3, of: 30, each: 0.18) - 0.8143644301266694) < 1e-12)
    }
}
