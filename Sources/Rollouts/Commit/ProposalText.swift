package import Analysis

/// What a pull request says: what changes, on what evidence, and what follows when it is merged or closed.
package struct ProposalText: Equatable, Sendable {
    package var id: RolloutID
    /// The Rollout document.
    package var file: String
    package var question: ProposalQuestion
    package var course: StageCourse
    package var changes: [FieldChange]
    /// How many approvals let the agent merge; nil where people do.
    package var approvals: Int?
    /// The commit that is proposed.
    package var head: CommitID
    /// Whether the forge has labels to steer by.
    package var hasLabels = true
    /// Where the release comes from; nil where that is not known.
    package var statement: Statement?

    package init(
        id: RolloutID, in file: String, question: ProposalQuestion, course: StageCourse, changes: [FieldChange],
        head: CommitID, approvals: Int? = nil
    ) {
        self.id = id
        self.file = file
        self.question = question
        self.course = course
        self.changes = changes
        self.head = head
        self.approvals = approvals
    }

    /// The commit that stated the release.
    package struct Statement: Hashable, Sendable {
        package var commit: CommitID
        package var author: String
        package var subject: String
        /// The address of a commit's page without the id; nil where the forge finds commits by their ids.
        package var page: String?

        package init(commit: CommitID, author: String, subject: String, page: String? = nil) {
            self.commit = commit
            self.author = author
            self.subject = subject
            self.page = page
        }
    }

    /// One value that the commit changes.
    package struct FieldChange: Hashable, Sendable {
        package var binding: BindingName
        package var file: String
        package var old: String?
        package var new: String?
        /// Where it is, for a part that has no binding of its own.
        package var part: String?
        /// Whether its values are nobody's to read.
        package var isSecret: Bool

        package init(
            binding: BindingName, file: String, old: String?, new: String?, part: String? = nil, isSecret: Bool = false
        ) {
            self.binding = binding
            self.file = file
            self.old = old
            self.new = new
            self.part = part
            self.isSecret = isSecret
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
            section("Where the release is", [stageLine]), section("When this is merged", afterMerge),
            section("When this is closed", [afterClose]), hasLabels ? section("Labels", labels) : [],
        ].filter { !$0.isEmpty }
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["### \(title)", ""] + lines
    }

    private var transition: Transition { question.transition }
    private var state: RolloutState { transition.state }
    private var plan: StagePlan { course.plan }
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
        case .promote:
            let rest = state.stage.weight > .none ? "; \(transition.from) of it goes there now." : "."
            return "**Makes \(release) the stable release of \(name)**\(was): as stable's pods are replaced, all of the"
                + " traffic goes to it\(rest)\(now)"
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
            let name = change.binding.text.split(separator: ".", maxSplits: 1).last.map(String.init) ?? ""
            let shownName = Markdown.code(change.part ?? change.binding.text)
            if change.isSecret || Release.isSecret(name) { return "- \(shownName) (not shown), \(place)" }
            func shown(_ value: String?) -> String { value.map(Markdown.code) ?? "nothing" }
            return "- \(shownName): \(shown(change.old)) → \(shown(change.new)), \(place)"
        }
    }

    private static let evidenceHead = "### Evidence"

    private var evidence: [String] {
        let origin = statement.map { stated in
            let commit =
                stated.page.map { "[`\(stated.commit.short)`](\($0)\(stated.commit.hex))" } ?? stated.commit.hex
            return "\(Markdown.text(stated.author)) stated the release in \(commit): \(Markdown.text(stated.subject))"
        }
        guard transition.evidence.isEmpty else {
            return [Self.evidenceHead] + EvidenceSection.lines(transition.evidence) + (origin.map { ["", $0] } ?? [])
        }
        guard begins, state.stage.kind == .start else { return origin.map { [Self.evidenceHead, "", $0] } ?? [] }
        let none = "Nothing was measured yet: the release has had no traffic of \(name)."
        return [Self.evidenceHead, "", none] + (origin.map { ["", $0] } ?? [])
    }

    /// Whether the attempt begins with this commit.
    private var begins: Bool { state.release.since == state.at.serial }

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

    private var afterMerge: [String] {
        let who =
            switch approvals {
            case nil: "People merge it, and Headgate does not."
            case 0: "Headgate merges it as soon as the repository's rules are met."
            case let count?: "Headgate merges it with \(Readable.plural(count, "approval")) of its newest commit."
            }
        let merged = "Merged by any method, the stage has happened. \(who)"
        if state.stage.kind.isBackward { return ["\(merged) The rest of the way back follows by itself."] }
        guard let index = plan.index(of: state.stage.key), index < plan.lastIndex else {
            return ["\(merged) Nothing follows: the release is over."]
        }
        return ["\(merged) What follows:", ""] + course.table(from: index + 1) + ["", course.failure]
    }

    private var afterClose: String {
        let key = Markdown.code("\(question.key)")
        let line = begins ? "retry: \(question.key)" : "abort: \(question.key.release)"
        let steered =
            "state \(Markdown.code("steer: {\(line)}")) in \(Markdown.code(file))"
        if state.stage.kind.isBackward {
            return "The rollout is held where it is, and \(key) is not proposed again. To go on, reopen it, or take the"
                + " release back by hand."
        }
        if begins {
            let again = question.key.isAgain ? "" : " To have it proposed once more, \(steered)."
            return
                "Nothing begins: the rollout is held as it is, and \(key) is not proposed again. To go on, reopen it."
                + "\(again) Another release that is stated there goes its own way."
        }
        return "The rollout is held where it is, and \(key) is not proposed again. To go on, reopen it; to take the"
            + " release back, \(steered)."
    }

    private var labels: [String] {
        if state.stage.kind.isBackward { return [] }
        let back =
            begins
            ? "nothing has begun that could be taken back, so that it holds the rollout, too; close this to turn the"
                + " release down"
            : "takes the release back"
        return [
            "- \(Markdown.code(ProposalLabel.hold)): while it is on this and this is open, the rollout stays where it is."
                + " Who merges this nevertheless lets it go on; to hold the release afterwards, state"
                + " \(Markdown.code("steer: {hold: \"why\"}")) in \(Markdown.code(file))",
            "- \(Markdown.code(ProposalLabel.rollback)): \(back)",
        ]
    }
}
