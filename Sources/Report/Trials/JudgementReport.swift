package import Analysis

/// What judges found that somebody tried on numbers of their own.
package struct JudgementReport: Sendable {
    package let report: JudgeTrial.Report

    package init(_ report: JudgeTrial.Report) { self.report = report }

    package func lines(_ layout: Layout) -> [String] {
        guard report.findings.count > 1 || report.score != nil else {
            return report.findings.flatMap { self.lines(of: $0, layout) }
        }
        var lines = [report.sentence, "Verdict: \(layout.paint(report.verdict)) (\(report.reason))", ""]
        lines += overview.lines(layout)
        for finding in report.findings {
            lines += ["", layout.palette.paint(finding.metric, .strong)] + self.lines(of: finding, layout)
        }
        return lines
    }

    /// Every metric on a line.
    private var overview: TextTable {
        var table = TextTable()
        table.add(["METRIC", "VERDICT", "REASON", "LABEL", "GROUPS"].map { .init(text: $0, tint: .faint) })
        for finding in report.findings {
            let outcome = report.score == nil ? nil : finding.outcome
            table.add([
                .init(text: finding.metric), .init(text: finding.verdict.word, tint: finding.verdict.tint),
                .init(text: finding.reason), .init(text: outcome?.classification.rawValue ?? ""),
                .init(text: finding.isMuted ? "muted" : outcome?.settings.groups.joined(separator: ", ") ?? ""),
            ])
        }
        return table
    }

    private func lines(of finding: TrialFinding, _ layout: Layout) -> [String] {
        let remark = finding.remark.map { ["Note: \($0)"] } ?? []
        let found = "Verdict: \(layout.paint(finding.verdict)) (\(finding.reason))"
        switch finding.details {
        case .compared(let outcome):
            return [finding.sentence, "\(found) by the compare judge, mode \(outcome.settings.mode.rawValue)"] + remark
                + [""]
                + ComparisonTable(outcome).lines(layout)
        case .followed(let trial):
            let when = trial.trace.decidedAt.map { ", at interval \($0) of \(trial.counts.count)" } ?? ""
            return [finding.sentence, "\(found) by the \(trial.judge.words)\(when)"] + remark + [""]
                + IntervalTable(trial).lines(layout)
        }
    }
}

extension FollowedTrial.Judge {
    fileprivate var words: String {
        switch self {
        case .sequential: "sequential judge"
        case .histogram: "sequential judge of buckets"
        case .confident: "confident judge"
        }
    }
}

extension Layout {
    fileprivate func paint(_ verdict: Verdict) -> String { palette.paint(verdict.word, verdict.tint) }
}
