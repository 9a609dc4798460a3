import FoundationEssentials

/// The repository of the demo, and the person who works on it with git.
struct Shop: Sendable {
    let folder: String
    /// The agent's program.
    let agent: String

    var repository: String { folder + "/shop.git" }
    private var work: String { folder + "/work" }
    var kubeconfig: String { folder + "/kubeconfig" }

    /// One release that the person states.
    struct Stated: Sendable {
        let app: String
        let old: String
        let new: String
        var image: String { "ghcr.io/acme/\(app):\(new)" }
    }

    static let goodRelease = Stated(app: "checkout", old: "v2.4.0", new: "v2.4.1")
    static let badRelease = Stated(app: "payments", old: "v5.0.3", new: "v5.1.0")
    static let stoppedRelease = Stated(app: "catalog", old: "v1.17.2", new: "v1.18.0")

    /// Puts the sample repository into a bare one, with the plan that counts in seconds.
    func open(sample: String) async throws {
        try FileManager.default.copyItem(atPath: sample, toPath: work)
        for app in [Self.goodRelease, Self.badRelease, Self.stoppedRelease].map(\.app) {
            try edit(".headgate/rollouts/production/\(app).yaml") {
                $0.replacing("plan: standard", with: "plan: demo\n  scaleDownDelay: 2s")
            }
        }
        try edit(".headgate/config.yaml") { $0.replacing("delay: 30s", with: "delay: 1s") }
        try await git("init", "--quiet", "--initial-branch=main")
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", "The shop as it is")
        try await git("init", "--quiet", "--bare", "--initial-branch=main", repository)
        try await git("remote", "add", "origin", repository)
        try await git("push", "--quiet", "origin", "main")
    }

    /// States a release by editing one line of the Rollout.
    func state(_ release: Stated) async throws {
        try await git("pull", "--quiet", "--rebase", "origin", "main")
        try edit(".headgate/rollouts/production/\(release.app).yaml") {
            $0.replacing("\(release.app):\(release.old)", with: "\(release.app):\(release.new)")
        }
        try await git("commit", "--quiet", "--all", "--message", "\(release.app): release \(release.new)")
        try await pushAgainstOthers()
    }

    /// Reverts the newest commit with this subject, as anybody would.
    func revert(subject: String) async throws {
        try await git("pull", "--quiet", "--rebase", "origin", "main")
        let commit = try await git("log", "--format=%H", "--max-count=1", "--fixed-strings", "--grep=\(subject)")
        try await git("revert", "--no-edit", commit)
        try await pushAgainstOthers()
    }

    func log(_ arguments: String...) async throws -> String {
        try await git(["--git-dir=\(repository)", "log"] + arguments)
    }

    /// The agent pushes too; whoever is second takes the other's commits over first.
    private func pushAgainstOthers() async throws {
        for _ in 0..<5 {
            if (try? await git("push", "--quiet", "origin", "main")) != nil { return }
            try await git("pull", "--quiet", "--rebase", "origin", "main")
        }
        try await git("push", "--quiet", "origin", "main")
    }

    private func edit(_ path: String, _ change: (String) -> String) throws {
        let file = URL(filePath: "\(work)/\(path)")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        try Data(change(text).utf8).write(to: file)
    }

    @discardableResult
    private func git(_ arguments: String...) async throws -> String { try await git(arguments) }

    @discardableResult
    private func git(_ arguments: [String]) async throws -> String {
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        let result = try await Child.run(
            "git", ["-c", "user.name=Alice", "-c", "user.email=alice@example.com"] + arguments, in: work)
        guard result.succeeded else { throw DemoError("git \(arguments.first ?? "") failed: \(result.errors)") }
        return result.output
    }
}
