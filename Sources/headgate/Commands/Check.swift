import Agent
import ArgumentParser
import FoundationEssentials
import Rollouts

/// Everything that can be said from the files alone.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the Rollouts and their manifests: files only, no cluster, no network.",
        discussion: """
            With --changed-from: what the agent does when the change is merged into that branch. With --commit-range: \
            whether commits in the agent's name are what the agent makes. Both read the local repository, which needs its \
            whole history; only --comment asks anybody, the forge. Exit codes: 0 nothing found, or warnings; 3 errors.
            """)

    @Argument(help: "The root of the configuration repository; without it the current folder.")
    var path: String?

    @Option(help: "Print a rollout with every default filled in, its stages, and where each value lives.")
    var explain: String?

    @Option(help: "Say what follows when this work tree is merged into BASE: a branch, a tag or a commit.")
    var changedFrom: String?

    @Option(help: "With --changed-from: say it of this commit, not of the work tree.")
    var at: String?

    @Option(help: "With --changed-from: write it into the one comment of this pull request, too.")
    var comment: Int?

    @Option(help: "With --comment: the URL of the repository, whose forge is asked. Also HEADGATE_REPO.")
    var repo: String?

    @Option(help: "Look at the commits A..B: those in the agent's name, and whether anybody else wrote its state.")
    var commitRange: String?

    @Option(help: "The agent's name or address in its commits; without it Headgate's own.")
    var bot: String?

    @Option(name: .shortAndLong, help: "text or json; with --changed-from also markdown, for a comment.")
    var output = Form.text

    @OptionGroup(title: "Forge options, with --comment") var forge: ForgeOptions

    enum Form: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }
    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    func validate() throws {
        let modes = [explain, changedFrom, commitRange].compactMap(\.self)
        guard modes.count <= 1 else {
            throw ValidationError("--explain, --changed-from and --commit-range are three questions: ask one of them")
        }
        if at != nil, changedFrom == nil { throw ValidationError("--at goes with --changed-from") }
        if comment != nil, changedFrom == nil { throw ValidationError("--comment goes with --changed-from") }
        if bot != nil, changedFrom == nil, commitRange == nil {
            throw ValidationError("--bot goes with --changed-from or --commit-range")
        }
        if output == .markdown, changedFrom == nil {
            throw ValidationError("-o markdown is the comment of --changed-from")
        }
    }

    func run() async throws {
        if let changedFrom { return try await showChange(from: changedFrom) }
        if let commitRange { return try await showRange(commitRange) }
        let tree = try WorkTree(at: path ?? ".").tree()
        let checkup = Checkup(of: tree, shipped: Wiring.shipped, providers: Wiring.providers)
        if let explain {
            Terminal.print(try explanation(of: RolloutReference(explain), checkup))
            return
        }
        Terminal.print(output == .json ? FindingText.json(checkup).text : FindingText.text(checkup))
        if checkup.errors > 0 { throw ExitCode(CommandError.Code.findings.rawValue) }
    }

    private func explanation(of reference: RolloutReference, _ checkup: Checkup) throws -> String {
        let documents = checkup.documents
        let id = try reference.find(in: documents.rollouts.map(\.id) + documents.broken.compactMap(\.id))
        guard let subject = checkup.subjects.first(where: { $0.rollout.id == id }) else {
            throw CommandError(
                "\(id) has errors, so nobody can say what it comes to", hint: "headgate check", code: .findings)
        }
        return try Explanation(subject: subject).text
    }
}

/// Findings as people and as programs read them.
enum FindingText {
    static func text(_ checkup: Checkup) -> String {
        let lines = checkup.findings.map { finding in
            finding.line + (finding.diagnostic.hint.map { "\n  Hint: \($0)" } ?? "")
        }
        return (lines + [checkup.summary]).joined(separator: "\n")
    }

    static func json(_ checkup: Checkup) -> JSON {
        let findings = checkup.findings.map { finding -> JSON in
            var members: [JSON.Member] = [
                .init(name: "file", value: .string(finding.diagnostic.file)),
                .init(name: "line", value: .number("\(finding.diagnostic.line)")),
                .init(name: "column", value: .number("\(finding.diagnostic.column)")),
                .init(name: "severity", value: .string(finding.severity.rawValue)),
                .init(name: "message", value: .string(finding.diagnostic.message)),
            ]
            if let hint = finding.diagnostic.hint { members.append(.init(name: "hint", value: .string(hint))) }
            return .object(members)
        }
        return .object([
            .init(name: "findings", value: .array(findings)),
            .init(name: "errors", value: .number("\(checkup.errors)")),
            .init(name: "warnings", value: .number("\(checkup.warnings)")),
        ])
    }
}
