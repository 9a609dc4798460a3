import Analysis
import Support
import Testing

/// Of simulated releases, 30 minutes each with a tenth of the traffic on the canary: how many are rolled back, and when.
///
/// All draws are seeded, so each number is the same in every run; what is asserted of the true shares are bounds with
/// 95 % confidence (Clopper and Pearson). `make soak` draws more.
@Suite("Simulated releases are rolled back when they should be")
struct OperatingCharacteristicsTests {
    // MARK: Errors

    @Test("at most 1 % of healthy releases fail, at any traffic", arguments: ErrorScenario.healthy.indices)
    func healthy(_ index: Int) {
        let scenario = ErrorScenario.healthy[index]
        let runs = Soak.count(1000, soaking: 10_000)
        var (failed, drawn) = (0, 0)
        for rate in OperatingCharacteristic.requestRates {
            let found = scenario.characteristics(
                of: [.sequential], requestsPerSecond: rate, runs: runs, seed: UInt64(100 + index) + UInt64(rate * 1000))
            #expect(found[0].share <= 0.01, "\(scenario.name) at \(rate) requests per second: \(found[0].failures)")
            failed += found[0].failures.count
            drawn += runs
        }
        // Of 4,000 releases up to 29 prove it.
        #expect(BinomialBounds(successes: failed, trials: drawn).upper <= 0.01, "\(scenario.name): \(failed)")
    }

    /// A release that is broken, the canary's requests per second, and what must be found of it.
    struct Detection: Sendable, CustomTestStringConvertible {
        let scenario: Int
        let requestsPerSecond: Double
        /// At least this share must be found at all, and half of those by that minute.
        let share: Double
        let median: Int

        var testDescription: String {
            "\(ErrorScenario.broken[scenario].name) at \(requestsPerSecond) requests per second"
        }
    }

    @Test(
        "broken releases are found soon",
        arguments: [
            Detection(scenario: 0, requestsPerSecond: 10, share: 0.9, median: 17),
            Detection(scenario: 0, requestsPerSecond: 100, share: 0.98, median: 7),
            Detection(scenario: 1, requestsPerSecond: 1, share: 0.7, median: 21),
            Detection(scenario: 1, requestsPerSecond: 10, share: 0.98, median: 7),
            Detection(scenario: 2, requestsPerSecond: 10, share: 0.98, median: 7),
            Detection(scenario: 3, requestsPerSecond: 0.1, share: 0.65, median: 21),
            Detection(scenario: 3, requestsPerSecond: 1, share: 0.98, median: 6),
            Detection(scenario: 4, requestsPerSecond: 0.1, share: 0.98, median: 5),
            Detection(scenario: 4, requestsPerSecond: 1, share: 0.98, median: 1),
            Detection(scenario: 5, requestsPerSecond: 10, share: 0.98, median: 23),
        ])
    func broken(_ row: Detection) {
        let runs = Soak.count(300, soaking: 4000)
        let found = ErrorScenario.broken[row.scenario].characteristics(
            of: [.sequential], requestsPerSecond: row.requestsPerSecond, runs: runs, seed: 200)[0]
        let bounds = BinomialBounds(successes: found.failures.count, trials: runs)
        #expect(bounds.lower >= row.share, "\(found.share)")
        #expect((found.median ?? .max) <= row.median, "\(found.failures)")
    }

    @Test("half of the requests failing is found within two minutes at one request per second")
    func halfFailing() {
        let runs = Soak.count(300, soaking: 4000)
        let found = ErrorScenario.broken[4].characteristics(
            of: [.sequential], requestsPerSecond: 1, runs: runs, seed: 201)[0]
        #expect(BinomialBounds(successes: found.failures.count { $0 <= 2 }, trials: runs).lower >= 0.98)
    }

