import Foundation
import Manifests
import Rollouts
import Support
import Testing

@Suite("Environments and kustomizations")
struct KustomizeTests {
    /// A base with two overlays.
    private func overlays(_ production: String, _ more: [String: String?] = [:]) -> Shop {
        var files: [String: String?] = [
            "apps/stable.yaml": nil, "apps/canary.yaml": nil, "apps/services.yaml": nil, "apps/route.yaml": nil,
            "base/stable.yaml": Shop.stable,
            "base/canary.yaml": Shop.canary.replacing("acme/checkout:", with: "acme/checkout-canary:"),
            "base/services.yaml": Shop.services,
            "base/kustomization.yaml": """
            resources: [stable.yaml, canary.yaml, services.yaml]

            """,
            "envs/production/kustomization.yaml": production, "envs/production/route.yaml": Shop.route,
            "envs/staging/kustomization.yaml": "resources: [../../base]\n",
        ]
        files.merge(more) { $1 }
        var shop = Shop(files)
        shop.environments = [
            Environment(name: "production", root: "envs/production"),
            Environment(name: "staging", root: "./envs/staging/"),
        ]
        shop.environment = "production"
        return shop
    }

    static let images = """
        resources: [../../base, route.yaml]
        images:
        - name: ghcr.io/acme/checkout
          newTag: v1
        - name: ghcr.io/acme/checkout-canary
          newName: ghcr.io/acme/checkout
          newTag: v0  # written by the agent
        replicas:
        - {name: checkout, count: 10}
        - {name: checkout-canary, count: 0}

        """

