package import Analysis
package import Rollouts

/// What an analysis says of past releases: which of them it would have stopped.
package struct BacktestReport: Sendable {
    /// One release, or one time at which there may have been one.
    package struct Release: Sendable {
        package var name: String
        package var began: Timestamp
        /// How it came out in truth, where that is known.
        package var ending: String?
        /// What the analysis says of each of its stages, up to the first that fails; a release without weights has one.
        package var stages: [Stage]

        package init(name: String, began: Timestamp, ending: String? = nil, stages: [Stage] = []) {
            self.name = name
            self.began = began
            self.ending = ending
            self.stages = stages
        }

        /// The stage that the release would have been stopped at.
        package var stopped: Stage? { stages.first { $0.trial.reading.verdict == .fail } }

        /// Nobody can say what would have become of it: nothing was measured, or not all of it.
        var isUnjudged: Bool {
            stopped == nil && !stages.contains { [.pass, .inconclusive].contains($0.trial.reading.verdict) }
        }
    }

    package struct Stage: Sendable {
        /// Nil where the whole release is one window.
        package var key: StageKey?
        package var trial: TrialReport

        package init(key: StageKey? = nil, trial: TrialReport) {
            self.key = key
            self.trial = trial
        }
    }

    /// Newest first.
    package var releases: [Release]
    /// Why there is none, and what to change.
    package var absence: Absence?

    package struct Absence: Equatable, Sendable {
        package var message: String
        package var hint: String

        package init(_ message: String, hint: String) {
            self.message = message
            self.hint = hint
        }
    }

    package init(_ releases: [Release], absence: Absence? = nil) {
        self.releases = releases.sorted { $0.began > $1.began }
        self.absence = absence
    }

    package var stopped: Int { releases.count { $0.stopped != nil } }
    package var unjudged: Int { releases.count(where: \.isUnjudged) }

    package func lines(_ layout: Layout, isWhole: Bool = false) -> [String] {
        guard !releases.isEmpty else {
            return ["There is no past release to judge\(absence.map { ": \($0.message)" } ?? "")."]
                + (absence.map { ["Hint: \($0.hint)"] } ?? [])
        }
        var lines: [String] = []
        var table = TextTable()
        for release in releases {
            let (word, tint, words) = outcome(of: release)
            table.add([
                .init(text: String(release.began.rfc3339.prefix(16)).replacing("T", with: " "), tint: .faint),
                .init(text: release.name, tint: .strong), .init(text: word, tint: tint),
                .init(text: [release.ending, words].compactMap(\.self).joined(separator: "; ")),
            ])
        }
        let rows = table.lines(layout)
        for (row, release) in zip(rows, releases) {
            lines.append(row)
            guard isWhole else { continue }
            for stage in release.stages {
                let details = stage.trial.lines(layout, isWhole: true)
                lines += details.enumerated().map { index, line in
                    "    " + (index == 0 ? stage.key.map { "\($0): " } ?? "" : "") + line
                }
            }
        }
        return lines + [summary]
    }

    private func outcome(of release: Release) -> (word: String, tint: Palette.Tint, words: String?) {
        if let stopped = release.stopped {
            return ("stopped" + (stopped.key.map { " at \($0)" } ?? ""), .bad, stopped.trial.reading.sentence)
        }
        if release.isUnjudged {
            return ("not judged", .faint, release.stages.last?.trial.reading.sentence ?? "it has no stage with traffic")
        }
        let isInconclusive = release.stages.contains { $0.trial.reading.verdict != .pass }
        return isInconclusive
            ? ("undecided", .moving, release.stages.last { $0.trial.reading.verdict != .pass }?.trial.reading.sentence)
            : ("passed", .good, release.stages.last?.trial.reading.sentence)
    }

    private var summary: String {
        guard releases.count > 1 else {
            if unjudged > 0 { return "The one release could not be judged." }
            return "The one release would \(stopped > 0 ? "" : "not ")have been stopped."
        }
        let unsure = unjudged > 0 ? "; \(unjudged) could not be judged" : ""
        return "\(stopped) of the last \(releases.count) releases would have been stopped\(unsure)."
    }

    package var json: JSON {
        .members([
            "releases": .array(
                releases.map { release in
                    .members([
                        "name": .string(release.name), "began": .string(release.began.rfc3339),
                        "ending": .text(release.ending), "stopped": .bool(release.stopped != nil),
                        "judged": .bool(!release.isUnjudged),
                        "stages": .array(release.stages.map { $0.trial.json(stage: $0.key) }),
                    ])
                }),
            "stopped": .count(stopped), "unjudged": .count(unjudged), "total": .count(releases.count),
            "message": .text(absence?.message), "hint": .text(absence?.hint),
        ])
    }
}
