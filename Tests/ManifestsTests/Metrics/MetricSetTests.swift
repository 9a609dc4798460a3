import Analysis
import Policies
import Rollouts
import Testing
import YAML

@Suite("The metric sets that are shipped")
struct MetricSetTests {
    static func read(_ name: String) throws -> MetricSetDocument {
        let bytes = try #require(Policies.metrics[name])
        return try YAMLDecoder().decode(
            MetricSetDocument.self, from: YAMLStream(parsing: bytes, file: "\(name).yaml").single)
    }

    static let names = Policies.metrics.keys.sorted()
    static func all() throws -> [MetricSetDocument] { try names.map(read) }

    @Test("each file is a set of its name with counters that can be judged", arguments: names)
    func document(name: String) throws {
        let set = try Self.read(name)
        #expect(set.apiVersion == "headgate.dev/v1alpha1")
        #expect(set.kind == "MetricSet")
        #expect(set.metadata.name == name)
        #expect(set.spec.metrics.map(\.name) == (name == "apisix" ? [] : ["errors", "latency"]))
        #expect(Set(set.spec.queries?.map(\.name) ?? []) == Set(FlaggerMetric.BuiltIn.allCases))
        for metric in set.spec.metrics {
            #expect((metric.bad == nil) != (metric.good == nil), "\(metric.name)")
            for query in [metric.bad, metric.good, metric.total, metric.bucket].compactMap({ $0 }) {
                let text = MetricSetDocument.CountMetric.query(query, for: Self.stable)
                #expect(!text.contains("{{") && !text.contains("rate("), "\(text)")
            }
        }
    }

    @Test("a provider of traffic has one set at most, and each set's providers exist")
    func providers() throws {
        let sets = try Self.all()
        let claimed = sets.flatMap { $0.spec.providers ?? [] }
        #expect(Set(claimed).count == claimed.count)
        #expect(Set(claimed).isSubset(of: Set(Policies.traffic.keys)))
        #expect(sets.standard(for: "istio")?.metadata.name == "istio")
        // What an application exports, only people know; and nobody knows the sides behind an ApisixRoute.
        #expect(sets.standard(for: "gateway-api") == nil)
        #expect(sets.standard(for: "apisix") == nil)
        #expect(sets.filter { $0.spec.providers != nil }.allSatisfy { !$0.spec.metrics.isEmpty })
    }

    @Test(
        "a Canary's provider has the set that Flagger takes",
        arguments: [
            ("istio", "istio"), ("appmesh:v1beta2", "appmesh"), ("gatewayapi:v1", "app-http"),
            ("gatewayapi:v1beta1", "app-http"), ("kubernetes", "app-http"), ("smi:v1alpha2", "istio"),
            ("linkerd", "linkerd"), ("osm", "osm"), ("skipper", "skipper"), ("whatever", "istio"), ("", "istio"),
        ])
    func flagger(provider: String, name: String) throws {
        #expect(try Self.all().flagger(provider: provider)?.metadata.name == name)
    }

    // MARK: Sides

    static let stable = MetricSide(
        namespace: "shop", service: "checkout", target: "checkout", ingress: "front-door", route: "checkout")
    static let canary = MetricSide(
        namespace: "shop", service: "checkout-canary", target: "checkout-canary", ingress: "front-door",
        route: "checkout")

