import Foundation

/// A program of the search path that a test starts, and either waits for or stops by its id.
///
/// Foundation's `Process` is not used: its waiting turns a run loop, which threads of the cooperative pool have not.
package final class Program: Sendable {
    package struct Outcome: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    private let pid: pid_t
    private let files: TemporaryFolder

    /// Starts it; what it prints goes to files, so that no pipe can fill up.
    package init(
        _ name: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
        input: String = ""
    ) throws {
        files = try TemporaryFolder()
        try files.write("in", input)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, files["in"], O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files["out"], O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, files["err"], O_WRONLY | O_CREAT, 0o600)
        // Threads of a pool block signals, and a child would inherit that and never hear that it is to stop.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var nothing = sigset_t()
        sigemptyset(&nothing)
        posix_spawnattr_setsigmask(&attributes, &nothing)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let environment = environment.merging(["PATH": Self.searchPath]) { one, _ in one }
        let words = ["/usr/bin/env"] + (folder.map { ["--chdir=" + $0] } ?? []) + [name] + arguments
        var started = pid_t()
        let problem = Self.withArray(words) { arguments in
            Self.withArray(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&started, "/usr/bin/env", &actions, &attributes, arguments, environment)
            }
        }
        guard problem == 0 else { throw Failure(description: "\(name) does not start: error \(problem)") }
        pid = started
    }

    /// Runs it to its end.
    package static func run(
        _ name: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
        input: String = ""
    ) throws -> Outcome {
        try Program(name, arguments, in: folder, environment: environment, input: input).wait()
    }

    /// Waits for its end; may be called once.
    package func wait() throws -> Outcome {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
        return Outcome(status: code, output: text("out"), errors: text("err"))
    }

    /// Whether it has ended; it is still to be waited for.
    package var hasEnded: Bool {
        var information = siginfo_t()
        return waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0
            && information._sifields._sigchld.si_pid == pid
    }

    /// Asks it to end, and waits until it has.
    package func stop() {
        kill(pid, SIGTERM)
        _ = try? wait()
    }

    /// Ends it at once, as a node that loses its power does, and waits until it has ended.
    package func end() {
        kill(pid, SIGKILL)
        _ = try? wait()
    }

    /// What it has said on its standard output so far.
    package var output: String { text("out") }

    /// What it has said on its standard error so far.
    package var errors: String { text("err") }

    /// Where servers are, too.
    package static let searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private func text(_ name: String) -> String {
        (try? Data(contentsOf: URL(fileURLWithPath: files[name]))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func withArray<Result>(
        _ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
