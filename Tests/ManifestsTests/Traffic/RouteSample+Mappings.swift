/// The canary's own Mappings of Emissary-ingress.
extension RouteSample {
    static let mappings = [
        mapping("plain", service: "checkout-canary"),
        mapping("with a port", service: "checkout-canary:8080   # the new one"),
        mapping("with its namespace", service: "checkout-canary.shop"),
        mapping("as an address", service: "'http://checkout-canary.shop.svc.cluster.local:80'"),
        RouteSample(
            provider: "ambassador", what: "adorned: v2, flow style, retries", route: "Mapping/checkout-canary",
            text: """
                # Stable's Mapping has the same prefix and no weight.
                apiVersion: getambassador.io/v2
                kind: Mapping
                metadata: {name: checkout-canary, namespace: shop}
                spec: {host: checkout.example.com, prefix: /checkout/, rewrite: /, weight: 0, service: "https://checkout-canary.shop:443"} # by Headgate

                """, schema: .own("getambassador-mapping.yaml", "Mapping", "v2")),
    ]

    private static func mapping(_ what: String, service: String) -> RouteSample {
        RouteSample(
            provider: "ambassador", what: what, route: "Mapping/checkout-canary",
            text: """
                apiVersion: getambassador.io/v3alpha1
                kind: Mapping
                metadata:
                  name: checkout-canary
                  namespace: shop
                spec:
                  hostname: "*"
                  prefix: /checkout/
                  service: \(service)
                  weight: 0

                """, schema: .own("getambassador-mapping.yaml", "Mapping", "v3alpha1"))
    }
}
