import Agent
import Analysis
import Manifests
import Rollouts
import Testing
import YAML

/// Templates whose metrics state a judge.
@Suite("Judges of templates")
struct JudgeUseTests {
    /// Counters that grow by so much a second, and gauges around a value, by the words of the query.
    private struct Shop: SeriesStore {
        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            let words = query.query.split(separator: " ").map(String.init)
            guard let kind = words.first, let number = words.last.flatMap(Double.init) else { return [] }
            var points: [Series.Point] = []
            var buckets: [[Series.Point]] = [[], []]
            var time = query.start
            var turn = 0.0
            while time <= query.end {
                let seconds = time.seconds - JudgeUseTests.start.seconds + 100_000
                turn = (turn + 0.37).truncatingRemainder(dividingBy: 1)
                switch kind {
                case "count": points.append(.init(time: time, value: (seconds * number).rounded()))
                case "buckets":
                    buckets[0].append(.init(time: time, value: (seconds * 20 * number).rounded()))
                    buckets[1].append(.init(time: time, value: (seconds * 20).rounded()))
                default: points.append(.init(time: time, value: number + turn))
                }
                time = time + query.step
            }
            if kind == "buckets" {
                return [
                    Series(labels: ["le": "0.5"], points: buckets[0]),
                    Series(labels: ["le": "+Inf"], points: buckets[1]),
                ]
            }
            return [Series(points: points)]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { JudgeUseTests.start }
    }

    fileprivate static let start = Timestamp(milliseconds: 1_795_224_480_000)

    private static func reading(
        _ metrics: String, spec: String = "", minutes: Int = 31, id: AnalysisRequest.ID = .background
    ) async throws -> AnalysisReading {
        let template = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: judged}
            spec:
              \(spec)
              metrics:
            \(metrics)

            """
        let documents = DocumentReader.read(
            Tree(files: [".headgate/rollouts/judged.yaml": template]), shipped: Bakery.shipped)
        let runner = AnalysisRunner(
            subject: .init(
                stable: MetricSide(namespace: "bakery", service: "bread"),
                canary: MetricSide(namespace: "bakery", service: "bread-canary"),
                templates: documents.templates),
            sources: MetricSources { _ in Shop() }, now: start + .seconds(Int64(minutes) * 60), delay: .zero)
        return await runner.reading(
            for: AnalysisRequest(
                id: id, spec: AnalysisSpec(templates: [.init(templateName: "judged")]), from: start,
                failuresFrom: start))
    }

    private static func counts(_ bad: Double, _ settings: String = "") -> String {
        """
          - name: errors
            interval: 1m
            provider: {prometheus: {}}
            judge:
              sequential:
                canary: {bad: count \(bad), total: count 20}
                stable: {bad: count 0.9, total: count 180}\(settings)
        """
    }

    @Test func `counts are judged sequentially, with the counts of each interval in the record`() async throws {
        let healthy = try await Self.reading(Self.counts(0.1))
        #expect(healthy.verdict == .pass, "\(healthy.sentence)")
        let broken = try await Self.reading(Self.counts(1))
        #expect(broken.verdict == .fail)
        #expect(broken.sentence.hasPrefix("canary errors are at least"), "\(broken.sentence)")
        let metric = try #require(broken.evidence.first?.metrics.first)
        #expect(metric.measurements.count > 2)
        #expect(metric.measurements.first?.text == "60 of 1,200 against 54 of 10,800")
    }

    @Test func `an earlier window takes the place of a stable that is not there`() async throws {
        let text = """
              - name: errors
                interval: 1m
                provider: {prometheus: {}}
                judge: {sequential: {baseline: previous, canary: {bad: count 0.1, total: count 20}}}
            """
        #expect(try await Self.reading(text).verdict == .pass)
    }

    @Test(arguments: [(0.9, Verdict.pass), (0.4, .fail)])
    func `histograms are judged by their buckets`(_ fast: Double, _ verdict: Verdict) async throws {
        let text = """
              - name: latency
                interval: 1m
                provider: {prometheus: {}}
                judge:
                  sequential: {canary: {buckets: buckets \(fast)}, stable: {buckets: buckets 0.9}}
            """
        let found = try await Self.reading(text)
        #expect(found.verdict == verdict, "\(found.sentence)")
    }

    @Test(arguments: [(0.01, Verdict.pass), (2.0, .fail)])
    func `a bar is held without anything to compare with`(_ bad: Double, _ verdict: Verdict) async throws {
        let text = """
              - name: errors
                interval: 1m
                provider: {prometheus: {}}
                judge: {confident: {bar: 0.01, canary: {bad: count \(bad), total: count 20}}}
            """
        let found = try await Self.reading(text)
        #expect(found.verdict == verdict, "\(found.sentence)")
    }

    private static func compared(_ canary: Double) -> String {
        """
          - name: load
            interval: 1m
            count: 20
            provider: {prometheus: {}}
            judge: {compare: {canary: gauge \(canary), stable: gauge 10, direction: increase}}
        """
    }

    @Test func `values are compared once, when the window is full`() async throws {
        #expect(try await Self.reading(Self.compared(20), minutes: 10).verdict == .needsMoreData)
        #expect(try await Self.reading(Self.compared(20)).verdict == .fail)
        #expect(try await Self.reading(Self.compared(10.2)).verdict == .pass)
    }

    @Test func `a score decides in the place of its metrics`() async throws {
        let both = Self.compared(20) + "\n" + Self.compared(10).replacing("load", with: "memory")
        let found = try await Self.reading(both, spec: "score: {pass: 90, marginal: 40}")
        #expect(found.verdict == .inconclusive)
        #expect(found.evidence.first?.metrics.last?.metric == "score")
        #expect(found.evidence.first?.metrics.last?.value == "50")
    }

    @Test(
        "a judge that lacks something is an error of the configuration",
        arguments: [
            ("judge: {sequential: {canary: {bad: count 1, total: count 2}}}", "stable is missing"),
            ("judge: {sequential: {canary: {bad: count 1}, stable: {bad: count 1, total: count 2}}}", "needs total"),
            ("judge: {confident: {bar: 2, canary: {bad: count 1, total: count 2}}}", "2 is no rate"),
            ("judge: {compare: {canary: gauge 1, stable: gauge 2}}", "count (0) is below"),
            ("judge: {compare: {}, confident: {bar: 0.1}}", "state one judge"),
            ("judge: {sequential: {tolerateRation: 2}}", "tolerateRation"),
        ])
    func incomplete(_ judge: String, _ words: String) async throws {
        let text = "  - name: m\n    interval: 1m\n    provider: {prometheus: {}}\n    \(judge)"
        let found = try await Self.reading(text)
        #expect(found.verdict == .error)
        #expect(found.sentence.contains(words), "\(found.sentence)")
    }
}
