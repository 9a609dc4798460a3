internal import FoundationEssentials
internal import Subprocess
internal import SystemPackage

/// Signs commits with an SSH key, by `ssh-keygen`.
package struct CommitSigning: Hashable, Sendable {
    /// An unencrypted private key, or a public key whose private half an agent holds.
    package var key: String
    package var program: String
    package var deadline: Duration

    package init(key: String, program: String = "ssh-keygen", deadline: Duration = .seconds(20)) {
        self.key = key
        self.program = program
        self.deadline = deadline
    }

    /// The armoured signature of a commit object's text, which lies in a file of `folder` meanwhile.
    ///
    /// Not on the program's standard input: swift-subprocess 1.0 traps when a program ends without reading that.
    func sign(_ content: [UInt8], in folder: String) async throws(GitError) -> String {
        let file = folder + "/signing-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: file, contents: Data(content)) else {
            throw failure("cannot write below \(folder)")
        }
        defer {
            try? FileManager.default.removeItem(atPath: file)
            try? FileManager.default.removeItem(atPath: file + ".sig")
        }
        try await runInTime(on: file)
        guard let signature = FileManager.default.contents(atPath: file + ".sig"), signature.count < 1 << 16 else {
            throw failure("\(program) wrote no signature")
        }
        return String(decoding: signature, as: UTF8.self)
    }

    private func runInTime(on file: String) async throws(GitError) {
        let result: Result<Void, GitError>
        do {
            result = try await withThrowingTaskGroup(of: Result<Void, GitError>.self) { group in
                group.addTask { await run(on: file) }
                group.addTask {
                    try await Task.sleep(for: deadline)
                    return .failure(failure("\(program) did not answer in time"))
                }
                defer { group.cancelAll() }
                return try await group.next() ?? .failure(failure("nothing ran"))
            }
        } catch {
            throw failure("\(error)")
        }
        try result.get()
    }

    private func run(on file: String) async -> Result<Void, GitError> {
        do {
            let outcome = try await Subprocess.run(
                .name(program), arguments: ["-Y", "sign", "-q", "-n", "git", "-f", key, file],
                input: .none, output: .discarded, error: .string(limit: 1 << 16))
            guard case .exited(0) = outcome.terminationStatus else {
                return .failure(failure(RemoteWords.clean(outcome.standardError)))
            }
            return .success(())
        } catch {
            return .failure(failure("cannot run \(program): \(error)"))
        }
    }

    private func failure(_ message: String) -> GitError {
        GitError(.signing, "sign the commit", message)
    }
}
