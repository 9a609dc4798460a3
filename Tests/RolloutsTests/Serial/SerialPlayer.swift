import Foundation
import Rollouts
import Support
import Testing

/// Plays the steps of a scripted history and keeps the mark as the agent would.
struct SerialPlayer {
    private let story: SerialCase
    private let repository: SerialRepository
    private var mark: Mark?
    private var proposal = "pr"
    private var forcedAway: String?

    init(_ story: SerialCase) throws {
        self.story = story
        repository = try SerialRepository()
    }

    mutating func play() throws {
        for step in story.steps {
            if step.check != nil { try check(step) } else { try act(step) }
        }
    }

    // MARK: Checks

    private func check(_ step: SerialCase.Step) throws {
        try repository.goTo("main")
        let lines = try repository.lines()
        let finding = SerialRule.classify(repository.history(lines), mark: mark)
        #expect(finding.value.serial == step.serial)
        #expect(mark?.serial == step.mark)
        let (word, culprit) = finding.verdict.words
        #expect(word == step.check)
        if let by = step.by, by != "any of" {
            let line = lines.first { $0.id == culprit }
            #expect(line.map { "\($0.author): \($0.subject)" } == by)
        }
        #expect(finding.nextSerial > max(finding.value.serial ?? 0, mark?.serial ?? 0))
    }

    // MARK: Steps

    private mutating func act(_ step: SerialCase.Step) throws {
        let actor = step.actor == "agent" ? "headgate" : step.actor ?? "alice"
        let action = step.action ?? ""
        switch action {
        case "adopt", "start", "advance", "rollback": try agentCommits(step, action)
        case "unrelated commit":
            try repository.goTo(step.on ?? "main")
            try repository.unrelatedCommit(by: actor)
        case "fork": try repository.run("branch", step.branch ?? "f", try commit(bringing: step.at ?? 0))
        case "tick: raise the mark to the tip": try raiseMark()
        case "the mark is lost": mark = nil
        case _ where action.contains("revert"): try revert(step, action, by: actor)
        case _ where action.hasPrefix("deliver PR"): try deliver(step, action, by: actor)
        case _ where action.contains("pick"): try pick(step, action, by: actor)
        case _ where action.contains("merge") || action.contains("foxtrot"): try merge(step, action, by: actor)
        case _ where action.hasPrefix("PR promote"): try proposeAndRollBack()
        default: try edit(action, by: actor) ? () : rewrite(action, by: actor)
        }
    }

    private mutating func agentCommits(_ step: SerialCase.Step, _ action: String) throws {
        let branch = step.on ?? "main"
        if branch == "pr" || branch == "b2" { proposal = branch }
        try repository.goTo(branch)
        try repository.writeState(serial: step.serial ?? 0, action: action, stage: step.stage ?? "")
        try repository.commit("checkout: \(step.stage ?? "")", by: "headgate")
        if branch == "main", step.crash == nil { try raiseMark() }
    }

    private mutating func raiseMark() throws {
        guard let tip = try repository.lines().first, let found = Mark(tip.commit.value, at: tip.id) else { return }
        mark = mark?.raised(to: found) ?? found
    }

    /// Both touch different manifests, so that only the state can conflict.
    private func proposeAndRollBack() throws {
        try repository.goTo("pr")
        try repository.write(
            SerialRepository.state, SerialRepository.stateText(serial: 3, action: "advance", stage: "promote"))
        try repository.write("apps/stable.yaml", "image: new\n")
        try repository.commit("checkout: promote", by: "headgate")
        try repository.goTo("main")
        try repository.write(
            SerialRepository.state, SerialRepository.stateText(serial: 3, action: "rollback", stage: "traffic"))
        try repository.write("apps/route.yaml", "weight: 0\n")
        try repository.commit("checkout: traffic", by: "headgate")
    }

    private func revert(_ step: SerialCase.Step, _ action: String, by actor: String) throws {
        try repository.goTo("main")
        let serials = step.of?.all ?? []
        if action.hasPrefix("revert -n range") {
            for serial in serials.sorted(by: >) {
                try repository.run("revert", "--no-commit", try commit(bringing: serial, original: true), by: actor)
            }
            return try repository.commit(serials.count == 2 ? "back two" : "take it back", by: actor)
        }
        let target = try commit(bringing: serials.first ?? 0, original: action == "revert")
        let subject = try repository.output("log", "-1", "--format=%s", target)
        let isClean = try repository.succeeds("revert", "--no-commit", target, by: actor)
        #expect(isClean == (step.conflict == nil))
        if !isClean {
            let before = try repository.output("show", "\(target)^:\(SerialRepository.state)") + "\n"
            let isMix = story.id.contains("mix")
            try repository.write(SerialRepository.state, isMix ? before + "kept: weight-50\n" : before)
            try repository.write("apps/route.yaml", "weight: resolved\n")
        }
        try repository.commit("Revert \"\(subject)\"", by: actor)
    }

    private func deliver(_ step: SerialCase.Step, _ action: String, by actor: String) throws {
        try repository.goTo("main")
        let isClean =
            switch action {
            case "deliver PR: merge": try repository.succeeds("merge", "--no-ff", "--no-commit", proposal, by: actor)
            case "deliver PR: squash": try repository.succeeds("merge", "--squash", proposal, by: actor)
            case "deliver PR: rebase": try repository.succeeds("rebase", "main", proposal, by: actor)
            default: try repository.succeeds("cherry-pick", "--no-commit", proposal, by: actor)
            }
        #expect(isClean == (step.result == nil && step.conflict == nil))
        if step.result == "conflict" {
            if action.hasSuffix("rebase") { try repository.run("rebase", "--abort") }
            try repository.run("reset", "--quiet", "--hard")
            return try repository.goTo("main")
        }
        if !isClean {
            let side = story.id.contains("resolved-for-main") ? "--ours" : "--theirs"
            try repository.run("checkout", side, ".", by: actor)
        }
        try repository.commit(action.hasSuffix("squash") ? "squashed" : "Merge \(proposal)", by: actor)
    }

