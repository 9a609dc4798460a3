import Analysis
import Foundation
import Rollouts
import Support

/// A repository of the real git on which people and the agent act, and whose history the rule judges.
final class SerialRepository {
    static let state = ".headgate/state/shop/checkout.yaml"
    static let rollout = ".headgate/rollouts/checkout.yaml"

    let folder: TemporaryFolder
    private let git: GitCommand
    private var time: Int64 = 1_700_000_000
    private var files = 0

    init() throws {
        folder = try TemporaryFolder()
        git = GitCommand(in: try folder.folder("repository"))
        try git("init", "--quiet", ".")
        try write(Self.rollout, "kind: Rollout\n")
        try commit("Begin", by: "alice")
    }

    // MARK: Acting

    func run(_ arguments: String..., by actor: String = "alice") throws {
        try git.by(actor, at: time).run(arguments)
    }

    /// Whether git could do it without a conflict.
    func succeeds(_ arguments: String..., by actor: String) throws -> Bool {
        try git.by(actor, at: time).attempt(arguments).status == 0
    }

    func output(_ arguments: String...) throws -> String { try git.run(arguments) }

    func write(_ path: String, _ text: String) throws { try folder.write("repository/" + path, text) }

    func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder["repository/" + path])), as: UTF8.self)
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: folder["repository/" + path]) }

    /// Commits whatever lies in the work tree.
    func commit(_ message: String, by actor: String, author: String? = nil) throws {
        time += 60
        try run("add", "--all", by: actor)
        let email = (author ?? actor) + "@example.com"
        try run("commit", "--quiet", "--message", message, "--author", "\(author ?? actor) <\(email)>", by: actor)
    }

    func unrelatedCommit(by actor: String) throws {
        files += 1
        try write("notes/\(files).txt", "\(files)\n")
        try commit("Note \(files)", by: actor)
    }

    /// Goes to a branch, which begins at main where it is new.
    func goTo(_ branch: String) throws {
        if try !succeeds("checkout", "--quiet", branch, by: "alice") {
            try run("checkout", "--quiet", "-b", branch, "main")
        }
    }

    /// Makes main what `branch` is, as a push that is a fast-forward does.
    func pushToMain(_ branch: String) throws {
        try run("checkout", "--quiet", "-B", "main", branch)
    }

    // MARK: States

    static func stateText(serial: Int, action: String, stage: String) -> String {
        """
        apiVersion: headgate.dev/v1alpha1
        kind: RolloutState
        at: {serial: \(serial), action: \(action), stage: \(stage)}
        phase: Progressing
        stage: {key: \(stage)}

        """
    }

    func writeState(serial: Int, action: String, stage: String) throws {
        try write(Self.state, Self.stateText(serial: serial, action: action, stage: stage))
        try write("apps/route.yaml", "weight: \(stage)\n")
    }

    /// What the text of a state file says; comments and blank lines do not count.
    static func value(of text: String) -> StateValue {
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        let serials = lines.filter { $0.hasPrefix("at:") }.compactMap { line in
            line.firstMatch(of: /serial: (\d+)/).flatMap { Int($0.1) }
        }
        guard serials.count == 1 else { return .unreadable }
        return .stated(serial: serials[0], digest: Digest(of: lines.joined(separator: "\n")))
    }

    // MARK: History

    struct Line {
        let id: CommitID
        let author: String
        let subject: String
        let commit: StateCommit
    }

    /// Every commit of main, children before parents.
    func lines() throws -> [Line] {
        let log = try output("log", "--topo-order", "--format=%H%x09%P%x09%ct%x09%an%x09%s", "main")
            .split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        let questions = log.flatMap { ["\($0[0]):\(Self.state)", "\($0[0]):\(Self.rollout)"] }
        let answers = try contents(of: questions)
        return log.enumerated().map { index, fields in
            let commit = StateCommit(
                parents: fields[1].split(separator: " ").map { CommitID(hex: String($0)) },
                time: Timestamp(seconds: Double(fields[2]) ?? 0),
                value: answers[2 * index].map(Self.value) ?? .absent, hasRollout: answers[2 * index + 1] != nil)
            return Line(id: CommitID(hex: fields[0]), author: fields[3], subject: fields[4], commit: commit)
        }
    }

    func history(_ lines: [Line]) -> StateHistory {
        StateHistory(
            tip: lines[0].id, commits: Dictionary(uniqueKeysWithValues: lines.map { ($0.id, $0.commit) }))
    }

    private func contents(of names: [String]) throws -> [String?] {
        let outcome = try Program.run(
            "git", ["cat-file", "--batch"], in: folder["repository"], environment: GitCommand.hermetic,
            input: names.joined(separator: "\n") + "\n")
        var rest = Array(outcome.output.utf8)[...]
        return names.map { _ in
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let header = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
            rest = rest[(end + 1)...]
            guard header.count == 3, let size = Int(header[2]) else { return nil }
            defer { rest = rest.dropFirst(size + 1) }
            return String(decoding: rest.prefix(size), as: UTF8.self)
        }
    }
}
