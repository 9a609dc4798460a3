import Analysis
import Metrics
import Rollouts
import Testing

@Suite("What judges need of a provider")
struct ProviderNeedTests {
    @Test(
        "what knows only now can be neither counted nor compared",
        arguments: [
            ("web", "{}", "take the judge out, and judge its value by conditions"),
            ("kayenta", "{}", "take the judge out, and judge its value by conditions"),
            ("externalMetrics", "{}", "take the judge out, and judge its value by conditions"),
            ("job", "{}", "take the judge out, and judge its value by conditions"),
            ("influxdb", #"{"query":"range(start: system.time())"}"#, "write now() in the place of system.time()"),
            (
                "newRelic", #"{"query":"SELECT count(*) FROM A SINCE today"}"#,
                "count back from now, as in SINCE 5 minutes ago, and not from a day of the calendar"
            ),
        ])
    func present(kind: String, settings: String, hint: String) throws {
        let stated = try StatedProvider(kind, settings)
        let provider = MetricProvider.stated(kind: kind, settings: stated.settings)
        let endings = [(MetricNeed.counts, "counted over a time"), (.values, "compared")]
        for (need, ending) in endings {
            let found = ProviderRegistry.obstacle(to: need, of: provider, interval: .seconds(60))
            let problem = try #require(found)
            #expect(problem.message == "\(kind) knows only what is now, so that nothing can be \(ending)")
            #expect(problem.hint == hint)
            #expect(problem.path == "provider.\(kind)")
        }
    }

    @Test(
        "buckets need counters",
        arguments: [
            ("prometheus", #"{"query":"a_bucket"}"#, true), ("googleCloudMonitoring", #"{"query":"a_bucket"}"#, true),
            ("googleCloudMonitoring", #"{"filter":"metric.type = \"a\""}"#, false),
            (
                "prometheus",
                #"{"query":"a","rangeQuery":{"start":"now() - duration(\"5m\")","end":"now()","step":"1m"}}"#, false
            ),
            ("datadog", #"{"query":"sum:a{*}"}"#, false), ("loki", "{}", false), ("web", "{}", false),
        ])
    func counters(kind: String, settings: String, isRight: Bool) throws {
        let stated = try StatedProvider(kind, settings)
        let problem = ProviderRegistry.obstacle(
            to: .buckets, of: .stated(kind: kind, settings: stated.settings), interval: .seconds(60))
        let message = "\(kind) has no counters here, and buckets are counters"
        #expect(problem?.message == (isRight ? nil : message))
        #expect((problem?.hint == nil) == isRight)
    }
}
