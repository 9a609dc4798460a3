import FoundationEssentials
import Subprocess
import SystemPackage

/// The bare repository that a forge hosts, worked on with `git` itself.
struct BareRepository: Sendable {
    /// What git said, and whether it was content.
    struct Outcome {
        let isGood: Bool
        let output: String
        let errors: String
    }

    /// Git refused something that cannot be refused in a sound repository.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let path: String

    /// The largest output of one command that is kept, in bytes.
    private static let limit = 8 << 20

    /// Runs git, whatever it answers.
    func attempt(
        _ arguments: [String], as person: ForgeAccount? = nil, input: String = ""
    ) async throws -> Outcome {
        var environment = Subprocess.Environment.inherit.updating([
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
        ])
        if let person {
            environment = environment.updating([
                "GIT_AUTHOR_NAME": person.name, "GIT_AUTHOR_EMAIL": person.email,
                "GIT_COMMITTER_NAME": person.name, "GIT_COMMITTER_EMAIL": person.email,
            ])
        }
        let record = try await Subprocess.run(
            .name("git"),
            arguments: Arguments(["--git-dir=\(path)", "-c", "core.quotePath=false"] + arguments),
            environment: environment, input: .string(input),
            output: .string(limit: Self.limit), error: .string(limit: Self.limit))
        return Outcome(
            isGood: record.terminationStatus.isSuccess, output: record.standardOutput, errors: record.standardError)
    }

    /// Runs git, which must succeed; the last line break of what it says is left out.
    @discardableResult
    func callAsFunction(
        _ arguments: String..., as person: ForgeAccount? = nil, input: String = ""
    ) async throws -> String {
        let outcome = try await attempt(arguments, as: person, input: input)
        guard outcome.isGood else {
            throw Failure(description: "git \(arguments.first ?? "") in \(path): \(outcome.errors)")
        }
        return outcome.output.hasSuffix("\n") ? String(outcome.output.dropLast()) : outcome.output
    }

    // MARK: Branches

    /// The commits of all branches, by their names.
    func branches() async throws -> [String: String] {
        let lines = try await self("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads")
        var branches: [String: String] = [:]
        for line in lines.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { branches[String(parts[1])] = String(parts[0]) }
        }
        return branches
    }

    /// Moves a branch that is still where it was seen; false where it has moved meanwhile.
    func move(_ branch: String, from old: String, to new: String) async throws -> Bool {
        try await attempt(["update-ref", "refs/heads/\(branch)", new, old]).isGood
    }

    func delete(_ branch: String, at commit: String) async throws {
        _ = try await attempt(["update-ref", "-d", "refs/heads/\(branch)", commit])
    }

    /// Keeps the commits of a pull request when its branch is gone, as forges do.
    func keep(_ head: String, for number: Int) async throws {
        try await self("update-ref", "refs/pull/\(number)/head", head)
    }

    func isAncestor(_ one: String, of other: String) async throws -> Bool {
        try await attempt(["merge-base", "--is-ancestor", one, other]).isGood
    }

    /// Where two commits part; nil where they have nothing in common.
    func mergeBase(_ one: String, _ other: String) async throws -> String? {
        let outcome = try await attempt(["merge-base", one, other])
        return outcome.isGood ? outcome.output.trimmed : nil
    }

    // MARK: Reading

    /// One commit as lists show it.
    struct Entry: Sendable, Equatable {
        let id: String
        let author: String
        let subject: String
        let time: Moment
    }

    func log(_ range: String, limit: Int) async throws -> [Entry] {
        let format = "--format=%H%x1f%an%x1f%ct%x1f%s"
        let lines = try await self("log", "--max-count=\(limit)", format, range, "--")
        return lines.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\u{1F}", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 4, let seconds = Int(parts[2]) else { return nil }
            return Entry(
                id: parts[0], author: parts[1], subject: parts[3], time: Moment(milliseconds: seconds * 1000))
        }
    }

    /// The change from one commit to another as a unified diff.
    func diff(from old: String, to new: String) async throws -> String {
        try await self("diff", "--no-color", "--no-ext-diff", "--no-renames", "--unified=3", old, new, "--")
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
