import Agent
import Analysis
import Manifests
import Rollouts
import Support
import Testing

/// What follows where there is no state yet, and where the Rollout is gone.
@Suite("Beginnings")
struct BeginningTests {
    @Test func `stable equals the release: adopted, and nothing but the state is written`() async throws {
        let world = try World()
        try await world.run(until: "adopt finish")
        #expect(try await world.settle() == "Stable")
        let ledger = try world.ledger()
        #expect(ledger.entries.count == 2)
        #expect(ledger.entries[1].files == [World.state()])
    }

    @Test func `a canary with weight or pods is held, and named`() async throws {
        let world = try World { files in
            files[World.manifest("deployment-canary")]?.replace("replicas: 0", with: "replicas: 2")
            files[World.manifest("httproute")]?.replace("weight: 100", with: "weight: 95")
            files[World.manifest("httproute")]?.replace("weight: 0", with: "weight: 5")
        }
        let line = try await world.settle(steps: 3)
        #expect(line.hasPrefix("Held: the canary is not at rest: "))
        #expect(line.contains("weight is 5, expected 0") && line.contains("is 2, expected 0"))
        #expect(try world.ledger().entries.count == 1)
        try world.edit(World.manifest("deployment-canary"), ["replicas: 2": "replicas: 0"])
        try world.edit(World.manifest("httproute"), ["weight: 95": "weight: 100", "weight: 5": "weight: 0"])
        try await world.run(until: "adopt finish")
    }

    @Test func `another release than stable's, without a state: an ordinary rollout`() async throws {
        let world = try World { $0[World.rollout()]?.replace(World.v1, with: World.v2) }
        try await world.run(until: "finish finish")
        #expect(try world.actions() == Array(RolloutTests.forward.dropFirst()))
    }

    @Test func `nothing runs yet: the release goes to stable at once`() async throws {
        let world = try World { files in
            files[World.rollout()]?.replace(World.v1, with: World.v2)
            files[World.manifest("deployment")]?.replace("replicas: 4", with: "replicas: 0")
        }
        try await world.run(until: "finish finish")
        #expect(try world.actions() == ["promote promote", "finish finish"])
        #expect(try world.repository.file(World.manifest("deployment"))?.contains(World.v2) == true)
        #expect(try await world.settle() == "Stable")
    }

    @Test func `previous is what stable says at start, never what an older state says`() async throws {
        let world = try World()
        try await world.run(until: "adopt finish")
        // A person brings another release to stable, without Headgate.
        try world.edit(World.manifest("deployment"), [World.v1: "ghcr.io/acme/checkout:hotfix"])
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        #expect(try world.repository.file(World.manifest("deployment"))?.contains("checkout:hotfix") == true)
        #expect(world.cluster.images(of: "checkout").allSatisfy { $0.hasSuffix(":hotfix") })
    }

    @Test func `a release that was stable before comes back without pauses`() async throws {
        let world = try await World.midway("finish finish")
        try world.state(World.v1, over: World.v2)
        try await world.run(until: "finish finish", within: 30)
        #expect(try await world.settle() == "Stable")
        let actions = try world.actions()
        // There is no traffic to drain.
        #expect(actions.suffix(3) == ["start start", "promote promote", "finish finish"])
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v1, count: 4))
    }

    @Test func `a repository with one environment at its root leaves its name out`() async throws {
        let world = try World { files in
            files = [:]
            for (name, text) in (try? SampleRepository.files()) ?? [:]
            where name.hasPrefix("environments/production/checkout/") {
                files["apps/" + name.split(separator: "/").dropFirst(3).joined(separator: "/")] = text
            }
            files[".headgate/config.yaml"] = "metrics: {set: app-http, prometheus: {address: 'http://a', delay: 1s}}\n"
            files[".headgate/rollouts/checkout.yaml"] = """
                apiVersion: headgate.dev/v1alpha1
                kind: Rollout
                metadata: {name: checkout, namespace: shop}
                spec:
                  release: {images: {app: \(World.v1)}}
                  traffic: {route: HTTPRoute/checkout}
                """
        }
        let report = try await world.step()
        #expect(report.rollouts.map { "\($0.id)" } == ["shop/checkout"])
        #expect(
            try Ledger(of: world.repository, state: ".headgate/state/shop/checkout.yaml").actions == ["adopt finish"])
        #expect(try await world.settle(steps: 2) == "Stable")
    }
}

