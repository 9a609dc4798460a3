import Agent
import Analysis
import Foundation
import Manifests
import Rollouts
import Support

/// An analysis of a shop's release, with random metrics and limits.
struct ReplayedAnalysis {
    let name: String
    let request: AnalysisRequest
    private let subject: AnalysisRunner.Subject

    static let delay = Duration.seconds(30)

    func reading(at now: Timestamp, from store: any SeriesStore) async -> AnalysisReading {
        let runner = AnalysisRunner(
            subject: subject, sources: MetricSources { _ in store }, now: now, delay: Self.delay)
        return await runner.reading(for: request)
    }

    // MARK: Drawing

    /// The plan's own metrics, while there is something to compare with and after that.
    static func builtIn(_ shop: ScrapedShop, isPromoted: Bool, _ random: inout SplitMix64) throws -> ReplayedAnalysis {
        let metrics = """
            [{"name": "errors", "bad": "http_requests_total{\(labels),code=~\\"5..\\"}",
              "total": "http_requests_total{\(labels)}"},
             {"name": "latency", "good": "http_request_duration_seconds_bucket{\(labels),le=\\"0.5\\"}",
              "total": "http_request_duration_seconds_count{\(labels)}", "maximumRate": 0.2}]
            """
        var judging = PlanDocument.Judging()
        judging.interval = Span(.seconds(random.pick([30, 60])))
        judging.plannedIntervals = random.pick([10, 30])
        judging.maximumRate = random.pick([nil, 0.02, 0.08])
        return ReplayedAnalysis(
            name: isPromoted ? "promoted" : "built in", request: request(shop, nil, isPromoted: isPromoted, &random),
            subject: .init(
                stable: MetricSide(namespace: shop.namespace, service: "stable"),
                canary: MetricSide(namespace: shop.namespace, service: "canary"),
                metrics: try JSONDecoder().decode([MetricSetDocument.CountMetric].self, from: Data(metrics.utf8)),
                judging: judging, templates: [], judgedStages: random.pick([1, 3])))
    }

    private static let labels = #"namespace=\"{{namespace}}\",service=\"{{service}}\""#

    /// A template with some metrics.
    static func template(
        _ name: String, _ shop: ScrapedShop, id: AnalysisRequest.ID = .inline(1), spec: String = "",
        _ random: inout SplitMix64, _ metrics: [String]
    ) -> ReplayedAnalysis {
        let template = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: replayed}
            spec:
              \(spec)
              metrics:
            \(metrics.joined(separator: "\n"))

            """.replacing("NAMESPACE", with: shop.namespace)
        let documents = DocumentReader.read(
            Tree(files: [".headgate/rollouts/replayed.yaml": template]), shipped: Bakery.shipped)
        let isPromoted = random.oneIn(4) && id == .background
        return ReplayedAnalysis(
            name: name,
            request: request(
                shop, AnalysisSpec(templates: [.init(templateName: "replayed")]), id: id, isPromoted: isPromoted,
                &random),
            subject: .init(
                stable: MetricSide(namespace: shop.namespace, service: "stable"),
                canary: MetricSide(namespace: shop.namespace, service: "canary"), templates: documents.templates,
                judgedStages: random.pick([1, 3])))
    }

    /// A stage that began with the release or later, and was perhaps away for a while.
    private static func request(
        _ shop: ScrapedShop, _ spec: AnalysisSpec?, id: AnalysisRequest.ID = .background, isPromoted: Bool,
        _ random: inout SplitMix64
    ) -> AnalysisRequest {
        let served = Timestamp(seconds: shop.served)
        let failuresFrom = served + .seconds(random.oneIn(2) && !isPromoted ? 0 : 700 + random.next() % 900)
        return AnalysisRequest(
            id: id, spec: spec, from: failuresFrom + .seconds(random.oneIn(3) ? 600 : 0), failuresFrom: failuresFrom,
            servedSince: served, comparedUntil: isPromoted ? failuresFrom : nil)
    }
}
