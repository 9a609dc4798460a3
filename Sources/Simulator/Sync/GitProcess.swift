import FoundationEssentials
import Glibc

/// Why the repository could not be read.
package struct SourceFailure: Error, Equatable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

/// Runs `git` on a bare repository; input and output go through files, so that neither side can block the other.
struct GitProcess {
    private static let deadline = 30.0

    let repository: String

    func run(_ arguments: [String], input: [UInt8] = []) throws(SourceFailure) -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.path
        let base = "\(folder)/headgate-simulator-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer { for suffix in ["in", "out"] { unlink("\(base).\(suffix)") } }
        guard FileManager.default.createFile(atPath: base + ".in", contents: Data(input)) else {
            throw SourceFailure(message: "cannot write to \(folder)")
        }
        let words = ["git", "--git-dir", repository] + arguments
        let process = try start(words, input: base + ".in", output: base + ".out")
        try wait(for: process, words.joined(separator: " "))
        return FileManager.default.contents(atPath: base + ".out").map { Array($0) } ?? []
    }

    private func start(_ words: [String], input: String, output: String) throws(SourceFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let result = posix_spawnp(&process, "git", &actions, nil, &arguments, environ)
        guard result == 0 else { throw SourceFailure(message: "cannot run git: error \(result)") }
        return process
    }

    private func wait(for process: pid_t, _ command: String) throws(SourceFailure) {
        var status: Int32 = 0
        var waited = 0.0
        while waitpid(process, &status, WNOHANG) == 0 {
            guard waited < Self.deadline else {
                kill(process, SIGKILL)
                waitpid(process, &status, 0)
                throw SourceFailure(message: "\(command): not done within \(Int(Self.deadline)) s")
            }
            usleep(2000)
            waited += 0.002
        }
        guard status == 0 else { throw SourceFailure(message: "\(command): failed with status \(status >> 8)") }
    }
}
