import Agent
import Analysis
import Manifests
import Rollouts
import Testing
import YAML

/// How a Rollout's analysis and its templates become metrics with everything filled in.
@Suite("Templates in use")
struct TemplateUseTests {
    /// Answers every query with a number, and remembers the queries in the labels of its series.
    private struct Constant: SeriesStore {
        let value: Double

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            guard !query.query.contains("nothing") else { return [] }
            return [Series(points: [.init(time: query.start, value: value)])]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { Timestamp(milliseconds: 0) }
    }

    private static let start = Timestamp(milliseconds: 1_795_224_480_000)

    private static func metric(_ text: String) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: rate, labels: {team: shop}\(text.contains("compat") ? ", annotations: {headgate.dev/compat: argo}" : "")}
        spec:
          args: [{name: app}, {name: team}, {name: hash}]
          metrics:
          - name: rate
            count: 1
            \(text.replacing("compat ", with: ""))

        """
    }

    private static func reading(
        _ metric: String, value: Double, analysis: String, hashes: [Side: String] = [:]
    ) async throws -> AnalysisReading {
        let rollout = """
            apiVersion: headgate.dev/v1alpha1
            kind: Rollout
            metadata: {name: bread, namespace: bakery, labels: {team: ovens}}
            spec:
              release: {images: {app: "ghcr.io/acme/bread:v2"}}
              analysis: \(analysis)

            """
        let stream = try YAMLStream(parsing: Array(rollout.utf8), file: "bread.yaml")
        let document = try YAMLDecoder().decode(RolloutDocument.self, from: stream.single)
        guard case .judged(let spec)? = document.spec.analysis else { throw CancellationError() }
        let source = RolloutSource(
            id: RolloutID(namespace: "bakery", name: "bread"), document: document, stream: stream)
        let files = Tree(files: [".headgate/rollouts/rate.yaml": Self.metric(metric)])
        let documents = DocumentReader.read(files, shipped: Bakery.shipped)
        let runner = AnalysisRunner(
            subject: .init(
                stable: MetricSide(namespace: "bakery", service: "bread"),
                canary: MetricSide(namespace: "bakery", service: "bread-canary"),
                templates: documents.templates, facts: RolloutFacts(of: source, hashes: hashes)),
            sources: MetricSources { _ in Constant(value: value) }, now: start + .seconds(60), delay: .zero)
        return await runner.reading(
            for: AnalysisRequest(id: .inline(1), spec: spec, from: start, failuresFrom: start))
    }

    private static let prometheus =
        "provider: {prometheus: {query: \"{{args.app}} {{args.team}} {{args.hash}}\"}}"
    private static let whole = """
        {templates: [{templateName: rate}], args: [{name: app, valueFrom: {fieldRef: {fieldPath: metadata.name}}},
          {name: team, valueFrom: {fieldRef: {fieldPath: "metadata.labels['team']"}}},
          {name: hash, valueFrom: {podTemplateHashValue: Latest}}]}
        """

    @Test func `arguments come from fields of the Rollout and from the canary's pods`() async throws {
        let metric = "successCondition: result[0] > 1\n    \(Self.prometheus)"
        let found = try await Self.reading(metric, value: 2, analysis: Self.whole, hashes: [.canary: "6d9f"])
        #expect(found.verdict == .pass)
        let unknown = try await Self.reading(metric, value: 2, analysis: Self.whole)
        #expect(unknown.verdict == .error)
        #expect(unknown.sentence.contains("no pod of canary tells its pod-template-hash"))
        let missing = try await Self.reading(
            metric, value: 2, analysis: Self.whole.replacing("['team']", with: "['owner']"), hashes: [.canary: "6d9f"])
        #expect(missing.sentence == "args.team: the Rollout has no metadata.labels['owner']")
    }

    @Test(
        "NaN decides nothing, unless the template, the analysis or the configuration asks for Argo's rules",
        arguments: [
            ("", whole, Verdict.needsMoreData), ("compat ", whole, .fail),
            ("", whole.replacing("{templates", with: "{compat: argo, templates"), .fail),
        ])
    func compatibility(_ annotation: String, _ analysis: String, _ verdict: Verdict) async throws {
        let metric = "\(annotation)successCondition: result[0] > 1\n    \(Self.prometheus)"
        let found = try await Self.reading(metric, value: .nan, analysis: analysis, hashes: [.canary: "6d9f"])
        #expect(found.verdict == verdict)
    }

    @Test(
        "what a time without data means is the metric's to say",
        arguments: [("wait", Verdict.needsMoreData), ("ok", .pass), ("bad", .fail)])
    func noData(_ policy: String, _ verdict: Verdict) async throws {
        let metric = "noData: \(policy)\n    successCondition: result[0] > 1\n    \(Self.prometheus)"
            .replacing("{{args.team}}", with: "nothing")
        #expect(
            try await Self.reading(metric, value: 2, analysis: Self.whole, hashes: [.canary: "6d9f"]).verdict == verdict
        )
    }

    @Test func `a dry run of the Rollout decides nothing, and one that fits no metric is an error`() async throws {
        let metric = "successCondition: result[0] > 1\n    \(Self.prometheus)"
        func dry(_ name: String) -> String {
            Self.whole.replacing("{templates", with: "{dryRun: [{metricName: \(name)}], templates")
        }
        let found = try await Self.reading(metric, value: 0, analysis: dry("ra"), hashes: [.canary: "6d9f"])
        #expect(found.verdict == .pass)
        #expect(found.evidence.first?.metrics.first?.isDryRun == true)
        let wrong = try await Self.reading(metric, value: 0, analysis: dry("latency"), hashes: [.canary: "6d9f"])
        #expect(wrong.verdict == .error)
    }
}
