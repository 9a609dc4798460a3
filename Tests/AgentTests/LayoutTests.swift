import Agent
import Rollouts
import Support
import Testing

/// One release from end to end for each way in which people lay out their manifests.
@Suite("Layouts")
struct LayoutTests {
    private static let folder = "environments/production"

    /// Every commit of the release, the files that it may change, and the cluster at its end.
    private func deliver(_ world: World, changing allowed: Set<String>) async throws {
        try await world.run(until: "adopt finish")
        let before = try world.manifests(at: "main", below: "base")
        try world.state(World.v2)
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        let ledger = try world.ledger()
        #expect(ledger.actions == RolloutTests.forward)
        let changed = Set(ledger.stages.flatMap(\.files)).subtracting([World.state()])
        #expect(changed == allowed)
        #expect(try world.manifests(at: "main", below: "base") == before)
        #expect(Set(world.cluster.images(of: "checkout")) == [World.v2])
        #expect(world.cluster.images(of: "checkout-canary").isEmpty)
        #expect(world.cluster.weights(of: "checkout") == ["checkout": 100, "checkout-canary": 0])
    }

    /// And one that comes back, byte for byte.
    private func takeBack(_ world: World) async throws {
        let before = try world.manifests()
        world.metrics.setErrors(0.3, of: "checkout-canary", since: world.now)
        try world.state(World.v3, over: World.v2)
        try await world.run(until: "rollback rest")
        #expect(try world.manifests() == before)
        #expect(Set(world.cluster.images(of: "checkout")) == [World.v2])
    }

    @Test func `plain manifests below a folder, without a kustomization`() async throws {
        let world = try World { files in
            files["\(Self.folder)/kustomization.yaml"] = nil
            files["\(Self.folder)/checkout/kustomization.yaml"] = nil
        }
        try await deliver(
            world,
            changing: [
                "\(Self.folder)/checkout/deployment.yaml", "\(Self.folder)/checkout/deployment-canary.yaml",
                "\(Self.folder)/checkout/httproute.yaml",
            ])
        try await takeBack(world)
    }

    @Test func `an overlay over a base: images, replicas and JSON 6902 patches; the base stays as it is`() async throws
    {
        let sample = try SampleRepository.files()
        let overlay = """
            # Everything that a release changes here stands in this file.
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            namespace: shop
            resources:
            - namespace.yaml
            - ../../base/checkout
            patches:
            - target: {kind: Deployment, name: checkout}
              patch: |-
                - op: replace
                  path: /spec/template/spec/containers/0/image
                  value: \(World.v1)
            - target: {kind: Deployment, name: checkout-canary}
              patch: |-
                - op: replace
                  path: /spec/template/spec/containers/0/image
                  value: \(World.v1)
            - target: {kind: HTTPRoute, name: checkout}
              patch: |-
                - op: replace
                  path: /spec/rules/0/backendRefs/0/weight
                  value: 100   # the rest
                - op: replace
                  path: /spec/rules/0/backendRefs/1/weight
                  value: 0
            replicas:
            - {name: checkout, count: 3}
            - {name: checkout-canary, count: 0}

            """
        let world = try World { files in
            for path in files.keys where path.hasPrefix("\(Self.folder)/checkout/") { files[path] = nil }
            for (path, text) in sample where path.hasPrefix("base/checkout/") { files[path] = text }
            files["\(Self.folder)/kustomization.yaml"] = overlay
        }
        try await deliver(world, changing: ["\(Self.folder)/kustomization.yaml"])
        #expect(world.cluster.images(of: "checkout").count == 3)
        try await takeBack(world)
        let end = try #require(try world.repository.file("\(Self.folder)/kustomization.yaml"))
        // Stable's image is the release; the canary rests on what it served last.
        #expect(end == overlay.replacing(World.v1, with: World.v2))
    }

    @Test func `an overlay whose images: names each side's image`() async throws {
        let sample = try SampleRepository.files()
        let overlay = """
            namespace: shop
            resources:
            - namespace.yaml
            - ../../base/checkout
            images:
            # Placeholders of the base, one for each side.
            - {name: checkout-stable, newName: ghcr.io/acme/checkout, newTag: v2.4.0}
            - {name: checkout-canary, newName: ghcr.io/acme/checkout, newTag: "v2.4.0"}   # rests on it
            replicas:
            - {name: checkout, count: 3}
            - {name: checkout-canary, count: 0}
            patches:
            - path: weights.yaml
              target: {kind: HTTPRoute, name: checkout}

            """
        let world = try World { files in
            for path in files.keys where path.hasPrefix("\(Self.folder)/checkout/") { files[path] = nil }
            for (path, text) in sample where path.hasPrefix("base/checkout/") { files[path] = text }
            for (name, image) in [("deployment", "checkout-stable"), ("deployment-canary", "checkout-canary")] {
                let path = "base/checkout/\(name).yaml"
                files[path] = files[path]?.replacing(/image: ghcr\.io\/acme\/checkout\S*/, with: "image: \(image)")
            }
            files["\(Self.folder)/kustomization.yaml"] = overlay
            files["\(Self.folder)/weights.yaml"] = """
                - {op: replace, path: /spec/rules/0/backendRefs/0/weight, value: 100}
                - {op: replace, path: /spec/rules/0/backendRefs/1/weight, value: 0}

                """
        }
        try await deliver(world, changing: ["\(Self.folder)/kustomization.yaml", "\(Self.folder)/weights.yaml"])
        try await takeBack(world)
        let end = try #require(try world.repository.file("\(Self.folder)/kustomization.yaml"))
        #expect(end == overlay.replacing("v2.4.0", with: "v2.4.1"))
    }

