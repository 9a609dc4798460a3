import Analysis
import Manifests
import Rollouts
import Testing

@Suite("A pair of DaemonSets")
struct DaemonSetTests {
    private static func daemon(_ text: String) -> String {
        text.replacing("kind: Deployment", with: "kind: DaemonSet").replacing("  replicas: 10\n", with: "")
            .replacing("  replicas: 0\n", with: "")
    }

    private static let marker = "      nodeSelector:\n        headgate.dev/at-rest: \"true\"  # no node has it\n"
    private static let canary = daemon(Shop.canary).replacing("    spec:\n", with: "    spec:\n" + marker)

    private func shop(_ stable: String = daemon(Shop.stable), _ canary: String = canary) -> Shop {
        Shop(
            ["apps/stable.yaml": stable, "apps/canary.yaml": canary],
            rollout: Shop.rollout + "  workload: {kind: DaemonSet}\n")
    }

    @Test func `the marker is the canary's capacity and no part of its template`() throws {
        let shop = shop()
        let bound = try shop.bound()
        let reading = bound.reading()
        #expect(reading.onEveryNode)
        #expect(reading.number(.canaryReplicas) == 0)
        #expect(reading.values[.stableReplicas] == nil)
        #expect(reading.originals.contains { $0.binding == .canaryReplicas && $0.value == "true" })
        #expect(bound.findings.isEmpty)
        let running = self.shop(Self.daemon(Shop.stable), Self.daemon(Shop.canary))
        #expect(try running.bound().reading().number(.canaryReplicas) == 1)
        #expect(try running.bound().reading().values[.canaryTemplate] == reading.values[.canaryTemplate])
        #expect(try running.bound().bindingsDigest == bound.bindingsDigest)
        let edits = try running.bound().reading(since: bound).edits
        #expect(edits.map(\.binding) == [.canaryReplicas])
    }

    @Test(
        "it goes at start and comes back at finish",
        arguments: [
            ("", "      nodeSelector:\n        headgate.dev/at-rest: \"true\"\n"),
            (
                "      nodeSelector: {pool: edge}\n",
                "      nodeSelector:\n        pool: edge\n        headgate.dev/at-rest: \"true\"\n"
            ),
            (
                "      nodeSelector:\n        # Near the users.\n        pool: edge\n",
                "      nodeSelector:\n        pool: edge\n        headgate.dev/at-rest: \"true\"\n"
            ),
        ])
    func capacity(_ stable: String, _ atRest: String) throws {
        let stable = Self.daemon(Shop.stable).replacing("    spec:\n", with: "    spec:\n" + stable)
        let shop = shop(stable)
        let release = try shop.release()
        let started = try shop.rendering([.canaryRelease(release), .canaryCapacity(1)], on: shop.tree)
        let text = try present(started.text(at: "apps/canary.yaml"))
        #expect(!text.contains("headgate.dev"))
        #expect(text.contains("pool: edge") == stable.contains("pool: edge"))
        #expect(try shop.rendering([.canaryCapacity(3)], on: started).text(at: "apps/canary.yaml") == text)

        let promoted = try shop.rendering([.stableRelease(release)], on: started)
        #expect(promoted.text(at: "apps/stable.yaml") == stable.replacing("checkout:v1", with: "checkout:v2"))
        let finished = try shop.rendering([.canaryCapacity(0)], on: promoted)
        let rested = try present(finished.text(at: "apps/canary.yaml"))
        #expect(rested.contains(atRest), "\(rested)")
        #expect(try shop.bound(in: finished).reading().number(.canaryReplicas) == 0)

        let past = Renderer.Past(before: shop.tree, stage: promoted) { _, _, _ in nil }
        let back = try shop.rendering([.revert(shop.bound().reading().originals)], on: promoted, past: past)
        for path in shop.tree.entries.keys { #expect(back.text(at: path) == shop.tree.text(at: path), "\(path)") }
        let seen = promoted.writing(["apps/canary.yaml": Array("# Seen.\n".utf8) + Array(text.utf8)])
        let afresh = try shop.rendering([.revert(shop.bound().reading().originals)], on: seen, past: past)
        #expect(try shop.bound(in: afresh).reading().values == (try shop.bound().reading().values))
    }

    @Test func `a canary whose template is patched cannot be brought to rest`() throws {
        var shop = shop()
        shop.files["kustomization.yaml"] = """
            resources: [apps/stable.yaml, apps/canary.yaml, apps/services.yaml, apps/route.yaml]
            patches:
            - target: {kind: DaemonSet, name: checkout-canary}
              patch: |-
                - op: replace
                  path: /spec/template/spec/containers/0/image
                  value: ghcr.io/acme/checkout:v1

            """
        #expect(
            try shop.problems().first
                == "apps/canary.yaml:10:5: the pod template of DaemonSet/checkout-canary is patched or shared, so that it "
                + "cannot be brought to rest (write the canary whole in a file of this environment: its nodeSelector is "
                + "its capacity)")
    }

    @Test func `pods that only go when they are deleted cannot be delivered to`() throws {
        let stable = Self.daemon(Shop.stable).replacing(
            "spec:\n  selector", with: "spec:\n  updateStrategy: {type: OnDelete}\n  selector")
        #expect(
            try shop(stable).problems() == [
                "apps/stable.yaml:8:26: DaemonSet/checkout replaces its pods only when they are deleted (use RollingUpdate)"
            ])
    }

    @Test func `a kind whose pods nobody counts is refused`() throws {
        let shop = Shop(rollout: Shop.rollout + "  workload: {kind: CronJob}\n")
        #expect(
            try shop.problems() == [
                ".headgate/rollouts/checkout.yaml:8:20: a CronJob is no workload that a release goes through "
                    + "(it can be a Deployment, a StatefulSet, a DaemonSet, a Service of Knative)"
            ])
    }

    @Test func `the live marker is compared, and the template without it`() throws {
        func live(_ selector: String) throws -> [FieldDifference] {
            let text = """
                {"kind":"DaemonSet","metadata":{"name":"checkout-canary","namespace":"shop","generation":1},"spec":{
                "template":{"metadata":{"labels":{"app":"checkout","track":"canary"}},"spec":{\(selector)"containers":[
                {"name":"app","image":"ghcr.io/acme/checkout:v0"}]}}},"status":{"desiredNumberScheduled":3,
                "currentNumberScheduled":3,"updatedNumberScheduled":3,"numberAvailable":3,"observedGeneration":1}}
                """
            let reference = ObjectReference(
                group: "apps", kind: "DaemonSet", namespace: "shop", name: "checkout-canary")
            let time = try present(Timestamp(rfc3339: "2026-11-21T02:00:00Z"))
            let reading = LiveComparison(try shop().bound()).reading(
                .init(objects: [reference: try JSON(parsing: Array(text.utf8))], time: time))
            #expect(reading.canary?.provides(3) == true)
            return reading.differences.filter { $0.place.hasPrefix("DaemonSet/checkout-canary ") }
        }
        #expect(try live("\"nodeSelector\":{\"headgate.dev/at-rest\":\"true\"},").isEmpty)
        let missing = try live("")
        #expect(
            missing == [
                FieldDifference(
                    binding: .canaryReplicas,
                    place: "DaemonSet/checkout-canary spec.template.spec.nodeSelector.[headgate.dev/at-rest]",
                    expected: "0", found: "1")
            ])
    }
}
