import Agent
import Support
import Testing

/// The second recipe of docs/forges: `main` takes nothing but what people have reviewed, and the GitOps engine follows a
/// branch without rules, to which a job merges `main`.
@Suite("A branch live beside a protected main")
struct LiveBranchTests {
    private let world: World
    private let job: GitCommand

    init() throws {
        world = try World(following: "live")
        job = GitCommand(in: try world.repository.folder.folder("job")).by("Job")
        try job("clone", "--quiet", world.repository.path, ".")
        try world.protectMain(but: false)
    }

    /// The lines of the page.
    private func runJob() throws {
        try job("fetch", "--quiet", "origin")
        try job("checkout", "--quiet", "-B", "live", "origin/live")
        try job.by("Job", at: world.seconds)("merge", "--quiet", "--no-edit", "origin/main")
        try job("push", "--quiet", "origin", "live")
    }

    private func agentCommits(on branch: String) throws -> Int {
        Int(try world.repository.git("rev-list", "--count", "--author=Headgate", branch)) ?? 0
    }

    @Test func `releases go through live, and main stays what people have reviewed`() async throws {
        try await world.run(until: "adopt finish")
        try world.merge(World.v1, World.v2)
        let reviewed = try world.repository.tip()
        // Until the job has run there is nothing to do.
        let quiet = try world.repository.tip("live")
        try await world.step()
        #expect(try world.repository.tip("live") == quiet)
        try runJob()
        try await world.run(until: "advance weight-50")
        try await world.run(until: "finish finish")
        let live = try world.repository.git("show", "live:" + World.manifest("deployment"))
        #expect(live.contains(World.v2))

        #expect(try world.repository.tip() == reviewed)
        #expect(try agentCommits(on: "main") == 0)
        #expect(try agentCommits(on: "live") > 4)
        #expect(try !world.repository.git("show", "main:" + World.manifest("deployment")).contains(World.v2))

        // The next release of people, on a main that has never seen the agent's commits, merges all the same.
        try world.merge(World.v2, World.v3)
        try runJob()
        try await world.run(until: "advance weight-10")
        #expect(try world.repository.git("rev-list", "--count", "--merges", "live") == "2")
    }

    @Test func `a bad release is taken back on live, while nobody can push to main`() async throws {
        try await world.run(until: "adopt finish")
        try world.merge(World.v1, World.v2)
        try runJob()
        try await world.run(until: "advance weight-10")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest", within: 100)
        #expect(try agentCommits(on: "main") == 0)
    }

    @Test func `an agent on the protected branch itself is Held with the server's words`() async throws {
        let agent = try world.agent("on-main", on: "main")
        var lines: [String] = []
        for _ in 0..<3 { lines.append(try await world.step(.seconds(5), agent).rollouts.first?.line ?? "") }
        #expect(lines.last?.contains("changes must be made by a pull request") == true, "\(lines)")
        #expect(try agentCommits(on: "main") == 0)
    }
}
