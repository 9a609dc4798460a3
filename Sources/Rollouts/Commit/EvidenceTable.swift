package import Analysis

/// The evidence as it stands in a commit message: what was judged when, and one row a metric in aligned columns.
package enum EvidenceTable {
    package static func lines(_ evidence: [Evidence]) -> [String] {
        guard !evidence.isEmpty else { return [] }
        return evidence.flatMap { [summary($0)] + rows($0.metrics) }
    }

    private static func summary(_ evidence: Evidence) -> String {
        let counted = evidence.metrics.filter { !$0.isDryRun }.map(\.counts)
        let good = counted.reduce(0) { $0 + $1.good }
        let total = counted.reduce(0) { $0 + $1.total }
        let measurements = total > 0 ? ", \(good) of \(total) measurements" : ""
        let length = Span(.seconds(Int64(evidence.window.length.inSeconds.rounded())))
        let from = evidence.window.start.rfc3339.drop { $0 != "T" }.dropFirst()
        return "Analysis  \(word(evidence.verdict)) over \(length) from \(from)\(measurements)"
    }

    private static func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .pass: "passed"
        case .fail: "failed"
        case .inconclusive: "inconclusive"
        case .needsMoreData: "undecided"
        case .unknown: "without an answer"
        case .error: "not possible"
        }
    }

    private static func rows(_ metrics: [MetricEvidence]) -> [String] {
        let cells = metrics.map { metric -> [String] in
            guard let value = metric.value else { return [metric.metric, metric.sentence] }
            let baseline = metric.baseline.map { "stable \($0)" } ?? ""
            return [metric.metric, value, metric.condition ?? "", baseline + (metric.isDryRun ? " (dry run)" : "")]
        }
        let widths = (0..<3).map { column in
            cells.filter { $0.count > 2 || column == 0 }.compactMap {
                $0.indices.contains(column) ? $0[column].count : nil
            }
            .max() ?? 0
        }
        return cells.map { row in
            let line = row.enumerated().map { column, text in
                column < widths.count && column < row.count - 1
                    ? text + String(repeating: " ", count: max(0, widths[column] - text.count)) : text
            }.joined(separator: "   ")
            return CommitMessage.oneLine("  " + line).trimmedEnd
        }
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
