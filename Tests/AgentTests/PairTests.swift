import Rollouts
import Support
import Testing

/// One release from end to end for what travels with one, and for the kinds of workloads that have no count of their own.
@Suite("Pairs")
struct PairTests {
    private static let folder = "environments/production/checkout"

    /// Adds manifests to the rollout's folder, and states pairs of that name.
    private static func add(_ manifests: String, pairs: [String], to files: inout [String: String]) {
        files["\(folder)/more.yaml"] = manifests
        files["\(folder)/kustomization.yaml"]?.append("- more.yaml\n")
        let list = pairs.map { "  - {kind: \($0), stable: checkout, canary: checkout-canary}\n" }
        files[World.rollout()]?.append("  pairs:\n" + list.joined())
    }

    private func deliver(_ world: World, changing names: Set<String>) async throws {
        try await world.run(until: "adopt finish")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        let ledger = try world.ledger()
        #expect(ledger.actions == RolloutTests.forward)
        let changed = Set(ledger.stages.flatMap(\.files)).subtracting([World.state()])
        #expect(changed == Set(names.map { "\(Self.folder)/\($0).yaml" }))
        #expect(Set(world.cluster.images(of: "checkout")) == [World.v2])
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 100, "checkout-canary": 0])
    }

    private func takeBack(_ world: World) async throws {
        let before = try world.manifests()
        world.metrics.setErrors(0.3, of: "checkout-canary", since: world.now)
        try world.state(World.v3, over: World.v2)
        try await world.run(until: "rollback rest")
        #expect(try world.manifests() == before)
        _ = try await world.settle()
        #expect(Set(world.cluster.images(of: "checkout")) == [World.v2])
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
    }

    private static func scaled(_ name: String, least: String) -> String {
        """
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: {name: \(name), namespace: shop}
        spec:
          scaleTargetRef: {name: \(name)}
        \(least)  maxReplicaCount: 10
          triggers: [{type: prometheus, metadata: {query: "sum(rate(requests[1m]))", threshold: "50"}}]
        ---

        """
    }

    private static func budget(_ name: String, _ track: String) -> String {
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: \(name), namespace: shop}
        spec:
          maxUnavailable: 1
          selector: {matchLabels: {app: checkout, track: \(track)}}
        ---

        """
    }

    private static func scaling(_ files: inout [String: String]) {
        for name in ["deployment", "deployment-canary"] {
            let path = "\(folder)/\(name).yaml"
            let lines = files[path]?.split(separator: "\n").filter { !$0.hasPrefix("  replicas:") }
            files[path] = lines.map { $0.joined(separator: "\n") + "\n" }
        }
        add(
            scaled("checkout", least: "  minReplicaCount: 2\n") + scaled("checkout-canary", least: "")
                + budget("checkout", "stable") + budget("checkout-canary", "canary"),
            pairs: ["ScaledObject", "PodDisruptionBudget"], to: &files)
    }

    @Test func `a pair under KEDA, with budgets: the floors move, and the canary rests at none`() async throws {
        let world = try World(changing: Self.scaling)
        try await deliver(world, changing: ["deployment", "deployment-canary", "httproute", "more"])
        #expect(world.cluster.images(of: "checkout").count == 2)
        let more = try #require(try world.repository.file("\(Self.folder)/more.yaml"))
        #expect(more.contains("name: checkout}\n  minReplicaCount: 2\n"), "\(more)")
        #expect(more.contains("  minReplicaCount: 0\n"), "\(more)")
        try await takeBack(world)
    }

    @Test func `an application that KEDA has taken to no pod is delivered by all its stages, not at once`() async throws
    {
        let world = try World { files in
            Self.scaling(&files)
            files["\(Self.folder)/more.yaml"]?.replace("  minReplicaCount: 2\n", with: "")
        }
        try await world.run(until: "adopt finish")
        #expect(world.cluster.images(of: "checkout").isEmpty)
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        #expect(world.cluster.images(of: "checkout") == [World.v1])
        #expect(world.cluster.images(of: "checkout-canary") == [World.v2])
        try await world.run(until: "finish finish")
        _ = try await world.settle()
        #expect(try world.actions() == RolloutTests.forward)
        #expect(world.cluster.images(of: "checkout").isEmpty)
    }

    @Test func `a pair of ExternalSecrets: what they fetch travels with the release`() async throws {
        func secret(_ name: String, key: String) -> String {
            """
            apiVersion: external-secrets.io/v1
            kind: ExternalSecret
            metadata: {name: \(name), namespace: shop}
            spec:
              refreshInterval: 1h
              secretStoreRef: {kind: ClusterSecretStore, name: vault}
              target: {name: \(name)-login}
              data:
              - secretKey: PASSWORD
                remoteRef: {key: \(key)}
            ---

            """
        }
        let world = try World { files in
            Self.add(
                secret("checkout", key: "shop/new") + secret("checkout-canary", key: "shop/old"),
                pairs: ["ExternalSecret"], to: &files)
            files["\(Self.folder)/deployment.yaml"]?.replace(
                "        env:\n", with: "        envFrom: [{secretRef: {name: checkout-login}}]\n        env:\n")
        }
        try await deliver(world, changing: ["deployment", "deployment-canary", "httproute", "more"])
        let canary = try #require(try world.repository.file("\(Self.folder)/deployment-canary.yaml"))
        #expect(canary.contains("envFrom: [{secretRef: {name: checkout-canary-login}}]"))
        let more = try #require(try world.repository.file("\(Self.folder)/more.yaml"))
        #expect(more == secret("checkout", key: "shop/new") + secret("checkout-canary", key: "shop/new"))
        let log = try world.repository.git("log", "--format=%B")
        #expect(!log.contains("shop/new"))
        try await takeBack(world)
    }

    @Test func `a release of a ConfigMap's value alone replaces the pods of both sides`() async throws {
        func settings(_ name: String) -> String {
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: \(name), namespace: shop}
            data: {CURRENCY: EUR}
            ---

            """
        }
        let world = try World { files in
            Self.add(settings("checkout") + settings("checkout-canary"), pairs: ["ConfigMap"], to: &files)
            files["\(Self.folder)/deployment.yaml"]?.replace(
                "        env:\n", with: "        envFrom: [{configMapRef: {name: checkout}}]\n        env:\n")
            files[World.rollout()]?.replace(
                "release: {images: {app: \(World.v1)}}",
                with:
                    "release: {images: {app: \(World.v1)}, values: [{path: \"ConfigMap/checkout:data.CURRENCY\", value: EUR}]}"
            )
        }
        try await world.run(until: "adopt finish")
        let before = try world.manifests()
        let pods = world.cluster.pods(of: "checkout")
        try world.edit(World.rollout(), ["value: EUR": "value: SEK"], "Kronor")
        try await world.run(until: "promote promote")
        #expect(world.cluster.pods(of: "checkout") == pods)
        world.metrics.setErrors(0.3, of: "checkout", since: world.now)
        world.metrics.setErrors(0.3, of: "checkout-canary", since: world.now)
        for _ in 0..<10 where !Set(world.cluster.pods(of: "checkout")).isDisjoint(with: pods) {
            try await world.pass(.seconds(2))
        }
        #expect(Set(world.cluster.pods(of: "checkout")).isDisjoint(with: pods))
        try await world.run(until: "rollback rest")
        #expect(try world.manifests() == before)
    }

    @Test func `a release of an image beside generated ConfigMaps, whose names have hashes in the cluster`()
        async throws
    {
        let world = try World { files in
            files["\(Self.folder)/kustomization.yaml"]?.append(
                """
                configMapGenerator:
                - {name: settings, literals: [CURRENCY=SEK], files: [rules.properties]}
                - {name: settings-canary, literals: [CURRENCY=SEK], files: [rules.properties]}

                """)
            files["\(Self.folder)/rules.properties"] = "a=1\n"
            files["\(Self.folder)/deployment.yaml"]?.replace(
                "        env:\n", with: "        envFrom: [{configMapRef: {name: settings}}]\n        env:\n")
            files[World.rollout()]?.append("  pairs: [{kind: ConfigMap, stable: settings, canary: settings-canary}]\n")
        }
        try await deliver(world, changing: ["deployment", "deployment-canary", "httproute"])
        let canary = try #require(try world.repository.file("\(Self.folder)/deployment-canary.yaml"))
        #expect(canary.contains("envFrom: [{configMapRef: {name: settings-canary}}]"))
        let live = try #require(world.cluster.answer(kind: "Deployment", namespace: "shop", name: "checkout-canary"))
        #expect(live.body.contains(/"name":\s*"settings-canary-[2456789bcdfghkmt]{10}"/))
        try await takeBack(world)
    }

    @Test func `a pair of DaemonSets: a pod on every node while a release is on its way, none before and after`()
        async throws
    {
        let marker = "      nodeSelector:\n        headgate.dev/at-rest: \"true\"\n"
        let world = try World { files in
            for name in ["deployment", "deployment-canary"] {
                let path = "\(Self.folder)/\(name).yaml"
                let lines = files[path]?.split(separator: "\n").filter {
                    !$0.hasPrefix("  replicas:") && !$0.hasPrefix("  progressDeadline") && !$0.contains("At rest.")
                }
                files[path] = lines.map { $0.joined(separator: "\n") + "\n" }
                files[path]?.replace("kind: Deployment", with: "kind: DaemonSet")
            }
            files["\(Self.folder)/deployment-canary.yaml"]?.replace("    spec:\n", with: "    spec:\n" + marker)
            files[World.rollout()]?.append("  workload: {kind: DaemonSet}\n")
        }
        try await world.run(until: "adopt finish")
        #expect(world.cluster.images(of: "checkout") == [World.v1, World.v1, World.v1])
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        #expect(world.cluster.images(of: "checkout-canary") == [World.v2, World.v2, World.v2])
        let start = try #require(try world.ledger().stages.first { $0.subject.contains("start") })
        #expect(start.subject == "checkout: start v2.4.1 with a pod on every node of canary (stage 0 of 5)")
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        #expect(try world.actions() == RolloutTests.forward)
        #expect(world.cluster.images(of: "checkout") == [World.v2, World.v2, World.v2])
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
        let canary = try #require(try world.repository.file("\(Self.folder)/deployment-canary.yaml"))
        #expect(canary.contains(marker))
        try await takeBack(world)
    }
}
