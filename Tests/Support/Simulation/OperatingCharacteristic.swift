package import Analysis

/// How often, and how soon, a rule rolls simulated releases back.
package struct OperatingCharacteristic: Sendable {
    package let runs: Int
    /// The intervals after which it did, ascending.
    package let failures: [Int]

    /// The share of releases that it rolled back.
    package var share: Double { Double(failures.count) / Double(max(1, runs)) }

    /// The middle one of those that it rolled back.
    package var median: Int? { failures.isEmpty ? nil : failures[failures.count / 2] }

    /// Draws releases, and asks every rule about each of them.
    ///
    /// - Parameter draw: a rollout of at least `Horizon.drawn` intervals.
    package static func of<Window>(
        _ rules: [RollbackRule<Window>], runs: Int, seed: UInt64, draw: (inout SplitMix64) -> Window?
    ) -> [OperatingCharacteristic] {
        var random = SplitMix64(seed: seed)
        var failures: [[Int]] = Array(repeating: [], count: rules.count)
        for _ in 0..<runs {
            guard let window = draw(&random) else { continue }
            for (index, rule) in rules.enumerated() {
                if let failure = rule.failure(window) { failures[index].append(failure) }
            }
        }
        return failures.map { OperatingCharacteristic(runs: runs, failures: $0.sorted()) }
    }

    /// The canary's requests per second at which releases are simulated.
    package static let requestRates = [0.1, 1, 10, 100]
}

extension ErrorScenario {
    package func characteristics(
        of rules: [RollbackRule<[IntervalSample]>], requestsPerSecond: Double, runs: Int, seed: UInt64
    ) -> [OperatingCharacteristic] {
        OperatingCharacteristic.of(rules, runs: runs, seed: seed) { random in
            draw(Horizon.drawn, requestsPerSecond: requestsPerSecond, &random)
        }
    }
}

extension LatencyScenario {
    package func characteristics(
        of rules: [RollbackRule<HistogramSeries>], requestsPerSecond: Double, runs: Int, seed: UInt64
    ) -> [OperatingCharacteristic] {
        OperatingCharacteristic.of(rules, runs: runs, seed: seed) { random in
            draw(Horizon.drawn, requestsPerSecond: requestsPerSecond, &random)
        }
    }
}
