import Manifests
import Rollouts
import Testing
import YAML

@Suite("Binding a Rollout to manifests")
struct BindingTests {
    @Test func `the common case finds everything by its defaults`() throws {
        let reading = try Shop().bound().reading()
        #expect(reading.values[BindingName("stable.image.app")] == "ghcr.io/acme/checkout:v1")
        #expect(reading.values[BindingName("canary.image.app")] == "ghcr.io/acme/checkout:v0")
        #expect(reading.number(.stableReplicas) == 10)
        #expect(reading.number(.canaryReplicas) == 0)
        #expect(reading.values[.weight] == "0")
        #expect(!reading.stableAutoscaled && !reading.canaryAutoscaled)
        #expect(
            reading.originals.map(\.binding.text).sorted() == [
                "canary.image.app", "canary.replicas", "route.weight", "route.weight", "stable.image.app",
            ])
    }

    @Test func `the release is what the Rollout states`() throws {
        #expect(try Shop().release().values == ["image.app": "ghcr.io/acme/checkout:v2"])
    }

    @Test func `an image is read from a file`() throws {
        let rollout = Shop.rollout.replacing(
            "\"ghcr.io/acme/checkout:v2\"", with: "{file: versions.yaml, path: checkout.image}")
        let shop = Shop(["versions.yaml": "checkout:\n  image: ghcr.io/acme/checkout:v3\n"], rollout: rollout)
        #expect(try shop.release().values == ["image.app": "ghcr.io/acme/checkout:v3"])
        let tree = try shop.rendering(
            [.stateRelease(Release(values: ["image.app": "ghcr.io/acme/checkout:v1"]))], on: shop.tree)
        #expect(tree.text(at: "versions.yaml") == "checkout:\n  image: ghcr.io/acme/checkout:v1\n")
    }

    @Test func `a container that does not exist is an error with a suggestion`() throws {
        let shop = Shop(rollout: Shop.rollout.replacing("{app:", with: "{aps:"))
        let error = #expect(throws: Diagnostic.self) { try shop.release() }
        #expect(error?.description == ".headgate/rollouts/checkout.yaml:5:27: Deployment/checkout has no container aps")
        #expect(error?.hint == "did you mean app?")
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let what: String
        let path: String
        let old: String
        let new: String
        let expected: String
        var testDescription: String { what }
    }

    static let broken = [
        Broken(
            what: "a Deployment of another name", path: "apps/canary.yaml", old: "name: checkout-canary",
            new: "name: checkout-canari",
            expected: ".headgate/rollouts/checkout.yaml:5:3: there is no Deployment/checkout-canary in namespace shop"
                + " (did you mean Deployment/checkout-canari (apps/canary.yaml:1)?)"),
        Broken(
            what: "a Service that selects both sides", path: "apps/services.yaml",
            old: "{app: checkout, track: stable}", new: "{app: checkout}",
            expected: "apps/services.yaml:5:13: the selector of Service/checkout also selects the pods of"
                + " Deployment/checkout-canary (add track: stable to it)"),
        Broken(
            what: "a Service that selects nothing of its side", path: "apps/services.yaml",
            old: "{app: checkout, track: canary}", new: "{app: checkout, track: test}",
            expected: "apps/services.yaml:12:13: Service/checkout-canary does not select the pods of"
                + " Deployment/checkout-canary (the pod template of Deployment/checkout-canary has no track: test)"),
        Broken(
            what: "a route without the canary", path: "apps/route.yaml",
            old: "    - name: checkout-canary\n      port: 80\n      weight: 0\n", new: "",
            expected: "apps/route.yaml:9:5: spec.rules.0.backendRefs has no backend checkout-canary"
                + " (list both Services of the pair, the canary's with weight 0)"),
        Broken(
            what: "a weight beyond its range", path: "apps/route.yaml", old: "weight: 0", new: "weight: 2000000",
            expected:
                "apps/route.yaml:13:15: spec.rules.0.backendRefs.[name=checkout-canary].weight is no weight: 2000000"
                + " (a whole number from 0 to 1000000)"),
        Broken(
            what: "a share that is no whole percent", path: "apps/route.yaml", old: "weight: 0", new: "weight: 2",
            expected: "apps/route.yaml:9:5: the weights at spec.rules.0.backendRefs give the canary 2 of 3, which is no"
                + " whole percent (set the canary's weight to 0)"),
        Broken(
            what: "a variable in a bound field", path: "apps/stable.yaml", old: "checkout:v1", new: "checkout:${TAG}",
            expected: "apps/stable.yaml:20:16: \"ghcr.io/acme/checkout:${TAG}\" is filled in when it is applied, so it"
                + " cannot be written (write the value itself here)"),
        Broken(
            what: "a template beside the manifests that are needed", path: "apps/route.yaml", old: "spec:",
            new: "{{- if .x }}\nspec:",
            expected: ".headgate/rollouts/checkout.yaml:6:20: there is no HTTPRoute/checkout in namespace shop"),
    ]

    @Test(arguments: broken)
    func `what is wrong is named with its place and what to do`(example: Broken) throws {
        var shop = Shop()
        shop.files[example.path] = shop.files[example.path]?.replacing(example.old, with: example.new)
        let problems = try shop.problems()
        #expect(problems.first?.hasPrefix(example.expected) == true, "\(problems)")
    }

    @Test func `a name that is stated twice lists both places`() throws {
        let shop = Shop(["apps/copy.yaml": Shop.stable])
        #expect(
            try shop.problems().first?.hasSuffix(
                "stated 2 times in namespace shop (it has to be one of apps/copy.yaml:2, apps/stable.yaml:2)") == true)
    }

    @Test func `an autoscaler's floor is bound and never the replicas`() throws {
        let scaler = """
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: checkout, namespace: shop}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}
              maxReplicas: 20

            """
        let shop = Shop(["apps/hpa.yaml": scaler])
        let reading = try shop.bound().reading()
        #expect(reading.stableAutoscaled && !reading.canaryAutoscaled)
        #expect(reading.values[.stableReplicas] == nil)
        #expect(reading.number(.stableFloor) == 1)
        let tree = try shop.rendering([.stableFloor(8)], on: shop.tree)
        #expect(tree.text(at: "apps/hpa.yaml") == scaler.replacing("spec:\n", with: "spec:\n  minReplicas: 8\n"))
        let floors = reading.originals.filter { $0.binding == .stableFloor }
        #expect(try shop.rendering([.restore(floors)], on: tree).text(at: "apps/hpa.yaml") == scaler)
        let error = #expect(throws: Diagnostic.self) { try shop.rendering([.stableFloor(30)], on: shop.tree) }
        #expect(
            error?.description
                == "apps/hpa.yaml:6:16: HorizontalPodAutoscaler/checkout allows 20 pods, and 30 are needed")
    }

    @Test func `edits since the stage's commit are named by value and path`() throws {
        let shop = Shop()
        let before = try shop.bound()
        #expect(try shop.bound().reading(since: before).edits.isEmpty)
        var edited = shop
        edited.files["apps/stable.yaml"] = Shop.stable.replacing("value: info", with: "value: debug")
        edited.files["apps/route.yaml"] = Shop.route.replacing("weight: 0", with: "weight: 1")
        let edits = try edited.bound().reading(since: before).edits
        #expect(
            edits == [
                FieldDifference(binding: .weight, place: "apps/route.yaml:13", expected: "0", found: "1"),
                FieldDifference(
                    binding: .stableTemplate,
                    place: "apps/stable.yaml:23 spec.template.spec.containers.[name=app].env.[name=LEVEL].value",
                    expected: "info", found: "debug"),
            ])
    }

    @Test func `a comment is no edit and leaves the bindings' digest as it is`() throws {
        let shop = Shop()
        var edited = shop
        edited.files["apps/stable.yaml"] = "# A remark.\n" + Shop.stable
        #expect(try edited.bound().reading(since: shop.bound()).edits.isEmpty)
        #expect(try edited.bound().bindingsDigest == shop.bound().bindingsDigest)
    }
}
