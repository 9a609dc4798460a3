import Foundation
import Support

/// The built program, run as a person would in a shell of its own: own home, own cache, nobody's git configuration.
struct InstalledProgram {
    let home: TemporaryFolder
    var environment: [String: String] = [:]

    init() throws {
        home = try TemporaryFolder()
    }

    /// Beside the program that runs the tests.
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appendingPathComponent("headgate").path

    func callAsFunction(_ arguments: String..., in folder: String? = nil) throws -> Program.Outcome {
        try run(arguments, in: folder)
    }

    func run(_ arguments: [String], in folder: String? = nil, input: String = "") throws -> Program.Outcome {
        try Program.run(Self.path, arguments, in: folder ?? home.path, environment: whole, input: input)
    }

    /// Starts it, to be stopped by the test.
    func start(_ arguments: String...) throws -> Program {
        try Program(Self.path, arguments, in: home.path, environment: whole)
    }

    private var whole: [String: String] {
        var all = GitCommand.hermetic
        all["HOME"] = home.path
        all["XDG_CACHE_HOME"] = home["cache"]
        all["TMPDIR"] = home.path
        all["NO_COLOR"] = "1"
        all.merge(environment) { $1 }
        return all
    }
}

extension Program.Outcome {
    /// Everything that was said and the exit code, as a transcript.
    var transcript: String { output + errors + "exit \(status)\n" }
}
