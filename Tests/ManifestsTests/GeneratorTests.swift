import Analysis
import Manifests
import Rollouts
import Testing

@Suite("ConfigMaps and Secrets that kustomize generates")
struct GeneratorTests {
    private static let kustomization = """
        namespace: shop
        resources: [stable.yaml, canary.yaml, services.yaml, route.yaml]
        configMapGenerator:
        - name: settings
          literals: [limit=10, "colour=blue"]
          files: [app.properties, "rules=rules.yaml"]
          envs: [common.env]
        - name: settings-canary
          literals: ["colour=blue", limit=10]
          files: [app.properties, "rules=rules.yaml"]
          envs: [common.env]

        """

    private func shop(_ kustomization: String = kustomization, pair: String = "settings", canary: String? = nil) -> Shop
    {
        Shop(
            [
                "apps/stable.yaml": Shop.stable + CompanionTests.mount, "apps/kustomization.yaml": kustomization,
                "apps/app.properties": "a=1\n", "apps/rules.yaml": "- allow\n", "apps/common.env": "B=2\n",
            ],
            rollout: Shop.rollout
                + "  pairs: [{kind: ConfigMap, stable: \(pair), canary: \(canary ?? pair + "-canary")}]\n")
    }

    private func inFolder(_ shop: Shop) -> Shop {
        var shop = shop
        shop.environments = [Environment(name: "default", root: "apps")]
        return shop
    }

    @Test func `a release of images works beside generators, and the canary refers to its own`() throws {
        let shop = inFolder(shop())
        #expect(try shop.bound().findings.isEmpty)
        let started = try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        let canary = try present(started.text(at: "apps/canary.yaml"))
        #expect(canary.contains("- configMapRef: {name: settings-canary}\n"))
        #expect(canary.contains("configMap: {name: settings-canary}\n"))
        #expect(canary.contains("- secretRef: {name: settings}\n"))
        #expect(started.text(at: "apps/kustomization.yaml") == Self.kustomization)
        let promoted = try shop.rendering([.stableRelease(shop.release())], on: started)
        #expect(promoted.text(at: "apps/kustomization.yaml") == Self.kustomization)
    }

    @Test func `prefixes and namespaces are those of the kustomizations above`() throws {
        var shop = shop(pair: "till-settings")
        shop.files["apps/kustomization.yaml"]?.append("namePrefix: till-\n")
        for name in ["stable", "canary", "services", "route"] {
            shop.files["apps/\(name).yaml"]?.replace("namespace: shop", with: "labels: {a: b}")
        }
        shop.files[shop.rolloutPath]?.replace(
            "{name: checkout, namespace: shop}", with: "{name: till-checkout, namespace: shop}")
        shop.files[shop.rolloutPath]?.replace("HTTPRoute/checkout", with: "HTTPRoute/till-checkout")
        shop.files[shop.rolloutPath]?.append("  workload: {stable: till-checkout, canary: till-checkout-canary}\n")
        shop.files[shop.rolloutPath]?.replace(
            "canary: till-settings-canary", with: "canary: till-settings-canary")
        let bound = try inFolder(shop).bound()
        #expect(bound.findings.isEmpty)
    }

