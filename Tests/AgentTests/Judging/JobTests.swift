import Agent
import Analysis
import Rollouts
import Simulator
import Support
import Testing

/// A Job that people committed is started by a stage's commit, and its end is the stage's verdict.
@Suite("Judged by a Job")
struct JobTests {
    private static let image = "ghcr.io/acme/checkout-smoke:v1"
    private static let file = World.manifest("smoke")

    static let job = """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: checkout-smoke
          namespace: shop
          annotations:
            kustomize.toolkit.fluxcd.io/force: Enabled
        spec:
          suspend: true  # until a stage starts it
          backoffLimit: 0
          activeDeadlineSeconds: 600
          template:
            spec:
              restartPolicy: Never
              containers:
              - name: smoke
                image: \(image)

        """

    static let template = """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: smoke}
        spec:
          args: [{name: job}]
          metrics:
          - name: smoke
            provider: {job: {name: "{{args.job}}"}}

        """

    static let inline = """
        steps:
          - setWeight: 10
          - analysis: {templates: [{templateName: smoke}], args: [{name: job, value: checkout-smoke}]}
          - setWeight: 50
          - pause: {duration: 20s}
        """

    static let background = """
        plan: quick
          analysis: {templates: [{templateName: smoke}], args: [{name: job, value: checkout-smoke}]}
        """

    private static func change(_ files: inout [String: String], _ how: String) {
        files[file] = job
        files[World.manifest("kustomization")]?.replace("resources:\n", with: "resources:\n- smoke.yaml\n")
        files[World.rollout()]?.replace("plan: quick", with: how)
        files[".headgate/rollouts/smoke.yaml"] = template
    }

    private static func midway(_ action: String, _ how: String = inline) async throws -> World {
        try await World.midway(action) { change(&$0, how) }
    }

    /// What the Job runs for in Git, without the release; `suspended` where it does not run.
    private func run(in world: World, at commit: String = "main") throws -> String {
        let text = try world.repository.git("show", "\(commit):\(Self.file)")
        guard text.contains("suspend: false"),
            let run = text.firstMatch(of: /headgate.dev\/run: [0-9a-f]{8}-\d+\/(\S+)/)
        else {
            #expect(text.contains("suspend: true") && !text.contains("headgate.dev/run"))
            return "suspended"
        }
        return String(run.1)
    }

    @Test func `a release passes with a Job that completes, and leaves it suspended`() async throws {
        let world = try await Self.midway("start start")
        #expect(try run(in: world) == "suspended")
        try await world.run(until: "advance weight-10")
        #expect(try run(in: world) == "weight-10")
        let report = try await world.run(until: "advance weight-50")
        #expect(report.rollouts.first?.observation?.analyses.first?.verdict == .pass)
        #expect(try run(in: world) == "weight-10")
        try await world.run(until: "finish finish")
        #expect(try world.repository.file(Self.file) == Self.job)
        #expect(try await world.settle().contains("table"))
    }

    @Test func `it runs at each weight of a background analysis, and after promote`() async throws {
        let world = try await Self.midway("advance weight-10", Self.background)
        #expect(try run(in: world) == "weight-10")
        try await world.run(until: "advance weight-50")
        #expect(try run(in: world) == "weight-50")
        try await world.run(until: "promote promote")
        #expect(try run(in: world) == "promote")
        try await world.run(until: "finish finish")
        #expect(try world.repository.file(Self.file) == Self.job)
    }

    @Test func `a release is taken back with a Job that fails, to the last byte`() async throws {
        let world = try await Self.midway("adopt finish")
        let before = try world.manifests()
        world.cluster.setBehaviour(Self.image) { $0.failure = .crashLoop }
        let report = try await world.run(until: "rollback rest")
        #expect(report.rollouts.first?.decision?.transition?.state.phase == .rolledBack)
        #expect(try world.manifests() == before)
        let message = try world.repository.git("log", "-1", "--format=%B", "--grep=canary 10% → 0%", "main")
        #expect(message.contains("BackoffLimitExceeded: Job has reached the specified backoff limit"), "\(message)")
    }

    @Test func `one without an image is inconclusive, and one that goes on is waited for`() async throws {
        let world = try await Self.midway("start start")
        world.cluster.setBehaviour(Self.image) { $0.start = .seconds(100) }
        try await world.run(until: "advance weight-10")
        let line = try await world.settle(steps: 4)
        #expect(line.contains("smoke waits: Job/checkout-smoke is running"), "\(line)")
        let other = try await Self.midway("start start")
        other.cluster.setBehaviour(Self.image) { $0.failure = .imagePull }
        try await other.run(until: "advance weight-10")
        let held = try await other.settle(steps: 8)
        #expect(held.contains("inconclusive"), "\(held)")
        #expect(held.contains("ImagePull"), "\(held)")
    }

    @Test func `an edit of what starts it is a manual edit`() async throws {
        let world = try await Self.midway("advance weight-10", Self.background)
        try world.edit(Self.file, ["suspend: false": "suspend: true"], "Stop the smoke test")
        let line = try await world.settle(steps: 2)
        #expect(line.contains("edited by hand: job.checkout-smoke.suspended is true, expected false"), "\(line)")
    }

    @Test func `a reverted stage leaves a Job for the stage before it`() async throws {
        let world = try await Self.midway("advance weight-50", Self.background)
        try world.revert(["main"])
        #expect(try run(in: world) == "weight-10")
        let line = try await world.settle(steps: 4)
        #expect(line.contains("was reverted by Bob"), "\(line)")
    }

    @Test func `while the cluster is away nobody knows what it has come to`() async throws {
        let world = try await Self.midway("advance weight-10", Self.background)
        for _ in 0..<2 { try await world.step() }
        world.cluster.setDown(true)
        let count = try world.actions().count
        _ = try await world.settle(steps: 8)
        #expect(try world.actions().count == count)
        world.cluster.setDown(false)
        try await world.run(until: "advance weight-50")
    }
}
