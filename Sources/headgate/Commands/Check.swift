import Agent
import ArgumentParser
import FoundationEssentials
import Rollouts

/// Everything that can be said from the files alone.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the Rollouts and their manifests: files only, no cluster, no network.",
        discussion: "Exit codes: 0 nothing found, or warnings; 3 errors.")

    @Argument(help: "The root of the configuration repository; without it the current folder.")
    var path: String?

    @Option(help: "Print a rollout with every default filled in, its stages, and where each value lives.")
    var explain: String?

    @Option(name: .shortAndLong, help: "text or json.")
    var output = Output.text

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    func run() async throws {
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
