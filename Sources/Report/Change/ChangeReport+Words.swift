internal import Analysis
internal import Rollouts

/// The sentences that the text and the comment have in common.
extension ChangeReport.Rollout {
    /// What the change is about.
    var heading: Phrase {
        switch kind {
        case .added: stated.map { "new, \($0.title)" } ?? "new"
        case .removed: "its Rollout goes"
        case .unreadable: "its Rollout cannot be read any more"
        case .renamed(let former): "was \(former)"
        case .changed:
            if let former, let stated, former != stated, parts.contains("release") {
                "release \(former.title) → \(stated.title)"
                    + and(parts.filter { $0 != "release" && $0 != "manifests" })
            } else {
                "\(parts.joined(separator: ", "))"
            }
        }
    }

    static let outlook = "The next release would take"

    private func and(_ others: [String]) -> Phrase { others.isEmpty ? "" : "; \(others.joined(separator: ", "))" }

    /// How many commits follow and how long it takes.
    var summary: Phrase {
        guard let last = commits.last else { return kind == .removed ? removed : "The agent commits nothing." }
        let count = commits.count == 1 ? "1 commit follows" : "\(commits.count) commits follow"
        guard last.earliest > .zero || last.latest ?? .zero > .zero else { return "\(count) at once." }
        let earliest = last.earliest == .zero ? "at once" : "\(Span(last.earliest)) after the merge"
        var text: Phrase = "\(count), the last no sooner than \(earliest)"
        if let latest = last.latest { text += " and no later than \(Span(latest))" }
        let waits = commits.flatMap(\.approvals).count
        if waits > 0 { text += ", beside the time that people take to approve" }
        return text + ", unless it is held or taken back."
    }

    private var removed: Phrase {
        if case .held = end { return "The agent commits nothing." }
        return "The agent removes its state, where there is one."
    }

    /// What keeps it from going on, and what people do about it.
    var outcome: [Phrase] {
        switch end {
        case .settled: []
        case .foreignState: ["The agent holds it: its state is written by somebody else than the agent."]
        case .shadow: ["It is in shadow mode: what the agent decides is reported, and nothing is committed."]
        case .unknown: ["What follows cannot be said before the errors are mended; until then the agent holds it."]
        case .takenBack(let what):
            [
                "The agent holds it: \(what) is taken back by this change. \(code: "headgate resume \(id.name)") goes on from there."
            ]
        case .held(let hold): held(hold)
        case .rejected(let reason):
            ["This release was rejected before: \(reason). \(code: "headgate retry \(id.name)") tries it once more."]
        case .impossible(let problem):
            [
                commits.isEmpty
                    ? "The next commit cannot be written: \(problem)."
                    : "The commit after that cannot be written: \(problem)."
            ]
        case .endless(let stage): ["It stays at the stage \(stage), whose analysis has no end."]
        }
    }

    private func held(_ hold: Hold) -> [Phrase] {
        let line: Phrase =
            commits.isEmpty
            ? "The agent holds it: \(StandingText.line(hold))." : "The agent then holds it: \(StandingText.line(hold))."
        switch hold {
        case .edited:
            return [line, "To go on: take the edit back, or accept it with \(StandingText.remedy(hold) ?? "")."]
        case .notAsStated:
            return [
                line, "To go on: take the edit back; a release is stated in the Rollout, and the agent writes it here.",
            ]
        default: return [line] + (StandingText.remedy(hold).map { ["To go on: \($0)"] } ?? [])
        }
    }

    /// What is said first; nothing where `outcome` says it all.
    var said: [Phrase] {
        switch end {
        case .shadow, .unknown, .takenBack, .rejected, .foreignState: standing
        case .held where commits.isEmpty, .impossible where commits.isEmpty, .endless where commits.isEmpty: standing
        default: standing + [summary]
        }
    }

    private var standing: [Phrase] {
        var lines = safeguards.sentences
        if parts.contains("hold") {
            lines.append(
                everythingHeld.map { "Everything is held from then on: \($0)." }
                    ?? "Nothing is held for everybody any more.")
        }
        if let ending { lines.append("It takes \(ending.title) back, which is under way.") }
        return lines
            + holds.filter { !$0.isSaid(in: parts) }.map {
                "Nothing begins before this is taken away: \(StandingText.line($0))."
            }
    }

    /// What people have to do, and when.
    var approvals: [Phrase] {
        (commits + next).flatMap { commit in
            commit.approvals.map { approval -> Phrase in
                switch approval {
                case .word:
                    "\(code: "headgate approve \(id.name)"), or its line in \(file), before “\(commit.subject)”"
                case .pullRequest: "the pull request for “\(commit.subject)” is merged by \(merger)"
                }
            }
        }
    }

