import Agent
import ArgumentParser
import Git
import Glibc
import Rollouts

/// What a person sees when a command cannot do its work: `Error:`, `Caused by:`, `Hint:`.
struct CommandError: Error {
    var message: String
    var causes: [String] = []
    var hint: String?
    var code: Code = .failed

    /// The exit codes, which scripts rely on.
    enum Code: Int32 {
        /// The tick, or whatever was asked, could not run; `analyze` could not ask the metrics, or judge any past release.
        case failed = 1
        case usage = 2
        /// `check` or `doctor` found something; the analysis that `analyze` was to run is wrong.
        case findings = 3
        /// `wait` ran into its timeout.
        case timedOut = 4
        /// `wait` ended at a rollout that is Held or RolledBack; the analysis of `analyze` failed.
        case notStable = 5
        /// `edit` refused, and changed nothing.
        case refused = 6
        /// `status --exit-code`: something is on its way; `analyze`: not decided yet.
        case moving = 7
        /// `status --exit-code`: somebody is needed; `analyze`: inconclusive.
        case needed = 8
    }

    /// Prints the error and leaves the program; errors of the command line are left to `usage`.
    static func end(with error: any Error, usage: () -> Never) -> Never {
        guard let known = CommandError(error) else { usage() }
        Terminal.error(known.text)
        exit(known.code.rawValue)
    }

    var text: String {
        var lines = ["Error: \(message)"]
        lines += causes.map { "Caused by: \($0)" }
        if let hint { lines.append("Hint: \(hint)") }
        return lines.joined(separator: "\n")
    }

    init(_ message: String, causes: [String] = [], hint: String? = nil, code: Code = .failed) {
        self.message = message
        self.causes = causes
        self.hint = hint
        self.code = code
    }

    /// Nil for the errors that ArgumentParser words itself.
    private init?(_ error: any Error) {
        switch error {
        case let known as CommandError: self = known
        case let error as GitError:
            self.init("cannot \(error.operation)", causes: [error.message], hint: Self.hint(error))
        case let error as ClusterFailure: self.init(error.message, hint: error.hint)
        case let failure as ForgeFailure:
            let code: Code = failure.code == .configuration ? .usage : .failed
            self.init(failure.message, hint: failure.hint, code: code)
        case let failure as MetricFailure: self.init(failure.message, hint: failure.hint)
        case let refusal as SteeringRefusal:
            self.init(refusal.message, hint: refusal.hint, code: refusal.isOfName ? .usage : .failed)
        case let refusal as RevisionRefusal:
            self.init(refusal.message, causes: refusal.cause.map { [$0] } ?? [], hint: refusal.hint)
        case let problem as Diagnostic: self.init(problem.description, hint: problem.hint)
        default: return nil
        }
    }

    private static func hint(_ error: GitError) -> String? {
        switch error.code {
        case .notFound: "check --repo and --branch"
        case .authentication: "check the credential: --ssh-key, or the token in --token-file"
        case .timeout, .unreachable: "the next tick tries again; nothing was changed"
        default: nil
        }
    }
}
