internal import Analysis
internal import Rollouts

/// What became of the metrics that are judged together.
struct JudgedPart: Sendable {
    var metrics: [MetricEvidence]
    var verdict: Verdict
    var sentence: String
    var completedAt: Timestamp?
    var isHarmless: Bool
}

extension JudgedPart {
    /// Nothing of it could be measured.
    init(_ error: any Error) {
        let problem = JudgingProblem(error)
        self.init(
            metrics: [], verdict: problem.verdict, sentence: problem.message, completedAt: nil, isHarmless: false)
    }

    /// A failure has the words of the metric that failed first, as whoever looked at that time had them.
    init(_ judged: [JudgedMetric]) {
        let gating = judged.filter { !$0.evidence.isDryRun }
        guard !gating.isEmpty else {
            self.init(rehearsed: judged)
            return
        }
        // Each judge knows its own deadline: what is inconclusive by then says so itself.
        let verdict = Verdict.folding(gating.map(\.evidence.verdict), isPastDeadline: false)
        var decisive = gating.first { $0.evidence.verdict == verdict } ?? gating.first
        if verdict == .fail {
            decisive = gating.filter { $0.evidence.verdict == .fail }.min { $0.end < $1.end } ?? decisive
        }
        self.init(
            metrics: judged.map(\.evidence), verdict: verdict, sentence: decisive?.evidence.sentence ?? "",
            completedAt: verdict == .fail ? decisive?.endedAt : gating.compactMap(\.endedAt).max(),
            isHarmless: gating.allSatisfy { $0.evidence.verdict == .pass || $0.isUnsuspicious })
    }

    /// Metrics of which none counts: what they are is waited for as Argo does, and passes whatever it is.
    private init(rehearsed judged: [JudgedMetric]) {
        let waiting = judged.first { $0.evidence.verdict == .needsMoreData }
        self.init(
            metrics: judged.map(\.evidence), verdict: waiting == nil ? .pass : .needsMoreData,
            sentence: waiting?.evidence.sentence ?? "all metrics are dry runs: the release passes whatever they are",
            completedAt: waiting == nil ? judged.compactMap(\.endedAt).max() : nil, isHarmless: false)
    }
}
