/// How the outcomes of several metrics make one score, as Kayenta's weighted sum does.
package struct CompareScoring: Codable, Hashable, Sendable {
    /// Percent of the score that a group counts for; the others share the rest of 100 equally.
    package var groupWeights: [String: Double] = [:]
    /// From this score on a canary passes.
    package var pass = 95.0
    /// From this score on it is inconclusive.
    package var marginal = 75.0

    package init() {}

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        groupWeights = try container.decodeIfPresent([String: Double].self, forKey: .groupWeights) ?? groupWeights
        pass = try container.decodeIfPresent(Double.self, forKey: .pass) ?? pass
        marginal = try container.decodeIfPresent(Double.self, forKey: .marginal) ?? marginal
    }

    private enum CodingKeys: String, CodingKey { case groupWeights, pass, marginal }
}

extension CompareScoring {
    /// The score of the metrics that are not muted.
    package func score(_ outcomes: [CompareOutcome]) -> CompareScore {
        score(outcomes.filter { !$0.settings.isMuted }.map(CompareScore.Entry.init))
    }

    package func score(_ entries: [CompareScore.Entry]) -> CompareScore {
        let groups = groups(of: entries)
        let critical = entries.filter { $0.isCriticalFailure && $0.classification != .pass }
        let withoutData = entries.count { $0.classification == .noData }
        var (summary, reason) = (0.0, CompareScore.Reason.weightedSum)
        if !critical.isEmpty {
            reason = .criticalMetric
        } else if !entries.isEmpty, withoutData * 2 >= entries.count {
            reason = .tooLittleData
        } else {
            summary = Self.rounded(groups.reduce(0) { $0 + ($1.hasData ? $1.score : 100) * ($1.weight / 100) })
        }
        let classification: CompareScore.Classification =
            summary >= pass ? .pass : summary >= marginal ? .marginal : .fail
        let verdict = verdict(classification, reason, entries, critical: critical)
        return CompareScore(
            summary: summary, classification: classification, reason: reason, groups: groups, verdict: verdict,
            sentence: sentence(summary, reason, entries, critical: critical))
    }

    /// The groups in the order in which the metrics name them; a metric counts in each of its groups.
    private func groups(of entries: [CompareScore.Entry]) -> [CompareScore.Group] {
        var names: [String] = []
        var labels: [String: [CompareOutcome.Classification: Int]] = [:]
        for entry in entries {
            for name in entry.groups {
                if labels[name] == nil { names.append(name) }
                labels[name, default: [:]][entry.classification, default: 0] += 1
            }
        }
        let given = groupWeights.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        let others = names.count { groupWeights[$0] == nil }
        let share = others > 0 ? (100 - given) / Double(others) : 0
        return names.map { name in
            let counts = labels[name] ?? [:]
            let decided = [.pass, .high, .low, .missingRequired].reduce(0) { $0 + (counts[$1] ?? 0) }
            return CompareScore.Group(
                name: name, score: decided > 0 ? Double(counts[.pass] ?? 0) / Double(decided) * 100 : 0,
                hasData: decided > 0, weight: groupWeights[name] ?? share,
                labels: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) }))
        }
    }

    /// A score that is low because data is missing waits for it; everything else is as the score says.
    private func verdict(
        _ classification: CompareScore.Classification, _ reason: CompareScore.Reason, _ entries: [CompareScore.Entry],
        critical: [CompareScore.Entry]
    ) -> Verdict {
        let isCriticalFailure = critical.contains { $0.classification != .noData }
        if entries.isEmpty || reason == .tooLittleData || (reason == .criticalMetric && !isCriticalFailure) {
            return entries.contains { $0.verdict == .error } ? .error : .needsMoreData
        }
        let byScore: Verdict =
            switch classification {
            case .pass: .pass
            case .marginal: .inconclusive
            case .fail: .fail
            }
        guard byScore != .fail else { return .fail }
        let waiting = entries.filter(\.isWaitedFor).map(\.verdict)
        return waiting.contains(.error) ? .error : waiting.contains(.needsMoreData) ? .needsMoreData : byScore
    }

    private func sentence(
        _ summary: Double, _ reason: CompareScore.Reason, _ entries: [CompareScore.Entry],
        critical: [CompareScore.Entry]
    ) -> String {
        let failures = entries.filter { $0.classification != .pass }
            .map { "\($0.metric) \($0.classification.rawValue)" }
        let rest = failures.isEmpty ? "" : ": " + failures.joined(separator: ", ")
        switch reason {
        case .criticalMetric:
            let names = critical.map(\.metric).joined(separator: ", ")
            return "the canary scored 0 of 100, because \(names) is critical\(rest)"
        case .tooLittleData:
            return "the canary has no score, because half of its metrics or more have no data\(rest)"
        case .weightedSum:
            let bars = "\(Readable.number(pass)) passes, below \(Readable.number(marginal)) fails"
            return entries.isEmpty
                ? "the canary has no score, because it has no metrics"
                : "the canary scored \(Readable.number(summary)) of 100 (\(bars))\(rest)"
        }
    }

    /// To two decimals, half of one up, by the digits that the number is written with, as in a decimal number type.
    static func rounded(_ score: Double) -> Double {
        guard score.magnitude >= 0.001, score.magnitude < 1e12 else { return score.isFinite ? 0 : score }
        let parts = score.magnitude.description.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, parts[1].count > 2, let whole = Int(parts[0]), let cents = Int(parts[1].prefix(2)),
            let next = parts[1].dropFirst(2).first
        else { return score }
        let sum = whole * 100 + cents + (next >= "5" ? 1 : 0)
        return (score < 0 ? -1 : 1) * Double(sum) / 100
    }
}
