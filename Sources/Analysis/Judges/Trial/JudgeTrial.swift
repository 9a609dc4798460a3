/// Judges that are tried on numbers which somebody has at hand: one metric, or several that are judged together.
package struct JudgeTrial: Sendable {
    package struct Report: Equatable, Sendable {
        package let verdict: Verdict
        /// Those of what decided.
        package let reason: String
        package let sentence: String
        package let findings: [TrialFinding]
        package let score: CompareScore?
    }

    package var metrics: [MetricTrial]
    /// How the metrics that are compared make one score; nil judges each for itself.
    package var score: CompareScoring?

    package init(metrics: [MetricTrial], score: CompareScoring? = nil) {
        self.metrics = metrics
        self.score = score
    }

    package func report() throws(TemplateError) -> Report {
        let sharing = metrics.count { $0.sharesAlpha }
        var findings: [TrialFinding] = []
        for metric in metrics { findings.append(try metric.finding(sharing: sharing)) }
        let scored = findings.compactMap(\.outcome).filter { !$0.settings.isMuted }
        let score = scored.isEmpty ? nil : score?.score(scored)
        return Report(findings, score)
    }
}

extension JudgeTrial.Report {
    private struct Say {
        let verdict: Verdict
        let reason: String
        let sentence: String
    }

    /// The verdict as a stage's analysis folds it; it is told in the words of the first that decided.
    fileprivate init(_ findings: [TrialFinding], _ score: CompareScore?) {
        var says = score.map { [Say(verdict: $0.verdict, reason: $0.reason.rawValue, sentence: $0.sentence)] } ?? []
        for finding in findings where !finding.isMuted && (score == nil || finding.outcome == nil) {
            says.append(Say(verdict: finding.verdict, reason: finding.reason, sentence: finding.sentence))
        }
        let verdict = Verdict.folding(says.map(\.verdict), isPastDeadline: false)
        let first = says.first { $0.verdict == verdict }
        self.init(
            verdict: verdict, reason: first?.reason ?? "muted",
            sentence: says.count > 1 && verdict == .pass
                ? "all \(says.count) pass" : first?.sentence ?? "every metric is muted, and none has a say",
            findings: findings, score: score)
    }
}
