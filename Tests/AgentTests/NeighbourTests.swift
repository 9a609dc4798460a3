import Agent
import Analysis
import Manifests
import Rollouts
import Support
import Testing

@Suite("Several rollouts at once")
struct NeighbourTests {
    private static let all = ["catalog", "checkout", "payments"]
    private static let next = [
        "catalog": ("v1.17.2", "v1.18.0"), "checkout": ("v2.4.0", "v2.4.1"), "payments": ("v5.0.3", "v5.1.0"),
    ]

    private func release(_ names: [String] = all, in world: World) throws {
        try world.repository.work(at: world.seconds) { git in
            for name in names {
                let file = World.rollout(name)
                let (old, new) = try #require(Self.next[name])
                let text = try #require(try world.repository.file(file)).replacing(old, with: new)
                try world.repository.folder.write("person/" + file, text)
            }
            try git("commit", "--quiet", "--all", "--message", "Release \(names.joined(separator: ", "))")
        }
    }

    private func finish(_ names: [String], in world: World) async throws {
        for _ in 0..<100 {
            let report = try await world.step()
            let done = report.rollouts.filter { names.contains($0.id.name) }.map(\.done)
            if done.allSatisfy({ $0 == "finish finish" }) { return }
        }
        throw Program.Failure(description: "not finished: \(try names.map { try world.actions($0) })")
    }

    @Test func `three rollouts go side by side, each commit with its own files`() async throws {
        let world = try World(Self.all)
        try await world.run(until: "adopt finish")
        try release(in: world)
        try await finish(Self.all, in: world)
        for name in Self.all {
            let ledger = try world.ledger(name)
            #expect(ledger.actions == RolloutTests.forward, "\(name)")
            for entry in ledger.stages.dropFirst() {
                #expect(entry.files.allSatisfy { $0.contains(name) }, "\(entry.subject): \(entry.files)")
            }
        }
    }

