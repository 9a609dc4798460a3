import Analysis
import Rollouts

/// What Kayenta is asked to judge.
struct KayentaRequest: Sendable {
    var application = ""
    var config = ""
    /// Kayenta takes its only account of a kind where none is named.
    var metricsAccount: String?
    var configurationAccount: String?
    var storageAccount: String?
    var scopes: [KayentaScope] = []
    var pass = 0
    var marginal = 0

    func json(now: Timestamp) -> JSON {
        [
            "scopes": .object(scopes.map { JSON.Member(name: $0.name, value: $0.json(now: now)) }),
            "thresholds": ["pass": .number(String(pass)), "marginal": .number(String(marginal))],
        ]
    }
}
