package import Analysis
package import Rollouts

/// What an analysis said of one window: its verdict, a row for each metric and, where it is asked for, every measurement
/// and rule.
package struct TrialReport: Sendable {
    package var reading: AnalysisReading
    package var window: Window
    package var questions: [AnalysisQuestion]

    package init(_ reading: AnalysisReading, of window: Window, questions: [AnalysisQuestion] = []) {
        self.reading = reading
        self.window = window
        self.questions = questions
    }

    /// - Parameter isWhole: with rules, queries and measurements.
    package func lines(_ layout: Layout, isWhole: Bool = false) -> [String] {
        let verdict = layout.palette.paint(reading.verdict.word, reading.verdict.tint)
        var lines = [
            "\(verdict) from \(window.start.rfc3339) to \(window.end.rfc3339)"
                + (reading.sentence.isEmpty ? "" : ": \(reading.sentence)")
        ]
        for metric in reading.evidence.flatMap(\.metrics) { lines += self.lines(of: metric, layout, isWhole) }
        return lines
    }

    private func lines(of metric: MetricEvidence, _ layout: Layout, _ isWhole: Bool) -> [String] {
        let dry = metric.isDryRun ? " (decides nothing)" : ""
        var lines = [
            "  \(layout.palette.paint(metric.metric, .strong))  "
                + layout.palette.paint(metric.verdict.word, metric.verdict.tint) + "\(dry): \(metric.sentence)"
        ]
        guard isWhole else { return lines }
        if let question = questions.first(where: { $0.metric == metric.metric }) {
            lines.append("    rule   \(question.rule)")
            for query in question.queries {
                lines.append("    query  " + (query.name.isEmpty ? "" : "\(query.name): ") + query.text)
            }
        }
        var table = TextTable()
        for point in metric.measurements {
            table.add([
                .init(text: "    \(point.time.rfc3339)", tint: .faint), .init(text: point.text),
                .init(text: point.meaning ?? "", tint: point.meaning == "bad" ? .bad : .plain),
            ])
        }
        return lines + table.lines(layout)
    }

    package var json: JSON {
        let evidence = EvidenceRecord.json(reading.evidence)
        return [
            "verdict": .string(reading.verdict.rawValue), "sentence": .string(reading.sentence),
            "from": .string(window.start.rfc3339), "to": .string(window.end.rfc3339),
            "metrics": evidence[0]?["metrics"] ?? [],
            "questions": .array(
                questions.map { question in
                    [
                        "metric": .string(question.metric), "rule": .string(question.rule),
                        "queries": .array(
                            question.queries.map { ["name": .string($0.name), "query": .string($0.text)] }),
                    ]
                }),
        ]
    }
}
