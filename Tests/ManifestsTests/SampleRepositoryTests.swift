import Foundation
import Manifests
import Rollouts
import Testing
import YAML

/// Every environment of the repository that the demo uses.
@Suite("The sample repository")
struct SampleRepositoryTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("sample-repo")

    private static func files() throws -> [String: String] {
        var files: [String: String] = [:]
        let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        while let url = found?.nextObject() as? URL {
            let path = String(url.path.dropFirst(root.path.count + 1))
            if Tree.wants(path) { files[path] = try String(contentsOf: url, encoding: .utf8) }
        }
        return files
    }

    @Test func `in the staging overlay a release of checkout writes its patches, entry by entry`() throws {
        var shop = try Shop.probe(Self.files(), "checkout", "app: \"ghcr.io/acme/checkout:v9\"", "")
        shop.environment = "staging"
        shop.files[shop.rolloutPath] = shop.files[shop.rolloutPath]?.replacing(
            "namespace: shop", with: "namespace: shop-staging")
        let release = try shop.release()
        let reading = try shop.bound().reading()
        #expect(try shop.bound().findings.isEmpty)
        #expect(reading.number(.stableReplicas) == 2)
        let commits: [[Change]] = [
            [.canaryRelease(release), .canaryCapacity(1)], [.weight(Weight(clamping: 50))], [.stableRelease(release)],
        ]
        var tree = shop.tree
        for commit in commits { tree = try shop.rendering(commit, on: tree) }
        let changed = shop.tree.entries.keys.filter { tree.text(at: $0) != shop.tree.text(at: $0) }
        #expect(changed == ["environments/staging/kustomization.yaml"])
        let past = Renderer.Past(before: shop.tree, stage: tree) { _, _, _ in nil }
        let back = try shop.rendering([.revert(reading.originals)], on: tree, past: past)
        #expect(back.text(at: changed[0]) == shop.tree.text(at: changed[0]))
        let values = try shop.rendering([.restore(reading.originals)], on: tree)
        #expect(values.text(at: changed[0]) == shop.tree.text(at: changed[0]))
    }

    @Test(arguments: ["checkout", "payments", "catalog"])
    func `a release goes through production and back`(name: String) throws {
        let pairs =
            name == "catalog"
            ? "\n  pairs: [{kind: ConfigMap, stable: catalog-config, canary: catalog-canary-config}]" : ""
        let probe = try Shop.probe(Self.files(), name, "image: x", pairs)
        let container = try present(
            probe.bound().reading().values.keys.map(\.text).first { $0.hasPrefix("stable.image.") }?.dropFirst(13))
        let shop = try Shop.probe(Self.files(), name, "\(container): \"ghcr.io/acme/\(name):v9\"", pairs)
        let release = try shop.release()
        let reading = try shop.bound().reading()
        #expect(try shop.bound().findings.isEmpty)
        #expect(reading.stableAutoscaled == (name == "catalog"))
        var commits: [[Change]] = [[.canaryRelease(release), .canaryCapacity(2)]]
        if reading.stableAutoscaled { commits[0].append(.stableFloor(4)) }
        commits += [[.weight(Weight(clamping: 5))], [.stableRelease(release)]]
        var tree = shop.tree
        for commit in commits { tree = try shop.rendering(commit, on: tree) }
        #expect(try shop.bound(in: tree).reading().values[.weight] == "5")
        let past = Renderer.Past(before: shop.tree, stage: tree) { _, _, _ in nil }
        let back = try shop.rendering([.revert(reading.originals)], on: tree, past: past)
        for path in shop.tree.entries.keys { #expect(back.text(at: path) == shop.tree.text(at: path), "\(path)") }
        // Without the past, the recorded values alone bring back all that serves.
        let values = try shop.bound(in: shop.rendering([.restore(reading.originals)], on: tree)).reading().values
        #expect(values.filter { $0.key != .canaryTemplate } == reading.values.filter { $0.key != .canaryTemplate })
    }
}

extension Shop {
    /// A Rollout of `name` in the production of the sample repository.
    static func probe(_ files: [String: String], _ name: String, _ image: String, _ more: String) throws -> Shop {
        let rollout = """
            apiVersion: headgate.dev/v1alpha1
            kind: Rollout
            metadata: {name: \(name), namespace: shop}
            spec:
              release: {images: {\(image)}}\(more)
              traffic: {route: HTTPRoute/\(name)}

            """
        var shop = Shop(rollout: rollout)
        shop.files = files
        shop.files[shop.rolloutPath] = rollout
        shop.environments = [
            Environment(name: "production", root: "environments/production"),
            Environment(name: "staging", root: "environments/staging"),
        ]
        shop.environment = "production"
        return shop
    }
}
