package import Analysis

/// What a pull request says: what changes, on what evidence, and what follows when it is merged or closed.
package struct ProposalText: Equatable, Sendable {
    package var id: RolloutID
    package var question: ProposalQuestion
    package var plan: StagePlan
    package var changes: [FieldChange]
    /// How many approvals let the agent merge; nil where people do.
    package var approvals: Int?
    /// The commit that is proposed.
    package var head: CommitID
    /// Whether the forge has labels to steer by.
    package var hasLabels = true

    package init(
        id: RolloutID, question: ProposalQuestion, plan: StagePlan, changes: [FieldChange], head: CommitID,
        approvals: Int? = nil
    ) {
        self.id = id
        self.question = question
        self.plan = plan
        self.changes = changes
        self.head = head
        self.approvals = approvals
    }

    /// One value that the commit changes.
    package struct FieldChange: Hashable, Sendable {
        package var binding: BindingName
        package var file: String
        package var old: String?
        package var new: String?

        package init(binding: BindingName, file: String, old: String?, new: String?) {
            self.binding = binding
            self.file = file
            self.old = old
            self.new = new
        }
    }

    /// The whole body, with evidence as of `time`.
    package func body(at time: Timestamp) -> String {
        let sections = sections
        let mark = ProposalMark(key: question.key, head: head, time: time, digest: digest)
        return ([mark.text] + sections.flatMap { ["", $0.joined(separator: "\n")] }).joined(separator: "\n") + "\n"
    }

    /// What stands in the body whatever the numbers of the evidence are.
    private func digest(of sections: [[String]]) -> Digest {
        Digest(of: sections.filter { $0.first != Self.evidenceHead }.map { $0.joined(separator: "\n") }.joined())
    }

    /// The digest by which one text is told from another, apart from its numbers.
    package var digest: Digest { digest(of: sections) }

    private var sections: [[String]] {
        [
            [heading], section("What changes", listed(changes)), evidence,
            section("Where the release is", [stageLine]), section("When this is merged", [afterMerge]),
            section("When this is closed", [afterClose]), hasLabels ? section("Labels", labels) : [],
        ].filter { !$0.isEmpty }
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["### \(title)", ""] + lines
    }

    private var transition: Transition { question.transition }
    private var state: RolloutState { transition.state }
    private var name: String { Markdown.code("\(id)") }
    private var release: String { Markdown.code(state.release.values.title) }

    // MARK: Sections

    private var heading: String {
        let was = state.previous.map { " (until now \(Markdown.code($0.values.title)))" } ?? ""
        let now = transition.cause.map { " \(Markdown.text($0))." } ?? ""
        switch state.at.action {
        case .start:
            return "**Starts the release \(release) of \(name)**\(was): its pods come up and get no traffic yet.\(now)"
        case .advance, .grow, .settle:
            return "**Gives \(state.stage.weight) of the traffic of \(name) to \(release)**\(was),"
                + " which has \(transition.from) now.\(now)"
        case .promote: return "**Makes \(release) the stable release of \(name)**\(was).\(now)"
        case .drain: return "**Takes the last traffic off the canary of \(name)**: \(release) is stable.\(now)"
        case .finish: return "**Ends the release \(release) of \(name)**: the canary's pods go.\(now)"
        case .rollback: return "**Takes the release of \(name) back**: \(subject).\(now)"
        case .adopt, .resize, .resume: return "**\(subject)**\(now)"
        }
    }

    private var subject: String { Markdown.text(CommitMessage(of: transition, by: id).subject) }

    private func listed(_ changes: [FieldChange]) -> [String] {
        changes.map { change in
            let place = "in \(Markdown.code(change.file))"
            if change.binding == .canaryTemplate || change.binding == .stableTemplate {
                return
                    "- the rest of the pod template of \(change.binding == .canaryTemplate ? "canary" : "stable"), \(place)"
            }
            let name = change.binding.text.split(separator: ".", maxSplits: 1).last.map(String.init) ?? ""
            if Release.isSecret(name) { return "- \(Markdown.code(change.binding.text)) (not shown), \(place)" }
            func shown(_ value: String?) -> String { value.map(Markdown.code) ?? "nothing" }
            return "- \(Markdown.code(change.binding.text)): \(shown(change.old)) → \(shown(change.new)), \(place)"
        }
    }

    private static let evidenceHead = "### Evidence"

    private var evidence: [String] {
        guard !transition.evidence.isEmpty else { return [] }
        var lines = [Self.evidenceHead]
        for judged in transition.evidence {
            let summary = EvidenceTable.lines([Evidence(window: judged.window, verdict: judged.verdict, metrics: [])])
            lines += ["", Markdown.text(summary.joined(separator: " ")), ""]
            let rows = judged.metrics.map { metric in
                [
                    Markdown.code(metric.metric) + (metric.isDryRun ? " (dry run)" : ""),
                    Markdown.text(metric.value ?? "–"), Markdown.text(metric.condition ?? ""),
                    Markdown.text(metric.baseline ?? ""), Markdown.text(metric.sentence),
                ]
            }
            lines += Markdown.table([["metric", "canary", "bar", "stable", "in words"]] + rows)
        }
        return lines
    }

    /// `start ✓ · 5% ✓ · **25% ▶** · promote`.
    package var stageLine: String {
        if state.stage.kind.isBackward { return "on its way back: **\(state.stage.kind.rawValue) ▶**" }
        let present = plan.index(of: state.stage.key)
        return plan.stages.enumerated().map { index, stage in
            let title = stage.kind == .weight ? stage.weight.description : stage.key.text
            guard let present else { return title }
            return index < present ? "\(title) ✓" : index == present ? "**\(title) ▶**" : title
        }.joined(separator: " · ")
    }

    private var afterMerge: String {
        let who = approvals.map { count in
            count == 0
                ? " Headgate merges it as soon as the repository's rules are met."
                : " Headgate merges it with \(Readable.plural(count, "approval")) of its newest commit."
        }
        return "However it is merged, the stage has happened then. \(next)" + (who ?? "")
    }

    private var next: String {
        if state.stage.kind.isBackward { return "The rest of the way back follows by itself." }
        guard let index = plan.index(of: state.stage.key), index < plan.lastIndex else {
            return "Nothing follows: the release is over."
        }
        let waits = plan.stages[index].conditions.map { condition in
            switch condition {
            case .pause(let duration): "\(Span(duration)) have passed"
            case .approval: "somebody has approved it"
            case .analysis: "an analysis has passed"
            }
        }
        let judged = plan.stages[index].judged ? ["the analysis still passes"] : []
        let conditions = (["it is live"] + waits + judged).joined(separator: ", ")
        let rest = plan.stages[(index + 1)...].map { $0.kind == .weight ? $0.weight.description : $0.key.text }
        return "What follows: \(rest.joined(separator: ", ")); the next one when \(conditions)."
    }

    private var afterClose: String {
        let key = Markdown.code("\(question.key)")
        let held = "The rollout is held where it is, and \(key) is not proposed again."
        if state.stage.kind.isBackward { return held + " To go on, reopen it, or take the release back by hand." }
        let begins = state.release.since == state.at.serial
        let line = Markdown.code("steer: {\(begins ? "retry" : "abort"): \(question.key.release)}")
        return held + " To go on, reopen it; to " + (begins ? "have it proposed once more" : "take the release back")
            + ", state \(line) in the Rollout."
    }

    private var labels: [String] {
        if state.stage.kind.isBackward { return [] }
        return [
            "- \(Markdown.code(ProposalLabel.hold)) holds the rollout where it is, as long as it is there",
            "- \(Markdown.code(ProposalLabel.rollback)) takes the release back",
        ]
    }
}
