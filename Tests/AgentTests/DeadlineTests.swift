import Agent
import Analysis
import Rollouts
import Support
import Synchronization
import Testing

/// A tick ends, whatever does not answer.
@Suite("The end of a tick")
struct DeadlineTests {
    /// A cluster that never answers for the silent application, and of the others for the first alone; the tick's time
    /// is over when so many applications wait for an answer.
    private final class Stuck: Cluster {
        private struct Asked {
            var answered: String?
            var waiting: Set<String> = []
        }

        private let cluster: SimulatedCluster
        private let silent: String
        private let limit: Int
        private let asked = Mutex(Asked())
        private let end = AsyncStream.makeStream(of: Void.self)

        init(_ cluster: SimulatedCluster, silent: String, endingWith limit: Int) {
            self.cluster = cluster
            self.silent = silent
            self.limit = limit
        }

        /// Until the tick's time is over, or nobody waits for that any more.
        func tickEnd() async { for await _ in end.stream { return } }

        private func answers(_ name: String) -> Bool {
            let app = String(name.prefix { $0 != "-" })
            return asked.withLock { asked in
                if app != silent, asked.answered == nil { asked.answered = app }
                if asked.answered == app { return true }
                asked.waiting.insert(app)
                if asked.waiting.count == limit { end.continuation.yield() }
                return false
            }
        }

        func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? {
            if !answers(reference.name) {
                // Ends when the agent cancels it.
                try? await Task.sleep(for: .seconds(3600))
                throw ClusterFailure(.timedOut, "nobody waits any more")
            }
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

    private static let late = "the tick's time was over before everything was asked; the next one looks again"

    @Test(.timeLimit(.minutes(5)))
    func `what does not answer in time is left, and what has been decided is pushed`() async throws {
        let world = try World(["catalog", "checkout", "payments"])
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try world.edit(World.rollout("payments"), ["v5.0.3": "v5.1.0"], "Release payments")
        try world.edit(World.rollout("catalog"), ["v1.17.2": "v1.18.0"], "Release catalog")
        // Two at a time: the third is asked when one of the first two has been answered whole, and then two wait.
        let stuck = Stuck(world.cluster, silent: "checkout", endingWith: 2)
        let agent = try world.agent("stuck", width: 2, seeing: { stuck }, tickEnding: { await stuck.tickEnd() })
        let report = try await world.step(.seconds(5), agent)
        #expect(report.rollouts.filter { $0.done == "start start" }.count == 1)
        #expect(report.rollouts.filter { $0.line == Self.late }.count == 2)
        #expect(report.rollouts.first { $0.id.name == "checkout" }?.done == "adopt finish")
        let started = try ["catalog", "payments"].filter { try world.actions($0).contains("start start") }
        #expect(started.count == 1)
        for name in ["catalog", "checkout", "payments"] { try await world.run(until: "finish finish", of: name) }
    }

    @Test(.timeLimit(.minutes(5)))
    func `rollouts whose turn did not come say so, and what moves comes first`() async throws {
        let names = ["catalog", "checkout", "payments"]
        let world = try World(names)
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        // One at a time: the one that moves is asked first, and takes all of the time.
        let stuck = Stuck(world.cluster, silent: "checkout", endingWith: 1)
        let agent = try world.agent("late", width: 1, seeing: { stuck }, tickEnding: { await stuck.tickEnd() })
        let report = try await world.step(.seconds(5), agent)
        #expect(report.rollouts.map(\.line) == [Self.late, Self.late, Self.late])
        _ = try await world.run(until: "finish finish")
    }
}
