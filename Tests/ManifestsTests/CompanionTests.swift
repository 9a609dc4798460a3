import Manifests
import Rollouts
import Testing

@Suite("What a release is made of besides images")
struct CompanionTests {
    static let config = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings, namespace: shop}
        data:
          # Requests at a time.
          limit: "10"
          colour: blue

        """

    static let canaryConfig = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings-canary, namespace: shop}
        data:
          limit: "8"

        """

    static let mount = """
                envFrom:
                - configMapRef: {name: settings}
                - secretRef: {name: settings}
              volumes:
              - name: settings
                configMap: {name: settings}

        """

    private var shop: Shop {
        let rollout = Shop.rollout.replacing(
            "  release: {images: {app: \"ghcr.io/acme/checkout:v2\"}}\n",
            with: """
                  release:
                    values:
                    - {path: "spec.containers.[name=app].env.[name=LEVEL].value", value: debug}
                    - {path: "ConfigMap/settings:data.limit", value: "20"}
                  pairs:
                  - {kind: ConfigMap, stable: settings, canary: settings-canary}

                """)
        return Shop(
            [
                "apps/stable.yaml": Shop.stable + Self.mount, "apps/canary.yaml": Shop.canary,
                "apps/settings.yaml": Self.config, "apps/settings-canary.yaml": Self.canaryConfig,
            ], rollout: rollout)
    }

    @Test func `a pair travels with the release, and the canary refers to its own`() throws {
        let shop = shop
        let release = try shop.release()
        #expect(
            release.values == [
                "value.spec.containers.[name=app].env.[name=LEVEL].value": "debug",
                "value.ConfigMap/settings:data.limit": "20",
            ])
        let started = try shop.rendering([.canaryRelease(release), .canaryCapacity(1)], on: shop.tree)
        let canary = try present(started.text(at: "apps/canary.yaml"))
        #expect(canary.contains("- configMapRef: {name: settings-canary}\n"))
        #expect(canary.contains("- secretRef: {name: settings}\n"))
        #expect(canary.contains("configMap: {name: settings-canary}\n"))
        #expect(canary.contains("value: debug\n"))
        let settings = try present(started.text(at: "apps/settings-canary.yaml"))
        #expect(settings.contains("limit: \"20\"\n  colour: blue\n"), "\(settings)")
        #expect(started.text(at: "apps/settings.yaml") == Self.config)

        let promoted = try shop.rendering([.stableRelease(release)], on: started)
        #expect(promoted.text(at: "apps/settings.yaml") == Self.config.replacing("\"10\"", with: "\"20\""))
        #expect(promoted.text(at: "apps/stable.yaml")?.contains("value: debug") == true)

        let restore = try shop.bound().reading().originals
        let past = Renderer.Past(before: shop.tree, stage: promoted) { _, _, _ in nil }
        let back = try shop.rendering([.revert(restore)], on: promoted, past: past)
        for path in shop.tree.entries.keys { #expect(back.text(at: path) == shop.tree.text(at: path), "\(path)") }
        let afresh = try Renderer(
            shop.bound(in: promoted), in: promoted, past: .init(before: shop.tree, stage: shop.tree) { _, _, _ in nil }
        )
        .render([.revert(restore)])
        #expect(!afresh.afresh.isEmpty)
        let values = try shop.bound(in: promoted.writing(afresh.files)).reading().values
        #expect(values == (try shop.bound().reading().values))
    }

    @Test func `an edit of a companion is named`() throws {
        let shop = shop
        var edited = shop
        edited.files["apps/settings.yaml"] = Self.config.replacing("blue", with: "red")
        let edits = try edited.bound().reading(since: shop.bound()).edits
        #expect(
            edits == [
                FieldDifference(
                    binding: .stableTemplate, place: "apps/settings.yaml:7 data.colour", expected: "blue", found: "red")
            ])
    }

    @Test func `a merge that says more than the recorded values is not taken`() throws {
        let shop = Shop()
        let restore = try shop.bound().reading().originals
        let started = try shop.rendering([.stableRelease(shop.release())], on: shop.tree)
        let text = try present(started.text(at: "apps/stable.yaml"))
        let edited = started.writing([
            "apps/stable.yaml": Array(text.replacing("value: info", with: "value: warn").utf8)
        ])
        let past = Renderer.Past(before: shop.tree, stage: started) { _, _, theirs in theirs }
        let result = try Renderer(shop.bound(in: edited), in: edited, past: past).render([.revert(restore)])
        #expect(result.afresh == ["apps/stable.yaml"])
        let back = edited.writing(result.files).text(at: "apps/stable.yaml")
        #expect(back == Shop.stable.replacing("value: info", with: "value: warn"))
    }

    @Test func `a pod template from a file is delivered to both sides and taken back`() throws {
        let template = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: anything}
            spec:
              template:
                metadata:
                  labels: {app: checkout, track: none}
                spec:
                  # Slower to stop.
                  terminationGracePeriodSeconds: 60
                  containers:
                  - name: app
                    image: ghcr.io/acme/checkout:v3

            """
        let rollout = Shop.rollout.replacing(
            "{images: {app: \"ghcr.io/acme/checkout:v2\"}}", with: "{template: releases/v3.yaml}")
        var shop = Shop(["releases/v3.yaml": template], rollout: rollout)
        shop.environments = [Environment(name: "default", root: "apps")]
        let release = try shop.release()
        let started = try shop.rendering([.canaryRelease(release), .canaryCapacity(1)], on: shop.tree)
        #expect(started.text(at: "apps/canary.yaml")?.contains("terminationGracePeriodSeconds: 60") == true)
        #expect(started.text(at: "apps/canary.yaml")?.contains("track: canary") == true)
        let promoted = try shop.rendering([.stableRelease(release)], on: started)
        let reading = try shop.bound(in: promoted).reading()
        #expect(reading.release(like: release, on: .stable) == release)
        #expect(reading.release(like: release, on: .canary) == release)

        let previous = try present(shop.bound().reading().release(like: release, on: .stable))
        let past = Renderer.Past(before: shop.tree, stage: promoted) { _, _, _ in nil }
        let back = try shop.rendering([.stableRelease(previous)], on: promoted, past: past)
        #expect(try shop.bound(in: back).reading().release(like: release, on: .stable) == previous)
        let error = #expect(throws: Diagnostic.self) { try shop.rendering([.stableRelease(previous)], on: promoted) }
        #expect(error?.message == "the pod template of the release is no longer there")
    }

    @Test func `a value that has no place is an error, and nothing is written`() throws {
        let rollout = Shop.rollout.replacing(
            "{images: {app: \"ghcr.io/acme/checkout:v2\"}}", with: "{values: [{path: spec.nothing.here, value: x}]}")
        let shop = Shop(rollout: rollout)
        let error = #expect(throws: Diagnostic.self) {
            try shop.rendering([.canaryRelease(shop.release())], on: shop.tree)
        }
        #expect(error?.message == "the pod template has no place for spec.nothing.here")
    }
}
