import Agent
import Analysis
import Git
import Policies
import Rollouts
import Support
import Testing

/// A tick ends, whatever does not answer.
@Suite("The end of a tick")
struct DeadlineTests {
    /// A cluster that answers for some workloads, and for the others only when nobody waits any more.
    private struct Stuck: Cluster {
        let cluster: SimulatedCluster
        let silent: String

        private func wait(_ name: String) async throws(ClusterFailure) {
            guard name.hasPrefix(silent) else { return }
            try? await Task.sleep(for: .seconds(600))
            throw ClusterFailure(.timedOut, "nobody waits any more")
        }

        func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? {
            try await wait(reference.name)
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

    @Test func `what does not answer in time is left, and what has been decided is pushed`() async throws {
        let world = try World(["checkout", "payments"])
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try world.edit(World.rollout("payments"), ["v5.0.3": "v5.1.0"], "Release payments")
        // Long enough for what answers to be asked on a busy machine, far less than the silent one takes.
        let agent = try world.agent("stuck", deadline: .seconds(6)) {
            Stuck(cluster: world.cluster, silent: "checkout")
        }
        let started = ContinuousClock.now
        let report = try await world.step(.seconds(5), agent)
        #expect(ContinuousClock.now - started < .seconds(30))
        #expect(report.rollouts.first { $0.id.name == "payments" }?.done == "start start")
        #expect(report.rollouts.first { $0.id.name == "checkout" }?.done == "adopt finish")
        try await world.run(until: "finish finish")
    }

    @Test func `rollouts whose turn did not come say so, and what moves comes first`() async throws {
        let names = ["catalog", "checkout", "payments"]
        let world = try World(names)
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        let agent = try world.agent("late", deadline: .milliseconds(300), width: 1) {
            Stuck(cluster: world.cluster, silent: "checkout")
        }
        let report = try await world.step(.seconds(5), agent)
        let late = "the tick's time was over before everything was asked; the next one looks again"
        #expect(report.rollouts.map(\.line) == [late, late, late])
        _ = try await world.run(until: "finish finish")
    }
}
