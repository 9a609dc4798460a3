package import Analysis
internal import Rollouts

/// Why a rollout stands where it stands: the sentence, and each metric with its rule, its query and its numbers.
package struct Explanation: Sendable {
    package var now: Timestamp
    package var status: RolloutStatus
    package var isOffline: Bool
    package var questions: [Question]

    package typealias Question = AnalysisQuestion

    package init(now: Timestamp, status: RolloutStatus, isOffline: Bool = false, questions: [Question] = []) {
        self.now = now
        self.status = status
        self.isOffline = isOffline
        self.questions = questions
    }

    package func lines(_ layout: Layout) -> [String] {
        var lines = head(layout)
        for reading in status.observation?.analyses ?? [] { lines += [""] + self.lines(of: reading, layout) }
        lines += [""] + end(layout)
        return lines
    }

    private func head(_ layout: Layout) -> [String] {
        let sentence = status.standing.map(StandingText.line) ?? status.trouble ?? "Unknown"
        var lines = [
            "\(layout.palette.paint(status.name, .strong)) is \(layout.palette.paint(sentence, status.tint))"
        ]
        for problem in status.problems {
            if !sentence.contains(problem.description) { lines.append("\(problem)") }
        }
        for field in differences { lines.append("  \(RolloutTree.difference(field))") }
        for reason in reasons { lines.append("  \(reason)") }
        if let failure = status.state?.failure, status.state?.phase == .rollingBack {
            lines.append("Going back from \(failure.stage): \(failure.reason)")
        }
        if let transition = status.transition {
            if let cause = transition.cause, cause != status.state?.failure?.reason { lines.append(cause) }
            lines.append("The next tick commits: \(StandingSummary.subject(transition, status.id))")
        }
        return lines
    }

    /// The fields whose places the sentence leaves out.
    private var differences: [FieldDifference] {
        switch status.standing {
        case .progressing(.applied(_, let fields)), .rollingBack(.applied(_, let fields)): fields
        case .held(.edited(let fields, _)), .held(.drifted(let fields)), .held(.notApplied(let fields, _)),
            .held(.notAtRest(let fields)), .held(.notAsStated(let fields)):
            fields
        default: []
        }
    }

    /// What the pods say.
    private var reasons: [String] {
        [("stable", status.live?.stable), ("canary", status.live?.canary)].flatMap { name, side in
            (side?.failing.map { "\(name) failing: \($0)" } ?? [])
                + (side?.pending.map { "\(name) pending: \($0)" } ?? [])
        }
    }

    // MARK: Analyses

    /// One analysis with its metrics.
    func lines(of reading: AnalysisReading, _ layout: Layout) -> [String] {
        let verdict = layout.palette.paint(reading.verdict.word, reading.verdict.tint)
        let sentence = reading.sentence.isEmpty ? "" : ": \(reading.sentence)"
        var lines = ["\(reading.id.title): \(verdict)\(sentence)"]
        let metrics = reading.evidence.flatMap(\.metrics)
        let asked = questions.filter { $0.analysis == reading.id }
        for metric in metrics {
            lines += self.lines(of: metric, asked.first { $0.metric == metric.metric }, layout)
        }
        for question in asked where !metrics.contains(where: { $0.metric == question.metric }) {
            lines.append("  " + layout.palette.paint(question.metric, .strong))
            lines += self.lines(of: question)
        }
        return lines
    }

    private func lines(of metric: MetricEvidence, _ question: Question?, _ layout: Layout) -> [String] {
        let dry = metric.isDryRun ? " (dry run, decides nothing)" : ""
        let name = layout.palette.paint(metric.metric, .strong)
        var lines = ["  \(name)  \(layout.palette.paint(metric.verdict.word, metric.verdict.tint))\(dry)"]
        if !metric.sentence.isEmpty { lines.append(Self.row("found", metric.sentence)) }
        if question == nil, let condition = metric.condition { lines.append(Self.row("rule", condition)) }
        let value = metric.value.map { "canary \($0)" }
        let baseline = metric.baseline.map { "stable \($0)" }
        var numbers = [value, baseline].compactMap { $0 }
        if metric.counts.total > 0 {
            let counts = metric.counts
            numbers.append("\(counts.good) good, \(counts.bad) bad, \(counts.undecided) undecided")
        }
        if !numbers.isEmpty { lines.append(Self.row("numbers", numbers.joined(separator: "; "))) }
        let window = metric.window
        lines.append(
            Self.row(
                "window",
                "\(RelativeTime.clock(window.start, from: now)) to \(RelativeTime.clock(window.end, from: now))"))
        return lines + (question.map { self.lines(of: $0) } ?? [])
    }

    private func lines(of question: Question) -> [String] {
        var lines = [Self.row("rule", question.rule)]
        for query in question.queries {
            let name = query.name.isEmpty ? "" : "\(query.name): "
            lines.append(Self.row("query", name + Readable.line(of: query.text)))
        }
        return lines
    }

    private static func row(_ label: String, _ text: String) -> String { "    \(label.padded(to: 8)) \(text)" }

    // MARK: What comes

    private func end(_ layout: Layout) -> [String] {
        var lines: [String] = []
        if status.transition != nil {
            lines.append("Next look: at the next tick")
        } else if let check = status.nextCheck {
            lines.append("Next look: \(RelativeTime.both(check, from: now))")
        } else {
            let isDone = status.urgency == .settled
            lines.append("Next look: at every tick" + (isDone ? "; nothing is due" : ""))
        }
        if isOffline {
            lines.append(
                layout.palette.paint("From Git alone: neither the cluster nor the metrics were asked.", .faint))
        }
        return lines + status.way.enumerated().map { ($0 == 0 ? "To go on:  " : "           ") + $1 }
    }
}

extension AnalysisRequest.ID {
    /// What people call it.
    var title: String {
        switch self {
        case .background: "Background analysis"
        case .inline(let number): number == 1 ? "Analysis of the stage" : "Analysis \(number) of the stage"
        case .soak(let promotion, let number): "Gate \(number) of the promotion \(promotion)"
        }
    }
}

extension Verdict {
    var word: String {
        switch self {
        case .pass: "passed"
        case .fail: "failed"
        case .inconclusive: "inconclusive"
        case .needsMoreData: "needs more data"
        case .unknown: "unknown, the backend did not answer"
        case .error: "not possible, the configuration is wrong"
        }
    }

    var tint: Palette.Tint {
        switch self {
        case .pass: .good
        case .needsMoreData, .unknown: .moving
        case .fail, .inconclusive, .error: .bad
        }
    }
}
