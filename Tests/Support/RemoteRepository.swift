import Foundation
package import Git

/// A bare repository with one work tree of a person beside it, as a test's remote.
package final class RemoteRepository: Sendable {
    package let folder: TemporaryFolder
    package let path: String
    package let git: GitCommand
    package let person: GitCommand

    /// Begins with one commit on `main` that holds `files`.
    package init(files: [String: String] = ["README.md": "hello\n"]) throws {
        folder = try TemporaryFolder()
        path = try folder.folder("remote.git")
        git = GitCommand(in: path)
        try git("init", "--bare", "--quiet", ".")
        person = GitCommand(in: try folder.folder("person"))
        try person("init", "--quiet", ".")
        try person("remote", "add", "origin", path)
        try commit(files, "Begin")
    }

    /// Commits files in the person's work tree and pushes them.
    package func commit(_ files: [String: String], _ message: String, by author: String = "Alice") throws {
        for (name, text) in files { try folder.write("person/" + name, text) }
        try person("add", "--all")
        try person.by(author)("commit", "--quiet", "--message", message)
        try person("push", "--quiet", "origin", "HEAD:refs/heads/main")
    }

    /// Installs a hook of the bare repository.
    ///
    /// Another process writes it: a descriptor of ours could be open in a child that some other test just started, and
    /// nobody can run a file that is open for writing.
    package func hook(_ name: String, _ script: String) throws {
        let file = path + "/hooks/" + name
        let outcome = try Program.run(
            "sh", ["-c", "cat > \"$1\" && chmod 755 \"$1\"", "sh", file], input: "#!/bin/sh\n" + script)
        guard outcome.status == 0 else { throw Program.Failure(description: outcome.errors) }
    }

    /// How the product reaches it by its path; hooks see by `PUSHER` that it is the agent.
    package var remote: Remote {
        var remote = Remote(.local(path: path))
        remote.environment = GitCommand.hermetic.merging(["PUSHER": "agent"]) { $1 }
        return remote
    }

    package func tip(_ name: String = "refs/heads/main") throws -> String {
        try git("rev-parse", name)
    }
}