    /// What a commit waits for beside the clock.
    func condition(_ commit: ChangeReport.Commit) -> Phrase {
        let condition = commit.leaving.map { Forecast.condition($0, isJudged: isJudged) } ?? ""
        guard commit.approvals.contains(.pullRequest) else { return "\(condition)" }
        return condition.isEmpty ? "after: pull request" : "\(condition), pull request"
    }

    /// How the release goes on to other rollouts.
    var ways: [Phrase] { onward.map(\.way) }

    static let waysTitle = "From there it goes on"

    /// Places in the order of what they mean, those that everybody feels first.
    func places(_ reach: ChangeReport.Place.Reach) -> [ChangeReport.Place] { places.filter { $0.reach == reach } }

    var reaches: [(reach: ChangeReport.Place.Reach, title: String)] { isAgents ? Self.agents : Self.peoples }

    private static let peoples: [(reach: ChangeReport.Place.Reach, title: String)] = [
        (.stable, "Reaches 100 % of the traffic at merge, past the release"),
        (.weight, "Moves traffic at merge, past the stages"),
        (.other, "Applied at merge, beside the release"),
        (.count, "Changes counts of pods at merge"),
        (.canary, "Written into the canary, which is the agent's: the next release writes over it"),
    ]

    /// Of a stage that people merge.
    private static let agents: [(reach: ChangeReport.Place.Reach, title: String)] = [
        (.stable, "Written into stable by the agent, at merge"),
        (.weight, "Traffic that the agent moves, at merge"),
        (.other, "Applied at merge"),
        (.count, "Counts of pods that the agent changes, at merge"),
        (.canary, "Written into the canary by the agent, at merge"),
    ]

    static let goneTitle = "Goes at merge, with the traffic that it has"
}

extension Hold {
    /// Whether another sentence says it.
    fileprivate func isSaid(in parts: [String]) -> Bool {
        if case .global = self { parts.contains("hold") } else { false }
    }
}

extension [ChangeReport.Safeguard] {
    /// What is less stands among the warnings, at the top.
    var sentences: [Phrase] {
        (contains(where: \.isLess) ? ["It has less protection from then on: see the warnings."] : [])
            + filter { !$0.isLess }.map { "\($0.message.prefix(1).uppercased() + $0.message.dropFirst())." }
    }
}

extension PromotionStep {
    /// Where a release goes by it, who lets it, and after what.
    var way: Phrase {
        let how: Phrase =
            delivery == .commit
            ? "by a commit of the agent's, which nobody merges" : "by a pull request, which people merge"
        var conditions: [Phrase] = [
            soak == .zero ? "\(source) is Stable" : "\(source) has been Stable for \(Span(soak))"
        ]
        conditions += analyses.map { "the analysis \($0.title) passes" }
        if asksForApproval { conditions.append("\(code: "headgate approve promotion/\(promotion)")") }
        let held: Phrase = steering.hold.map { "; held: \($0)" } ?? ""
        return "to \(target) \(how), after: \(conditions.joined(separator: ", "))\(held)"
    }
}

extension ChangeReport.Promotion {
    var heading: Phrase {
        switch kind {
        case .added: "new"
        case .changed: "\(parts.joined(separator: ", "))"
        case .removed: "it goes"
        case .broken: "it cannot be followed any more"
        }
    }

    var said: [Phrase] {
        var lines = safeguards.sentences
        lines += ended.map {
            "No release goes on from \($0.source) to \($0.target) any more: people state what comes there."
        }
        if parts.contains("steering"), let key = steps.first?.steering.approve {
            lines.append("It has the approval \(key).")
        }
        if kind == .broken { lines.append("Nothing goes on by it before the errors are mended.") }
        return lines
    }

    static let stepsTitle = "A release goes on"
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
    var footer: [Phrase] {
        var lines: [Phrase] = conflicts.map {
            "\($0) conflicts with \(base): what stands here is said of the change's own version."
        }
        if known > 0 {
            let errors = known == 1 ? "1 error is" : "\(known) errors are"
            lines.append("\(errors) in \(base) already, and not of this change: headgate check lists them.")
        }
        return lines
    }

    /// What is said before everything else.
    var opening: Phrase {
        guard rollouts.isEmpty, promotions.isEmpty else {
            let less: Phrase = hasLessProtection ? ", releases have less protection than before" : ""
            return "When this is merged into \(base) (\(tip.short))\(less):"
        }
        return errors == 0
            ? "No rollout changes when this is merged into \(base)."
            : "What follows a merge into \(base) cannot be said before the errors are mended."
    }
}