@Suite("Ends")
struct EndTests {
    @Test func `a Rollout that is deleted at rest loses its state`() async throws {
        let world = try await World.midway("finish finish")
        try world.put([World.rollout(): nil], "Retire checkout")
        try await world.step()
        try await world.step()
        #expect(try world.repository.file(World.state()) == nil)
        #expect(try world.ledger().entries.last?.files == [World.state()])
        let tip = try world.repository.tip()
        try await world.step()
        #expect(try world.repository.tip() == tip)
    }

    @Test func `a Rollout that comes back begins anew`() async throws {
        let world = try await World.midway("finish finish")
        let text = try #require(try world.repository.file(World.rollout()))
        try world.put([World.rollout(): nil], "Retire checkout")
        try await world.step()
        try world.put([World.rollout(): text], "Take it up again")
        try await world.run(until: "adopt finish")
        #expect(try await world.settle(steps: 3) == "Stable")
    }

    @Test func `a Rollout that is deleted in the middle of a release is held`() async throws {
        let world = try await World.midway("advance weight-10")
        try world.put([World.rollout(): nil], "Remove checkout's Rollout")
        let tip = try world.repository.tip()
        #expect(try await world.settle() == "Held: the Rollout was deleted in the middle of a release")
        #expect(try world.repository.tip() == tip)
        try world.revert(["HEAD"])
        try await world.run(until: "finish finish")
    }

    @Test(arguments: ["spec: [", "kind: Rollout\n", "", "{}\n", "apiVersion: headgate.dev/v1alpha1\nkind: Rolout\n"])
    func `a file that does not parse is an error, never a deletion`(text: String) async throws {
        let world = try await World.midway("finish finish")
        try world.put([World.rollout(): text], "Break checkout's Rollout")
        let tip = try world.repository.tip()
        let report = try await world.step()
        let problems = report.problems + report.rollouts.flatMap(\.problems)
        #expect(problems.contains { $0.description.contains("checkout.yaml") })
        try await world.step()
        #expect(try world.repository.tip() == tip)
        #expect(try world.repository.file(World.state()) != nil)
    }

    @Test func `of a file with several Rollouts that does not parse none is deleted`() async throws {
        let all = ".headgate/rollouts/production/all.yaml"
        let world = try World(["checkout", "payments"]) { files in
            files[all] = ["checkout", "payments"].compactMap { files.removeValue(forKey: World.rollout($0)) }
                .joined(separator: "---\n")
        }
        try await world.run(until: "adopt finish", of: "payments")
        try world.edit(all, ["kind: Rollout": "kind: [Rollout"])
        let tip = try world.repository.tip()
        try await world.step()
        #expect(try world.repository.tip() == tip)
    }

    @Test(arguments: ["environment: prodution", "environment: staging"])
    func `a Rollout that names an environment that is not there is an error, never a deletion`(line: String)
        async throws
    {
        let world = try await World.midway("adopt finish")
        try world.edit(World.rollout(), ["spec:\n": "spec:\n  \(line)\n"])
        let tip = try world.repository.tip()
        #expect(try await world.step().rollouts.contains { $0.line.contains("there is no environment") })
        #expect(try world.repository.tip() == tip)
    }

    @Test func `a configuration that does not parse holds every rollout`() async throws {
        let world = try World(["checkout", "payments"])
        try world.put([".headgate/config.yaml": "hold: audit\nmetrics: {set: app-http}\nmodes: shadow\n"])
        for _ in 0..<2 {
            let report = try await world.step()
            #expect(report.rollouts.count == 2 && report.rollouts.allSatisfy { $0.line.contains("config.yaml:3") })
        }
        #expect(try world.ledger().entries.count == 2)
    }

    @Test func `the previous release is put back into the Rollout, once`() async throws {
        let world = try World { $0[World.rollout()]?.append("  restoreRelease: true\n") }
        try await world.run(until: "adopt finish")
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try world.state(World.v2)
        try await world.run(until: "rollback rest")
        _ = try await world.settle()
        let rollout = try #require(try world.repository.file(World.rollout()))
        #expect(rollout.contains(World.v1) && !rollout.contains(World.v2))
        // A person states it again: shown, and left alone.
        let tip = try world.repository.tip()
        try world.state(World.v2)
        #expect(try await world.settle().hasPrefix("RolledBack: canary errors"))
        #expect(try world.repository.git("rev-parse", "main~1") == tip)
    }
}
