import Rollouts
import Support
import Testing

/// One release from end to end for ways of splitting traffic that are not a list of Services.
@Suite("Routes")
struct RouteTests {
    private static let folder = "environments/production"
    private static let route = "\(folder)/checkout/route.yaml"

    private func world(_ text: String, traffic: String, changing more: (inout [String: String]) -> Void = { _ in })
        throws
        -> World
    {
        try World { files in
            files["\(Self.folder)/checkout/httproute.yaml"] = nil
            files["\(Self.folder)/checkout/kustomization.yaml"]?.replace("httproute.yaml", with: "route.yaml")
            files[Self.route] = text
            files[World.rollout()]?.replace("route: HTTPRoute/checkout", with: traffic)
            more(&files)
        }
    }

    /// A release that goes through, and one that is taken back, byte for byte.
    private func deliver(_ world: World, stable: String, canary: String) async throws {
        try await world.run(until: "adopt finish")
        #expect(world.cluster.weights(of: "checkout") == [stable: 100, canary: 0])
        try world.state(World.v2)
        try await world.run(until: "advance weight-10")
        _ = try await world.settle(steps: 2)
        #expect(world.cluster.weights(of: "checkout") == [stable: 90, canary: 10])
        try await world.run(until: "finish finish")
        #expect(try await world.settle() == "Stable")
        let ledger = try world.ledger()
        #expect(ledger.actions == RolloutTests.forward)
        #expect(Set(ledger.stages.flatMap(\.files)).contains(Self.route))
        #expect(Set(world.cluster.images(of: "checkout")) == [World.v2])
        #expect(world.cluster.weights(of: "checkout") == [stable: 100, canary: 0])
        let before = try world.manifests()
        try world.state(World.v3, over: World.v2)
        try await world.run(until: "advance weight-10")
        try world.steer("abort: \(world.releaseKey())")
        try await world.run(until: "rollback rest")
        #expect(try world.manifests() == before)
    }

    @Test func `an Ingress whose annotation holds the weights as JSON`() async throws {
        let world = try world(
            """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: checkout
              namespace: shop
              annotations:
                alb.ingress.kubernetes.io/actions.split: >-   # by Headgate
                  {"type": "forward", "forwardConfig": {"targetGroups": [
                    {"serviceName": "checkout", "servicePort": "80", "weight": 100},
                    {"serviceName": "checkout-canary", "servicePort": "80", "weight": 0}]}}
            spec:
              ingressClassName: alb
              defaultBackend: {service: {name: split, port: {name: use-annotation}}}

            """, traffic: "route: Ingress/checkout")
        try await deliver(world, stable: "checkout", canary: "checkout-canary")
    }

    @Test func `two subsets of one Service`() async throws {
        let world = try world(
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: checkout, namespace: shop}
            spec:
              hosts: [checkout]
              http:
              - route:
                - {destination: {host: checkout, subset: v1}, weight: 100}
                - {destination: {host: checkout, subset: v2}, weight: 0}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: checkout, namespace: shop}
            spec:
              host: checkout
              subsets: [{name: v1, labels: {track: stable}}, {name: v2, labels: {track: canary}}]

            """, traffic: "route: VirtualService/checkout, subsets: {stable: v1, canary: v2}"
        ) { files in
            files["\(Self.folder)/checkout/services.yaml"]?.replace(
                "    app: checkout\n    track: stable\n", with: "    app: checkout\n")
            files[World.rollout()]?.append("  analysis: none\n")
        }
        try await deliver(world, stable: "checkout/v1", canary: "checkout/v2")
    }
}
