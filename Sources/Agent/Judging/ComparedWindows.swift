internal import Analysis

/// The windows of one metric that were compared with stable's, each after the end of the one before.
struct ComparedWindows: Sendable {
    struct Window: Sendable {
        let outcome: CompareOutcome
        let evidence: MetricEvidence

        var end: Timestamp { evidence.window.end }
    }

    var full: [Window]
    /// The newest time of a window's length, where the first full one is not that.
    var newest: Window?

    /// What is newest.
    var last: Window? { newest ?? full.last }

    /// The first failure; otherwise the first pass, as long as the newest time bears it out.
    ///
    /// - Parameter waiting: the evidence before any window is full.
    func judged(_ waiting: MetricEvidence) -> JudgedMetric {
        if let failed = full.first(where: { $0.evidence.verdict == .fail }) {
            return JudgedMetric(evidence: failed.evidence, endedAt: failed.end, comparison: self)
        }
        guard let passed = full.first(where: { $0.evidence.verdict == .pass }) else {
            return JudgedMetric(evidence: full.last?.evidence ?? waiting, comparison: self)
        }
        let evidence = (last ?? passed).evidence
        return JudgedMetric(
            evidence: evidence.verdict == .fail ? evidence.outliving : evidence, endedAt: passed.end, comparison: self)
    }
}

/// The windows of several metrics, of which each row has one score.
struct ScoredWindows {
    let compared: [ComparedWindows]
    let scoring: CompareScoring

    /// As each metric by itself is judged; a marginal score waits for people.
    func judged(_ waiting: Window) -> JudgedMetric {
        let rows = (0..<(compared.map(\.full.count).min() ?? 0)).map { row in
            scored(compared.map { $0.full[row] })
        }
        if let failed = rows.first(where: { $0.evidence.verdict == .fail }) { return failed }
        guard let first = rows.first(where: { [.pass, .inconclusive].contains($0.evidence.verdict) }) else {
            return rows.last ?? filling(waiting)
        }
        guard first.evidence.verdict == .pass else { return first }
        let newest = scored(compared.compactMap(\.last))
        return JudgedMetric(
            evidence: newest.evidence.verdict == .fail ? newest.evidence.outliving : newest.evidence,
            endedAt: first.endedAt)
    }

    private func scored(_ windows: [ComparedWindows.Window]) -> JudgedMetric {
        let score = scoring.score(windows.map(\.outcome))
        let verdicts = windows.map(\.evidence.verdict)
        let ends = windows.map(\.end)
        let start = windows.map(\.evidence.window.start).min() ?? Timestamp(milliseconds: 0)
        let evidence = MetricEvidence(
            metric: "score", verdict: score.verdict, sentence: score.sentence, value: Readable.number(score.summary),
            condition: ">= \(Readable.number(scoring.pass))",
            counts: .init(
                good: verdicts.count { $0 == .pass }, bad: verdicts.count { $0 == .fail },
                undecided: verdicts.count { $0 != .pass && $0 != .fail }),
            window: Window(start: start, end: ends.max() ?? start))
        return JudgedMetric(evidence: evidence, endedAt: ends.max())
    }

    private func filling(_ window: Window) -> JudgedMetric {
        let ready = compared.count { !$0.full.isEmpty }
        return JudgedMetric(
            evidence: MetricEvidence(
                metric: "score", verdict: .needsMoreData,
                sentence: "the canary is scored when all \(compared.count) metrics have been compared: \(ready) so far",
                condition: ">= \(Readable.number(scoring.pass))",
                counts: .init(good: 0, bad: 0, undecided: compared.count), window: window))
    }
}

extension MetricEvidence {
    /// A newest time that is worse than the window which has passed, and is not judged before a window of it is full.
    fileprivate var outliving: MetricEvidence {
        var evidence = MetricEvidence(
            metric: metric, verdict: .needsMoreData, isDryRun: isDryRun,
            sentence: "what has passed is waited for again, since the newest time is worse: \(sentence)", value: value,
            condition: condition, baseline: baseline, counts: counts, window: window)
        evidence.measurements = measurements
        return evidence
    }
}
