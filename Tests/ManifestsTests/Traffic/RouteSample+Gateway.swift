/// Routes of the Gateway API, and Linkerd's.
extension RouteSample {
    static let gateway = [
        RouteSample(
            provider: "gateway-api", what: "plain", route: "HTTPRoute/checkout",
            text: """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs:
                  - name: public
                  rules:
                  - backendRefs:
                    - {name: checkout, port: 80, weight: 100}
                    - {name: checkout-canary, port: 80, weight: 0}

                """, schema: .published("gateway-api-httproutes.yaml", "HTTPRoute", "v1")),
        RouteSample(
            provider: "gateway-api", what: "adorned", route: "HTTPRoute/checkout",
            text: """
                # Beyond ASCII: Käse, 東京.
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata:
                    name: checkout
                    namespace: shop
                    annotations: {note: "weights are Headgate's"}   # not yours
                spec:
                    parentRefs: [{name: public}]
                    rules:
                    -   matches: [{path: {type: PathPrefix, value: /}}]
                        filters:
                        -   type: RequestHeaderModifier
                            requestHeaderModifier: {add: [{name: x-from, value: gateway}]}
                        backendRefs:
                        # the old one
                        -   name: checkout
                            port: 80
                            weight: 40      # of 50
                        -   name: legacy
                            port: 80
                            weight: 10
                        -   name: checkout-canary
                            port: 80
                            weight: 0       # the new one
                    -   matches: [{path: {type: Exact, value: /static}}]
                        backendRefs: [{name: static, port: 80}]

                """, schema: .published("gateway-api-httproutes.yaml", "HTTPRoute", "v1")),
        RouteSample(
            provider: "gateway-api", what: "GRPCRoute", route: "GRPCRoute/checkout",
            text: """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs: [{name: public}]
                  rules:
                  - matches: [{method: {service: shop.Checkout}}]
                    backendRefs:
                    - {name: checkout, port: 90}   # without a weight: 1
                    - {name: checkout-canary, port: 90, weight: 0}

                """, schema: .published("gateway-api-grpcroutes.yaml", "GRPCRoute", "v1")),
        RouteSample(
            provider: "gateway-api", what: "TCPRoute", route: "TCPRoute/checkout",
            text: """
                apiVersion: gateway.networking.k8s.io/v1alpha2
                kind: TCPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs: [{name: public}]
                  rules:
                  - backendRefs: [{name: checkout-canary, port: 90, weight: 0}, {name: checkout, port: 90, weight: 1}]

                """, schema: .published("gateway-api-tcproutes.yaml", "TCPRoute", "v1alpha2")),
        RouteSample(
            provider: "gateway-api", what: "TLSRoute", route: "TLSRoute/checkout",
            text: """
                apiVersion: gateway.networking.k8s.io/v1alpha2
                kind: TLSRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  hostnames: [checkout.example.com]
                  parentRefs: [{name: public}]
                  rules:
                  - backendRefs:
                    - name: checkout
                      port: 443
                      weight: 200
                    - name: checkout-canary
                      port: 443
                      weight: 0

                """, schema: .published("gateway-api-tlsroutes.yaml", "TLSRoute", "v1alpha2")),
        RouteSample(
            provider: "linkerd", what: "plain", route: "HTTPRoute/checkout",
            text: """
                apiVersion: policy.linkerd.io/v1beta3
                kind: HTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs: [{name: checkout, kind: Service, group: core, port: 80}]
                  rules:
                  - backendRefs:
                    - {name: checkout, port: 80, weight: 100}
                    - {name: checkout-canary, port: 80, weight: 0}

                """, schema: .own("linkerd-httproute.yaml", "HTTPRoute", "v1beta3")),
        RouteSample(
            provider: "gateway-api", what: "UDPRoute", route: "UDPRoute/checkout",
            text: """
                apiVersion: gateway.networking.k8s.io/v1alpha2
                kind: UDPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs: [{name: public}]
                  rules:
                  - name: dns
                    backendRefs:
                    - {name: checkout, port: 53, weight: 7}
                    - {name: checkout-canary, port: 53, weight: 0}

                """, schema: .own("gateway-api-udproutes.yaml", "UDPRoute", "v1alpha2")),
        RouteSample(
            provider: "linkerd", what: "adorned: two rules, a filter", route: "HTTPRoute/checkout",
            text: """
                apiVersion: policy.linkerd.io/v1beta3
                kind: HTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs: [{name: checkout, kind: Service, group: core, port: 80}]
                  rules:
                    - matches: [{path: {value: /beta}}]
                      backendRefs: [{name: beta, port: 80}]
                    - filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x, value: "1"}]}}]
                      backendRefs:
                        - name: checkout-canary
                          port: 80
                          weight: 0       # the new one
                        - name: checkout
                          port: 80        # without a weight: 1

                """, schema: .own("linkerd-httproute.yaml", "HTTPRoute", "v1beta3")),
        RouteSample(
            provider: "linkerd", what: "others: a third backend", route: "HTTPRoute/checkout",
            text: """
                apiVersion: policy.linkerd.io/v1beta3
                kind: HTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs: [{name: checkout, kind: Service, group: core, port: 80}]
                  rules:
                  - backendRefs:
                    - {name: legacy, port: 80, weight: 3}   # until the move is done
                    - {name: checkout-canary, port: 80, weight: 0}
                    - {name: checkout, port: 80, weight: 7}

                """, schema: .own("linkerd-httproute.yaml", "HTTPRoute", "v1beta3")),
    ]
}
