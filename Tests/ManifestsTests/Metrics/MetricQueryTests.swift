import Analysis
import Policies
import Rollouts
import Testing
import YAML

@Suite("The queries of Flagger's own metrics")
struct MetricQueryTests {
    /// What a Canary has for which Flagger would ask.
    private static let names = FlaggerNames(
        name: "bread", namespace: "shop", target: "checkout", service: "web", ingress: "front-door", route: "main-4",
        interval: "2m")

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let rate: String
        let duration: String
        var testDescription: String { name }
    }

    private static let pods =
        #"kubernetes_namespace="shop", kubernetes_pod_name=~"checkout-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)""#

    /// The success rate of a counter by the labels that select it and the one that leaves failures out.
    private static func rate(_ metric: String, _ labels: String, _ good: String) -> String {
        "sum(rate(\(metric){\(labels),\(good)}[2m])) / sum(rate(\(metric){\(labels)}[2m])) * 100"
    }

    private static func rate(cluster labels: String) -> String {
        #"sum(rate(envoy_cluster_upstream_rq{\#(labels), envoy_response_code!~"5.*"}[2m])) "#
            + "/ sum(rate(envoy_cluster_upstream_rq{\(labels)}[2m])) * 100"
    }

    private static func quantile(cluster labels: String) -> String {
        "histogram_quantile(0.99, sum(rate(envoy_cluster_upstream_rq_time_bucket{\(labels)}[2m])) by (le))"
    }

    static let cases = [
        Case(
            name: "app-http",
            rate: rate("http_request_duration_seconds_count", pods, #"status!~"5.*""#),
            duration:
                "histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket{\(pods)}[2m])) by (le))"),
        Case(
            name: "istio",
            rate: #"sum(rate(istio_requests_total{reporter="destination",destination_workload_namespace="shop", "#
                + #"destination_workload=~"checkout",response_code!~"5.*"}[2m])) / "#
                + #"sum(rate(istio_requests_total{reporter="destination",destination_workload_namespace="shop", "#
                + #"destination_workload=~"checkout"}[2m])) * 100"#,
            duration:
                #"histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{reporter="destination", "#
                + #"destination_workload_namespace="shop",destination_workload=~"checkout"}[2m])) by (le))"#),
        Case(
            name: "linkerd",
            rate: #"sum(rate(response_total{namespace="shop",deployment=~"checkout",classification!="failure", "#
                + #"direction="inbound"}[2m])) / sum(rate(response_total{namespace="shop",deployment=~"checkout", "#
                + #"direction="inbound"}[2m])) * 100"#,
            duration: #"histogram_quantile(0.99, sum(rate(response_latency_ms_bucket{namespace="shop", "#
                + #"deployment=~"checkout",direction="inbound"}[2m])) by (le))"#),
        Case(
            name: "nginx",
            rate: #"sum(rate(nginx_ingress_controller_requests{namespace="shop",ingress="front-door",canary!="", "#
                + #"status!~"5.*"}[2m])) / sum(rate(nginx_ingress_controller_requests{namespace="shop","#
                + #"ingress="front-door", canary!=""}[2m])) * 100"#,
            duration: #"sum(rate(nginx_ingress_controller_response_duration_seconds_sum{namespace="shop", "#
                + #"ingress="front-door",canary!=""}[2m])) / "#
                + #"sum(rate(nginx_ingress_controller_response_duration_seconds_count{namespace="shop", "#
                + #"ingress="front-door",canary!=""}[2m])) * 1000"#),
        Case(
            name: "contour",
            rate: rate(cluster: #"envoy_cluster_name=~"shop_web-canary_[0-9a-zA-Z-]+""#),
            duration: quantile(cluster: #"envoy_cluster_name=~"shop_web-canary_[0-9a-zA-Z-]+""#)),
        Case(
            name: "gloo",
            rate: rate(cluster: #"envoy_cluster_name=~"shop-checkout-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+""#),
            duration: quantile(
                cluster: #"envoy_cluster_name=~"shop-checkout-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+""#)),
        Case(
            name: "appmesh", rate: rate("envoy_cluster_upstream_rq", pods, #"envoy_response_code!~"5.*""#),
            duration: quantile(cluster: pods)),
        Case(
            name: "kuma",
            rate: rate(cluster: #"service=~"checkout-canary_shop_svc_[0-9a-zA-Z-]+""#),
            duration: quantile(cluster: #"service=~"checkout-canary_shop_svc_[0-9a-zA-Z-]+""#)),
        Case(
            name: "knative",
            rate: rate(cluster: #"envoy_cluster_name=~"shop/main-4""#),
            duration: quantile(cluster: #"envoy_cluster_name=~"shop/main-4""#)),
        Case(
            name: "traefik",
            rate: #"sum(rate(traefik_service_request_duration_seconds_bucket"#
                + #"{service=~"shop-checkout-canary-[0-9a-zA-Z-]+@kubernetescrd", code!~"5..",le="+Inf"}[2m])) / "#
                + #"sum(rate(traefik_service_request_duration_seconds_bucket"#
                + #"{service=~"shop-checkout-canary-[0-9a-zA-Z-]+@kubernetescrd", le="+Inf"}[2m])) * 100"#,
            duration: #"histogram_quantile(0.99, sum(rate(traefik_service_request_duration_seconds_bucket"#
                + #"{service=~"shop-checkout-canary-[0-9a-zA-Z-]+@kubernetescrd"}[2m])) by (le)) * 1000"#),
        Case(
            name: "apisix",
            rate: rate("apisix_http_status", #"route=~"shop_main-4-checkout-canary_.+""#, #"code!~"5..""#),
            duration: #"histogram_quantile(0.99, sum(rate(apisix_http_latency_bucket{type=~"request", "#
                + #"route=~"shop_main-4-checkout-canary_.+"}[2m])) by (le))"#),
        Case(
            name: "skipper",
            rate: #"sum(rate(skipper_response_duration_seconds_bucket"#
                + #"{route=~"kube(ew)?_shop__front_door_canary__.*__web_canary(_[0-9]+)?",code!~"5..",le="+Inf"}[2m])) / "#
                + #"sum(rate(skipper_response_duration_seconds_bucket"#
                + #"{route=~"kube(ew)?_shop__front_door_canary__.*__web_canary(_[0-9]+)?",le="+Inf"}[2m])) * 100"#,
            duration: #"sum(rate(skipper_serve_route_duration_seconds_sum"#
                + #"{route=~"kube(ew)?_shop__front_door_canary__.*__web_canary(_[0-9]+)?"}[2m])) / "#
                + #"sum(rate(skipper_serve_route_duration_seconds_count"#
                + #"{route=~"kube(ew)?_shop__front_door_canary__.*__web_canary(_[0-9]+)?"}[2m])) * 1000"#),
        Case(
            name: "osm",
            rate: #"sum(rate(osm_request_total{destination_namespace="shop",destination_kind="Deployment", "#
                + #"destination_name="checkout",response_code!~"5.*"}[2m])) / "#
                + #"sum(rate(osm_request_total{destination_namespace="shop",destination_kind="Deployment", "#
                + #"destination_name="checkout"}[2m])) * 100"#,
            duration:
                #"histogram_quantile(0.99, sum(rate(osm_request_duration_ms_bucket{destination_namespace="shop", "#
                + #"destination_kind="Deployment",destination_name="checkout"}[2m])) by (le))"#),
    ]

    private static func query(_ name: FlaggerMetric.BuiltIn, of set: String) throws -> MetricQuery {
        try #require(try MetricSetTests.read(set).spec.queries?.first { $0.name == name })
    }

    @Test("each renders to the PromQL that Flagger sends", arguments: cases)
    func text(expected: Case) throws {
        let rate = try Self.query(.successRate, of: expected.name)
        #expect(try rate.text(Self.names) == expected.rate)
        #expect(rate.unit == .percent && rate.scale == nil)
        let duration = try Self.query(.duration, of: expected.name)
        #expect(try duration.text(Self.names) == expected.duration)
        #expect(duration.unit == .milliseconds)
        #expect(duration.scale == (expected.name == "app-http" ? 1000 : nil))
    }

    @Test("every set is among the cases")
    func complete() { #expect(Self.cases.map(\.name).sorted() == MetricSetTests.names) }

    @Test(
        "a canary is found by its own names, or by those that Flagger would have given it",
        arguments: [
            ("istio", "checkout-canary"), ("linkerd", "checkout-canary"), ("app-http", "checkout-canary"),
            ("contour", "checkout"), ("kuma", "checkout"), ("traefik", "checkout"),
        ])
    func naming(set: String, target: String) throws {
        let query = try Self.query(.duration, of: set)
        let names = try query.names(rollout: "bread", canary: MetricSetTests.canary, interval: "1m")
        #expect(names.target == target && names.service == target)
        #expect(names.name == "bread" && names.ingress == "front-door")
        let text = try query.text(names)
        #expect(text.contains("checkout-canary") && !text.contains("canary-canary"), "\(text)")
    }

    @Test("a canary of another name, and what only Flagger makes, are refused")
    func refused() throws {
        let other = MetricSide(namespace: "shop", service: "checkout-next")
        let error = #expect(throws: TemplateError.self) {
            try Self.query(.duration, of: "contour").names(rollout: "bread", canary: other, interval: "1m")
        }
        #expect(
            error?.message
                == "the query finds the canary by the end -canary of its name, which checkout-next does not have")
        for set in ["gloo", "apisix", "skipper"] {
            let error = #expect(throws: TemplateError.self) {
                try Self.query(.successRate, of: set).names(
                    rollout: "bread", canary: MetricSetTests.canary, interval: "1m")
            }
            #expect(error?.message.hasSuffix("asks for what Flagger itself puts into the cluster") == true)
        }
    }

    @Test("a metric of Flagger's is checked in the query's unit")
    func check() throws {
        let metric = FlaggerMetric(name: "request-duration", thresholdRange: .init(max: 500))
        let check = try Self.query(.duration, of: "app-http").check(metric)
        #expect(check.scale == 1000)
        #expect(check.bounds == FlaggerBounds(maximum: 500, unit: .milliseconds))
        #expect(check.series == .last)
    }
}
