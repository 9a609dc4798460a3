import Agent
import Analysis
import Manifests
import Rollouts
import Support
import YAML

/// What the analyses of a whole tick cost once their data is in memory: from the answers of the store to the verdicts and
/// the evidence, as the agent does it for every rollout.
enum Analysing {
    private static let rollouts = 1000
    private static let intervals = 60
    private static let start = Timestamp(seconds: 1_795_219_200)

    /// 1,000 rollouts of an hour, by 4 metrics each; one in ten is broken.
    struct Work {
        /// By the counters of a metric set.
        fileprivate let counted: [AnalysisRunner]
        /// By templates with conditions.
        fileprivate let measured: [AnalysisRunner]

        init() throws {
            let store = Recorded()
            let sources = MetricSources { _ in store }
            let (set, templates) = (try Documents.set(), Documents.templates())
            func runner(_ number: Int, _ end: Duration) -> AnalysisRunner {
                var subject = AnalysisRunner.Subject(
                    stable: Names.side(number, .stable), canary: Names.side(number, .canary), metrics: set.spec.metrics,
                    templates: templates)
                subject.judging.plannedIntervals = intervals
                return AnalysisRunner(subject: subject, sources: sources, now: start + end, delay: .zero)
            }
            let hour = interval * intervals
            counted = (0..<rollouts).map { runner($0, hour) }
            measured = (0..<rollouts).map { runner($0, hour - interval) }
        }

        /// How many fail by the metric set.
        func judgeCounts() async -> Int {
            var failed = 0
            for runner in counted {
                let request = AnalysisRequest(id: .background, spec: nil, from: start, failuresFrom: start)
                failed += await Self.fails(request, runner)
            }
            return failed
        }

        /// How many fail by the templates.
        func judgeTemplates() async -> Int {
            var failed = 0
            for (number, runner) in measured.enumerated() {
                let spec = AnalysisSpec(
                    templates: Names.metrics.map { .init(templateName: $0) },
                    args: [.init(name: "service", value: Names.side(number, .canary).service)])
                let request = AnalysisRequest(id: .background, spec: spec, from: start, failuresFrom: start)
                failed += await Self.fails(request, runner)
            }
            return failed
        }

        private static func fails(_ request: AnalysisRequest, _ runner: AnalysisRunner) async -> Int {
            let reading = await runner.reading(for: request)
            // What cannot be judged costs nothing, and would look fast.
            guard reading.evidence.first?.metrics.count == Names.metrics.count else { return .min / rollouts }
            return reading.verdict == .fail ? 1 : 0
        }
    }

    private static let interval = Duration.seconds(60)

    // MARK: Names

    private enum Names {
        static let metrics = ["errors", "timeouts", "slow", "rejected"]

        static func side(_ number: Int, _ side: Side) -> MetricSide {
            MetricSide(namespace: "shop", service: "app\(number)" + (side == .canary ? "-canary" : ""))
        }
    }

    // MARK: Documents

    private enum Documents {
        static func set() throws -> MetricSetDocument {
            let metrics = Names.metrics.map { name in
                """
                  - name: \(name)
                    bad: http_\(name)_total{namespace="{{namespace}}",service="{{service}}"}
                    total: http_requests_total{namespace="{{namespace}}",service="{{service}}"}

                """
            }
            let text = """
                apiVersion: headgate.dev/v1alpha1
                kind: MetricSet
                metadata: {name: bench}
                spec:
                  metrics:

                """ + metrics.joined()
            let stream = try YAMLStream(parsing: Array(text.utf8), file: "set.yaml")
            return try YAMLDecoder().decode(MetricSetDocument.self, from: stream.single)
        }

        /// From the shortest that people write to the most careful.
        private static let conditions = [
            "result[0] < 0.05", "result[0] <= 0.05", "isNaN(result[0]) || result[0] < 0.05",
            "len(result) == 0 || isNaN(result[0]) || result[0] < 0.05",
        ]

        /// A template for each metric.
        static func templates() -> [RepositoryDocuments.TemplateDocument] {
            var files: [String: String] = [:]
            for (index, name) in Names.metrics.enumerated() {
                files[".headgate/rollouts/\(name).yaml"] = """
                    apiVersion: argoproj.io/v1alpha1
                    kind: AnalysisTemplate
                    metadata: {name: \(name)}
                    spec:
                      args: [{name: service}]
                      metrics:
                      - name: \(name)
                        interval: 1m
                        failureLimit: 30
                        inconclusiveLimit: 60
                        successCondition: \(conditions[index])
                        failureCondition: result[0] >= 0.2
                        provider:
                          prometheus:
                            query: http_\(name)_share{namespace="shop",service="{{args.service}}"}

                    """
            }
            return DocumentReader.read(
                Tree(files: files), shipped: .init(plans: [:], metrics: [:], traffic: [:])
            ).templates
        }
    }

    // MARK: Series

    /// The answers to all questions, by query.
    private final class Recorded: SeriesStore {
        private let answers: [String: [Series]]

        init() {
            var random = SplitMix64(seed: 11)
            var answers: [String: [Series]] = [:]
            for number in 0..<rollouts {
                let isBroken = number % 10 == 0
                let scenarios = isBroken ? ErrorScenario.broken : ErrorScenario.healthy
                for (index, name) in Names.metrics.enumerated() {
                    let samples = scenarios[number / 10 % scenarios.count].draw(
                        intervals, requestsPerSecond: 10, &random)
                    let canary = Names.side(number, .canary), stable = Names.side(number, .stable)
                    func add(_ metric: String, _ side: MetricSide, _ value: (IntervalSample) -> Double) {
                        answers[Self.query(metric, side)] = [Self.counter(side, samples.map(value))]
                    }
                    add("http_\(name)_total", canary, \.canaryBad)
                    add("http_\(name)_total", stable, \.baselineBad)
                    if index == 0 {
                        add("http_requests_total", canary, \.canaryTotal)
                        add("http_requests_total", stable, \.baselineTotal)
                    }
                    let shares = samples.map { sample in
                        isBroken ? 0.3 : sample.canaryTotal > 0 ? sample.canaryBad / sample.canaryTotal : .nan
                    }
                    answers[Self.query("http_\(name)_share", canary)] = [
                        Series(
                            points: shares.enumerated().map { .init(time: start + interval * $0, value: $1) })
                    ]
                }
            }
            self.answers = answers
        }

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            guard let series = answers[query.query] else {
                throw MetricFailure(.configuration, "nobody recorded \(query.query)")
            }
            return series
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { start }

        private static func query(_ metric: String, _ side: MetricSide) -> String {
            "\(metric){namespace=\"\(side.namespace)\",service=\"\(side.service)\"}"
        }

        /// A counter that has been at rest before the first interval.
        private static func counter(_ side: MetricSide, _ increments: [Double]) -> Series {
            var (value, points) = (1000.0, [Series.Point]())
            for position in -5...increments.count {
                if position > 0 { value += increments[position - 1] }
                points.append(.init(time: start + interval * position, value: value))
            }
            let labels = ["namespace": side.namespace, "service": side.service, "instance": "10.0.0.1:8080"]
            return Series(labels: labels, points: points)
        }
    }
}
