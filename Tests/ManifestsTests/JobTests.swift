import Analysis
import Manifests
import Rollouts
import Testing

@Suite("Jobs that analyses start")
struct JobTests {
    static let job = """
        # Tries the canary.
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: smoke
          namespace: shop
          annotations:
            kustomize.toolkit.fluxcd.io/force: Enabled
        spec:
          suspend: true  # a stage starts it
          backoffLimit: 0
          activeDeadlineSeconds: 600
          template:
            spec:
              restartPolicy: Never
              containers:
              - {name: smoke, image: "ghcr.io/acme/smoke:v1"}

        """

    private static func shop(_ job: String = job, _ changes: [String: String?] = [:]) -> Shop {
        var shop = Shop(["apps/smoke.yaml": job].merging(changes) { $1 })
        shop.jobs = ["smoke"]
        return shop
    }

    private static let key = "7c2d9f40-14/weight-10"
    private static let labelled = job.replacing(
        "  template:\n", with: "  template:\n    metadata:\n      labels: {app: smoke}\n")
    private static let annotated = job.replacing(
        "  template:\n",
        with: "  template:\n    metadata:\n      annotations:\n        example.com/mesh: \"false\"  # it ends\n")
    private static let flow = job.replacing("    spec:\n", with: "    metadata: {labels: {app: smoke}}\n    spec:\n")

    @Test("two fields start it, and their records bring back every byte", arguments: [job, labelled, annotated, flow])
    func thereAndBack(job: String) throws {
        let shop = Self.shop(job)
        let records = try shop.bound().reading().originals.filter { $0.binding.isOfJob }
        #expect(records.map(\.value) == ["true", nil])
        let running = try shop.rendering([.runJob("smoke", key: Self.key)], on: shop.tree)
        let text = try present(running.text(at: "apps/smoke.yaml"))
        #expect(text.contains("  suspend: false  # a stage starts it\n"))
        let values = try shop.bound(in: running).reading().values
        #expect(values[.jobSuspended("smoke")] == "false")
        #expect(values[.jobRun("smoke")] == Self.key)
        let next = try shop.rendering([.runJob("smoke", key: "7c2d9f40-14/weight-50")], on: running)
        #expect(next.text(at: "apps/smoke.yaml") == text.replacing("weight-10", with: "weight-50"))
        #expect(try shop.rendering([.restore(records)], on: next).text(at: "apps/smoke.yaml") == job)
        #expect(try shop.rendering([.revert(records)], on: next).text(at: "apps/smoke.yaml") == job)
    }

