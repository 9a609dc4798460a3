import Import
import Manifests
import Rollouts
import Testing
import YAML

@Suite("Setting up an overlay")
struct OverlaySetupTests {
    let shop = BareShop.layered
    let rollout = ".headgate/rollouts/production/checkout.yaml"

    @Test func `everything is written into the overlay, and nothing into the base`() throws {
        #expect(
            try shop.changed() == [
                ".headgate/config.yaml", rollout, "production/checkout-backends.yaml",
                "production/checkout-canary.yaml",
                "production/checkout-image.yaml", "production/kustomization.yaml",
            ])
        #expect(
            try shop.text("production/kustomization.yaml") == """
                # Production.
                namespace: shop
                resources:
                - ../base
                - checkout-canary.yaml
                patches:
                - path: checkout-image.yaml
                  target: {kind: Deployment, name: checkout}
                - path: checkout-backends.yaml
                  target: {kind: HTTPRoute, name: checkout}
                replicas:
                - name: checkout
                  count: 4

                """)
        #expect(
            try shop.text("production/checkout-backends.yaml") == """
                # The backends of HTTPRoute/checkout in this environment; Headgate sets the weights.
                - op: replace
                  path: /spec/rules/0/backendRefs
                  value:
                  - name: checkout
                    port: 80
                    weight: 100
                  - name: checkout-canary
                    port: 80
                    weight: 0

                """)
        #expect(
            try shop.text("production/checkout-image.yaml") == """
                # Set by Headgate; state a release instead of editing it.
                - op: replace
                  path: /spec/template/spec/containers/0/image
                  value: ghcr.io/acme/checkout:v1

                """)
    }

    @Test func `a release goes through the overlay and leaves the base alone`() throws {
        let plan = try shop.plan()
        var tree = plan.tree.writing([rollout: Array(try shop.text(rollout).replacing(":v1}", with: ":v2}").utf8)])
        let before = tree
        func bound() throws -> BoundRollout {
            try shop.bound(in: tree, root: "production", environment: "production", rollout: rollout)
        }
        let release = try ReleaseResolver(bound(), in: tree).release()
        #expect(try bound().findings == [])
        #expect(try bound().reading().number(.stableReplicas) == 4)
        let commits: [[Change]] = [
            [.canaryRelease(release), .canaryCapacity(1)], [.weight(Weight(clamping: 25)), .canaryCapacity(2)],
            [.stableRelease(release)], [.weight(Weight(clamping: 0))], [.canaryCapacity(0)],
        ]
        for (number, commit) in commits.enumerated() {
            tree = tree.writing(try Renderer(bound(), in: tree).render(commit).files)
            guard number == 1 else { continue }
            #expect(try bound().reading().values[.weight] == "25")
            #expect(tree.text(at: "production/checkout-backends.yaml")?.contains("weight: 75") == true)
        }
        let changed = before.entries.keys.filter { before.text(at: $0) != tree.text(at: $0) }.sorted()
        #expect(changed == ["production/checkout-canary.yaml", "production/checkout-image.yaml"])
        #expect(tree.text(at: "production/checkout-image.yaml")?.hasSuffix("checkout:v2\n") == true)
    }

    @Test func `a second run changes nothing, and the other overlay is set up by itself`() throws {
        var again = shop
        for (path, bytes) in try shop.plan().files { again.files[path] = String(decoding: bytes, as: UTF8.self) }
        #expect(try again.changed() == [])
        again.request.environment = "staging=staging"
        #expect(try again.changed().allSatisfy { $0.hasPrefix("staging/") || $0.hasPrefix(".headgate/") })
        #expect(try again.plan().title == "staging/shop-staging/checkout")
        #expect(try again.text(".headgate/config.yaml").contains("  staging: {path: staging}"))
    }

    @Test func `stable's patches are made for the canary too, its counts and images excepted`() throws {
        var shop = shop
        shop.files["production/resources.yaml"] = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: checkout}
            spec:
              replicas: 6
              template: {spec: {priorityClassName: high}}

            """
        shop.files["production/kustomization.yaml"]? += "patches:\n# Bigger here.\n- path: resources.yaml\n"
        let text = try shop.text("production/kustomization.yaml")
        #expect(text.contains("- path: resources.yaml\n  target: {kind: Deployment, name: checkout-canary}\n"))
        #expect(text.contains("replicas:\n- name: checkout-canary\n  count: 0\n"))
        let bound = try shop.bound(
            in: shop.plan().tree, root: "production", environment: "production", rollout: rollout)
        #expect(bound.reading().number(.stableReplicas) == 6)
        #expect(bound.reading().number(.canaryReplicas) == 0)
    }

    @Test func `an autoscaler of the base gets its floor in the overlay`() throws {
        var shop = shop
        shop.files["base/hpa.yaml"] = BareShop.autoscaler.replacing("  namespace: shop\n", with: "")
        shop.files["base/kustomization.yaml"]? += "- hpa.yaml\n"
        #expect(
            try shop.text("production/checkout-autoscaler.yaml").hasSuffix(
                "- op: replace\n  path: /spec/minReplicas\n  value: 3\n"))
        #expect(try !shop.text("production/kustomization.yaml").contains("replicas"))
        #expect(try shop.text("production/checkout-canary.yaml").contains("minReplicas: 1"))
    }

    @Test(arguments: [
        (
            "base/kustomization.yaml", "commonLabels: {team: till}\n",
            "base/kustomization.yaml:5: commonLabels changes Deployment/checkout"
        ),
        (
            "production/kustomization.yaml", "namePrefix: a-\n",
            "production/kustomization.yaml changes names, which routes do not follow"
        ),
        (
            "production/kustomization.yaml", "patchesStrategicMerge: [x.yaml]\n",
            "production/kustomization.yaml: patchesStrategicMerge names its"
        ),
    ])
    func `what cannot be done for the canary is refused`(file: String, line: String, message: String) throws {
        var shop = shop
        shop.request.name = file.hasPrefix("production") && line.hasPrefix("name") ? "a-checkout" : nil
        shop.files[file]? += line
        let refusal = try present(shop.refusal())
        #expect(refusal.message.hasPrefix(message))
        #expect(!refusal.steps.isEmpty)
    }

    @Test func `without a kustomization of its own an environment cannot be set up`() {
        var shop = shop
        shop.files["staging/kustomization.yaml"] = nil
        shop.files["production/kustomization.yaml"] = nil
        shop.files[".headgate/config.yaml"] = "environments:\n  a: {path: base}\n  b: {path: .}\n"
        shop.request.environment = "a"
        shop.request.namespace = "shop"
        #expect(shop.refusal()?.causes == ["b applies it too"])
    }

    /// A second opinion: what kustomize itself makes of the overlay.
    @Test(.enabled(if: Tree.hasKustomize))
    func `kustomize gives stable what it gave before, and the canary beside it`() throws {
        var shop = shop
        shop.files["production/resources.yaml"] =
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: checkout}\nspec: {template: {spec: {priorityClassName: high}}}\n"
        shop.files["production/kustomization.yaml"]? += "patches:\n- path: resources.yaml\n"
        let before = try shop.tree.kustomized()
        let after = try shop.plan().tree.kustomized()
        #expect(Set(after.keys).subtracting(before.keys) == ["Deployment/checkout-canary", "Service/checkout-canary"])
        for key in before.keys where key != "HTTPRoute/checkout" { #expect(before[key] == after[key], "\(key)") }
        let pod = try present(after["Deployment/checkout-canary"])["spec"]?["template"]?["spec"]
        #expect(pod?["priorityClassName"]?.string == "high")
        #expect(pod?["containers"]?[0]?["image"]?.string == "ghcr.io/acme/checkout:v1")
        let backends = after["HTTPRoute/checkout"]?["spec"]?["rules"]?[0]?["backendRefs"]?.items
        #expect(backends?.map { $0["weight"]?.int } == [100, 0])
    }
}