    @Test(
        "sides that are generated from different things hold the release",
        arguments: [
            ("literals: [\"colour=blue\", limit=10]", "literals: [\"colour=blue\", limit=11]"),
            (
                "- name: settings-canary\n  literals: [\"colour=blue\", limit=10]\n  files: [app.properties,",
                "- name: settings-canary\n  literals: [\"colour=blue\", limit=10]\n  files: [app.properties=rules.yaml,"
            ),
        ])
    func different(_ former: String, _ new: String) throws {
        let shop = inFolder(shop(Self.kustomization.replacing(former, with: new)))
        let message = "ConfigMap/settings-canary is generated from something else than ConfigMap/settings"
        #expect(try shop.bound().findings.map(\.message) == [message])
        #expect(try shop.bound().findings.map(\.line) == [8])
        let error = #expect(throws: Diagnostic.self) {
            try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        }
        #expect(error?.message == message)
    }

    @Test func `a value of what is generated is refused with a way out`() throws {
        var shop = inFolder(shop())
        shop.files[shop.rolloutPath]?.replace(
            "release: {images",
            with: "release: {values: [{path: \"ConfigMap/settings:data.limit\", value: \"5\"}], images")
        #expect(
            try shop.problems() == [
                ".headgate/rollouts/checkout.yaml:5:29: ConfigMap/settings is generated in apps/kustomization.yaml:4, "
                    + "where no release writes a value (make it a resource of its own, or state the value in the pod "
                    + "template's env)"
            ])
    }

    @Test func `one side generated and the other not is refused`() throws {
        var shop = inFolder(shop(canary: "own"))
        shop.files["apps/own.yaml"] = CompanionTests.config.replacing("name: settings", with: "name: own")
        shop.files["apps/kustomization.yaml"]?.replace("route.yaml]", with: "route.yaml, own.yaml]")
        #expect(
            try shop.problems() == [
                "apps/kustomization.yaml:4:3: ConfigMap/settings is generated by kustomize, and ConfigMap/own is not: "
                    + "neither can be held to the other (generate both, or write both as resources)"
            ])
    }

    @Test func `an edit of a generator is named; what a Secret is made from is not shown`() throws {
        let shop = inFolder(shop())
        var edited = shop
        edited.files["apps/kustomization.yaml"]?.replace("literals: [limit=10", with: "literals: [limit=12")
        let edits = try edited.bound().reading(since: shop.bound()).edits
        #expect(
            edits == [
                FieldDifference(
                    binding: .stableTemplate, place: "apps/kustomization.yaml:4 literals.limit", expected: "10",
                    found: "12")
            ])
        let secret = Self.kustomization.replacing("configMapGenerator", with: "secretGenerator")
        var hidden = inFolder(self.shop(secret))
        hidden.files[shop.rolloutPath]?.replace("kind: ConfigMap", with: "kind: Secret")
        var changed = hidden
        changed.files["apps/kustomization.yaml"]?.replace("literals: [limit=10", with: "literals: [limit=12")
        let quiet = try changed.bound().reading(since: hidden.bound()).edits
        #expect(quiet.count == 1)
        #expect(quiet.allSatisfy { $0.expected == nil && $0.found == nil })
    }

    @Test(
        "the live names may have kustomize's hash, and nothing else",
        arguments: [
            ("settings-5tb86ktmkh", true), ("settings", true), ("settings-canary", false),
            ("settings-5tb86ktmkhx", false),
            ("settings-aaaaaaaaaa", false),
        ])
    func hashed(_ name: String, _ fits: Bool) throws {
        let shop = inFolder(shop())
        let comparison = LiveComparison(try shop.bound())
        #expect(!comparison.objectsToRead.contains { $0.kind == "ConfigMap" })
        let reference = ObjectReference(group: "apps", kind: "Deployment", namespace: "shop", name: "checkout")
        let live = """
            {"kind":"Deployment","metadata":{"name":"checkout","namespace":"shop","generation":1},"spec":{"replicas":10,
            "template":{"metadata":{"labels":{"app":"checkout","track":"stable","team":"till"}},"spec":{"containers":[
            {"name":"app","image":"ghcr.io/acme/checkout:v1","env":[{"name":"LEVEL","value":"info"}],
            "ports":[{"containerPort":8080,"name":"http"},{"containerPort":9090,"name":"metrics"}],
            "envFrom":[{"configMapRef":{"name":"\(name)"}},{"secretRef":{"name":"settings"}}]}],
            "volumes":[{"name":"settings","configMap":{"name":"\(name)"}}]}}}}
            """
        let time = try present(Timestamp(rfc3339: "2026-11-21T02:00:00Z"))
        let answers = LiveComparison.Answers(
            objects: [reference: try JSON(parsing: Array(live.utf8))], time: time)
        let differences = comparison.reading(answers).differences.filter { $0.place.hasPrefix("Deployment/checkout ") }
        #expect(differences.isEmpty == fits, "\(differences)")
    }
}
