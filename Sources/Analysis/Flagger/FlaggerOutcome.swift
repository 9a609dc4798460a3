/// What the checks of a Flagger analysis amount to so far.
package struct FlaggerOutcome: Sendable {
    /// How often one metric was in its range, out of it, and neither.
    fileprivate struct Row: Sendable {
        var good = 0
        var bad = 0
        var undecided = 0
        var last: FlaggerCheck.Result?
        var points: [MeasuredPoint] = []
    }

    private let judge: FlaggerJudge
    private var rows: [Row]
    /// The newest complaint of a check that did not pass.
    private var complaint: String?

    /// Checks since the rollout began.
    package private(set) var passed = 0
    package private(set) var failed = 0
    package private(set) var undecided = 0
    /// Checks that passed since the stage began.
    package private(set) var passedInStage = 0
    /// The time of the newest check that passed or failed; nil where none did.
    package private(set) var lastCounted: Timestamp?
    /// The time of the newest check of the stage that passed.
    package private(set) var lastPassedInStage: Timestamp?
    /// The time of the check that decided; nil while the analysis goes on.
    package private(set) var endedAt: Timestamp?

    init(judge: FlaggerJudge) {
        self.judge = judge
        rows = Array(repeating: Row(), count: judge.checks.count)
    }

    package var verdict: Verdict {
        if failed >= judge.threshold { return .fail }
        if let wanted = judge.passesWanted, passedInStage >= max(1, wanted) { return .pass }
        return .needsMoreData
    }

    mutating func add(_ results: [FlaggerCheck.Result], at time: Timestamp, isOfStage: Bool) {
        for (index, result) in results.enumerated() where result != .unasked {
            rows[index].add(result, mode: judge.mode)
            rows[index].points.append(judge.checks[index].point(of: result, at: time))
        }
        let complaints = zip(judge.checks, results).filter { $0.1.isBad(judge.mode) }
        let gaps = zip(judge.checks, results).filter { $0.1.isGap }
        // What nobody asked for is no check, unless it would have failed anyway.
        if complaints.isEmpty, results.contains(.unasked) { return }
        if let (check, result) = complaints.first {
            failed += 1
            complaint = check.words(for: result)
        } else if let (check, result) = gaps.first {
            undecided += 1
            complaint = check.words(for: result)
            return
        } else if results.isEmpty, judge.mode == .safe {
            undecided += 1
            complaint = "there is no metric to judge by"
            return
        } else {
            passed += 1
            if isOfStage {
                passedInStage += 1
                lastPassedInStage = time
            }
        }
        lastCounted = time
        if verdict != .needsMoreData { endedAt = time }
    }

    // MARK: Words

    package var sentence: String {
        guard passed + failed + undecided > 0 else { return "nothing has been checked yet" }
        let gaps = undecided > 0 ? ", \(undecided) had no data" : ""
        let limit =
            "\(Readable.plural(judge.threshold, "failed check")) \(judge.threshold == 1 ? "ends" : "end") the rollout"
        let last = complaint.map { "; last: \($0)" } ?? ""
        switch verdict {
        case .fail: return "\(Readable.plural(failed, "check")) failed, and \(limit)\(last)"
        case .pass: return "\(Readable.plural(passedInStage, "check")) passed, \(failed) failed\(gaps); \(limit)"
        default:
            let wanted = judge.passesWanted.map { " of \(max(1, $0)) wanted" } ?? ""
            return "\(passedInStage)\(wanted) passed, \(failed) failed\(gaps); \(limit)\(last)"
        }
    }

    /// The rows of the commit message's table.
    ///
    /// - Parameter whole: what is made of the outcome where that is not its own verdict.
    package func evidence(as whole: Verdict? = nil, isDryRun: Bool = false, window: Window) -> [MetricEvidence] {
        zip(judge.checks, rows).map { check, row in
            var evidence = MetricEvidence(
                metric: check.metric, verdict: verdict(of: row, in: whole ?? verdict), isDryRun: isDryRun,
                sentence: words(for: row, check), value: row.last?.value.map(check.bounds.readable),
                condition: check.bounds.summary,
                counts: .init(good: row.good, bad: row.bad, undecided: row.undecided), window: window)
            evidence.measurements = row.points.suffix(MeasuredPoint.most)
            return evidence
        }
    }

    /// A metric fails with the rollout where it was out of its range, and passes where it has been in it and never out.
    private func verdict(of row: Row, in whole: Verdict) -> Verdict {
        if row.bad > 0 { return whole }
        return row.good > 0 && whole != .needsMoreData ? .pass : .needsMoreData
    }

    private func words(for row: Row, _ check: FlaggerCheck) -> String {
        let count = row.good + row.bad + row.undecided
        let last = row.last.map { "; last: \(check.words(for: $0))" } ?? ""
        return "\(check.metric) was in range in \(row.good) of \(Readable.plural(count, "check"))\(last)"
    }
}

extension FlaggerOutcome.Row {
    fileprivate mutating func add(_ result: FlaggerCheck.Result, mode: FlaggerJudge.Mode) {
        last = result
        if result.isBad(mode) {
            bad += 1
        } else if result.isGap {
            undecided += 1
        } else {
            good += 1
        }
    }
}

extension FlaggerCheck.Result {
    fileprivate var isGap: Bool {
        switch self {
        case .noData, .failure: true
        case .inRange, .outOfRange, .unasked: false
        }
    }

    fileprivate func isBad(_ mode: FlaggerJudge.Mode) -> Bool {
        if case .outOfRange = self { return true }
        return mode == .compat && isGap
    }

    fileprivate var value: Double? {
        switch self {
        case .inRange(let value), .outOfRange(let value): value
        case .noData, .failure, .unasked: nil
        }
    }
}

extension FlaggerCheck {
    /// A result as the record of a decision keeps it.
    fileprivate func point(of result: Result, at time: Timestamp) -> MeasuredPoint {
        switch result {
        case .inRange(let value): MeasuredPoint(time: time, text: bounds.readable(value), meaning: "in range")
        case .outOfRange(let value): MeasuredPoint(time: time, text: bounds.readable(value), meaning: "out of range")
        case .noData(let message), .failure(let message): MeasuredPoint(time: time, text: message, meaning: "no data")
        case .unasked: MeasuredPoint(time: time, text: "not asked", meaning: "no data")
        }
    }

    /// What a result says, with the metric's name: `request-duration 612 ms, wanted <= 500 ms`.
    fileprivate func words(for result: Result) -> String {
        switch result {
        case .inRange(let value), .outOfRange(let value):
            let wanted = bounds.summary.map { ", wanted \($0)" } ?? ""
            return "\(metric) \(bounds.readable(value))\(wanted)"
        case .noData(let message): return "\(metric) has no data: \(message)"
        case .failure(let message): return "\(metric) could not be asked: \(message)"
        case .unasked: return "\(metric) was not asked"
        }
    }
}
