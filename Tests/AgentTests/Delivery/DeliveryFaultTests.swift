import Agent
import Analysis
import Rollouts
import Support
import Synchronization
import Testing

@Suite("Forges that fail, agents that are killed")
struct DeliveryFaultTests {
    static let failures: [ForgeFailure] = [
        .init(.unavailable, "the forge does not answer"), .init(.rateLimited(wait: .seconds(60)), "too many requests"),
        .init(.configuration, "the token is not known", hint: "make a new one"),
        .init(.notFound, "the repository is not shown"), .init(.garbage, "the answer is a login page"),
        .init(.budget, "this run has asked enough"),
    ]

    @Test(arguments: failures)
    func `a forge that fails is waited for, or mended by people, and nothing goes without it`(
        _ failure: ForgeFailure
    ) async throws {
        let word = [.configuration, .notFound].contains(failure.code) ? "Held" : "Waiting"
        let (world, forge, request) = try await World.proposing(
            "weight-50", "pullRequest: [weight-50], autoMerge: {approvals: 0}, method: squash")
        _ = request
        forge.turn { $0.failure = failure }
        let line = try await world.settle(steps: 3)
        #expect(line.hasPrefix("\(word): for the forge: \(failure.message)"), "\(line)")
        #expect(try world.actions().last == "advance weight-10")
        forge.turn { $0.failure = nil }
        try await world.run(until: "finish finish")
        #expect(forge.all.count == 1)
    }

    @Test func `a forge that fails holds up no rollback`() async throws {
        let (world, forge, _) = try await World.proposing("weight-50")
        forge.turn { $0.failure = .init(.unavailable, "the forge does not answer") }
        world.metrics.setErrors(0.3, of: "checkout-canary")
        try await world.run(until: "rollback rest")
        #expect(try await world.settle(steps: 2).hasPrefix("RolledBack: "))
        forge.turn { $0.failure = nil }
        _ = try await world.settle(steps: 2)
        #expect(forge.open == [])
        #expect(try world.branches() == [])
    }