    @Test func `a pair of StatefulSets`() async throws {
        let world = try World { files in
            for name in ["deployment", "deployment-canary"] {
                let path = "\(Self.folder)/checkout/\(name).yaml"
                files[path]?.replace("kind: Deployment", with: "kind: StatefulSet")
                files[path]?.replace("  progressDeadlineSeconds: 120\n", with: "  serviceName: checkout\n")
            }
            files[World.rollout()]?.append("  workload: {kind: StatefulSet}\n")
        }
        try await deliver(
            world,
            changing: [
                "\(Self.folder)/checkout/deployment.yaml", "\(Self.folder)/checkout/deployment-canary.yaml",
                "\(Self.folder)/checkout/httproute.yaml",
            ])
        try await takeBack(world)
    }

    @Test func `a base that another environment applies too is refused, and the overlay is named`() async throws {
        let sample = try SampleRepository.files()
        let world = try World { files in
            for path in files.keys where path.hasPrefix("\(Self.folder)/checkout/") { files[path] = nil }
            for (path, text) in sample where path.hasPrefix("base/checkout/") { files[path] = text }
            files["\(Self.folder)/kustomization.yaml"] =
                "namespace: shop\nresources:\n- namespace.yaml\n- ../../base/checkout\n"
            files["environments/staging/kustomization.yaml"] = "namespace: shop\nresources:\n- ../../base/checkout\n"
            files[".headgate/config.yaml"]?.replace(
                "environments:\n", with: "environments:\n  staging: {path: environments/staging}\n")
        }
        let report = try #require(try await world.step().rollouts.first)
        let image = report.problems.first { $0.message.hasPrefix("stable.image.app is written") }
        #expect(image?.file == "base/checkout/deployment.yaml")
        #expect(image?.message == "stable.image.app is written in a file that staging applies too")
        #expect(
            image?.hint
                == "give the value in \(Self.folder)/kustomization.yaml: an entry of images: or replicas:, or a patch")
        try world.state(World.v2)
        _ = try await world.settle()
        #expect(try world.repository.git("log", "--author=Headgate", "--format=%s") == "")
    }

    /// Catalog is under autoscalers, and has a ConfigMap for each side.
    @Test func `a template with a ConfigMap pair under an HPA pair: old pods keep the old settings`() async throws {
        let folder = "\(Self.folder)/catalog"
        let world = try World(["catalog"])
        try await world.run(until: "adopt finish", of: "catalog")
        let deployment = try #require(try world.repository.file("\(folder)/deployment.yaml"))
        try world.put(
            ["releases/catalog.yaml": deployment.replacing("v1.17.2", with: "v1.18.0")], "The next pod template")
        try world.edit(
            World.rollout("catalog"),
            [
                "release: {images: {app: ghcr.io/acme/catalog:v1.17.2}}": """
                release:
                    template: releases/catalog.yaml
                    values: [{path: "ConfigMap/catalog-config:data.PAGE_SIZE", value: "96"}]
                """
            ], "Release v1.18.0 with larger pages")
        try await world.run(until: "advance weight-50", of: "catalog")
        func settings(_ name: String) throws -> String {
            let answer = try #require(world.cluster.answer(kind: "ConfigMap", namespace: "shop", name: name))
            return String(try #require(answer.body.firstMatch(of: /"PAGE_SIZE":\s*"(\d+)"/)).1)
        }
        _ = try await world.step()
        #expect(try settings("catalog-config") == "48")
        #expect(try settings("catalog-canary-config") == "96")
        #expect(Set(world.cluster.images(of: "catalog")) == ["ghcr.io/acme/catalog:v1.17.2"])
        #expect(Set(world.cluster.images(of: "catalog-canary")) == ["ghcr.io/acme/catalog:v1.18.0"])
        let canary = try #require(try world.repository.file("\(folder)/deployment-canary.yaml"))
        #expect(canary.contains("name: catalog-canary-config") && !canary.contains("name: catalog-config"))
        try await world.run(until: "finish finish", of: "catalog")
        _ = try await world.settle("catalog")
        #expect(try settings("catalog-config") == "96")
        #expect(Set(world.cluster.images(of: "catalog")) == ["ghcr.io/acme/catalog:v1.18.0"])
        // The floors are as they were, and the canary rests at the least that its autoscaler can hold.
        let scalers = try #require(try world.repository.file("\(folder)/autoscalers.yaml"))
        #expect(scalers == (try SampleRepository.files()["\(folder)/autoscalers.yaml"]))
        #expect(world.cluster.images(of: "catalog-canary").count == 1)
    }
}