    @Test(
        "healthy releases with traffic pass, and those with twice the errors hardly ever do",
        arguments: [(1.0, 0.0), (10, 0.97)])
    func passes(_ requestsPerSecond: Double, _ least: Double) {
        let runs = Soak.count(150, soaking: 4000)
        func passed(_ scenario: ErrorScenario, seed: UInt64) -> BinomialBounds {
            var random = SplitMix64(seed: seed)
            let judge = SequentialJudge(metric: "errors")
            let count = (0..<runs).count { _ in
                let samples = scenario.draw(30, requestsPerSecond: requestsPerSecond, &random)
                // What a tick of every minute finds first.
                let verdicts = (1...30).lazy.map { judge.judge(Array(samples.prefix($0))).verdict }
                return verdicts.first { $0 != .needsMoreData } == .pass
            }
            return BinomialBounds(successes: count, trials: runs)
        }
        #expect(passed(ErrorScenario.healthy[0], seed: 202).lower >= least)
        #expect(passed(ErrorScenario.broken[0], seed: 203).upper <= 0.05)
    }

    // MARK: Latency

    @Test("healthy releases do not fail by their latency", arguments: LatencyScenario.healthy.indices)
    func fast(_ index: Int) {
        let scenario = LatencyScenario.healthy[index]
        let runs = Soak.count(250, soaking: 4000)
        var (failed, drawn) = (0, 0)
        for rate in OperatingCharacteristic.requestRates {
            let found = scenario.characteristics(
                of: [.sequential], requestsPerSecond: rate, runs: runs, seed: UInt64(300 + index) + UInt64(rate * 1000))
            failed += found[0].failures.count
            drawn += runs
        }
        // Of 1,000 releases up to 4 prove it.
        #expect(BinomialBounds(successes: failed, trials: drawn).upper <= 0.01, "\(scenario.name): \(failed)")
    }

    @Test(
        "slow releases are found soon",
        arguments: [
            (0, 1.0, 0.9, 15), (0, 10, 0.95, 8), (1, 0.1, 0.95, 8), (1, 1, 0.95, 6), (1, 10, 0.95, 6),
            (2, 1, 0.65, 22), (2, 10, 0.95, 9), (3, 10, 0.75, 21), (3, 100, 0.95, 10), (4, 10, 0.95, 24),
        ] as [(Int, Double, Double, Int)])
    func slow(_ scenario: Int, _ requestsPerSecond: Double, _ share: Double, _ median: Int) {
        let runs = Soak.count(150, soaking: 2000)
        let found = LatencyScenario.broken[scenario].characteristics(
            of: [.sequential], requestsPerSecond: requestsPerSecond, runs: runs, seed: 301)[0]
        let name = LatencyScenario.broken[scenario].name
        #expect(BinomialBounds(successes: found.failures.count, trials: runs).lower >= share, "\(name): \(found.share)")
        #expect((found.median ?? .max) <= median, "\(name): \(found.failures)")
    }

    // MARK: Other rules

    /// A rule looks at the share of requests that succeeded in each minute.
    ///
    /// With q the chance that it is below the bar,
    /// q = Σ Poisson(n; λ) P(1 - Binomial(n, p) / n < bar), where an empty minute is below it, Argo Rollouts fails a release
    /// with the chance P(Binomial(30, q) > 3) and Flagger with P(Binomial(34, q) >= 5); these numbers were computed with
    /// scipy. They leave out that load and errors drift, which the simulation has.
    @Test(
        "fixed bars roll back as often as their arithmetic says",
        arguments: [
            (0.03, 0.1, 0.95, 0.763, 0.694), (0.03, 1, 0.95, 0.798, 0.737), (0.005, 1, 0.99, 0.971, 0.962),
            (0.005, 10, 0.99, 0.084, 0.039), (0.005, 0.1, 0.95, 0.015, 0.004), (0.01, 1, 0.95, 0, 0),
        ])
    func fixedBars(_ errors: Double, _ requestsPerSecond: Double, _ bar: Double, _ argo: Double, _ flagger: Double)
        throws
    {
        let rule = try #require(RollbackRule.argo(successRate: bar))
        let runs = Soak.count(200, soaking: 4000)
        let found = ErrorScenario("healthy", rate: errors).characteristics(
            of: [rule, .flagger(successRate: bar)], requestsPerSecond: requestsPerSecond, runs: runs, seed: 401)
        // Three standard errors, and what the drift does.
        for (characteristic, expected) in zip(found, [argo, flagger]) {
            let margin = 3 * (expected * (1 - expected) / Double(runs)).squareRoot() + 0.04
            #expect(abs(characteristic.share - expected) <= margin, "\(characteristic.share) for \(expected)")
        }
    }
}
