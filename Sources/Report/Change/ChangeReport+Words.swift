internal import Analysis
internal import Rollouts

/// The sentences that the text and the comment have in common; names and values stand in marks, which the comment shows
/// as code.
extension ChangeReport.Rollout {
    /// What the change is about.
    var heading: String {
        switch kind {
        case .added: "new" + (stated.map { ", \($0.title)" } ?? "")
        case .removed: "its Rollout goes"
        case .renamed(let former): "was \(former)"
        case .changed:
            if let former, let stated, former != stated, parts.contains("release") {
                "release \(former.title) → \(stated.title)" + and(parts.filter { $0 != "release" && $0 != "manifests" })
            } else {
                parts.joined(separator: ", ")
            }
        }
    }

    static let outlook = "The next release would take"

    private func and(_ others: [String]) -> String { others.isEmpty ? "" : "; " + others.joined(separator: ", ") }

    /// How many commits follow and how long it takes.
    var summary: String {
        guard let last = commits.last else { return kind == .removed ? removed : "The agent commits nothing." }
        let count = commits.count == 1 ? "1 commit follows" : "\(commits.count) commits follow"
        guard last.earliest > .zero || last.latest ?? .zero > .zero else { return "\(count) at once." }
        let earliest = last.earliest == .zero ? "at once" : "\(Span(last.earliest)) after the merge"
        var text = "\(count), the last no sooner than \(earliest)"
        if let latest = last.latest { text += " and no later than \(Span(latest))" }
        let waits = commits.flatMap(\.approvals).count
        if waits > 0 { text += ", beside the time that people take to approve" }
        return text + ", unless it is held or taken back."
    }

    private var removed: String {
        if case .held = end { return "The agent commits nothing." }
        return "The agent removes its state, where there is one."
    }

    /// What keeps it from going on, and what people do about it.
    var outcome: [String] {
        switch end {
        case .settled: []
        case .shadow: ["It is in shadow mode: what the agent decides is reported, and nothing is committed."]
        case .unknown: ["What follows cannot be said before the errors are mended."]
        case .takenBack(let what):
            [
                "The agent holds it: \(what) is taken back by this change. `headgate resume \(id.name)` goes on from there."
            ]
        case .held(let hold):
            ["The agent \(commits.isEmpty ? "" : "then ")holds it: \(StandingText.line(hold))."]
                + (StandingText.remedy(hold).map { ["To go on: \($0)"] } ?? [])
        case .rejected(let reason):
            ["This release was rejected before: \(reason). `headgate retry \(id.name)` tries it once more."]
        case .impossible(let problem):
            ["The \(commits.isEmpty ? "next commit" : "commit after that") cannot be written: \(problem)."]
        case .endless(let stage): ["It stays at the stage \(stage), whose analysis has no end."]
        }
    }

    /// What is said first; nothing where `outcome` says it all.
    var said: [String] {
        switch end {
        case .shadow, .unknown, .takenBack, .rejected: standing
        case .held where commits.isEmpty, .impossible where commits.isEmpty, .endless where commits.isEmpty: standing
        default: standing + [summary]
        }
    }

    private var standing: [String] {
        holds.map { "Nothing begins before this is taken away: \(StandingText.line($0))." }
    }

    /// What people have to do, and when.
    var approvals: [String] {
        (commits + next).flatMap { commit in
            commit.approvals.map { approval in
                switch approval {
                case .word:
                    "`headgate approve \(id.name)`, or its line in \(file), before “\(commit.subject)”"
                case .pullRequest: "the agent's pull request has to be merged for “\(commit.subject)”"
                }
            }
        }
    }

    /// What a commit waits for beside the clock.
    func condition(_ commit: ChangeReport.Commit) -> String {
        commit.leaving.map { Forecast.condition($0, isJudged: isJudged) } ?? ""
    }

    /// Places in the order of what they mean, those that everybody feels first.
    func places(_ reach: ChangeReport.Place.Reach) -> [ChangeReport.Place] { places.filter { $0.reach == reach } }

    static let reaches: [(reach: ChangeReport.Place.Reach, title: String)] = [
        (.stable, "Reaches 100 % of the traffic at merge, past the release"),
        (.weight, "Moves traffic at merge, past the stages"),
        (.other, "Applied at merge, beside the release"),
        (.count, "Changes counts of pods at merge"),
        (.canary, "Written into the canary, which is the agent's: the next release writes over it"),
    ]
}

extension ChangeReport.Commit {
    static func text(_ time: Duration?) -> String {
        guard let time else { return "" }
        return time == .zero ? "at once" : "\(Span(time))"
    }
}

extension ChangeReport.Place {
    /// From what to what; nothing where that is not shown.
    var difference: String {
        if isHidden { return "(not shown)" }
        return
            "\(former.map(CommitMessage.oneLine) ?? "(nothing)") → \(present.map(CommitMessage.oneLine) ?? "(nothing)")"
    }
}

extension ChangeReport {
    /// The last line: what was compared with what.
    var footer: [String] {
        var lines = conflicts.map {
            "\($0) conflicts with \(base): what stands here is said of the change's own version."
        }
        if known > 0 {
            let errors = known == 1 ? "1 error is" : "\(known) errors are"
            lines.append("\(errors) in \(base) already, and not of this change: headgate check lists them.")
        }
        return lines
    }
}
