import Foundation

/// The real `git`, as a second opinion; it sees no configuration but its own.
package struct GitCommand: Sendable {
    /// The repository or work tree that it runs in.
    package let folder: String
    package var author = "Alice"
    /// Nil for one that goes with the name; the agent has its own.
    package var address: String?
    /// Seconds since 1970 of both dates; nil for now.
    package var time: Int64?
    package var settings: [String] = []
    /// What hooks of the repository see besides.
    package var variables: [String: String] = [:]

    package init(in folder: String) {
        self.folder = folder
    }

    package func by(_ author: String, at time: Int64? = nil) -> Self {
        var copy = self
        copy.author = author
        copy.time = time ?? self.time
        return copy
    }

    /// Runs git and returns its output without the last line feed.
    @discardableResult
    package func callAsFunction(_ arguments: String...) throws -> String {
        try run(arguments)
    }

    @discardableResult
    package func run(_ arguments: [String]) throws -> String {
        let outcome = try attempt(arguments)
        guard outcome.status == 0 else {
            throw Program.Failure(
                description: "git \(arguments.joined(separator: " ")): \(outcome.errors)\(outcome.output)")
        }
        return outcome.output.hasSuffix("\n") ? String(outcome.output.dropLast()) : outcome.output
    }

    /// Runs git and returns how it ended, whether well or not.
    package func attempt(_ arguments: [String]) throws -> Program.Outcome {
        let defaults = [
            "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false", "-c", "gc.auto=0",
            "-c", "advice.detachedHead=false",
        ]
        return try Program.run("git", defaults + settings + arguments, in: folder, environment: environment)
    }

    private var environment: [String: String] {
        var environment = Self.hermetic
        let email = address ?? author.lowercased() + (author == "Headgate" ? "@localhost" : "@example.com")
        environment["GIT_AUTHOR_NAME"] = author
        environment["GIT_AUTHOR_EMAIL"] = email
        environment["GIT_COMMITTER_NAME"] = author
        environment["GIT_COMMITTER_EMAIL"] = email
        if let time {
            environment["GIT_AUTHOR_DATE"] = "\(time) +0000"
            environment["GIT_COMMITTER_DATE"] = "\(time) +0000"
        }
        return environment.merging(variables) { $1 }
    }

    /// An environment in which git reads nobody's configuration and asks nobody.
    package static let hermetic = [
        "PATH": Program.searchPath, "HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
    ]
}
