package import Rollouts
internal import Analysis

/// The documented form for scripts; a member that has no value is left out.
extension TrialReport {
    package var json: JSON { json(stage: nil) }

    /// - Parameter stage: the one that the window is of, where it is a stage's.
    func json(stage: StageKey?) -> JSON {
        .members([
            "stage": stage.map { .string("\($0)") },
            "verdict": .string(reading.verdict.rawValue), "message": .string(reading.sentence),
            "from": .string(window.start.rfc3339), "to": .string(window.end.rfc3339),
            "metrics": .array(reading.evidence.flatMap(\.metrics).map(\.wholeJSON)),
            "questions": .array(questions.map(\.json)),
        ])
    }
}

extension MetricEvidence {
    /// As in a status, with every measurement.
    fileprivate var wholeJSON: JSON {
        guard !measurements.isEmpty, case .object(let members) = json else { return json }
        return .object(members + [.init(name: "measurements", value: .array(measurements.map(\.json)))])
    }
}

extension MeasuredPoint {
    /// A text that is a number, or counts, is told in numbers, too.
    fileprivate var json: JSON {
        let sides = text.split(separator: " against ").map(Self.numbers)
        return .members([
            "time": .string(time.rfc3339), "text": .string(text), "meaning": .text(meaning),
            "canary": sides.first?.map { .array($0.map(JSON.number)) },
            "stable": sides.count == 2 ? sides[1].map { .array($0.map(JSON.number)) } : nil,
        ])
    }

    /// A value, or bad and all requests; nil where a text is none of these.
    private static func numbers(in text: Substring) -> [String]? {
        let parts = text.split(separator: " of ").map { $0.filter { $0 != "," } }
        let areNumbers = parts.allSatisfy { part in
            // As JSON writes them: a text such as 007 is none.
            if case .number? = try? JSON(parsing: Array(part.utf8)) { Double(part)?.isFinite == true } else { false }
        }
        return areNumbers && (1...2).contains(parts.count) ? parts.map { String($0) } : nil
    }
}
