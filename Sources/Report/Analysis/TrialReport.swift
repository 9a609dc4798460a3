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
        let metrics = reading.evidence.flatMap(\.metrics)
        // What a metric's own line says is said there.
        let isSaidBelow = reading.sentence.isEmpty || metrics.contains { $0.sentence == reading.sentence }
        var lines = [
            "\(verdict) from \(window.start.rfc3339) to \(window.end.rfc3339)"
                + (isSaidBelow ? "" : ": \(reading.sentence)")
        ]
        for metric in metrics { lines += self.lines(of: metric, layout, isWhole) }
        return lines
    }

    private func lines(of metric: MetricEvidence, _ layout: Layout, _ isWhole: Bool) -> [String] {
        let dry = metric.isDryRun ? " (decides nothing)" : ""
        var lines = [
            "  \(layout.palette.paint(metric.metric, .strong))  "
                + layout.palette.paint(metric.verdict.word, metric.verdict.tint) + "\(dry): \(metric.words)"
        ]
        guard isWhole else { return lines }
        if let question = questions.first(where: { $0.metric == metric.metric }) {
            lines.append("    rule   \(question.rule)")
            for query in question.queries {
                lines.append(
                    "    query  " + (query.name.isEmpty ? "" : "\(query.name): ") + Readable.line(of: query.text))
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
}

extension MetricEvidence {
    /// The sentence without the metric's name and its verdict, which stand before it.
    fileprivate var words: String {
        var words = sentence[...]
        for known in ["\(metric) ", "\(metric): ", "\(verdict.word): ", "is \(verdict.word): "]
        where words.hasPrefix(known) {
            words = words.dropFirst(known.count)
        }
        return String(words)
    }
}