    @Test func `in an overlay the images and replicas are written`() throws {
        let shop = overlays(Self.images)
        let reading = try shop.bound().reading()
        #expect(reading.values[BindingName("canary.image.app")] == "ghcr.io/acme/checkout:v0")
        #expect(reading.number(.stableReplicas) == 10)
        let release = try shop.release()
        let tree = try shop.rendering([.canaryRelease(release), .canaryCapacity(1)], on: shop.tree)
        #expect(
            tree.text(at: "envs/production/kustomization.yaml")
                == Self.images.replacing("newTag: v0  #", with: "newTag: v2  #").replacing(
                    "canary, count: 0", with: "canary, count: 1"))
        #expect(tree.text(at: "base/canary.yaml") == shop.files["base/canary.yaml"])
        let promoted = try shop.rendering([.stableRelease(release)], on: tree)
        #expect(promoted.text(at: "envs/production/kustomization.yaml")?.contains("newTag: v2\n- name") == true)
        let restore = reading.originals
        let past = Renderer.Past(before: shop.tree, stage: promoted) { _, _, _ in nil }
        let back = try shop.rendering([.revert(restore)], on: promoted, past: past)
        #expect(back.text(at: "envs/production/kustomization.yaml") == Self.images)
    }

    @Test func `a file that another environment applies is not written`() throws {
        let shop = overlays("resources: [../../base, route.yaml]\n")
        #expect(
            try shop.problems().first == "base/stable.yaml:20:1: stable.image.app is written in a file that staging"
                + " applies too (give the value in envs/production/kustomization.yaml: an entry of images: or replicas:, or a patch)"
        )
    }

    @Test func `one entry of images for both sides is refused`() throws {
        let text = "resources: [../../base, route.yaml]\nimages: [{name: ghcr.io/acme/checkout, newTag: v1}]\n"
        let shop = overlays(text, ["base/canary.yaml": Shop.canary])
        #expect(
            try shop.problems().contains(where: {
                $0.contains("stable.image.app and canary.image.app are the same value")
            }))
    }

    @Test func `an operation of a JSON patch is written`() throws {
        let patch = """
            - op: replace
              path: /spec/replicas
              value: 10
            - {op: replace, path: /spec/template/spec/containers/0/image, value: "ghcr.io/acme/checkout:v1"}

            """
        let text =
            Self.images.replacing("- name: ghcr.io/acme/checkout\n  newTag: v1\n", with: "")
            .replacing("- {name: checkout, count: 10}\n", with: "")
            + "patches:\n- path: stable-patch.yaml\n  target: {kind: Deployment, name: checkout}\n"
        let shop = overlays(text, ["envs/production/stable-patch.yaml": patch])
        #expect(try shop.bound().reading().number(.stableReplicas) == 10)
        let tree = try shop.rendering([.stableRelease(shop.release())], on: shop.tree)
        #expect(
            tree.text(at: "envs/production/stable-patch.yaml") == patch.replacing("checkout:v1", with: "checkout:v2"))
    }

    @Test func `a field of a merge patch is written`() throws {
        let patch = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: checkout}
            spec:
              template:
                spec:
                  containers:
                  - name: app
                    image: ghcr.io/acme/checkout:v1

            """
        let text =
            Self.images.replacing("- name: ghcr.io/acme/checkout\n  newTag: v1\n", with: "")
            + "patchesStrategicMerge: [stable-patch.yaml]\n"
        let shop = overlays(text, ["envs/production/stable-patch.yaml": patch])
        let tree = try shop.rendering([.stableRelease(shop.release())], on: shop.tree)
        #expect(
            tree.text(at: "envs/production/stable-patch.yaml") == patch.replacing("checkout:v1", with: "checkout:v2"))
    }

    @Test func `an operation in a patch that is a text is written`() throws {
        let inline =
            Self.images + """
                patches:
                - target: {kind: Deployment, name: checkout}
                  patch: |-
                    # Larger than the base.
                    - op: replace
                      path: /spec/replicas
                      value: 3
                - target: {kind: HTTPRoute, name: checkout}
                  patch: |-
                    - op: add
                      path: /spec/rules/0/backendRefs/0/weight
                      value: 100  # stable
                    - {op: replace, path: /spec/rules/0/backendRefs/1/weight, value: 0}

                """
        let text = inline.replacing("- {name: checkout, count: 10}\n", with: "")
        let shop = overlays(text)
        let reading = try shop.bound().reading()
        #expect(reading.number(.stableReplicas) == 3)
        let tree = try shop.rendering([.weight(Weight(clamping: 5))], on: shop.tree)
        #expect(
            tree.text(at: "envs/production/kustomization.yaml")
                == text.replacing("value: 100", with: "value: 95").replacing(
                    "weight, value: 0", with: "weight, value: 5"))
        #expect(try shop.bound(in: tree).reading().values[.weight] == "5")
        let weights = reading.originals.filter { $0.binding == .weight }
        #expect(weights.map(\.path) == ["patches.1.patch:0.value", "patches.1.patch:1.value"])
        let back = try shop.rendering([.restore(weights)], on: tree)
        #expect(back.text(at: "envs/production/kustomization.yaml") == text)
    }

    @Test func `replacements that touch the object are refused`() throws {
        let replaced =
            Self.images + """
                replacements:
                - source: {kind: ConfigMap, name: versions}
                  targets: [{select: {kind: Deployment, name: checkout}, fieldPaths: [spec.replicas]}]

                """
        #expect(try overlays(replaced).problems().first?.contains("replacements may change") == true)
        let elsewhere = replaced.replacing("name: checkout}, field", with: "name: other}, field")
        #expect(try overlays(elsewhere).problems().isEmpty)
    }

    @Test func `prefixes and namespaces change the names by which objects are found`() throws {
        let rollout = Shop.rollout.replacing(
            "name: checkout, namespace: shop", with: "name: eu-checkout, namespace: till"
        )
        .replacing("HTTPRoute/checkout", with: "HTTPRoute/eu-checkout")
        .replacing("  plan:", with: "  workload: {canary: eu-checkout-canary}\n  plan:")
        var shop = Shop(
            [
                "apps/kustomization.yaml": """
                namespace: till
                namePrefix: eu-
                resources: [stable.yaml, canary.yaml, services.yaml, route.yaml]

                """
            ], rollout: rollout)
        shop.environments = [Environment(name: "default", root: "apps")]
        let tree = try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        #expect(tree.text(at: "apps/canary.yaml")?.contains("image: ghcr.io/acme/checkout:v2\n") == true)
        #expect(
            try shop.rendering([.weight(Weight(clamping: 5))], on: tree).text(at: "apps/route.yaml")?.contains(
                "weight: 5\n") == true)
    }

    @Test func `components are followed, links are not, and what cannot be read is no end`() throws {
        var shop = Shop([
            "apps/kustomization.yaml": """
            resources: [stable.yaml, services.yaml, gone.yaml, https://example.com/base]
            components: [../parts/canary]

            """,
            "parts/canary/kustomization.yaml": """
            apiVersion: kustomize.config.k8s.io/v1alpha1
            kind: Component
            resources: [canary.yaml, route.yaml]
            replicas: [{name: checkout, count: 4}]

            """, "parts/canary/canary.yaml": Shop.canary, "parts/canary/route.yaml": Shop.route,
            "apps/canary.yaml": nil, "apps/route.yaml": nil,
        ])
        shop.environments = [Environment(name: "default", root: "apps")]
        #expect(try shop.bound().reading().number(.stableReplicas) == 4)
        let index = ManifestIndex(shop.tree, environments: shop.environments)
        let environment = try present(index.environment(named: "default"))
        #expect(
            index.diagnostics(of: environment).map(\.description) == [
                "apps/kustomization.yaml:1:41: there is no file or folder gone.yaml"
            ])
        var entries = shop.tree.entries
        entries["apps/stable.yaml"] = Tree.Entry(blob: "x", isLink: true)
        let linked = Tree(entries: entries, contents: [:])
        let walked = ManifestIndex(linked, environments: shop.environments)
        #expect(walked.objects(of: "Deployment", in: environment).isEmpty)
    }

    @Test func `an applied path that contains the folder of Rollouts is a finding`() throws {
        let shop = Shop()
        let index = ManifestIndex(shop.tree, environments: shop.environments)
        let environment = try present(index.environment(named: "default"))
        #expect(
            index.appliedPathProblems(of: environment).map(\.description) == [
                ".headgate/rollouts/checkout.yaml:1:1: it is below the repository's root, which is applied"
            ])
        for changes in [[".sourceignore": "# x\n/.headgate/\n"], ["kustomization.yaml": "resources: [apps]\n"]] {
            let ignored = Shop(changes.mapValues { Optional($0) })
            let index = ManifestIndex(ignored.tree, environments: ignored.environments)
            #expect(index.appliedPathProblems(of: environment).isEmpty)
        }
        #expect(index.objects(of: "Rollout", in: environment).isEmpty)
    }

    @Test func `what is written into the canary by hand is a finding`() throws {
        let shop = Shop(["apps/canary.yaml": Shop.canary + "        tty: true\n"])
        #expect(
            try shop.bound().findings.map(\.description) == [
                "apps/canary.yaml:19:14: spec.template.spec.containers.[name=app].tty is only in the canary, and goes when a"
                    + " release starts"
            ])
        #expect(try Shop().bound().findings.isEmpty)
    }

    /// What stable's image comes to, which kustomize itself is asked for too, and the file that decides it.
    static let patchedImages: [(images: String, image: String, file: String)] = [
        ("[{name: ghcr.io/acme/till, newTag: v5}]", "ghcr.io/acme/till:v5", "kustomization.yaml"),
        ("[{name: ghcr.io/acme/checkout, newTag: v5}]", "ghcr.io/acme/till:v4", "stable-patch.yaml"),
        ("[{name: ghcr.io/acme/till, newName: a/b}, {name: a/b, newTag: v6}]", "a/b:v6", "kustomization.yaml"),
    ]

    @Test(arguments: patchedImages)
    func `an entry of images has to have the name that the patches leave`(
        images: String, image: String, file: String
    ) throws {
        let patch = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: checkout, namespace: shop}
            spec:
              template:
                spec:
                  containers:
                  - name: app
                    image: ghcr.io/acme/till:v4

            """
        let text = """
            resources: [../../base, route.yaml]
            images: \(images)
            patches:
            - path: stable-patch.yaml
            - path: canary.yaml
              target: {kind: Deployment, name: checkout-canary}
            replicas: [{name: checkout, count: 10}, {name: checkout-canary, count: 0}]

            """
        let operations = "- {op: replace, path: /spec/template/spec/containers/0/image, value: \"a/c:v0\"}\n"
        let folder = "envs/production/"
        var shop = overlays(text, [folder + "stable-patch.yaml": patch, folder + "canary.yaml": operations])
        let bound = try shop.bound()
        #expect(bound.reading().values[BindingName("stable.image.app")] == image)
        #expect(bound.field(BindingName("stable.image.app"))?.place.file == folder + file)
        let name = String(image.prefix { $0 != ":" })
        let release = Release(values: ["image.app": "\(name):v2"])
        let tree = try shop.rendering([.stableRelease(release)], on: shop.tree)
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/kubectl") else { return }
        #expect(try kustomized(shop).contains("image: \(image)\n"))
        shop.files[folder + file] = tree.text(at: folder + file)
        #expect(try kustomized(shop).contains("image: \(name):v2\n"))
    }

    private func kustomized(_ shop: Shop) throws -> String {
        let folder = try TemporaryFolder()
        for (path, text) in shop.files { _ = try folder.write(path, text) }
        let outcome = try Program.run("kubectl", ["kustomize", "envs/production"], in: folder.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test func `a patched image whose name is replaced without its tag is refused where the patch is`() throws {
        let operations = "- {op: replace, path: /spec/template/spec/containers/0/image, value: \"a/till:v4\"}\n"
        let text =
            Self.images.replacing("ghcr.io/acme/checkout\n  newTag: v1\n", with: "a/till\n  newName: b\n")
            + "patches:\n- path: stable-patch.yaml\n  target: {kind: Deployment, name: checkout}\n"
        let shop = overlays(text, ["envs/production/stable-patch.yaml": operations])
        #expect(
            try shop.problems().first
                == "envs/production/stable-patch.yaml:1:70: the image's name is replaced by a kustomization, but not its"
                + " tag (add newTag to the entry of images:)")
    }
}
