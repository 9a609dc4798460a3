internal import Subprocess
internal import SystemPackage

/// The name and address that a person's own git would put on a commit.
package struct PersonalIdentity: Hashable, Sendable {
    package let name: String
    package let email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }

    /// Reads `Name <address>`; nil for anything else, so that nothing of it can become another header of a commit.
    package init?(parsing text: String) {
        guard let open = text.firstIndex(of: "<"), text.last == ">", !text.contains(where: \.isNewline) else {
            return nil
        }
        var name = text[..<open]
        while name.last == " " { name.removeLast() }
        while name.first == " " { name.removeFirst() }
        let email = text[text.index(after: open)...].dropLast()
        let isClean = !(name + email).contains { "<>\n\0".contains($0) }
        guard !name.isEmpty, !email.isEmpty, isClean else { return nil }
        self.init(name: String(name), email: String(email))
    }

    /// What `git` itself says in `folder`; nil where git is not there or nobody has told it.
    ///
    /// libgit2's own reading is not used: what it takes for the person's configuration is fixed when it starts.
    package static func configured(in folder: String, deadline: Duration = .seconds(10)) async -> Self? {
        guard let line = await ask(in: folder, deadline: deadline) else { return nil }
        // `Name <address> seconds zone`, as `git var` prints it.
        guard let end = line.lastIndex(of: ">") else { return nil }
        return Self(parsing: String(line[...end]))
    }

    private static func ask(in folder: String, deadline: Duration) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await run(in: folder) }
            group.addTask {
                try? await Task.sleep(for: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private static func run(in folder: String) async -> String? {
        // A name that git makes up from the machine is nobody's.
        let arguments: Arguments = ["-C", folder, "-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT"]
        let outcome = try? await Subprocess.run(
            .name("git"), arguments: arguments, input: .none, output: .string(limit: 4096), error: .discarded)
        guard let outcome, case .exited(0) = outcome.terminationStatus else { return nil }
        return outcome.standardOutput
    }
}
