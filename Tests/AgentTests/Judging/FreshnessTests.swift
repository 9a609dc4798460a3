import Agent
import Analysis
import Foundation
import Rollouts
import Testing

/// A pass lasts only as long as somebody sees the canary serve.
@Suite("Freshness of analyses")
struct FreshnessTests {
    /// Counters that stop being scraped at some time.
    private struct Counting: SeriesStore {
        let until: Timestamp

        func range(_ query: RangeQuery) async throws(MetricFailure) -> [Series] {
            var points: [Series.Point] = []
            var time = query.start
            while time <= min(query.end, until) {
                points.append(.init(time: time, value: query.query == "bad" ? 0 : time.seconds * 40))
                time = time + query.step
            }
            return [Series(labels: [:], points: points)]
        }

        func serverTime() async throws(MetricFailure) -> Timestamp { until }
    }

    private static let start = Timestamp(milliseconds: 1_795_224_480_000)

    @Test(arguments: [(1800, Verdict.pass), (900, .needsMoreData)])
    func `counters that have gone silent let nothing pass any more`(seconds: Int, verdict: Verdict) async throws {
        let json = #"{"name": "errors", "bad": "bad", "total": "total"}"#
        let metric = try JSONDecoder().decode(MetricSetDocument.CountMetric.self, from: Data(json.utf8))
        let store = Counting(until: Self.start + .seconds(seconds))
        var judging = PlanDocument.Judging()
        judging.maximumRate = 0.05
        let runner = AnalysisRunner(
            subject: .init(
                stable: MetricSide(namespace: "shop", service: "a"),
                canary: MetricSide(namespace: "shop", service: "b"),
                metrics: [metric], judging: judging),
            sources: MetricSources { _ in store }, now: Self.start + .seconds(1800), delay: .zero)
        let request = AnalysisRequest(
            id: .background, spec: nil, from: Self.start, failuresFrom: Self.start)
        #expect(await runner.reading(for: request).verdict == verdict)
    }
}
