import Agent
import Analysis
import Git
import Rollouts
import Support
import Testing
import YAML

@Suite("Doctor: everything that a tick needs")
struct DoctorTests {
    let remote: RemoteRepository
    let cache: TemporaryFolder

    init() throws {
        remote = try RemoteRepository(files: Bakery.files)
        cache = try TemporaryFolder()
    }

    private func examine(_ patient: Patient = Patient()) async throws -> [Examination] {
        let settings = AgentSettings(
            branch: try #require(ReferenceName.branch(patient.branch)), isShadow: true, shipped: Bakery.shipped)
        var metrics = MetricSources { _ throws(MetricFailure) in patient.metrics }
        metrics.address = patient.address
        let sources = metrics
        let agent = Agent(
            settings: settings, repository: try Repository(mirroring: remote.remote, in: cache.path),
            ports: AgentPorts(
                cluster: { _ in patient.cluster },
                metrics: sources,
                now: { BakeryCluster.now }))
        return await Doctor(agent: agent, deadline: patient.deadline).examine()
    }

    /// The lines that are not ✔.
    private func complaints(_ patient: Patient) async throws -> [String] {
        try await examine(patient).filter { $0.state != .ok }.map { "\($0.state.sign) \($0.subject): \($0.message)" }
    }

    @Test func `a healthy installation has nothing to mend, and nothing is left behind`() async throws {
        let before = try remote.git("for-each-ref")
        let found = try await examine()
        #expect(found.filter { $0.state != .ok }.isEmpty)
        let subjects: Set = [
            "repository", "branch", "notes", "push", "documents", "cluster", "rights", "read-only", "selectors",
            "applied paths", "metrics", "forge",
        ]
        #expect(Set(found.map(\.subject)) == subjects)
        #expect(try remote.git("for-each-ref") == before)
        #expect(try remote.git("count-objects", "-v").contains("garbage: 0"))
    }

    @Test func `a branch that is not there is named with those that are`() async throws {
        let found = try await examine(Patient(branch: "mian"))
        #expect(found.first { $0.subject == "branch" }?.hint == "did you mean --branch main?")
        try remote.git("update-ref", "refs/heads/headgate/promotion/bread/town/shop/bread/abc", "refs/heads/main")
        let live = try await examine(Patient(branch: "live"))
        #expect(
            live.first { $0.subject == "branch" }?.hint
                == "give --branch one of main; or make it: git push origin main:live")
    }

    @Test func `a repository that is not there ends it with one line`() async throws {
        let settings = AgentSettings(
            branch: try #require(ReferenceName.branch("main")), isShadow: true, shipped: Bakery.shipped)
        let nowhere = Remote(.local(path: cache["nowhere.git"]))
        let agent = Agent(
            settings: settings, repository: try Repository(mirroring: nowhere, in: cache.path),
            ports: AgentPorts(
                cluster: { _ in SilentCluster() },
                metrics: MetricSources { _ throws(MetricFailure) in throw MetricFailure(.unavailable, "") },
                now: { BakeryCluster.now }))
        #expect(await Doctor(agent: agent).examine().map(\.state) == [.failed])
    }

    @Test func `the store that is asked is the one that is named`() async throws {
        let config = ".headgate/config.yaml"
        let stated = "metrics: {set: app-http, prometheus: {address: \"http://prometheus.town:9090\"}}"
        try remote.commit(
            [config: (Bakery.files[config] ?? "").replacing("metrics: {set: app-http}", with: stated)], "Name it")
        func named(_ address: String?) async throws -> [String] {
            try await examine(Patient(address: address)).filter { $0.subject == "metrics" }.prefix(1).map(\.message)
        }
        #expect(try await named(nil) == ["http://prometheus.town:9090 answers"])
        #expect(try await named("http://127.0.0.1:9090") == ["http://127.0.0.1:9090 answers"])
    }

    @Test func `documents that are broken are counted, with the first of them`() async throws {
        try remote.commit(
            [Bakery.rollout: (Bakery.files[Bakery.rollout] ?? "").replacing("plan:", with: "plann:")], "Slip")
        #expect(
            try await complaints(Patient()) == [
                "✖ documents: 1 rollout, 1 error, 0 warnings; .headgate/rollouts/bread.yaml:8:3: error: "
                    + "spec.plann: unknown key \"plann\""
            ])
    }

