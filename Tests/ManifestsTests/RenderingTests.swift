import Manifests
import Rollouts
import Testing
import YAML

@Suite("Rendering stages")
struct RenderingTests {
    @Test func `start writes the stable template with the release into the canary`() throws {
        let shop = Shop()
        let tree = try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        #expect(
            tree.text(at: "apps/canary.yaml") == """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: checkout-canary
                  namespace: shop
                spec:
                  replicas: 1
                  selector:
                    matchLabels: {app: checkout, track: canary}
                  template:
                    metadata:
                      labels:
                        app: checkout
                        track: canary
                        team: till
                    spec:
                      containers:
                      - name: app
                        image: ghcr.io/acme/checkout:v2
                        env:
                        - name: LEVEL
                          value: info
                        ports:
                        - containerPort: 8080
                          name: http
                        # For the mesh.
                        - containerPort: 9090
                          name: metrics

                """)
        #expect(tree.text(at: "apps/stable.yaml") == Shop.stable)
        #expect(tree.text(at: "apps/route.yaml") == Shop.route)
    }

    @Test func `start twice is one start`() throws {
        let shop = Shop()
        let changes: [Change] = [.canaryRelease(try shop.release()), .canaryCapacity(1)]
        let once = try shop.rendering(changes, on: shop.tree)
        let again = try Renderer(shop.bound(in: once), in: once).render(changes)
        #expect(again.files.isEmpty)
    }

    @Test func `promote changes one line of the stable manifest`() throws {
        let shop = Shop()
        let tree = try shop.rendering([.stableRelease(shop.release())], on: shop.tree)
        #expect(
            tree.text(at: "apps/stable.yaml") == Shop.stable.replacing("checkout:v1", with: "checkout:v2"))
    }

    @Test func `a weight is written where there was none, and undone byte for byte`() throws {
        let shop = Shop()
        let weights = try shop.bound().reading().originals.filter { $0.binding == .weight }
        #expect(weights.map(\.value) == [nil, "0"])
        let tree = try shop.rendering([.weight(Weight(clamping: 5))], on: shop.tree)
        #expect(tree.text(at: "apps/route.yaml")?.contains("port: 80\n      weight: 95\n") == true)
        #expect(try shop.bound(in: tree).reading().values[.weight] == "5")
        let back = try shop.rendering([.restore(weights)], on: tree)
        #expect(back.text(at: "apps/route.yaml") == Shop.route)
    }

    /// The commits of a whole rollout.
    private func commits(_ release: Release) -> [[Change]] {
        [
            [.canaryRelease(release), .canaryCapacity(1)], [.weight(Weight(clamping: 5)), .canaryCapacity(3)],
            [.weight(Weight(clamping: 25)), .canaryCapacity(5)], [.weight(Weight(clamping: 50))],
            [.stableRelease(release)], [.weight(.none)], [.canaryCapacity(0)],
        ]
    }

    @Test(arguments: 1...7)
    func `a rollout taken back after any stage leaves the original bytes`(stages: Int) throws {
        let shop = Shop()
        let original = shop.tree
        let release = try shop.release()
        let restore = try shop.bound().reading().originals
        var tree = original
        for commit in commits(release).prefix(stages) { tree = try shop.rendering(commit, on: tree) }
        let past = Renderer.Past(before: original, stage: tree) { _, _, _ in nil }
        let traffic = try shop.rendering([.restore(restore.filter { $0.binding == .weight })], on: tree, past: past)
        let reverted = Renderer.Past(before: original, stage: traffic) { _, _, _ in nil }
        let back = try shop.rendering([.revert(restore)], on: traffic, past: reverted)
        for path in original.entries.keys { #expect(back.text(at: path) == original.text(at: path), "\(path)") }
    }

    @Test func `where somebody has edited since, a clean merge is taken when it means the same`() throws {
        let shop = Shop()
        let restore = try shop.bound().reading().originals
        let started = try shop.rendering([.stableRelease(shop.release())], on: shop.tree)
        let text = try present(started.text(at: "apps/stable.yaml"))
        let edited = started.writing(["apps/stable.yaml": Array(text.replacing("The shop's till", with: "A till").utf8)]
        )
        let merged = Shop.stable.replacing("The shop's till", with: "A till")

        let past = Renderer.Past(before: shop.tree, stage: started) { _, _, _ in Array(merged.utf8) }
        let result = try Renderer(shop.bound(in: edited), in: edited, past: past).render([.revert(restore)])
        #expect(result.files == ["apps/stable.yaml": Array(merged.utf8)])
        #expect(result.afresh.isEmpty)

        let conflict = Renderer.Past(before: shop.tree, stage: started) { _, _, _ in nil }
        let fresh = try Renderer(shop.bound(in: edited), in: edited, past: conflict).render([.revert(restore)])
        #expect(fresh.files == ["apps/stable.yaml": Array(merged.utf8)])
        #expect(fresh.afresh == ["apps/stable.yaml"])
    }

    @Test func `the previous release is put back into the Rollout document`() throws {
        let shop = Shop()
        let previous = Release(values: ["image.app": "ghcr.io/acme/checkout:v1"])
        let tree = try shop.rendering([.stateRelease(previous)], on: shop.tree)
        #expect(tree.text(at: shop.rolloutPath) == Shop.rollout.replacing("checkout:v2", with: "checkout:v1"))
    }
}