    @Test func `what takes one release back does not wait for what the forge says of another`() async throws {
        let world = try World(["checkout", "catalog"], delivery: "pullRequest: [weight-50]") { files in
            files[World.rollout("catalog")]?.replace("  delivery: {pullRequest: [weight-50]}\n", with: "")
        }
        let forge = try #require(world.forge)
        try await world.run(until: "adopt finish")
        try await world.run(until: "adopt finish", of: "catalog")
        try world.state(World.v2)
        let request = try await world.proposal(of: "weight-50")
        try world.release("ghcr.io/acme/catalog:v9.0.0", of: "catalog")
        try await world.run(until: "start start", of: "catalog")
        try world.steer("abort: \(try world.releaseKey("catalog"))", "catalog")
        let moments = Mutex<[String]>([])
        forge.turn { rules in
            rules.onCall = { _ in
                moments.withLock { $0.append((try? world.actions("catalog").last) ?? "") }
            }
        }
        let report = try await world.step(.seconds(5))
        #expect(report.rollouts.map(\.done).contains("rollback rest"))
        let seen = moments.withLock { $0 }
        #expect(!seen.isEmpty && seen.allSatisfy { $0 == "rollback rest" }, "\(seen)")
        #expect(
            report.rollouts.contains { $0.id.name == "checkout" && $0.line.hasSuffix("people to merge \(request.url)") }
        )
    }

    @Test func `the failure of one rollout's forge stops no other`() async throws {
        let world = try World(["checkout", "catalog"], delivery: "pullRequest: [weight-50]") { files in
            files[World.rollout("catalog")]?.replace("  delivery: {pullRequest: [weight-50]}\n", with: "")
        }
        try await world.run(until: "adopt finish")
        try await world.run(until: "adopt finish", of: "catalog")
        world.forge?.turn { $0.failure = .init(.unavailable, "the forge does not answer") }
        try world.state(World.v2)
        try world.release("ghcr.io/acme/catalog:v9.0.0", of: "catalog")
        try await world.run(until: "finish finish", of: "catalog", within: 90)
        #expect(try world.actions().last == "advance weight-10")
    }

    @Test(arguments: [0, 1, 2, 3, 4, 6])
    func `an agent that is killed after any step is taken up by the next one`(after calls: Int) async throws {
        let world = try await World.midway(
            "advance weight-10", delivery: "pullRequest: [weight-50], autoMerge: {approvals: 0}, method: merge")
        let forge = try #require(world.forge)
        for turn in 0..<60 {
            forge.turn { $0.callsLeft = turn % 2 == 0 ? calls : nil }
            let report = try await world.step(.seconds(5), try world.agent("turn-\(turn)"))
            if report.rollouts[0].done == "finish finish" { break }
        }
        forge.turn { $0.callsLeft = nil }
        _ = try await world.settle(steps: 3)
        #expect(try world.actions() == RolloutTests.forward)
        #expect(forge.all.map(\.state) == [.merged])
        #expect(try world.branches() == [])
    }

    /// A cluster, while the agent reads which somebody does something else.
    private final class Meddled: Cluster {
        private let cluster: SimulatedCluster
        private let act: @Sendable () -> Void

        init(_ cluster: SimulatedCluster, _ act: @escaping @Sendable () -> Void) {
            self.cluster = cluster
            self.act = act
        }

        func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? {
            act()
            return try await cluster.object(reference)
        }

        func objects(
            _ kind: ObjectKind, namespace: String, matching selector: LabelSelector
        ) async throws(ClusterFailure) -> [JSON] {
            try await cluster.objects(kind, namespace: namespace, matching: selector)
        }

        func time() async throws(ClusterFailure) -> Timestamp { try await cluster.time() }
        func permissions(namespace: String) async throws(ClusterFailure) -> Permissions {
            try await cluster.permissions(namespace: namespace)
        }
    }

    @Test func `a merge in the very moment in which the agent looks is not followed by another pull request`()
        async throws
    {
        let (world, forge, request) = try await World.proposing("weight-50")
        let meddled = Meddled(world.cluster) { _ = forge.press(merge: request.number, by: .squash) }
        let report = try await world.step(.seconds(5), try world.agent("late", seeing: { meddled }))
        #expect(report.rollouts[0].line == "Waiting: for the cluster: the merge has just been made")
        try await world.run(until: "finish finish")
        #expect(forge.all.map(\.state) == [.merged])
    }

    @Test func `what a deleted Rollout has proposed is withdrawn, and what others have put there stays`() async throws {
        let (world, forge, request) = try await World.proposing("start")
        let text = try #require(try world.repository.file(World.rollout()))
        try world.put([World.rollout(): nil], "Retire")
        _ = try await world.step(.seconds(5))
        #expect(forge.all.map(\.state) == [.closed])
        #expect(forge.all[0].body.hasPrefix("Withdrawn by Headgate: the Rollout production/shop/checkout was deleted"))
        #expect(try world.branches() == [])

        try world.put([World.rollout(): text], "Again")
        let next = try await world.proposal(of: "start")
        try forge.push(to: next.number, "NOTES.md", "Notes.\n", by: "Eve")
        try world.put([World.rollout(): nil], "Retire")
        _ = try await world.step(.seconds(5))
        #expect(forge.open.map(\.number) == [next.number])
        #expect(try world.branches().count == 1 && request.number != next.number)
    }

    @Test func `two agents at once open one pull request`() async throws {
        let world = try await World.midway("advance weight-10", delivery: "pullRequest: [weight-50, promote]")
        let forge = try #require(world.forge)
        let agents = [try world.agent("one"), try world.agent("two"), try world.agent("three")]
        var stages: [String] = []
        for _ in 0..<80 {
            try await world.pass(.seconds(5))
            let reports = try await withThrowingTaskGroup(of: TickReport.self) { group in
                for agent in agents { group.addTask { try await agent.tick() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(forge.open.count <= 1)
            if let open = forge.open.first, !stages.contains(open.branch) {
                stages.append(open.branch)
                #expect(forge.press(merge: open.number, by: .rebase))
            }
            if reports.contains(where: { $0.rollouts[0].done == "finish finish" }) { break }
        }
        #expect(forge.all.count == 2)
        #expect(try world.actions() == RolloutTests.forward)
    }

    @Test func `a forge that is still computing is not merged into`() async throws {
        let (world, forge, request) = try await World.proposing(
            "weight-50", "pullRequest: [weight-50], autoMerge: {approvals: 0}, method: squash"
        ) { _ in }
        _ = request
        forge.turn { $0.computing = 3 }
        #expect(try await world.settle(steps: 1).contains("still finding out"))
        try await world.run(until: "finish finish")
    }

    @Test func `a method that the repository does not allow is said`() async throws {
        let (world, forge, request) = try await World.proposing(
            "weight-50", "pullRequest: [weight-50], autoMerge: {approvals: 0}, method: rebase"
        ) { _ in }
        forge.turn { $0.methods = [.squash] }
        let line = try await world.settle(steps: 2)
        #expect(line == "Held: the forge does not merge https://forge.example/1: rebase is not allowed")
        #expect(forge.press(merge: request.number, by: .squash))
        try await world.run(until: "finish finish")
    }
}
