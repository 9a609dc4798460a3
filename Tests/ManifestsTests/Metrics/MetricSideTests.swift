import Analysis
import Manifests
import Policies
import Rollouts
import Testing

@Suite("The names that metrics have for the two sides")
struct MetricSideTests {
    @Test(
        "a set that a traffic provider has by default tells the sides of its rollouts apart", arguments: RouteSample.all
    )
    func sets(sample: RouteSample) throws {
        let bound = try TrafficContractTests.shop(sample).bound()
        #expect(bound.trafficProvider == sample.provider)
        let (stable, canary) = (bound.metricSide(.stable), bound.metricSide(.canary))
        #expect([stable.target, canary.target] == ["checkout", "checkout-canary"])
        #expect(stable.namespace == "shop" && canary.namespace == "shop")
        guard let set = try MetricSetTests.all().standard(for: sample.provider) else { return }
        #expect(set.tellsApart(stable, canary), "\(set.metadata.name)")
        #expect(!set.tellsApart(stable, stable))
        #expect(set.spec.workloads?.contains(sample.workload) ?? true)
        #expect(!set.asksForServices || bound.services != nil)
    }

    @Test("subsets of one Service are told apart by their workloads")
    func subsets() throws {
        let sample = try #require(RouteSample.subsets.first)
        let bound = try TrafficContractTests.shop(sample).bound()
        let (stable, canary) = (bound.metricSide(.stable), bound.metricSide(.canary))
        #expect(stable.service == "checkout" && canary.service == "checkout")
        #expect(try MetricSetTests.read("istio").tellsApart(stable, canary))
        #expect(try !MetricSetTests.read("app-http").tellsApart(stable, canary))
    }

    @Test("which sets know the sides by their Services", arguments: MetricSetTests.names)
    func services(name: String) throws {
        let known: Set = ["app-http", "contour", "gloo", "kuma", "nginx", "skipper", "traefik"]
        #expect(try MetricSetTests.read(name).asksForServices == known.contains(name))
    }

    @Test("behind ingress-nginx the Ingress is the main one, and behind Skipper the only one")
    func ingresses() throws {
        let sample = try #require(RouteSample.ingress.first { $0.provider == "nginx" })
        var shop = try TrafficContractTests.shop(sample)
        #expect(try shop.bound().metricSide(.canary).ingress == "checkout-canary")
        shop.files["apps/main.yaml"] = """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: front-door, namespace: shop}
            spec:
              ingressClassName: nginx
              defaultBackend: {service: {name: checkout, port: {number: 80}}}

            """
        shop.files["apps/other.yaml"] = shop.files["apps/main.yaml"]?.replacing("front-door", with: "another")
            .replacing("name: checkout,", with: "name: basket,")
        for side in Side.allCases { #expect(try shop.bound().metricSide(side).ingress == "front-door") }
        let skipper = try #require(RouteSample.all.first { $0.provider == "skipper" })
        #expect(try TrafficContractTests.shop(skipper).bound().metricSide(.canary).ingress == "checkout")
    }

    @Test("Knative's route is any revision of the side")
    func revisions() throws {
        let sample = try #require(RouteSample.knative.first)
        let canary = try TrafficContractTests.shop(sample).bound().metricSide(.canary)
        #expect(canary.route == "checkout-canary-[0-9]+" && canary.service == "checkout-canary")
    }
}
