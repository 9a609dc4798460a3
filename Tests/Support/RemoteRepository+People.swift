import Foundation

/// What people do on the branch while agents work on it, with their own git.
extension RemoteRepository {
    /// Makes the person's work tree what the branch is now.
    package func pull() throws {
        try person("fetch", "--quiet", "origin")
        try person("reset", "--quiet", "--hard", "origin/main")
        try person("clean", "--quiet", "-d", "--force")
    }

    /// Does something to the branch's newest tree and pushes it; once more where somebody else was faster.
    package func work(by author: String = "Alice", at time: Int64? = nil, _ body: (GitCommand) throws -> Void) throws {
        let git = person.by(author, at: time)
        for attempt in 1... {
            try pull()
            try body(git)
            let push = try git.attempt(["push", "--quiet", "origin", "HEAD:refs/heads/main"])
            if push.status == 0 { return }
            if attempt == 20 { throw Program.Failure(description: "push: \(push.errors)") }
        }
    }

    /// Replaces text in files and commits that.
    package func edit(
        _ files: [String], _ replacements: KeyValuePairs<String, String>, _ message: String,
        by author: String = "Alice",
        at time: Int64? = nil
    ) throws {
        try work(by: author, at: time) { git in
            for file in files {
                var text = try self.text(file)
                for (old, new) in replacements {
                    guard text.contains(old) else {
                        throw Program.Failure(description: "\(file) has no \"\(old)\":\n\(text)")
                    }
                    text = text.replacingOccurrences(of: old, with: new)
                }
                try folder.write("person/" + file, text)
            }
            try git("commit", "--quiet", "--all", "--message", message)
        }
    }

    /// Writes whole files, nil removes one, and commits that.
    package func put(
        _ files: [String: String?], _ message: String, by author: String = "Alice", at time: Int64? = nil
    ) throws {
        try work(by: author, at: time) { git in
            for (file, text) in files {
                if let text { try folder.write("person/" + file, text) } else { try git("rm", "--quiet", file) }
            }
            try git("add", "--all")
            try git("commit", "--quiet", "--message", message)
        }
    }

    package func revert(_ commits: [String], by author: String = "Alice", at time: Int64? = nil) throws {
        try work(by: author, at: time) { git in try git.run(["revert", "--no-edit"] + commits) }
    }

    /// A file of the person's work tree, as it was last pulled.
    private func text(_ file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder["person/" + file])), as: UTF8.self)
    }

    /// A file at a commit of the branch; nil where there is none.
    package func file(_ path: String, at commit: String = "main") throws -> String? {
        let outcome = try git.attempt(["show", "\(commit):\(path)"])
        return outcome.status == 0 ? outcome.output : nil
    }
}