    /// Labels of the series that count one side's requests, as the provider writes them; `SIDE` is the side's name.
    private static let series: [String: [[String: String]]] = [
        "app-http": [["namespace": "shop", "service": "SIDE"]],
        "istio": [
            ["reporter": "destination", "destination_workload_namespace": "shop", "destination_workload": "SIDE"]
        ],
        "linkerd": [["namespace": "shop", "deployment": "SIDE", "direction": "inbound"]],
        "contour": [["envoy_cluster_name": "shop_SIDE_8080"], ["envoy_cluster_name": "shop_SIDE_http"]],
        "gloo": [
            ["envoy_cluster_name": "kube-svc_shop-SIDE-8080_shop_shop_SIDE_8080"],
            ["envoy_cluster_name": "kube-upstream_shop-SIDE-8080_gloo-system_shop_SIDE_8080"],
            ["envoy_cluster_name": "kube-svc_shop-SIDE-8080_shop"],
            ["envoy_cluster_name": "shop-SIDE-8080_gloo-system"],
        ],
        "appmesh": [
            [
                "kubernetes_namespace": "shop", "kubernetes_pod_name": "SIDE-6d5f9c7b8d-x2kzq",
                "envoy_cluster_name": "cds_ingress_mesh_SIDE_http_8080",
            ]
        ],
        "kuma": [
            ["kuma_io_service": "SIDE_shop_svc_8080", "envoy_cluster_name": "localhost_8080"],
            ["kuma_io_service": "SIDE_shop_svc_8080", "envoy_cluster_name": "self_inbound_dp_80"],
        ],
        "knative": [["envoy_cluster_name": "shop/SIDE-00012"]],
        "traefik": [["service": "shop-SIDE-8080@kubernetescrd"], ["service": "shop-SIDE-http@kubernetescrd"]],
        "osm": [["destination_namespace": "shop", "destination_kind": "Deployment", "destination_name": "SIDE"]],
        "skipper": [
            ["route": "kube_shop__front_door__shop_example_com____WORDS"],
            ["route": "kubeew_shop__front_door__shop_example_com___cart__WORDS_0"],
        ],
        // The main Ingress leads to stable, whoever answers.
        "nginx": [
            ["namespace": "shop", "service": "checkout", "canary": "8080"],
            ["namespace": "shop", "service": "checkout", "canary": "http"],
        ],
    ]

    private static func labels(of side: MetricSide, in name: String) -> [[String: String]] {
        (series[name] ?? []).map { labels in
            var labels = labels.mapValues {
                $0.replacing("SIDE", with: side.target).replacing("WORDS", with: side.service.replacing("-", with: "_"))
            }
            if let port = labels["canary"] { labels["canary"] = side == canary ? "shop-checkout-canary-\(port)" : "" }
            return labels
        }
    }

    @Test("each counter selects its own side's series and not the other's", arguments: names.filter { $0 != "apisix" })
    func sides(name: String) throws {
        let set = try Self.read(name)
        for (own, other) in [(Self.stable, Self.canary), (Self.canary, Self.stable)] {
            let mine = Self.labels(of: own, in: name)
            let theirs = Self.labels(of: other, in: name)
            #expect(!mine.isEmpty)
            for metric in set.spec.metrics {
                for query in [metric.bad, metric.good, metric.total, metric.bucket].compactMap({ $0 }) {
                    let selectors = try SeriesSelector.reading(
                        MetricSetDocument.CountMetric.query(query, for: own))
                    // What a request was and how long it took stands beside the side.
                    let kinds = ["code", "status", "response_code", "envoy_response_code"]
                    let more = Dictionary(uniqueKeysWithValues: kinds.map { ($0, "503") })
                        .merging(["classification": "failure", "le": Self.bound(of: metric)]) { $1 }
                    let matches = { (labels: [String: String]) in
                        selectors.contains { $0.matches(labels.merging(more) { $1 }) }
                    }
                    for labels in mine { #expect(matches(labels), "\(own.service) \(labels) in \(selectors)") }
                    for labels in theirs { #expect(!matches(labels), "\(other.service) \(labels) in \(selectors)") }
                }
            }
        }
    }

    private static func bound(of metric: MetricSetDocument.CountMetric) -> String {
        let good = metric.good ?? ""
        return good.contains("\"0.3\"") ? "0.3" : good.contains("\"0.5\"") ? "0.5" : "500"
    }

    @Test("bounds of Prometheus 3 are found, too")
    func bounds() throws {
        for name in Self.names where name != "apisix" {
            let good = try #require(try Self.read(name).spec.metrics.last?.good)
            let selectors = try SeriesSelector.reading(MetricSetDocument.CountMetric.query(good, for: Self.stable))
            for selector in selectors {
                let bound = try #require(selector.matchers.first { $0.label == "le" })
                let hits = ["0.3", "0.5", "500", "500.0", "5000", "+Inf"].filter { bound.matches($0) }
                #expect([["0.3"], ["0.5"], ["500", "500.0"]].contains(hits), "\(name): \(hits)")
            }
        }
    }
}
