/// What a metric's conditions say of many results.
struct ConditionSurvey: Sendable {
    private struct Row: Sendable {
        let probe: ConditionProbes.Probe
        /// Nil where there is no such condition, or it cannot be decided.
        let success: Bool?
        let failure: Bool?
    }

    private let rows: [Row]

    /// What `now()` gives: 2026-01-01T00:00:00Z.
    static let time = Timestamp(milliseconds: 1_767_225_600_000)

    init(_ conditions: Conditions, mode: Expression.Mode, shape: ResultShape) {
        func probes(_ expressions: Expression?...) -> [ConditionProbes.Probe] {
            ConditionProbes(of: expressions.compactMap { $0 }, shape: shape).probes
        }
        func holds(_ condition: Expression?, _ probe: ConditionProbes.Probe) -> Bool? {
            try? condition?.holds(result: probe.result, mode: mode, now: Self.time)
        }
        // Each for itself, where both together would be too much.
        let both = probes(conditions.success, conditions.failure)
        rows = (both.isEmpty ? probes(conditions.success) + probes(conditions.failure) : both).map { probe in
            Row(
                probe: probe, success: holds(conditions.success, probe), failure: holds(conditions.failure, probe))
        }
    }

    /// What a condition says of all results for which it says something; nil where that depends on the result.
    func constant(_ role: ConditionReading.Role) -> Bool? {
        let answers = rows.compactMap { row in
            (role == .success ? row.success : row.failure).map { (holds: $0, isPresent: row.probe.isPresent) }
        }
        guard answers.count > 1, answers.contains(where: \.isPresent), let first = answers.first?.holds else {
            return nil
        }
        return answers.allSatisfy { $0.holds == first } ? first : nil
    }

    /// A single value that both conditions hold for, and whether failure holds for all that success does.
    ///
    /// A list of which one element is good and another one bad is no contradiction.
    var overlap: (example: Value, isEverything: Bool)? {
        let single = rows.filter { $0.probe.isSingle && $0.probe.isPresent && $0.success == true }
        guard let example = single.first(where: { $0.failure == true }) else { return nil }
        return (example.probe.result, single.allSatisfy { $0.failure == true })
    }
}
