import Foundation
import Support
import Testing

/// Agent, cluster and person as processes of their own: what a person says is what happens.
@Suite("A release that is steered from the command line")
struct SteeredReleaseTests {
    /// The sample's checkout alone, with one weight that waits for a person.
    private static func files() throws -> [String: String] {
        var files = try Sample.files().filter { name, _ in
            !name.contains("rollouts/production/catalog") && !name.contains("rollouts/production/payments")
        }
        files[Sample.rollout] = files[Sample.rollout]?
            .replacing(
                "  plan: standard",
                with: "  steps: [{setWeight: 25}, {pause: {}}]\n  analysis: none\n  scaleDownDelay: 1s")
        return files
    }

    @Test(.timeLimit(.minutes(3)))
    func `approved it becomes stable; aborted it ends rolled back, and retry begins anew`() async throws {
        let remote = try RemoteRepository(files: try Self.files())
        var headgate = try InstalledProgram()
        let kubeconfig = headgate.home["kubeconfig"]
        let port = try freePort()
        let simulator = try Program(
            URL(fileURLWithPath: InstalledProgram.path).deletingLastPathComponent()
                .appendingPathComponent("headgate-simulator").path,
            [
                "--repo", remote.path, "--cache", headgate.home["simulator"], "--environment",
                "production=environments/production", "--port", "\(port)", "--kubeconfig-out", kubeconfig,
                "--sync-interval", "200ms", "--gateway-delay", "200ms",
            ], environment: GitCommand.hermetic)
        defer { simulator.stop() }
        try await waitUntilListening(port)
        headgate.environment = ["HEADGATE_REPO": remote.path, "KUBECONFIG": kubeconfig]
        var agent = headgate
        agent.environment["XDG_CACHE_HOME"] = headgate.home["agent"]
        let running = try agent.start("run", "--watch", "300ms")
        defer { running.stop() }

        func say(_ words: String...) throws -> Program.Outcome {
            try headgate.run(words + ["--author", "Ann <ann@example.com>"])
        }
        func wait(for goal: String, _ timeout: String = "60s") throws -> Program.Outcome {
            try headgate("wait", "checkout", "--for", goal, "--timeout", timeout, "--interval", "200ms")
        }

        try #expect(wait(for: "stable").status == 0)
        try #expect(say("release", "checkout", "--image", "app=ghcr.io/acme/checkout:v2.4.1").status == 0)
        try #expect(wait(for: "started").status == 0)
        try #expect(wait(for: "weight=25").status == 0)
        try #expect(wait(for: "stable", "1s").status == 4)
        let approved = try say("approve", "checkout")
        #expect(approved.status == 0 && approved.output.contains("checkout: approve "), "\(approved.transcript)")
        try #expect(wait(for: "stable").status == 0)
        #expect(try remote.git("show", "main:environments/production/checkout/deployment.yaml").contains(":v2.4.1"))

        try #expect(say("release", "checkout", "--image", "app=ghcr.io/acme/checkout:v2.4.2").status == 0)
        let next = try wait(for: "weight=25")
        #expect(next.status == 0, "\(next.transcript)")
        try #expect(say("abort", "checkout").status == 0)
        let ended = try wait(for: "stable")
        #expect(ended.status == 5)
        #expect(ended.errors.contains("checkout is RolledBack: "), "\(ended.transcript)")
        #expect(ended.errors.contains("Hint: headgate retry checkout"), "\(ended.transcript)")
        try #expect(say("retry", "checkout").status == 0)
        try #expect(wait(for: "weight=25").status == 0)
    }
}
