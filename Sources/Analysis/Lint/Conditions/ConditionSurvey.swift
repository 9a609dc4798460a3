/// What a metric's conditions say of many results.
struct ConditionSurvey: Sendable {
    private struct Row: Sendable {
        let probe: ConditionProbes.Probe
        /// Nil where there is no such condition, or it cannot be decided.
        let success: Bool?
        let failure: Bool?
        /// Why a condition cannot be decided.
        var problems: [ConditionReading.Role: ExpressionError] = [:]
    }

    private let rows: [Row]

    /// What `now()` gives: 2026-01-01T00:00:00Z.
    static let time = Timestamp(milliseconds: 1_767_225_600_000)

    init(_ conditions: Conditions, mode: Expression.Mode, shape: ResultShape) {
        func probes(_ expressions: Expression?...) -> [ConditionProbes.Probe] {
            ConditionProbes(of: expressions.compactMap { $0 }, shape: shape).probes
        }
        func row(_ probe: ConditionProbes.Probe) -> Row {
            var problems: [ConditionReading.Role: ExpressionError] = [:]
            func holds(_ role: ConditionReading.Role, _ condition: Expression?) -> Bool? {
                do throws(ExpressionError) {
                    return try condition?.holds(result: probe.result, mode: mode, now: Self.time)
                } catch {
                    problems[role] = error
                    return nil
                }
            }
            let (success, failure) = (holds(.success, conditions.success), holds(.failure, conditions.failure))
            return Row(probe: probe, success: success, failure: failure, problems: problems)
        }
        // Each for itself, where both together would be too much.
        let both = probes(conditions.success, conditions.failure)
        rows = (both.isEmpty ? probes(conditions.success) + probes(conditions.failure) : both).map(row)
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

    /// A value that a condition cannot be evaluated for, and why, where there is none that it can be evaluated for.
    func undecidable(_ role: ConditionReading.Role) -> (example: Value, problem: ExpressionError)? {
        let present = rows.filter(\.probe.isPresent)
        guard let first = present.first, let problem = first.problems[role],
            present.allSatisfy({ $0.problems[role] != nil })
        else { return nil }
        return (first.probe.result, problem)
    }
}
