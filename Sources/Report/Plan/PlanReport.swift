package import Analysis
package import Rollouts

/// What the next tick commits for one rollout, and the commits that come after it.
package struct PlanReport: Sendable {
    package var now: Timestamp
    package var status: RolloutStatus
    package var isOffline: Bool
    /// The message of the commit that is due.
    package var message: String?
    package var changes: [FileVersions]
    /// Why the commit that is due cannot be rendered.
    package var problem: Diagnostic?

    /// One file before and after; nil where there is none.
    package struct FileVersions: Sendable {
        package var path: String
        package var old: [UInt8]?
        package var new: [UInt8]?

        package init(path: String, old: [UInt8]?, new: [UInt8]?) {
            self.path = path
            self.old = old
            self.new = new
        }

        /// In git's unified form; empty where nothing differs.
        var difference: String { LineDiff.unified(path, from: Self.text(old), to: Self.text(new)) }

        private static func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    }

    package init(
        now: Timestamp, status: RolloutStatus, isOffline: Bool = false, message: String? = nil,
        changes: [FileVersions] = [], problem: Diagnostic? = nil
    ) {
        self.now = now
        self.status = status
        self.isOffline = isOffline
        self.message = message
        self.changes = changes.sorted { $0.path < $1.path }
        self.problem = problem
    }

    package func lines(_ layout: Layout) -> [String] {
        due(layout) + ahead(layout) + footer(layout)
    }

    private func due(_ layout: Layout) -> [String] {
        if let problem {
            let hint = problem.hint.map { ["  → \($0)"] } ?? []
            return [layout.palette.paint("The commit that is due cannot be made: \(problem)", .bad)] + hint
        }
        guard let message else {
            let summary = StandingSummary(status: status, now: now).text
            let phase = layout.palette.paint(status.phase, status.tint)
            return [
                "The next tick commits nothing for \(status.name): \(phase)\(summary.isEmpty ? "" : ", \(summary)")."
            ]
        }
        var text = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while text.last?.isEmpty == true { text.removeLast() }
        let heads = [head, ""]
        let differences = changes.flatMap { LineDiff.painted($0.difference, layout.palette) }
        return heads + text.map { ("    " + $0).withoutTrailingSpaces } + [""] + differences
    }

    /// What is done with the commit that is shown.
    private var head: String {
        guard let question = status.question else { return "The next tick commits for \(status.name):" }
        let stage = question.transition.state.at.stage
        guard let url = status.standing?.pullRequest else {
            return "\(status.name) waits for people to merge \(stage); the next tick opens a pull request for it:"
        }
        return "\(status.name) waits for people to merge \(stage) in \(url):"
    }

    private func ahead(_ layout: Layout) -> [String] {
        let forecast = Forecast(status, now: now)
        guard !forecast.commits.isEmpty else { return [] }
        let isTimed = forecast.commits.contains { $0.earliest != nil }
        var table = TextTable()
        for commit in forecast.commits {
            table.add([
                .init(text: commit.earliest.map { RelativeTime.clock($0, from: now) } ?? "", tint: .faint),
                .init(text: commit.earliest.map { RelativeTime.text($0, from: now) } ?? "", isRight: true),
                .init(text: commit.title, tint: .strong),
                .init(text: commit.condition),
            ])
        }
        return ["", isTimed ? "Ahead, at the earliest:" : "Ahead, once it goes on:"]
            + table.lines(.init(palette: layout.palette, width: layout.width.map { $0 - 2 })).map { "  " + $0 }
    }

    private func footer(_ layout: Layout) -> [String] {
        var lines = status.way
        if isOffline {
            lines.append(
                layout.palette.paint("From Git alone: neither the cluster nor the metrics were asked.", .faint))
        }
        return lines.isEmpty ? [] : [""] + lines
    }
}
