import Manifests
import Rollouts
import Testing

@Suite("Values that pods read when they start")
struct RestartTests {
    /// A release of a ConfigMap's value alone; the user keeps a checksum in the pod template.
    private var shop: Shop {
        let rollout = Shop.rollout.replacing(
            "  release: {images: {app: \"ghcr.io/acme/checkout:v2\"}}\n",
            with: """
                  release: {values: [{path: "ConfigMap/settings:data.limit", value: "20"}]}
                  pairs: [{kind: ConfigMap, stable: settings, canary: settings-canary}]

                """)
        let stable = (Shop.stable + CompanionTests.mount).replacing(
            "    metadata:\n      labels:",
            with: "    metadata:\n      annotations: {checksum/config: 8f4e}  # by CI\n      labels:")
        return Shop(
            [
                "apps/stable.yaml": stable, "apps/canary.yaml": Shop.canary,
                "apps/settings.yaml": CompanionTests.config,
                "apps/settings-canary.yaml": CompanionTests.canaryConfig,
            ], rollout: rollout)
    }

    private func mark(_ text: String?) throws -> Substring {
        let match = try present(text).firstMatch(of: /headgate.dev\/values: (v[0-9a-f]{16})/)
        return try #require(match?.output.1, "\(text ?? "")")
    }

    @Test func `pods of both sides are replaced by a release of such values alone`() throws {
        let shop = shop
        let release = try shop.release()
        let started = try shop.rendering([.canaryRelease(release), .canaryCapacity(1)], on: shop.tree)
        let canary = try present(started.text(at: "apps/canary.yaml"))
        #expect(canary.contains("checksum/config: 8f4e"))
        #expect(canary.contains("headgate.dev/values"), "\(canary)")
        let own = try mark(canary)
        #expect(started.text(at: "apps/stable.yaml") == shop.tree.text(at: "apps/stable.yaml"))
        #expect(try shop.bound(in: started).findings.isEmpty)

        let promoted = try shop.rendering([.stableRelease(release)], on: started)
        let stable = try present(promoted.text(at: "apps/stable.yaml"))
        #expect(try mark(stable) == own)
        #expect(
            stable.contains("annotations: {checksum/config: 8f4e, headgate.dev/values: \(own)}  # by CI\n"), "\(stable)"
        )
        #expect(promoted.text(at: "apps/settings.yaml")?.contains("limit: \"20\"") == true)
        #expect(try shop.bound(in: promoted).reading(since: shop.bound(in: promoted)).edits.isEmpty)
    }

    @Test func `on the way back stable's template is exactly what it was, at once and in the end`() throws {
        let shop = shop
        let release = try shop.release()
        let previous = try present(shop.bound().reading().release(like: release, on: .stable))
        let started = try shop.rendering([.canaryRelease(release), .canaryCapacity(1)], on: shop.tree)
        let promoted = try shop.rendering([.stableRelease(release)], on: started)
        let past = Renderer.Past(before: shop.tree, stage: promoted) { _, _, _ in nil }
        let back = try shop.rendering([.stableRelease(previous)], on: promoted, past: past)
        #expect(back.text(at: "apps/stable.yaml") == shop.tree.text(at: "apps/stable.yaml"))
        #expect(back.text(at: "apps/settings.yaml") == CompanionTests.config)

        // Afresh, since somebody has changed the file.
        let edited = promoted.writing([
            "apps/stable.yaml": Array("# Seen.\n".utf8) + (promoted.bytes(at: "apps/stable.yaml") ?? [])
        ])
        let afresh = try shop.rendering([.revert(shop.bound().reading().originals)], on: edited, past: past)
        #expect(afresh.text(at: "apps/stable.yaml") == "# Seen.\n" + (shop.files["apps/stable.yaml"] ?? ""))
    }

    @Test func `the mark is no part of a template, and a release without such values has none`() throws {
        let shop = shop
        let reading = try shop.bound().reading()
        let promoted = try shop.rendering([.stableRelease(shop.release())], on: shop.tree)
        #expect(try shop.bound(in: promoted).reading().values[.stableTemplate] == reading.values[.stableTemplate])
        let plain = Shop()
        let started = try plain.rendering([.canaryRelease(plain.release()), .canaryCapacity(1)], on: plain.tree)
        #expect(started.text(at: "apps/canary.yaml")?.contains("headgate.dev") == false)
    }

    @Test func `where nothing can be marked, the release has to replace the pods by itself`() throws {
        var shop = shop
        shop.files["kustomization.yaml"] = """
            resources: [apps/stable.yaml, apps/canary.yaml, apps/services.yaml, apps/route.yaml, apps/settings.yaml,
              apps/settings-canary.yaml]
            patches:
            - target: {kind: Deployment, name: checkout}
              patch: |-
                - op: replace
                  path: /spec/template/spec/containers/0/image
                  value: ghcr.io/acme/checkout:v1

            """
        let error = #expect(throws: Diagnostic.self) {
            try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        }
        #expect(
            error?.message == "nothing of the release would replace the pods of Deployment/checkout, which read these "
                + "values when they start")
        #expect(error?.file == shop.rolloutPath)
        #expect(error?.line == 5)
    }

    @Test func `a value beyond a pair's content is written on both sides`() throws {
        var shop = shop
        shop.files[shop.rolloutPath]?.replace(
            "ConfigMap/settings:data.limit", with: "ConfigMap/settings:metadata.labels.v")
        shop.files["apps/settings.yaml"]?.replace("namespace: shop}", with: "namespace: shop, labels: {v: \"1\"}}")
        shop.files["apps/settings-canary.yaml"]?.replace(
            "namespace: shop}", with: "namespace: shop, labels: {v: \"1\"}}")
        let started = try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        #expect(started.text(at: "apps/settings-canary.yaml")?.contains("labels: {v: \"20\"}") == true)
    }

    @Test func `a pair that another environment reads too is never written`() throws {
        var shop = shop
        shop.files["base/settings.yaml"] =
            CompanionTests.config + "---\n" + CompanionTests.canaryConfig
        for path in ["apps/settings.yaml", "apps/settings-canary.yaml"] { shop.files[path] = nil }
        let own = ["stable", "canary", "services", "route"].map { "../apps/\($0).yaml" }
        shop.files["live/kustomization.yaml"] =
            "resources: [\((own + ["../base/settings.yaml"]).joined(separator: ", "))]\n"
        shop.files["test/kustomization.yaml"] = "resources: [../base/settings.yaml]\n"
        shop.files[shop.rolloutPath]?.replace(
            "release: {values: [{path: \"ConfigMap/settings:data.limit\", value: \"20\"}]}",
            with: "release: {images: {app: \"ghcr.io/acme/checkout:v2\"}}")
        shop.environments = [Environment(name: "live", root: "live"), Environment(name: "test", root: "test")]
        shop.environment = "live"
        let error = #expect(throws: Diagnostic.self) {
            try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        }
        #expect(error?.message == "data of ConfigMap/settings-canary is shared with another environment or patched")
        #expect(error?.file == "base/settings.yaml")
    }
}
