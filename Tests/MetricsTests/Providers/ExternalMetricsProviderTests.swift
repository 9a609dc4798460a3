import Analysis
import Metrics
import Rollouts
import Support
import Testing

// The wire format: https://github.com/kubernetes/metrics/blob/master/pkg/apis/external_metrics/v1beta1/types.go
@Suite("External metrics")
struct ExternalMetricsProviderTests {
    private static func provider(_ url: String, _ more: String) throws -> StatedProvider {
        try StatedProvider("externalMetrics", at: url, #"{"address":"ADDRESS",\#(more)}"#)
    }

    private static func list(_ items: String) -> FakeServer.Answer {
        FakeServer.Answer(
            """
            {"kind":"ExternalMetricValueList","apiVersion":"external.metrics.k8s.io/v1beta1","metadata":{},
             "items":[\(items)]}
            """)
    }

    @Test(
        "A metric is asked for by its namespace, name and labels",
        arguments: [
            (
                #""metric":"queue","namespace":"shop","labelSelector":"app=shop,track=canary""#, "shop", "queue",
                "app=shop,track=canary"
            ),
            (#""metric":"queue""#, "default", "queue", nil),
            (
                #""query":"shop/queue?labelSelector=app%3Dshop%2Ctrack+in+(a)""#, "shop", "queue",
                "app=shop,track in (a)"
            ),
            (#""query":"/queue""#, "default", "queue", nil),
            (#""query":"queue?labelSelector=""#, "default", "queue", ""),
            (#""query":"shop/datadogmetric@shop:hits""#, "shop", "datadogmetric@shop:hits", nil),
        ] as [(String, String, String, String?)])
    func questions(settings: String, namespace: String, metric: String, selector: String?) async throws {
        try await FakeServer.run { _ in
            Self.list("")
        } _: { server in
            let readings = try await Self.provider(server.url, settings).readings(at: [StatedProvider.noon])
            #expect(readings == [.absent])
            let request = try #require(server.requests.first)
            #expect(request.method == "GET")
            #expect(request.path == "/apis/external.metrics.k8s.io/v1beta1/namespaces/\(namespace)/\(metric)")
            #expect(request.query == (selector.map { ["labelSelector": $0] } ?? [:]))
        }
    }

    @Test(
        "A measurement is the first item's value",
        arguments: [
            (#"{"metricName":"q","value":"12500m"},{"metricName":"q","value":"3"}"#, .value(.double(12.5))),
            (#"{"value":7}"#, .value(.double(7))), (#"{"value":null}"#, .absent),
        ] as [(String, Measurement.Reading)])
    func values(items: String, expected: Measurement.Reading) async throws {
        try await FakeServer.run { _ in
            Self.list(items)
        } _: { server in
            let readings = try await Self.provider(server.url, #""metric":"q""#).readings(at: [StatedProvider.noon])
            #expect(readings == [expected])
        }
    }

    @Test(
        "What is no answer says what it is",
        arguments: [
            (200, #"{"items":[{}]}"#, .garbage, "no value"), (200, #"{"items":[{"value":"1 Gi"}]}"#, .garbage, "1 Gi"),
            (200, #"{"items":[{"value":{}}]}"#, .garbage, "no quantity"),
            (200, #"{"kind":"Status"}"#, .garbage, "no list"),
            (
                403, #"{"kind":"Status","message":"external.metrics.k8s.io is forbidden"}"#, .configuration,
                "needs get and list"
            ),
            (404, #"{"kind":"Status","message":"the server could not find the metric q"}"#, .configuration, "adapter"),
            (401, "{}", .configuration, "bearerFile"),
            (
                503, #"{"message":"the server is currently unable to handle the request"}"#, .unavailable,
                "unable to handle"
            ),
        ] as [(Int, String, MetricFailure.Code, String)])
    func badAnswers(status: Int, body: String, code: MetricFailure.Code, words: String) async throws {
        try await FakeServer.run { _ in
            FakeServer.Answer(body, status: status)
        } _: { server in
            let failure = try await Self.provider(server.url, #""metric":"q""#).failure()
            #expect(failure?.code == code)
            let said = "\(failure?.message ?? "") \(failure?.hint ?? "")"
            #expect(said.contains(words), "\(said)")
        }
    }

    @Test func `The cluster's own API server is asked where no address is stated, for now and once`() throws {
        let provider = try StatedProvider("externalMetrics", #"{"metric":"q"}"#)
        #expect(provider.problems == [])
        #expect(try provider.source().traits == MetricTraits(isRetroactive: false, place: "kubernetes.default.svc"))
    }

    @Test(
        "Typical mistakes are found without asking",
        arguments: [
            ("", "metric", "adapter"), (#""metric":"shop/q""#, "metric", "query instead"),
            (#""query":"shop/..""#, "metric", "no name"), (#""query":"../q""#, "namespace", "no name"),
            (#""metric":"q?labelSelector=a""#, "metric", "query instead"),
            (#""query":"a/b/c""#, "query", "namespace/metric"), (#""query":"shop/""#, "query", "namespace/metric"),
            (#""query":"q?selector=a""#, "query", "labelSelector"),
            (#""query":"q","metric":"q""#, "query", "keep query"),
            (#""metric":"q","namespace":"Shop""#, "namespace", "no name"),
            (#""metric":"q","labelSelector":"labelSelector=app""#, "labelSelector", "labels alone"),
            (#""metric":"q","labelSelector":"app%3Dshop""#, "labelSelector", "labels alone"),
            (#""metric":"q","address":"https://k/apis/external.metrics.k8s.io""#, "address", "alone"),
            (#""metric":"q","secretRef":{}"#, "secretRef.name", "the token"),
        ])
    func mistakes(settings: String, field: String, words: String) throws {
        let problems = try StatedProvider("externalMetrics", "{\(settings)}").problems
        #expect(problems.map(\.path) == ["provider.externalMetrics.\(field)"])
        #expect(problems.first.map { "\($0)".contains(words) } == true, "\(problems)")
    }
}