    @Test func `a cluster that cannot be reached does not keep the metrics from being looked at`() async throws {
        let found = try await examine(Patient(cluster: SilentCluster()))
        #expect(found.filter { $0.state == .failed }.map(\.subject) == ["cluster"])
        #expect(found.contains { $0.subject == "metrics" && $0.state == .ok })
    }

    @Test func `a cluster that never answers is given up at the deadline`() async throws {
        let patient = Patient(cluster: HangingCluster(), deadline: .milliseconds(300))
        let complaints = try await complaints(patient)
        #expect(complaints == ["✖ cluster: no answer within 300ms"])
    }

    static let clusters: [(@Sendable (inout BakeryCluster) -> Void, String)] = [
        ({ $0.clock = BakeryCluster.now + .seconds(600) }, "! cluster: its clock differs from this one by 10m"),
        (
            { $0.rules.append(.init(verbs: ["create", "patch"], groups: ["apps"], resources: ["deployments"])) },
            "✖ read-only: this identity MAY WRITE OR READ SECRETS in shop: create/patch deployments.apps"
        ),
        (
            { $0.rules.append(.init(verbs: ["*"], groups: ["*"], resources: ["*"])) },
            "✖ read-only: this identity MAY WRITE OR READ SECRETS in shop: do anything to all resources of all groups, "
                + "read secrets"
        ),
        (
            { $0.rules.append(.init(verbs: ["get"], groups: [""], resources: ["secrets"], names: ["one"])) },
            "✖ read-only: this identity MAY WRITE OR READ SECRETS in shop: read secrets"
        ),
        (
            { $0.rules.removeAll { $0.groups.contains("apps") } },
            "✖ rights: may not read in shop: get deployments.apps"
        ),
        (
            {
                $0.rules.removeAll { $0.groups.contains("apps") }; $0.isIncomplete = true
            },
            "! rights: the server does not list every right in shop; not listed: get deployments.apps"
        ),
        ({ $0.services["bread"] = nil }, "✖ selectors: Service/bread in shop is not in the cluster"),
        (
            { $0.services["bread"] = ["app": "bread", "track": "canary"] },
            "✖ selectors: Service/bread in shop does not select the pods of Deployment/bread by track"
        ),
        (
            { $0.services["bread"] = ["app": "bread"] },
            "✖ selectors: Service/bread in shop also selects the pods of Deployment/bread-canary"
        ),
        ({ $0.pods = 0 }, "! selectors: Service/bread in shop selects no pod"),
        (
            { $0.flux = ["./"] },
            "✖ applied paths: Kustomization flux-system/all applies ./, .headgate with it"
        ),
        (
            { $0.argo = [""] },
            "✖ applied paths: Application flux-system/all applies the whole repository, .headgate with it"
        ),
        (
            { $0.engines = ClusterFailure(.forbidden, "may not list") },
            "! applied paths: Flux cannot be asked what it applies: may not list"
        ),
    ]

    @Test("each thing that is wrong with the cluster is said once", arguments: clusters)
    func wrong(_ change: @Sendable (inout BakeryCluster) -> Void, _ line: String) async throws {
        var cluster = BakeryCluster()
        change(&cluster)
        let complaints = try await complaints(Patient(cluster: cluster))
        #expect(Set(complaints.filter { !$0.contains("Argo CD cannot") }) == [line])
    }

