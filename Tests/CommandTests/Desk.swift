import Foundation
import Support
import Testing

/// A person at a terminal: the sample repository on a server, a simulated cluster that follows it, and the program.
struct Desk {
    let repository: RemoteRepository
    let folder: TemporaryFolder

    /// The sample repository with the one rollout `checkout`, whose first weight waits for an approval.
    static func sample() throws -> Desk {
        var files = try SampleRepository.files().filter { name, _ in
            (name.hasPrefix(".headgate/") || name.hasPrefix("environments/production/"))
                && !name.contains("catalog") && !name.contains("payments")
        }
        for name in ["catalog", "payments"] {
            files["environments/production/kustomization.yaml"]?.replace("- \(name)\n", with: "")
        }
        let steps = """
            steps:
              - setWeight: 25
              - pause: {}
              - setWeight: 50
              - pause: {duration: 10m}
              analysis: none
            """
        files[rollout]?.replace("plan: standard", with: steps)
        return Desk(repository: try RemoteRepository(files: files), folder: try TemporaryFolder())
    }

    static let rollout = ".headgate/rollouts/production/checkout.yaml"

    /// Runs the cluster while `body` runs.
    func withCluster(_ body: () async throws -> Void) async throws {
        let port = try freePort()
        try folder.write("behaviours.yaml", #"{"*": {start: 200ms}}"#)
        let simulator = try Program(
            Self.program("headgate-simulator"),
            [
                "--repo", repository.path, "--environment", "production=environments/production", "--port", "\(port)",
                "--cache", folder["simulator.git"], "--kubeconfig-out", folder["kubeconfig"], "--sync-interval",
                "200ms",
                "--gateway-delay", "200ms", "--behaviours", folder["behaviours.yaml"],
            ], environment: GitCommand.hermetic)
        defer { simulator.end() }
        try await waitUntilListening(port)
        try await body()
    }

    /// Ticks until a line of the agent contains `text`.
    func tick(until text: String) async throws {
        var said: [String] = []
        for _ in 0..<200 {
            let outcome = try headgate("run")
            said.append(outcome.output + outcome.errors)
            if outcome.output.contains(text) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Program.Failure(description: "never said \"\(text)\": \(said.suffix(3))")
    }

    func headgate(_ words: String...) throws -> Program.Outcome { try run(words) }

    /// What a person sees of the commands: the prompt with the words, the output, and a code that is not 0.
    func transcript(_ commands: [[String]]) throws -> String {
        var text = ""
        for words in commands {
            let outcome = try run(words)
            text += "$ headgate \(words.joined(separator: " "))\n\(outcome.output)\(outcome.errors)"
            text += outcome.status == 0 ? "\n" : "[\(outcome.status)]\n\n"
        }
        return normalised(text)
    }

    func run(_ words: [String]) throws -> Program.Outcome {
        var environment = GitCommand.hermetic
        environment["HOME"] = folder.path
        let place = ["--repo", repository.path, "--cache", folder["cache"]]
        let asksCluster =
            !words.contains("--offline") && words.first != "history"
            && FileManager.default.fileExists(atPath: folder["kubeconfig"])
        let cluster = asksCluster ? ["--kubeconfig", folder["kubeconfig"]] : []
        return try Program.run(
            Self.program("headgate"), words + place + cluster, in: folder.path, environment: environment)
    }

    /// Ids and times are of the day; the same number of characters keeps columns where they are.
    func normalised(_ text: String) -> String {
        text.replacing(folder.path, with: "FOLDER")
            .replacing(/\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d(\.\d+)?)?/) { "DATE\($0.1)TIME" }
            .replacing(/\d\d:\d\d:\d\dZ/, with: "TIMEZ")
            .replacing(/\b[0-9a-f]{40}\b/, with: "COMMIT")
            .replacing(/\b[0-9a-f]{9}\b/, with: "COMMIT9ID")
            .replacing(/index [0-9a-f]+\.\.[0-9a-f]+/, with: "index OLD..NEW")
            .replacing(/(\d+[dhms])+ ago/, with: "AGO")
            .replacing(/\ after (\d+[dhms])+/, with: " after SPAN")
    }

    static func program(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }
}
