import Agent
import ArgumentParser
import FoundationEssentials
import Git
import Report
import Rollouts

/// What every verb has in common: where it is said, by whom, and whether only to show it.
struct SteeringOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Who says it, as \"Name <address>\"; without it git's user.name and user.email.")
    var author: String?

    @Flag(help: "Show the change, and commit nothing.")
    var dryRun = false

    /// Says `word` in the repository and prints what came of it.
    func say(_ word: SteeringWord) async throws {
        let agent = try Wiring.agent(connection, isShadow: true, isLooking: true)
        let steersman = Steersman(agent: agent, author: dryRun ? nil : try await identity())
        switch try await steersman.say(word) {
        case .pushed(let commit, let change):
            Terminal.print("\(commit.short) \(change.subject)")
        case .unchanged(let change):
            Terminal.print("nothing to commit, it is stated already: \(change.subject)")
        case .preview(let change):
            Terminal.print("would commit: \(change.subject)")
            for (path, bytes) in change.files.sorted(by: { $0.key < $1.key }) {
                let former = change.former[path].map { String(decoding: $0, as: UTF8.self) }
                let diff = LineDiff.unified(path, from: former, to: String(decoding: bytes, as: UTF8.self))
                Terminal.print(LineDiff.painted(diff, Terminal.layout.palette))
            }
        }
    }

    private func identity() async throws -> Publisher.Identity {
        if let author {
            guard let stated = PersonalIdentity(parsing: author) else {
                throw CommandError(
                    "\"\(author)\" is no author", hint: "write --author \"Name <name@example.com>\"", code: .usage)
            }
            return Publisher.Identity(name: stated.name, email: stated.email)
        }
        let folder = FileManager.default.currentDirectoryPath
        guard let found = await PersonalIdentity.configured(in: folder) else {
            throw CommandError(
                "nobody knows who makes this commit", causes: ["git has no user.name and user.email here"],
                hint: "git config --global user.name \"Name\" and user.email, or --author \"Name <name@example.com>\"")
        }
        return Publisher.Identity(name: found.name, email: found.email)
    }
}