    @Test func `the role of the sample repository is enough for every kind of pair, and reads no Secret`() async throws
    {
        let role = try #require(try SampleRepository.files()["agent/base/rbac.yaml"])
        let stream = try YAMLStream(parsing: role, file: "rbac.yaml")
        let rules = stream.documents.flatMap { $0.root["rules"]?.items ?? [] }
        func texts(_ node: YAMLNode?) -> Set<String> { Set((node?.items ?? []).compactMap(\.string)) }
        var cluster = BakeryCluster()
        cluster.rules = rules.map { rule in
            .init(verbs: texts(rule["verbs"]), groups: texts(rule["apiGroups"]), resources: texts(rule["resources"]))
        }
        let kinds = [
            ("v1", "ConfigMap", "data: {A: b}"), ("v1", "Secret", "stringData: {A: b}"),
            ("policy/v1", "PodDisruptionBudget", "spec: {selector: {matchLabels: {track: TRACK}}}"),
            ("keda.sh/v1alpha1", "ScaledObject", "spec: {scaleTargetRef: {name: NAME}}"),
            ("external-secrets.io/v1", "ExternalSecret", "spec: {data: []}"),
            (
                "bitnami.com/v1alpha1", "SealedSecret",
                "spec: {encryptedData: {}}\nmetadata: {name: NAME, namespace: shop, annotations: "
                    + "{sealedsecrets.bitnami.com/cluster-wide: \"true\"}}"
            ),
        ]
        var text = ""
        for (version, kind, body) in kinds {
            for (name, track) in [("bread", "stable"), ("bread-canary", "canary")] {
                let metadata = body.contains("metadata") ? "" : "metadata: {name: NAME, namespace: shop}\n"
                text += "apiVersion: \(version)\nkind: \(kind)\n\(metadata)\(body)\n---\n"
                    .replacing("NAME", with: name).replacing("TRACK", with: track)
            }
        }
        let pairs = kinds.map { "{kind: \($0.1), stable: bread, canary: bread-canary}" }.joined(separator: ", ")
        try remote.commit(
            [
                "town/pairs.yaml": text,
                Bakery.rollout: (Bakery.files[Bakery.rollout] ?? "") + "  pairs: [\(pairs)]\n",
            ], "Pairs")
        #expect(try await complaints(Patient(cluster: cluster)).isEmpty)
        cluster.rules.removeAll { $0.groups.contains("keda.sh") }
        #expect(
            try await complaints(Patient(cluster: cluster)) == [
                "✖ rights: may not read in shop: get scaledobjects.keda.sh"
            ])
    }

    @Test func `a path that does not contain .headgate may be applied`() async throws {
        let cluster = BakeryCluster(flux: ["./town", "town"], argo: ["town"])
        #expect(try await complaints(Patient(cluster: cluster)).isEmpty)
    }

    @Test func `queries without data are a warning, and a store that cannot be asked is said once`() async throws {
        let empty = try await complaints(Patient(metrics: CountingSource(series: 0)))
        // Errors, latency, and the buckets behind it.
        #expect(empty.count == 3)
        #expect(empty.allSatisfy { $0.hasPrefix("! metrics: bread: ") })
        let away = try await complaints(
            Patient(metrics: CountingSource(failure: MetricFailure(.garbage, "a login page"))))
        #expect(away == ["✖ metrics: a login page"])
    }

    @Test func `queries of Flagger's metrics are asked about stable, and about a canary at rest where they must be`()
        async throws
    {
        let text = (Bakery.files[Bakery.rollout] ?? "").replacing(
            "plan: standard",
            with: """
                analysis:
                    metrics:
                    - {name: request-success-rate, thresholdRange: {min: 99}}
                    - {name: up, query: 'up{service="{{ service }}"}', thresholdRange: {min: 1}}
                """)
        try remote.commit([Bakery.rollout: text], "Flagger's metrics")
        let empty = try await complaints(Patient(metrics: CountingSource(series: 0)))
        #expect(
            empty.map { $0.prefix { $0 != "{" } } == [
                "! metrics: bread: request-success-rate has no data in the last 5m: sum(rate(http_request_duration_seconds_count",
                "! metrics: bread: up has no data in the last 5m: up",
            ])
        #expect(empty.last?.hasSuffix("up{service=\"bread\"}") == true)
        // Contour's clusters are found by the canary's name alone.
        try remote.commit(
            [".headgate/config.yaml": "environments: {town: {path: town}}\nmetrics: {set: contour}\n"], "Contour")
        #expect(try await complaints(Patient(metrics: CountingSource(series: 0))).isEmpty)
    }
}
