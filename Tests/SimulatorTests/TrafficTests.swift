import Testing

@testable import Simulator

@Suite("Traffic by the live weights")
struct TrafficTests {
    private let stable = "ghcr.io/acme/checkout:v2.4.0"
    private let canary = "ghcr.io/acme/checkout:v2.4.1"

    @Test(arguments: [0, 5, 25, 50, 100])
    func `the canary gets its share of requests`(weight: Int) {
        var cluster = Cluster.shop(canary: weight)
        cluster.advance(by: .seconds(20))
        let before = (cluster.total(image: canary).served, cluster.total(image: stable).served)
        cluster.advance(by: .seconds(600))
        let got = Double(cluster.total(image: canary).served - before.0)
        let all = got + Double(cluster.total(image: stable).served - before.1)
        let expected = Double(weight) / 100
        // Four standard deviations of a share of 30,000 requests, and of their number.
        #expect(abs(got / all - expected) <= 4 * (expected * (1 - expected) / all).squareRoot())
        #expect(abs(all - 30_000) < 4 * 30_000.0.squareRoot())
    }

    @Test func `an Ingress for the AWS controller and subsets of Istio split traffic, too`() throws {
        let routes = [
            """
            {"kind":"Ingress","metadata":{"name":"checkout","namespace":"shop","annotations":{
            "alb.ingress.kubernetes.io/actions.a":"{\\"type\\":\\"redirect\\"}",
            "alb.ingress.kubernetes.io/actions.b":"{\\"forwardConfig\\":{\\"targetGroups\\":[
            {\\"serviceName\\":\\"checkout\\",\\"weight\\":3},{\\"serviceName\\":\\"checkout-canary\\",\\"weight\\":1}]}}"}},
            "spec":{"ingressClassName":"alb"}}
            """,
            """
            {"kind":"DestinationRule","metadata":{"name":"checkout","namespace":"shop"},"spec":{"host":"checkout",
            "subsets":[{"name":"v1","labels":{"track":"stable"}}]}}
            """,
            """
            {"kind":"VirtualService","metadata":{"name":"checkout","namespace":"shop"},"spec":{"http":[{"route":[
            {"destination":{"host":"checkout.shop","subset":"v1"},"weight":60},
            {"destination":{"host":"checkout","subset":"v2"},"weight":40}]}]}}
            """,
        ]
        var cluster = Cluster.shop(canary: 0)
        for (text, kind) in zip(routes, [ResourceKind.ingress, .destinationRule, .virtualService]) {
            cluster.apply(try ValueReader.read(text.replacing("\n", with: "")), kind)
        }
        cluster.advance(by: .seconds(20))
        let weights = cluster.state["weights"]?.array ?? []
        #expect(
            weights.dropFirst().map { $0["weights"] } == [
                ["checkout": 3, "checkout-canary": 1], ["checkout/v1": 60, "checkout/v2": 40],
            ])
        // Nobody has defined v2.
        #expect(cluster.total(image: "none").failed > 0)
        #expect(cluster.total(image: canary).served > 0)
    }

    @Test func `errors come at the image's rate and only from it`() {
        var cluster = Cluster.shop(canary: 50)
        cluster.behaviours.entries["v2.4.1"] = Behaviour(errors: 0.02)
        cluster.advance(by: .seconds(620))
        let total = cluster.total(image: canary)
        let rate = Double(total.failed) / Double(total.failed + total.served)
        #expect(abs(rate - 0.02) < 0.005)
        #expect(cluster.total(image: stable).failed == 0)
    }

    @Test func `a new weight is served by only after the gateway has looked at it`() {
        var cluster = Cluster.shop(canary: 0)
        cluster.pace.gateway = .seconds(5)
        cluster.advance(by: .seconds(30))
        cluster.apply(Shop.route(canary: 50), .httpRoute)
        cluster.advance(by: .seconds(4))
        #expect(cluster.total(image: canary).served == 0)
        cluster.advance(by: .seconds(4))
        #expect(cluster.total(image: canary).served > 0)
    }

    @Test func `requests to a side without ready pods fail`() {
        var cluster = Cluster.shop(canary: 50)
        cluster.behaviours.entries["v2.4.1"] = Behaviour(failure: .neverReady)
        cluster.advance(by: .seconds(60))
        #expect(cluster.total(image: canary).served == 0)
        #expect(cluster.total(image: "none").failed > 1000)
    }

    @Test func `latencies fall around the median`() {
        var cluster = Cluster.shop(canary: 0)
        cluster.behaviours.entries["*"] = Behaviour(median: .milliseconds(200))
        cluster.advance(by: .seconds(300))
        let below = cluster.traffic.counters.values.reduce(0) { $0 + $1.buckets.prefix(8).reduce(0, +) }
        let all = cluster.traffic.counters.values.reduce(0) { $0 + $1.count }
        #expect(abs(Double(below) / Double(all) - 0.5) < 0.03)
        let shares = LatencyBuckets.shares(median: 0.08, sigma: 0.5)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    }

    @Test func `a restarted pod counts from zero, and a removed pod has no series`() throws {
        var cluster = Cluster.shop(canary: 0)
        cluster.advance(by: .seconds(60))
        let pod = try #require(cluster.pods.values.first { $0.owner.name.hasPrefix("checkout-") && $0.image == stable })
        let count = { (cluster: Cluster) in
            cluster.traffic.counters.filter { $0.key.pod == pod.key }.map(\.value.count).reduce(0, +)
        }
        let before = count(cluster)
        cluster.restart(pod.key)
        #expect(count(cluster) == 0)
        cluster.advance(by: .seconds(10))
        #expect(count(cluster) > 0 && count(cluster) < before)
        cluster.delete(pod.key)
        cluster.advance(by: .seconds(3))
        #expect(!cluster.metrics.contains(pod.key.name))
    }

    @Test func `the metrics page is what Prometheus reads`() {
        var cluster = Cluster.shop(canary: 0)
        cluster.advance(by: .seconds(30))
        let lines = cluster.metrics.split(separator: "\n")
        let counter = lines.filter { $0.hasPrefix("http_requests_total{") }
        #expect(counter.count == 3)
        #expect(
            counter.allSatisfy { $0.contains("namespace=\"shop\",service=\"checkout\",workload=\"checkout\",pod=\"") })
        let infinite = lines.filter { $0.contains("le=\"+Inf\"") }.compactMap { $0.split(separator: " ").last }
        let counts = lines.filter { $0.contains("_count{") }.compactMap { $0.split(separator: " ").last }
        #expect(infinite == counts)
    }

    @Test func `a Service that is called without a route spreads over all that it selects`() {
        var cluster = Cluster.shop(canary: 0)
        cluster.apply(.yaml("spec: {selector: {app: checkout}, ports: [{port: 80}]}"), .service, "all")
        cluster.load.services["all"] = 100
        cluster.load.routes["checkout"] = 0
        cluster.advance(by: .seconds(310))
        let share = Double(cluster.total(image: canary).served) / Double(cluster.total(image: stable).served)
        #expect(abs(share - 2.0 / 3.0) < 0.05)
    }
}
