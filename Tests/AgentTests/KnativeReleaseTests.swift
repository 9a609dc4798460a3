import Agent
import Analysis
import Rollouts
import Support
import Synchronization
import Testing
import YAML

/// A cluster with Knative in it: what the branch says is there at once, and ready unless its image is said to fail.
private final class KnativeCluster: Rollouts.Cluster, Sendable {
    private let world: World
    private let seen = Mutex<[String: (text: String, generation: Int, since: Timestamp)]>([:])
    private let broken: String

    init(_ world: World, failing broken: String) {
        self.world = world
        self.broken = broken
    }

    func object(_ reference: ObjectReference) async throws(ClusterFailure) -> JSON? {
        guard reference.group == "serving.knative.dev" else { return nil }
        let file = World.manifest("\(reference.kind)-\(reference.name)")
        do {
            guard let text = try world.repository.file(file) else { return nil }
            let root = JSON(try YAMLStream(parsing: text, file: file).single.root)
            let (generation, since) = version(of: file, text)
            let members = (root.members ?? []).map { member in
                member.name == "metadata"
                    ? JSON.Member(name: "metadata", value: metadata(member.value, generation)) : member
            }
            let status = try status(generation, since, isReady: !text.contains(broken))
            return .object(members + [.init(name: "status", value: status)])
        } catch {
            throw ClusterFailure(.garbage, "\(error)")
        }
    }

    private func version(of file: String, _ text: String) -> (Int, Timestamp) {
        seen.withLock { seen in
            let former = seen[file]
            if let former, former.text == text { return (former.generation, former.since) }
            let generation = (former?.generation ?? 0) + 1
            seen[file] = (text, generation, world.now)
            return (generation, world.now)
        }
    }

    private func metadata(_ metadata: JSON, _ generation: Int) -> JSON {
        .object((metadata.members ?? []) + [.init(name: "generation", value: .number(String(generation)))])
    }

    private func status(_ generation: Int, _ since: Timestamp, isReady: Bool) throws -> JSON {
        try JSON(
            parsing: """
                {"observedGeneration":\(generation),"latestCreatedRevisionName":"r\(generation)",
                "latestReadyRevisionName":"r\(isReady ? generation : generation - 1)","conditions":[{"type":"Ready",
                "status":"\(isReady ? "True" : "False")","reason":"RevisionFailed","message":"no such image",
                "lastTransitionTime":"\(since.rfc3339)"}]}
                """)
    }

    func objects(
        _ kind: ObjectKind, namespace: String, matching selector: LabelSelector
    ) async throws(ClusterFailure) -> [JSON] { [] }

    func time() async throws(ClusterFailure) -> Timestamp { world.now }

    func permissions(namespace: String) async throws(ClusterFailure) -> Permissions {
        Permissions(rules: [], isIncomplete: true)
    }
}

@Suite("Releases to Knative Services")
struct KnativeReleaseTests {
    private static func service(_ name: String) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata: {name: \(name), namespace: shop}
        spec:
          template:
            spec:
              containers:
              - image: \(World.v1)

        """
    }

    private static let route = """
        apiVersion: serving.knative.dev/v1
        kind: Route
        metadata: {name: checkout, namespace: shop}
        spec:
          traffic:
          - {configurationName: checkout, percent: 100}
          - {configurationName: checkout-canary, percent: 0}

        """

    private func world() throws -> World {
        try World { files in
            for path in files.keys where path.hasPrefix("environments/production/checkout/") { files[path] = nil }
            files[World.manifest("Service-checkout")] = Self.service("checkout")
            files[World.manifest("Service-checkout-canary")] = Self.service("checkout-canary")
            files[World.manifest("Route-checkout")] = Self.route
            files[World.manifest("kustomization")] =
                "resources: [Service-checkout.yaml, Service-checkout-canary.yaml, Route-checkout.yaml]\n"
            files[World.rollout()]?.replace("{app:", with: "{user-container:")
            files[World.rollout()]?.replace("HTTPRoute/checkout", with: "Route/checkout")
            files[World.rollout()]?.append("  workload: {kind: Service}\n  analysis: none\n")
        }
    }

    @Test func `a release goes through all its stages, and one that never gets ready comes back byte for byte`()
        async throws
    {
        let world = try world()
        let cluster = KnativeCluster(world, failing: World.v3)
        let agent = try world.agent("knative", seeing: { cluster })
        try await world.run(until: "adopt finish", agent)
        try world.state(World.v2)
        try await world.run(until: "advance weight-10", agent)
        #expect(try world.repository.file(World.manifest("Route-checkout"))?.contains("-canary, percent: 10}") == true)
        try await world.run(until: "finish finish", agent)
        #expect(try world.actions() == RolloutTests.forward)
        #expect(
            try world.repository.file(World.manifest("Service-checkout"))
                == Self.service("checkout").replacing(World.v1, with: World.v2))
        #expect(try world.repository.file(World.manifest("Route-checkout")) == Self.route)
        let before = try world.manifests()
        try world.state(World.v3, over: World.v2)
        try await world.run(until: "rollback rest", agent, within: 200)
        #expect(try world.manifests() == before)
        let report = try await world.step(.seconds(5), agent)
        #expect(
            report.rollouts.first?.line.contains("RevisionFailed: no such image") == true,
            "\(report.rollouts.first?.line ?? "")")
    }
}
