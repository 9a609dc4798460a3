internal import Analysis

/// What a pull request that proposes a proven release says to the people who read it, in Markdown.
package struct PromotionRequestText: Equatable, Sendable {
    let line: PromotionLine
    /// What changes, by the file where it stands.
    let places: [String: [String]]
    /// The address of a commit's page without the id; nil where the forge has none, or finds commits by their ids.
    let commitPage: String?

    /// - Parameter places: the names of the values by the files that are written.
    package init(_ line: PromotionLine, places: [String: [String]], commitPage: String? = nil) {
        self.line = line
        self.places = places
        self.commitPage = commitPage
    }

    package var title: String { PullRequest.title(CommitMessage(of: line).subject) }

    package var body: String {
        let parts = [
            ["**\(Markdown.text(line.title))** was proven in `\(line.source)` and goes on to `\(line.target)`."],
            ["### What changes"] + changes,
            ["### What was proven"] + proof,
            ["### When this is merged", ""] + merged,
            ["### When this is closed", "", closed],
            ["### Labels", "", label],
            [PromotionText.marker(of: line)],
        ]
        return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
    }

    private var changes: [String] {
        let shown = Dictionary(Release(values: line.carried).shown.map { ($0.name, $0.value) }) { first, _ in first }
        let rows = places.sorted { $0.key < $1.key }.flatMap { file, names in
            names.sorted().map { name in
                let former = line.former.values[name].map { "\(Markdown.code($0)) → " } ?? ""
                return "- \(Markdown.code(name)): \(former)\(Markdown.code(shown[name] ?? ""))"
                    + " in \(Markdown.code(file))"
            }
        }
        return [""] + rows + ["", "Nothing else: neither a manifest nor a weight."]
    }

    private var proof: [String] {
        var lines = [
            "",
            "`\(line.source)` is Stable on it since \(line.proven.arrived.rfc3339), by \(link(line.proven.id))"
                + (line.soak > .zero
                    ? ", without interruption for longer than the soak of \(Span(line.soak))." : "."),
        ]
        let soaked = EvidenceSection.lines(line.evidence, of: "found")
        if !soaked.isEmpty { lines += ["", "Since then:"] + soaked }
        if !line.way.isEmpty {
            lines += ["", "Its way there, each commit with the analysis that it was made on:", ""]
            lines += line.way.map { commit in
                let judged = commit.evidence.first.map { head in
                    let words = head.hasPrefix("Analysis") ? String(head.dropFirst("Analysis".count)) : head
                    return ": analysis \(Markdown.text(words.trimmedStart))"
                }
                return "- \(link(commit.id)) \(Markdown.text(commit.subject))\(judged ?? "")"
            }
        }
        if let judged = line.way.last(where: { !$0.evidence.isEmpty }) {
            lines += ["", "The last of these analyses, which led to \(link(judged.id))", ""]
            lines += Markdown.block(judged.evidence)
        }
        return lines
    }

    private var merged: [String] {
        let states =
            "Merged by any method, `\(line.target)` states the release, and its own plan takes it to the traffic."
        guard let course = line.course else { return [states + " Each stage is judged."] }
        return ["\(states) This is what follows:", ""] + course.table(from: 0, isWaiting: false) + ["", course.failure]
    }

    private var closed: String {
        "Nothing changes in `\(line.target)`. This release is not proposed to it again; the next one that"
            + " \(line.source.environmentText) proves is. Reopen it to take that back."
    }

    private var label: String {
        "`\(ProposalLabel.hold)`: this stays open as it is, says that it is not to be merged, and nothing else is proposed to"
            + " `\(line.target)`. So does a line `steer: {hold: \"…\"}` in the Promotion, and the label"
            + " `\(ProposalLabel.rollback)`: nothing of the release runs there yet that could be taken back."
    }

    /// Forges turn a bare id into a link; where the page is known it is one everywhere.
    private func link(_ commit: CommitID) -> String {
        commitPage.map { "[`\(commit.short)`](\($0)\(commit.hex))" } ?? commit.hex
    }
}

extension RolloutID {
    /// How people speak of the place that proved something.
    fileprivate var environmentText: String { environment == Self.defaultEnvironment ? "`\(self)`" : environment }
}

extension String {
    fileprivate var trimmedStart: String { String(drop { $0 == " " }) }
}
