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

    /// The armoured signature of a commit object's text.
    func sign(_ content: [UInt8]) async throws(GitError) -> String {
        let result: Result<String, GitError>
        do {
            result = try await withThrowingTaskGroup(of: Result<String, GitError>.self) { group in
                group.addTask { await run(content) }
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
        return try result.get()
    }

    private func run(_ content: [UInt8]) async -> Result<String, GitError> {
        do {
            let outcome = try await Subprocess.run(
                .name(program), arguments: ["-Y", "sign", "-n", "git", "-f", key],
                input: .array(content), output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
            guard case .exited(0) = outcome.terminationStatus,
                outcome.standardOutput.hasPrefix("-----BEGIN SSH SIGNATURE-----")
            else { return .failure(failure(RemoteWords.clean(outcome.standardError))) }
            return .success(outcome.standardOutput)
        } catch {
            return .failure(failure("cannot run \(program): \(error)"))
        }
    }

    private func failure(_ message: String) -> GitError {
        GitError(.signing, "sign the commit", message)
    }
}
