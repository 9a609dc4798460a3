import FoundationEssentials
import Subprocess
import SystemPackage

/// A process that is waited for.
enum Child {
    struct Result {
        let succeeded: Bool
        let output: String
        let errors: String
    }

    /// The agent's program as it was named, else the one beside this program.
    static func agent(_ named: String?) -> String {
        let own = CommandLine.arguments.first ?? ""
        let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let path = named ?? (folder + ["headgate"]).joined(separator: "/")
        return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    static func run(_ program: String, _ arguments: [String], in folder: String) async throws -> Result {
        let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
        let record = try await Subprocess.run(
            executable, arguments: Arguments(arguments), environment: hermetic(folder),
            workingDirectory: FilePath(folder), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Result(
            succeeded: record.terminationStatus.isSuccess, output: trimmed(record.standardOutput),
            errors: trimmed(record.standardError))
    }

    /// Neither the person's own git configuration nor their cluster plays a part.
    static func hermetic(_ folder: String) -> Subprocess.Environment {
        .inherit.updating([
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "HOME": folder, "KUBECONFIG": "",
        ])
    }

    private static func trimmed(_ text: String) -> String {
        var lines = text[...]
        while let last = lines.last, last.isWhitespace { lines.removeLast() }
        return String(lines)
    }
}

struct DemoError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
