import Foundation
import Support
import Testing
import YAML

/// The ready-made jobs of the sample repository, run as their forges run them: by a shell, in a clone of it.
@Suite("Workflows")
struct WorkflowTests {
    let headgate: InstalledProgram
    let clone: TemporaryFolder
    let git: GitCommand

    init() throws {
        headgate = try InstalledProgram()
        let remote = try RemoteRepository(files: try Sample.files())
        clone = try TemporaryFolder()
        try GitCommand(in: clone.path)("clone", "--quiet", remote.path, ".")
        git = GitCommand(in: clone.path)
        // A release that somebody proposes.
        try git("checkout", "--quiet", "-b", "change")
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: clone[Sample.rollout])), as: UTF8.self)
        try clone.write(Sample.rollout, text.replacing("v2.4.0", with: "v2.4.1"))
        try git("commit", "--quiet", "--all", "--message", "Release")
        _ = try headgate.home.folder("bin")
        try headgate.home.write("bin/headgate", "#!/bin/sh\nexec '\(InstalledProgram.path)' \"$@\"\n")
        // The image is the program: what comes before it is docker's, and its work folder is the clone.
        try headgate.home.write(
            "bin/docker", "#!/bin/sh\nwhile [ \"$1\" != \"$IMAGE\" ]; do shift; done\nshift\nexec headgate \"$@\"\n")
        for name in ["headgate", "docker"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: headgate.home["bin/" + name])
        }
    }

    private func document(_ file: String) throws -> YAMLNode {
        try YAMLStream(parsing: try #require(try Sample.files()[file]), file: file).single.root
    }

    private func run(_ script: String, _ variables: [String: String]) throws -> Program.Outcome {
        var environment = GitCommand.hermetic.merging(variables) { $1 }
        environment["PATH"] = headgate.home["bin"] + ":" + Program.searchPath
        environment["HOME"] = headgate.home.path
        return try Program.run("sh", ["-e", "-c", script], in: clone.path, environment: environment)
    }

    @Test func `GitHub's jobs have the whole history, few rights, and run`() throws {
        let root = try document(".github/workflows/headgate.yaml")
        #expect(root["permissions"]?.entries.isEmpty == true)
        let image = try #require(root["env"]?["IMAGE"]?.string)
        var outputs: [String] = []
        let summary = clone["summary.md"]
        for job in ["change", "commits"] {
            let steps = root["jobs"]?[job]?["steps"]?.items ?? []
            #expect(root["jobs"]?[job]?["permissions"]?.entries.compactMap(\.name) == ["contents"])
            #expect(root["jobs"]?[job]?["permissions"]?["contents"]?.string == "read")
            #expect(steps.first?["with"]?["fetch-depth"]?.int == 0)
            for script in steps.compactMap({ $0["run"]?.string }) {
                let outcome = try run(
                    script,
                    [
                        "IMAGE": image, "GITHUB_WORKSPACE": clone.path, "GITHUB_BASE_REF": "main",
                        "GITHUB_STEP_SUMMARY": summary, "BEFORE": String(repeating: "0", count: 40),
                        "GITHUB_SHA": try git("rev-parse", "HEAD"),
                    ])
                #expect(outcome.status == 0, "\(outcome)")
                outputs.append(outcome.output)
            }
        }
        let comment = root["jobs"]?["comment"]
        #expect(comment?["permissions"]?["contents"]?.string == "read")
        #expect(comment?["permissions"]?["pull-requests"]?.string == "write")
        #expect(comment?["if"]?.string?.contains("head.repo.full_name == github.repository") == true)
        let posting = try #require(comment?["steps"]?.items.compactMap { $0["run"]?.string }.first)
        let posted = try run(
            "docker() { echo \"$*\"; return 3; }\n\(posting)",
            [
                "IMAGE": image, "GITHUB_WORKSPACE": clone.path, "GITHUB_BASE_REF": "main", "NUMBER": "7",
                "GITHUB_REPOSITORY": "acme/config",
            ])
        #expect(posted.status == 0)
        let arguments = "--changed-from origin/main --comment 7 --forge github --forge-repository acme/config"
        #expect(posted.output.contains(arguments), "\(posted.output)")
        #expect(outputs.count == 3)
        #expect(outputs.first?.contains("production/shop/checkout: release v2.4.0 → v2.4.1") == true)
        #expect(try String(contentsOfFile: summary, encoding: .utf8).hasPrefix("<!-- headgate: check -->\n"))
        #expect(outputs.last == "2 commits, 0 of them the agent's, 0 findings\n")
    }

    @Test func `GitLab's jobs have the whole history, and run`() throws {
        let root = try document(".gitlab-ci.yml")
        #expect(root[".headgate"]?["variables"]?["GIT_DEPTH"]?.string == "0")
        let cronjob = try #require(try Sample.files()["agent/cronjob/cronjob.yaml"])
        #expect(cronjob.contains("image: \(root[".headgate"]?["image"]?["name"]?.string ?? "?")\n"))
        var outputs: [String] = []
        for job in ["headgate change", "headgate commits"] {
            #expect(root[job]?["extends"]?.string == ".headgate")
            for script in root[job]?["script"]?.items.compactMap(\.string) ?? [] {
                let outcome = try run(
                    script,
                    [
                        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                        "CI_COMMIT_BEFORE_SHA": try git("rev-parse", "HEAD~1"),
                        "CI_COMMIT_SHA": try git("rev-parse", "HEAD"),
                    ])
                #expect(outcome.status == 0, "\(outcome)")
                outputs.append(outcome.output)
            }
        }
        let posting = try #require(root["headgate comment"]?["script"]?.items.compactMap(\.string).first)
        let posted = try run(
            "headgate() { echo \"$*\"; return 3; }\n\(posting)",
            [
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_IID": "7",
                "CI_API_V4_URL": "https://gitlab.example.com/api/v4", "CI_PROJECT_PATH": "acme/config",
            ])
        #expect(posted.status == 0)
        #expect(posted.output.contains("--comment 7 --forge gitlab --forge-url https://gitlab.example.com/api/v4"))
        #expect(outputs.first?.contains("7 commits follow") == true)
        #expect(outputs.last == "1 commit, 0 of them the agent's, 0 findings\n")
    }
}
