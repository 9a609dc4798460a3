internal import Analysis

/// The evidence as it stands in a pull request: what was judged when, and one row a metric with the finding in words.
enum EvidenceSection {
    /// - Parameter subject: what was measured.
    static func lines(_ evidence: [Evidence], of subject: String = "canary") -> [String] {
        evidence.flatMap { judged -> [String] in
            let summary = EvidenceTable.lines([Evidence(window: judged.window, verdict: judged.verdict, metrics: [])])
            return ["", Markdown.text(summary.joined(separator: " ")), ""] + table(judged.metrics, subject)
        }
    }

    /// Without the columns of which no metric has anything.
    private static func table(_ metrics: [MetricEvidence], _ subject: String) -> [String] {
        let rows = metrics.map { metric in
            [
                Markdown.code(metric.metric) + (metric.isDryRun ? " (dry run)" : ""),
                Markdown.text(metric.value ?? "–"), Markdown.text(metric.condition ?? ""),
                Markdown.text(metric.baseline ?? ""), Markdown.text(metric.sentence),
            ]
        }
        let used = (0..<5).filter { column in column == 0 || rows.contains { !$0[column].isEmpty } }
        let table = [["metric", subject, "bar", "stable", "in words"]] + rows
        return rows.isEmpty ? [] : Markdown.table(table.map { row in used.map { row[$0] } })
    }
}