    private func pick(_ step: SerialCase.Step, _ action: String, by actor: String) throws {
        try repository.goTo("main")
        switch action {
        case "cherry-pick own earlier stage":
            let target = try commit(bringing: step.of?.all.first ?? 0, original: true)
            try repository.run("cherry-pick", "--no-commit", target, by: actor)
            try repository.commit("picked again", by: actor, author: "headgate")
        case "cherry-pick foreign stage":
            #expect(try !repository.succeeds("cherry-pick", "--no-commit", "env", by: actor))
            try repository.run("checkout", "--theirs", ".", by: actor)
            try repository.commit("picked", by: actor, author: "headgate")
        default:
            try repository.writeState(serial: step.serial ?? 0, action: "advance", stage: "foreign")
            try repository.commit("picked", by: actor)
        }
    }

    private func merge(_ step: SerialCase.Step, _ action: String, by actor: String) throws {
        switch action {
        case "foxtrot: pull into local work, push":
            try repository.goTo("local")
            try repository.run("merge", "--no-ff", "--no-commit", "main", by: actor)
            try repository.commit("Merge branch 'main' into local", by: actor)
            try repository.pushToMain("local")
        case "merge main into the branch":
            try repository.goTo(step.branch ?? "f")
            try repository.run("merge", "--no-ff", "--no-commit", "main", by: actor)
            try repository.commit("Merge branch 'main' into f", by: actor)
        case "evil merge (-s ours) drops the stage":
            try repository.goTo("f")
            try repository.run("merge", "--no-ff", "--no-commit", "-s", "ours", "main", by: actor)
            try repository.commit("Merge branch 'main' into f", by: actor)
            try repository.pushToMain("f")
        default:
            try repository.goTo("main")
            try repository.run("merge", "--no-ff", "--no-commit", "f", by: actor)
            if action.hasPrefix("evil") {
                try repository.run("checkout", try commit(bringing: 2), "--", SerialRepository.state)
            }
            try repository.commit("merge f", by: actor)
        }
    }

    /// Whether the action is one that edits files.
    private func edit(_ action: String, by actor: String) throws -> Bool {
        switch action {
        case "edit a field of the state by hand":
            try repository.write(SerialRepository.state, try repository.read(SerialRepository.state) + "more: true\n")
            try repository.commit("edit", by: actor)
        case "reformat the state file, same values":
            let text = try repository.read(SerialRepository.state)
            try repository.write(SerialRepository.state, "# formatted\n\n" + text)
            try repository.commit("reformat", by: actor)
        case "rename the state file":
            try repository.run("mv", SerialRepository.state, SerialRepository.state + ".old", by: actor)
            try repository.commit("mv", by: actor)
        case "delete the Rollout":
            try repository.remove(SerialRepository.rollout)
            try repository.commit("delete", by: actor)
        case "remove the state":
            try repository.remove(SerialRepository.state)
            try repository.commit("checkout: retired", by: actor)
        case "state the Rollout again":
            try repository.write(SerialRepository.rollout, "kind: Rollout\nagain: true\n")
            try repository.commit("again", by: actor)
        default: return false
        }
        return true
    }

    private mutating func rewrite(_ action: String, by actor: String) throws {
        try repository.goTo("main")
        switch action {
        case "force-push to the commit of serial 3":
            forcedAway = try repository.output("rev-parse", "main")
            try repository.run("reset", "--quiet", "--hard", try commit(bringing: 3))
        case "force-push back": try repository.run("reset", "--quiet", "--hard", try #require(forcedAway))
        case "rebase that drops the commit of serial 5":
            let dropped = try commit(bringing: 5)
            try repository.run("rebase", "--quiet", "--onto", dropped + "^", dropped, "main", by: actor)
        case "squash all history to one root commit":
            try repository.run("checkout", "--quiet", "--orphan", "root")
            try repository.commit("all", by: actor)
            try repository.pushToMain("root")
        case "rewrite all ids, same trees":
            let tip = try repository.output("rev-parse", "main")
            try repository.run("rebase", "--quiet", "--root", "--force-rebase", by: actor)
            #expect(try repository.output("rev-parse", "main") != tip)
        default: Issue.record("unknown step: \(action)")
        }
    }

    /// The newest commit of main that brought a serial; an original one is no revert.
    private func commit(bringing serial: Int, original: Bool = false) throws -> String {
        let lines = try repository.lines()
        let values = Dictionary(uniqueKeysWithValues: lines.map { ($0.id, $0.commit.value) })
        let found = lines.first { line in
            line.commit.value.serial == serial && !line.commit.parents.contains { values[$0] == line.commit.value }
                && !(original && line.subject.hasPrefix("Revert"))
        }
        return try #require(found?.id.hex, "no commit brings serial \(serial)")
    }
}

extension SerialFinding.Verdict {
    /// The verdict as the cases write it, and whom it names.
    var words: (String, CommitID?) {
        switch self {
        case .begin: ("begin", nil)
        case .happened: ("happened", nil)
        case .rewritten: ("rewritten", nil)
        case .reverted(let by): ("reverted", by)
        case .notOurs(let by): ("notours", by)
        }
    }
}
