import Foundation
import Support
import Testing

@Suite("check of a change and of a range, as processes")
struct ChangeCommandTests {
    let headgate: InstalledProgram
    let folder: TemporaryFolder
    let git: GitCommand

    /// A clone of the sample repository, whose rollouts the agent has adopted, with a branch on which nothing has happened
    /// yet.
    init() throws {
        headgate = try InstalledProgram()
        let remote = try RemoteRepository(files: try Sample.files())
        // What runs already is adopted from Git alone.
        _ = try headgate("run", "--repo", remote.path, "--cache", headgate.home["cache"])
        folder = try TemporaryFolder()
        git = GitCommand(in: folder.path)
        try git("clone", "--quiet", remote.path, ".")
        try git("checkout", "--quiet", "-b", "change")
    }

    private func edit(_ file: String, _ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: folder[file], encoding: .utf8)
        #expect(text.contains(old))
        try folder.write(file, text.replacing(old, with: new))
    }

    private func transcript(_ arguments: String..., in folder: TemporaryFolder? = nil) throws -> String {
        let outcome = try headgate.run(arguments, in: (folder ?? self.folder).path)
        return ("$ headgate \(arguments.joined(separator: " "))\n" + outcome.transcript)
            .replacing(/\b[0-9a-f]{40}\b/, with: "COMMIT").replacing(/\b(?=[a-f]*\d)[0-9a-f]{9}\b/, with: "5aaa66059")
    }

    private static let state = ".headgate/state/production/shop/payments.yaml"
    private static let deployment = "environments/production/payments/deployment.yaml"

    @Test func `a release, steps with an approval, an image past the release, and what is wrong, in three forms`()
        throws
    {
        try edit(Sample.rollout, "v2.4.0", "v2.4.1")
        try edit(
            ".headgate/rollouts/production/catalog.yaml", "plan: standard",
            "steps: [{setWeight: 10}, {pause: {}}, {setWeight: 50}, {pause: {duration: 30m}}]")
        try edit(Self.deployment, "v5.0.3", "v5.0.4")
        try GoldenFile.expect(
            try transcript("check", "--changed-from", "main") + "\n"
                + transcript("check", "--changed-from", "main", "--at", "HEAD"),
            is: "check-change.txt")
        try GoldenFile.expect(
            try transcript("check", "--changed-from", "main", "-o", "markdown"), is: "check-change.md")
        try GoldenFile.expect(try transcript("check", "--changed-from", "main", "-o", "json"), is: "check-change.json")
    }

    @Test func `what nobody is asked any more, and where a release goes on`() throws {
        let remote = try RemoteRepository(files: try Self.guarded())
        _ = try headgate("run", "--repo", remote.path, "--cache", headgate.home["guarded"])
        let clone = try TemporaryFolder()
        try GitCommand(in: clone.path)("clone", "--quiet", remote.path, ".")
        func edit(_ file: String, _ old: String, _ new: String) throws {
            let text = try String(contentsOfFile: clone[file], encoding: .utf8)
            #expect(text.contains(old))
            try clone.write(file, text.replacing(old, with: new))
        }
        try edit(Self.staging, "v2.4.0", "v2.4.1")
        try edit(Self.promotion, "  gates: [{approval: {}}]\n", "")
        try edit(Self.promotion, "soak: 1h", "soak: 5m")
        try edit(Sample.rollout, "pullRequest: [start, promote]", "pullRequest: [promote]")
        try GoldenFile.expect(try transcript("check", "--changed-from", "main", in: clone), is: "check-less.txt")
    }

    private static let staging = ".headgate/rollouts/staging/checkout.yaml"
    private static let promotion = ".headgate/promotions/checkout.yaml"

    /// Staging before production, with people asked on the way.
    private static func guarded() throws -> [String: String] {
        var files = try Sample.files().filter { name, _ in
            name == ".headgate/config.yaml" || name == Sample.rollout
                || name.hasPrefix("environments/production/checkout/")
        }
        for (name, text) in files where name.contains("production/") {
            files[name.replacing("production", with: "staging")] = text.replacing(
                "namespace: shop\n", with: "namespace: shop-staging\n"
            ).replacing("namespace: shop}", with: "namespace: shop-staging}")
        }
        files[Sample.rollout]?.append("  delivery: {pullRequest: [start, promote]}\n")
        files[promotion] = """
            apiVersion: headgate.dev/v1alpha1
            kind: Promotion
            metadata: {name: checkout}
            spec:
              order: [staging/shop-staging/checkout, production/shop/checkout]
              soak: 1h
              gates: [{approval: {}}]
              delivery: pullRequest

            """
        return files
    }

    @Test func `the page shows what is printed`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/pull-requests.md"), encoding: .utf8)
        for name in ["check-change", "check-less", "check-range"] {
            let golden = try String(
                contentsOf: root.appendingPathComponent("Tests/CommandTests/Golden/\(name).txt"), encoding: .utf8)
            let first = try #require(golden.firstRange(of: "exit "))
            let isShown = page.contains("```console\n" + golden[..<first.lowerBound] + "```\n")
            #expect(isShown, "docs/pull-requests.md does not show \(name).txt")
        }
    }

    @Test func `errors end with 3, name their lines and say what to do`() throws {
        try edit(Sample.rollout, "plan: standard", "plan: standart")
        try edit(Self.state, "serial: 1", "serial: 7")
        try GoldenFile.expect(
            try transcript("check", "--changed-from", "main")
                + "\n" + transcript("check", "--changed-from", "main", "-o", "markdown"), is: "check-change-wrong.txt")
    }

    @Test func `a range shows a line for each finding`() throws {
        try edit("README.md", "small", "smaller")
        try git.by("Headgate")("commit", "--quiet", "--all", "--message", "Tidy up")
        try edit(Self.state, "serial: 1", "serial: 7")
        try git("commit", "--quiet", "--all", "--message", "Help the agent")
        try GoldenFile.expect(
            try transcript("check", "--commit-range", "main..change") + "\n"
                + transcript("check", "--commit-range", "main..change", "--bot", "somebody@example.com") + "\n"
                + transcript("check", "--commit-range", "main..change", "-o", "json"), is: "check-range.txt")
    }

    @Test func `questions that make no sense are refused, and folders that are no repository`() throws {
        for arguments in [
            ["--changed-from", "main", "--commit-range", "a..b"], ["--at", "HEAD"], ["--bot", "x"], ["-o", "markdown"],
        ] {
            #expect(try headgate.run(["check"] + arguments, in: folder.path).status == 2, "\(arguments)")
        }
        let nowhere = try headgate("check", "--changed-from", "origin/nowhere", in: folder.path)
        #expect(nowhere.status == 1)
        #expect(nowhere.errors.hasPrefix("Error: there is no revision origin/nowhere here\nCaused by: "))
        let inside = try headgate("check", "--changed-from", "main", folder[".headgate"])
        #expect(inside.status == 1)
        #expect(inside.errors.contains("Hint: give the root of the configuration repository, with its .git"))
        #expect(
            try headgate("check", "--commit-range", "main", in: folder.path).errors.contains("is no range of commits"))
    }

    @Test func `a work tree of its own, and a bare repository, are repositories`() throws {
        try edit(Sample.rollout, "v2.4.0", "v2.4.1")
        try git("commit", "--quiet", "--all", "--message", "Release")
        let other = try TemporaryFolder()
        try git("worktree", "add", "--quiet", "--detach", other["tree"], "change")
        #expect(try headgate("check", "--changed-from", "main", other["tree"]).output.contains("7 commits follow"))
        try GitCommand(in: other.path)("clone", "--quiet", "--bare", folder.path, "bare.git")
        #expect(
            try headgate("check", "--changed-from", "main", "--at", "change", other["bare.git"]).output.contains(
                "7 commits follow"))
    }
}
