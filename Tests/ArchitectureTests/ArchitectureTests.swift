import Foundation
import Testing

@Suite("The architecture holds")
struct ArchitectureTests {
    /// What each target may import beside the standard library's own modules.
    static let allowed: [String: Set<String>] = [
        "Analysis": [],
        "YAML": ["CLibYAML"],
        "Rollouts": ["Analysis", "Crypto"],
        "Manifests": ["Analysis", "Rollouts", "YAML"],
        "Import": ["Manifests", "Rollouts", "YAML"],
        "Trials": ["Analysis", "YAML"],
        "Report": ["Analysis", "Rollouts"],
        "Git": ["CGitTransport", "CLibGit2", "Subprocess", "SystemPackage"],
        "HTTP": ["CCurl"],
        "WebTokens": ["Crypto", "CryptoExtras", "HTTP", "Rollouts"],
        "Kubernetes": ["Analysis", "HTTP", "Rollouts", "Subprocess", "SystemPackage", "YAML"],
        "Metrics": ["Analysis", "Crypto", "HTTP", "Rollouts", "WebTokens"],
        "Forges": ["Analysis", "HTTP", "Rollouts", "WebTokens"],
        "Agent": ["Analysis", "Git", "Logging", "Manifests", "Rollouts", "YAML"],
        "Simulator": ["FlyingFox", "FlyingSocks", "Git", "Subprocess", "SystemPackage", "YAML"],
    ]

    /// Modules that come with the toolchain and bring no service with them.
    static let standard: Set<String> = ["FoundationEssentials", "Glibc", "Dispatch", "Synchronization"]

    static let pure = ["Analysis", "YAML", "Rollouts", "Manifests", "Import", "Report", "Trials"]

    @Test("a target imports nothing but what its place in the layering allows", arguments: allowed.keys.sorted())
    func imports(target: String) throws {
        let files = try SourceTree.files(of: target)
        try #require(!files.isEmpty)
        let permitted = Self.standard.union(Self.allowed[target] ?? [])
        let strangers = files.flatMap { file in
            file.imports.filter { !permitted.contains($0) }.map { "\(file.path) imports \($0)" }
        }
        #expect(strangers == [])
    }

    @Test("pure targets read no clock, no chance, no files and no environment", arguments: pure)
    func purity(target: String) throws {
        let words = [
            "ContinuousClock", "SuspendingClock", "clock_gettime", "Date()", "FileManager", "ProcessInfo", "getenv(",
            "SystemRandomNumberGenerator", ".random(", "Task.sleep", "Logger(",
        ]
        #expect(SourceTree.uses(of: words, in: try SourceTree.files(of: target)) == [])
    }

    @Test("nothing traps on purpose", arguments: allowed.keys.sorted() + ["headgate", "headgate-simulator"])
    func traps(target: String) throws {
        let words = ["fatalError(", "try!", "as!", "preconditionFailure(", "unsafelyUnwrapped"]
        #expect(SourceTree.uses(of: words, in: try SourceTree.files(of: target)) == [])
    }

    @Test("only the programs write to standard output", arguments: allowed.keys.sorted())
    func output(target: String) throws {
        #expect(
            SourceTree.uses(of: [" print(", "fputs(", "stdout", "stderr"], in: try SourceTree.files(of: target)) == [])
    }

    @Test("the agent's program writes in one place")
    func terminal() throws {
        let files = try SourceTree.files(of: "headgate").filter { !$0.path.hasSuffix("/Terminal.swift") }
        #expect(SourceTree.uses(of: [" print(", "fputs(", "Glibc.write("], in: files) == [])
    }

    @Test("only Wiring names a concrete service")
    func wiring() throws {
        let files = try SourceTree.files(of: "headgate").filter { !$0.path.contains("Wiring") }
        let strangers = files.flatMap { file in
            file.imports.filter { ["Forges", "Kubernetes", "Metrics", "HTTP", "Policies"].contains($0) }.map {
                "\(file.path): \($0)"
            }
        }
        #expect(strangers == [])
    }

    @Test("C pointers stay in the targets that wrap a C library")
    func pointers() throws {
        let targets = Self.allowed.keys.filter { !["Git", "YAML", "HTTP"].contains($0) }.sorted()
        for target in targets {
            #expect(
                SourceTree.uses(of: ["OpaquePointer", "UnsafeMutableRawPointer"], in: try SourceTree.files(of: target))
                    == [])
        }
    }

    @Test("files are named after the concept they hold, and none is a drawer for everything")
    func names() throws {
        let drawers = ["Util", "Helper", "Common", "Manager", "Misc"]
        let files = try SourceTree.files(below: "Sources")
        #expect(files.filter { file in drawers.contains { file.path.contains($0) } }.map(\.path) == [])
    }

    @Test("a file is short enough to be read at once")
    func length() throws {
        let long = try SourceTree.files(below: "Sources").filter {
            $0.text.split(separator: "\n", omittingEmptySubsequences: false).count > 420
        }
        #expect(long.map(\.path) == [])
    }
}