    @Test func `several Rollouts and manifests in one file`() async throws {
        let world = try World(["checkout", "payments"]) { files in
            let both = ["checkout", "payments"]
            files[".headgate/rollouts/production/all.yaml"] =
                both.compactMap { files.removeValue(forKey: World.rollout($0)) }.joined(separator: "---\n")
            for folder in both {
                let paths = files.keys.filter { $0.hasPrefix("environments/production/\(folder)/") }.sorted()
                for path in paths where !path.hasSuffix("kustomization.yaml") {
                    let text = files.removeValue(forKey: path) ?? ""
                    files["environments/production/all.yaml", default: ""] += "---\n" + text
                }
                files["environments/production/\(folder)/kustomization.yaml"] = nil
            }
            files["environments/production/kustomization.yaml"] = """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [namespace.yaml, all.yaml]

                """
        }
        try await world.run(until: "adopt finish")
        let before = try world.manifests()
        world.metrics.setErrors(0.3, of: "payments-canary")
        let file = ".headgate/rollouts/production/all.yaml"
        try world.edit(file, ["v2.4.0": "v2.4.1", "v5.0.3": "v5.1.0"], "Release both")
        try await finish(["checkout"], in: world)
        #expect(try world.actions("checkout") == RolloutTests.forward)
        #expect(
            try world.actions("payments").suffix(4) == [
                "start start", "advance weight-10", "rollback traffic", "rollback rest",
            ])
        let text = try #require(try world.repository.file("environments/production/all.yaml"))
        #expect(text.contains("checkout:v2.4.1") && !text.contains("payments:v5.1.0"))
        #expect(try world.manifests() != before)
    }

    @Test func `one broken rollout does not stop the others`() async throws {
        let world = try World(Self.all)
        try await world.run(until: "adopt finish")
        try world.edit(World.rollout("catalog"), ["release:": "relaese:"])
        try world.edit(World.rollout("payments"), ["HTTPRoute/payments": "HTTPRoute/nowhere"])
        try release(["checkout"], in: world)
        try await finish(["checkout"], in: world)
        let report = try await world.step()
        #expect(report.rollouts.map(\.id.name) == Self.all)
        #expect(report.rollouts[0].problems.first?.description.contains("relaese") == true)
        #expect(report.rollouts[2].line.hasPrefix("Held: ") && report.rollouts[2].line.contains("nowhere"))
    }

    @Test func `a server that refuses one rollout's path: that one is held with its words, the others go on`()
        async throws
    {
        let world = try World(Self.all)
        try await world.run(until: "adopt finish")
        try world.repository.hook(
            "pre-receive",
            """
            while read old new ref; do
              if [ "$ref" = refs/heads/main ] && git diff --name-only $old $new | grep -q state/production/shop/catalog; then
                echo "catalog is frozen until Monday" >&2; exit 1
              fi
            done
            """)
        try release(in: world)
        try await finish(["checkout", "payments"], in: world)
        #expect(try world.actions("checkout") == RolloutTests.forward)
        #expect(try world.actions("payments") == RolloutTests.forward)
        #expect(try world.actions("catalog") == ["adopt finish"])
        let line = try await world.settle("catalog", steps: 1)
        #expect(line.hasPrefix("Held: the push was refused: ") && line.contains("catalog is frozen until Monday"))
        try world.repository.hook("pre-receive", "exit 0\n")
        try await finish(["catalog"], in: world)
    }

    @Test func `a protected branch holds everything, and nothing is lost`() async throws {
        let world = try World(["checkout", "payments"])
        try world.repository.hook(
            "update", "case $1 in refs/heads/main) echo 'main is protected' >&2; exit 1;; esac\n")
        #expect(try await world.settle(steps: 2).contains("Held: the push was refused"))
        #expect(try await world.settle("payments", steps: 2).contains("Held: the push was refused"))
        #expect(try world.ledger().entries.count == 1)
        try world.repository.hook("update", "exit 0\n")
        try await world.run(until: "adopt finish")
        #expect(try await world.settle("payments", steps: 1) == "Stable")
    }

    @Test func `a rollback goes first and is pushed alone`() async throws {
        let world = try World(["checkout", "payments"])
        try await world.run(until: "adopt finish")
        try release(["checkout", "payments"], in: world)
        try await world.run(until: "advance weight-10", of: "payments")
        // From now on the server takes nothing of checkout, which comes first by its name.
        try world.repository.hook(
            "pre-receive",
            """
            while read old new ref; do
              if [ "$ref" = refs/heads/main ] && git diff --name-only $old $new | grep -q shop/checkout; then exit 1; fi
            done
            """)
        world.metrics.setErrors(0.3, of: "payments-canary")
        try await world.run(until: "rollback rest", of: "payments")
    }

    @Test func `a cluster that is away stops its rollouts, and they go on when it is back`() async throws {
        let world = try await World.midway("advance weight-10")
        world.cluster.setDown(true)
        let tip = try world.repository.tip()
        #expect(try await world.settle() == "Waiting: for the cluster: the cluster does not answer")
        #expect(try world.repository.tip() == tip)
        world.cluster.setDown(false)
        try await world.run(until: "finish finish")
    }

    @Test func `metrics that are away neither promote nor roll back`() async throws {
        let world = try await World.midway("advance weight-10")
        world.metrics.setDown(true)
        let tip = try world.repository.tip()
        #expect(try await world.settle() == "Waiting: for the metrics: errors: the store does not answer")
        #expect(try world.repository.tip() == tip)
        world.metrics.setDown(false)
        try await world.run(until: "finish finish")
    }

    @Test func `a query that takes too long holds up its own rollout alone`() async throws {
        let world = try World(Self.all)
        try await world.run(until: "adopt finish")
        try release(in: world)
        world.metrics.setSlow(["catalog-canary"])
        try await finish(["checkout", "payments"], in: world)
        #expect(try world.actions("catalog").last == "advance weight-10")
        world.metrics.setSlow([])
        try await finish(["catalog"], in: world)
        #expect(try world.actions("catalog") == RolloutTests.forward)
    }

    @Test(arguments: ["start start", "advance weight-10", "advance weight-50", "promote promote", "drain drain"])
    func `a cluster that is made anew comes up at the committed weight, and the rollout goes on`(
        at action: String
    ) async throws {
        let world = try await World.midway(action)
        _ = try await world.step()
        world.cluster.rebuild()
        try await world.pass(.seconds(1))
        try await world.pass(.seconds(5))
        let route = try #require(try world.repository.file(World.manifest("httproute")))
        let percent = try #require(route.matches(of: /weight: (\d+)/).last.flatMap { Int($0.1) })
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 100 - percent, "checkout-canary": percent])
        try await world.run(until: "finish finish", within: 90)
        #expect(try world.actions() == RolloutTests.forward)
    }
}