    @Test func `nothing else of it changes`() throws {
        let shop = Self.shop(Self.labelled)
        let running = try shop.rendering([.runJob("smoke", key: Self.key)], on: shop.tree)
        let labels = "      labels: {app: smoke}\n"
        #expect(
            running.text(at: "apps/smoke.yaml")
                == Self.labelled.replacing("suspend: true", with: "suspend: false").replacing(
                    labels, with: labels + "      annotations:\n        headgate.dev/run: \(Self.key)\n"))
    }

    private static let started = job.replacing("suspend: true", with: "suspend: false").replacing(
        "    spec:", with: "    metadata: {annotations: {headgate.dev/run: x}}\n    spec:")

    @Test func `people's edits of the two fields are edits, and of the rest are not`() throws {
        let shop = Self.shop()
        let bound = try shop.bound()
        func edits(_ job: String) throws -> [String] {
            try Self.shop(job).bound().reading(since: bound).edits.map(\.binding.text)
        }
        #expect(try edits(Self.started) == ["job.smoke.suspended", "job.smoke.run"])
        #expect(try edits(Self.job.replacing("smoke:v1", with: "smoke:v2")) == [])
    }

    @Test func `without one nothing about a rollout is other than before`() throws {
        let plain = Shop()
        let other = Shop(["apps/smoke.yaml": Self.job])
        #expect(try plain.bound().bindingsDigest == other.bound().bindingsDigest)
        #expect(try plain.bound().bindingsDigest != Self.shop().bound().bindingsDigest)
    }

    // MARK: Mistakes

    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let old: String
        let new: String
        let problem: String
    }

    static let mistakes: [Mistake] = [
        Mistake(
            testDescription: "no such Job", old: "name: smoke\n", new: "name: smok\n",
            problem: "there is no Job/smoke in namespace shop (did you mean Job/smok (apps/smoke.yaml:2)?)"),
        Mistake(
            testDescription: "not suspended", old: "suspend: true", new: "suspend: false",
            problem:
                "Job/smoke runs as soon as it is applied, and not when a stage starts it (write spec.suspend: true; "
                + "the stage's commit takes it out)"),
        Mistake(
            testDescription: "nothing about being suspended", old: "  suspend: true  # a stage starts it\n", new: "",
            problem: "Job/smoke runs as soon as it is applied"),
        Mistake(
            testDescription: "no replacement", old: "force: Enabled", new: "force: Disabled",
            problem: "Job/smoke cannot be started again: its pods cannot be changed, so that it has to be replaced "
                + "(annotate it with kustomize.toolkit.fluxcd.io/force: Enabled (Flux), or "
                + "argocd.argoproj.io/sync-options: Force=true,Replace=true (Argo CD))"),
        Mistake(
            testDescription: "half of Argo CD's options", old: "kustomize.toolkit.fluxcd.io/force: Enabled",
            new: "argocd.argoproj.io/sync-options: Replace=true", problem: "Job/smoke cannot be started again"),
        Mistake(
            testDescription: "a hook", old: "    kustomize", new: "    argocd.argoproj.io/hook: Sync\n    kustomize",
            problem: "Job/smoke is a hook, which runs whenever something is applied (take argocd.argoproj.io/hook out)"),
        Mistake(
            testDescription: "it goes when it is done", old: "  backoffLimit",
            new: "  ttlSecondsAfterFinished: 60\n  backoffLimit",
            problem: "Job/smoke is removed when it has finished, and the engine would make it and run it again"),
        Mistake(
            testDescription: "a variable", old: "suspend: true", new: "suspend: ${SUSPEND}",
            problem: "Job/smoke runs as soon as it is applied"),
    ]

    @Test("are refused with a hint", arguments: mistakes)
    func refused(mistake: Mistake) throws {
        let problems = try Self.shop(Self.job.replacing(mistake.old, with: mistake.new)).problems()
        #expect(problems.count == 1)
        #expect(problems.first?.contains(mistake.problem) == true, "\(problems)")
    }

    @Test func `both engines' annotations are known, and while it runs it need not be suspended`() throws {
        let argo = "argocd.argoproj.io/sync-options: Force=true, Replace=true"
        #expect(
            try Self.shop(Self.job.replacing("kustomize.toolkit.fluxcd.io/force: Enabled", with: argo)).problems() == []
        )
        #expect(try Self.shop(Self.started).problems() == [])
    }

    @Test func `one without an end of its own is warned of`() throws {
        let endless = Self.shop(Self.job.replacing("  activeDeadlineSeconds: 600\n", with: ""))
        #expect(
            try endless.bound().findings.map(\.message) == [
                "Job/smoke may run for ever, and its stage waits for it"
            ])
        #expect(try Self.shop().bound().findings.isEmpty)
    }

    @Test func `one that other environments apply too, or that a patch suspends, cannot be started here alone`() throws
    {
        var shared = Self.shop()
        shared.environments = [Environment(name: "default", root: "apps"), Environment(name: "other", root: "other")]
        shared.files["other/kustomization.yaml"] = "resources: [../apps/smoke.yaml]\n"
        #expect(try shared.problems().contains { $0.contains("Job/smoke is in a file that other applies too") })
        let patched = Self.shop(
            Self.job.replacing("suspend: true", with: "suspend: false"),
            [
                "apps/kustomization.yaml": """
                resources: [stable.yaml, canary.yaml, services.yaml, route.yaml, smoke.yaml]
                patches: [{path: suspend.yaml}]

                """,
                "apps/suspend.yaml": """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: smoke, namespace: shop}
                spec: {suspend: true}

                """,
            ])
        var rooted = patched
        rooted.environments = [Environment(name: "default", root: "apps")]
        #expect(try rooted.problems().contains { $0.contains("a patch changes spec.suspend") })
    }

    @Test func `its fields are stated nowhere else`() throws {
        var shop = Self.shop()
        shop.files[shop.rolloutPath] =
            Shop.rollout + "  bindings: [{value: job.smoke.run, file: apps/smoke.yaml, path: metadata.name}]\n"
        #expect(
            try shop.problems().contains { $0.contains("what starts a Job stands in its own document alone") })
    }

    // MARK: Live

    private func reading(_ job: String?, suspended: String = "false", pods: [String] = []) throws -> LiveReading {
        let shop = Self.shop()
        let tree = try shop.rendering([.runJob("smoke", key: Self.key)], on: shop.tree)
        let comparison = LiveComparison(try shop.bound(in: tree))
        let reference = ObjectReference(group: "batch", kind: "Job", namespace: "shop", name: "smoke")
        #expect(comparison.objectsToRead.contains(reference))
        var objects: [ObjectReference: JSON] = [:]
        if let job { objects[reference] = try JSON(parsing: Array(job.utf8)) }
        let open = comparison.podsOfJobs(in: objects)
        #expect(open.isEmpty == pods.isEmpty)
        for selector in open.values { #expect(selector.text == "job-name=smoke") }
        return comparison.reading(
            .init(
                objects: objects, time: try present(Timestamp(rfc3339: "2026-11-21T02:00:00Z")),
                podsOfJobs: ["smoke": try pods.map { try JSON(parsing: Array($0.utf8)) }]))
    }

    private func live(_ run: String, _ status: String = "", suspend: Bool = false) -> String {
        """
        {"kind":"Job","metadata":{"name":"smoke","namespace":"shop","uid":"u1"},"spec":{"suspend":\(suspend),
        "template":{"metadata":{"annotations":{"headgate.dev/run":"\(run)"}}}},"status":{\(status)}}
        """
    }

    private func bindings(_ reading: LiveReading) -> [String] {
        reading.differences.map(\.binding.text).filter { $0.hasPrefix("job.") }.sorted()
    }

    @Test func `it is applied when the cluster has both fields`() throws {
        let complete = #""conditions":[{"type":"Complete","status":"True"}]"#
        let applied = try reading(live(Self.key, complete))
        #expect(bindings(applied) == [])
        #expect(applied.jobs["smoke"]?.phase == .complete)
        #expect(bindings(try reading(live("7c2d9f40-14/weight-5", complete))) == ["job.smoke.run"])
        #expect(bindings(try reading(live(Self.key, suspend: true))) == ["job.smoke.suspended"])
        let missing = try reading(nil)
        #expect(bindings(missing) == ["job.smoke.run", "job.smoke.suspended"])
        #expect(missing.jobs.isEmpty)
    }

    @Test func `its pods are asked for only while they say more`() throws {
        let pod = """
            {"metadata":{"name":"smoke-a","ownerReferences":[{"uid":"u1"}]},"status":{"phase":"Pending",
            "containerStatuses":[{"name":"smoke","state":{"waiting":{"reason":"ErrImagePull","message":"none"}}}]}}
            """
        let found = try reading(live(Self.key, #""active":1"#), pods: [pod])
        #expect(found.jobs["smoke"]?.phase == .withoutImage("smoke-a: smoke: ErrImagePull: none"))
        #expect(found.jobs["smoke"]?.run == Self.key)
    }
}
