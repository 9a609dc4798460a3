import Analysis
import Foundation
import Support

/// How often and how soon simulated releases are rolled back, by the sequential judges and by the rules that people have.
///
/// Everything is drawn from fixed seeds, so the table is the same on every machine.
enum OperatingCharacteristics {
    /// One table: a row is a kind of release, a cell the share in percent that a rule rolls back, and behind an `@` the
    /// median minute of those.
    static func table(runs: Int = 1000) -> [String] {
        (errors(runs: runs) + [""] + latency(runs: runs / 2)).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func errors(runs: Int) -> [String] {
        let argo = [0.95, 0.99].compactMap { RollbackRule.argo(successRate: $0) }
        let rules: [RollbackRule<[IntervalSample]>] = [.sequential] + argo + [.flagger(successRate: 0.99)]
        return title("Errors", runs) + header(rules.map(\.name))
            + rows("healthy: rolled back by mistake", ErrorScenario.healthy) { scenario, rate, seed in
                scenario.characteristics(of: rules, requestsPerSecond: rate, runs: runs, seed: seed)
            }
            + rows("broken: found", ErrorScenario.broken) { scenario, rate, seed in
                scenario.characteristics(of: rules, requestsPerSecond: rate, runs: runs, seed: seed)
            }
    }

    private static func latency(runs: Int) -> [String] {
        let argo = [RollbackRule.argo(seconds: 0.5)].compactMap { $0 }
        let rules: [RollbackRule<HistogramSeries>] = [.sequential] + argo + [.flagger(seconds: 0.5)]
        return title("Latency", runs) + header(rules.map(\.name))
            + rows("healthy: rolled back by mistake", LatencyScenario.healthy) { scenario, rate, seed in
                scenario.characteristics(of: rules, requestsPerSecond: rate, runs: runs, seed: seed)
            }
            + rows("broken: found", LatencyScenario.broken) { scenario, rate, seed in
                scenario.characteristics(of: rules, requestsPerSecond: rate, runs: runs, seed: seed)
            }
    }

    private static func rows<Scenario: NamedScenario>(
        _ name: String, _ scenarios: [Scenario],
        _ measure: (Scenario, _ requestsPerSecond: Double, _ seed: UInt64) -> [OperatingCharacteristic]
    ) -> [String] {
        [name]
            + scenarios.enumerated().map { number, scenario in
                let cells = OperatingCharacteristic.requestRates.map { rate in
                    measure(scenario, rate, UInt64(number + 1) * 1000 + UInt64(rate * 10))
                }
                let columns = (cells.first ?? []).indices.map { rule in cells.map { cell($0[rule]) }.joined() }
                return pad("  " + scenario.name, 36) + columns.joined(separator: " ")
            }
    }

    private static func cell(_ found: OperatingCharacteristic) -> String {
        let percent = found.share * 100
        let share = percent > 0 && percent < 9.95 ? String(format: "%.1f", percent) : String(format: "%.0f", percent)
        return pad(share + (found.median.map { "@\($0)" } ?? ""), width)
    }

    private static let width = 8

    private static func title(_ what: String, _ runs: Int) -> [String] {
        [
            "\(what): percent rolled back @ median minute, for 0.1, 1, 10 and 100 requests per second of the canary;",
            "\(runs) simulated releases per cell, 30 minutes each, a tenth of the traffic on the canary",
        ]
    }

    private static func header(_ rules: [String]) -> [String] {
        let rates = OperatingCharacteristic.requestRates.map { pad(Readable.number($0), width) }.joined()
        return [
            pad("", 36) + rules.map { pad($0, 4 * width) }.joined(separator: " "),
            pad("", 36) + rules.map { _ in rates }.joined(separator: " "),
        ]
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

private protocol NamedScenario {
    var name: String { get }
}

extension ErrorScenario: NamedScenario {}
extension LatencyScenario: NamedScenario {}
