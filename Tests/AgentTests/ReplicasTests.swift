import Rollouts
import Support
import Testing

/// Releases whose traffic no route splits: the counts of pods do, behind one Service or without any.
@Suite("Traffic by counts of pods")
struct ReplicasTests {
    private static let folder = "environments/production/checkout"

    /// One Service for all pods, and the two that tell the metrics of the sides apart.
    static func world(_ change: (inout [String: String]) -> Void = { _ in }) throws -> World {
        try World { files in
            files["\(folder)/httproute.yaml"] = nil
            files["\(folder)/kustomization.yaml"]?.replace("- httproute.yaml\n", with: "- everyone.yaml\n")
            files["\(folder)/everyone.yaml"] = """
                apiVersion: v1
                kind: Service
                metadata: {name: checkout-all, namespace: shop}
                spec:
                  selector: {app: checkout}
                  ports: [{name: http, port: 80, targetPort: http}]

                """
            files[World.rollout()]?.replace("  traffic: {route: HTTPRoute/checkout}\n", with: "")
            change(&files)
        }
    }

    static let forward = [
        "adopt finish", "start start", "settle weight-10", "grow weight-50", "settle weight-50",
        "promote promote", "grow drain", "drain drain", "finish finish",
    ]

    @Test func `a good release goes from pod to pod, and its messages say what the counts give`() async throws {
        let world = try Self.world()
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        #expect(try world.actions() == Self.forward)
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v2, count: 4))
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
        let subjects = try world.repository.git("log", "--author=Headgate", "--reverse", "--format=%s")
            .split(separator: "\n").dropFirst()
        #expect(
            subjects.map(String.init) == [
                "checkout: start v2.4.1, not yet run (stage 0 of 5)",
                "checkout: canary 0% → 10%, 1 of 5 pods (stage 1 of 5)",
                "checkout: 2 of 6 pods are the canary's, on the way to 50% (stage 2 of 5)",
                "checkout: canary 33% → 50%, 2 of 4 pods (stage 2 of 5)",
                "checkout: promote v2.4.1 to stable (stage 3 of 5)",
                "checkout: 2 of 6 pods are the canary's, on the way to 0% (stage 4 of 5)",
                "checkout: canary 33% → 0%, all on stable (stage 4 of 5)", "checkout: finish v2.4.1, stable everywhere",
            ])
        // Nothing but the two counts, the images and the state.
        #expect(
            Set(try world.ledger().stages.flatMap(\.files)).subtracting([World.state()]) == [
                "\(Self.folder)/deployment.yaml", "\(Self.folder)/deployment-canary.yaml",
            ])
    }

    @Test func `a bad release gives stable its pods back before the canary's go, byte for byte`() async throws {
        let world = try Self.world()
        try await world.run(until: "adopt finish")
        let before = try world.manifests()
        try world.state(World.v3)
        try await world.run(until: "settle weight-50")
        world.metrics.setErrors(0.3, of: "checkout-canary", since: world.now)
        try await world.run(until: "rollback rest")
        #expect(try world.actions().suffix(3) == ["rollback traffic", "rollback traffic", "rollback rest"])
        #expect(try world.manifests() == before)
        #expect(world.cluster.images(of: "checkout") == Array(repeating: World.v1, count: 4))
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
    }

    @Test func `workers without a Service are delivered by readiness alone where the Rollout says so`() async throws {
        let world = try Self.world { files in
            files["\(Self.folder)/services.yaml"] = nil
            files["\(Self.folder)/everyone.yaml"] = nil
            files["\(Self.folder)/kustomization.yaml"]?.replace("- everyone.yaml\n", with: "")
            files["\(Self.folder)/kustomization.yaml"]?.replace("- services.yaml\n", with: "")
            files[World.rollout()]?.append("  analysis: none\n")
        }
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        #expect(try world.actions() == Self.forward)
    }

    @Test func `a budget of one pod is kept to by more commits`() async throws {
        let world = try Self.world { files in
            files[World.rollout()]?.append("  traffic: {maxSurge: 1, maxUnavailable: 25%}\n")
        }
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        #expect(try world.actions().filter { $0.hasPrefix("settle") } == ["settle weight-10", "settle weight-50"])
        for commit in try world.repository.git("log", "--author=Headgate", "--format=%H").split(separator: "\n") {
            let counts = try ["deployment", "deployment-canary"].map { name in
                let text = try world.repository.git("show", "\(commit):\(Self.folder)/\(name).yaml")
                return Int(text.firstMatch(of: /replicas: (\d+)/)?.1 ?? "") ?? -1
            }
            #expect((3...5).contains(counts[0] + counts[1]), "\(counts)")
        }
    }
}
