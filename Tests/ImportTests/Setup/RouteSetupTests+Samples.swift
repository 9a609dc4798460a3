/// Routes before anybody has set a rollout up, and after: gateways and meshes.
extension RouteSetupTests.Sample {
    static let all = gateways + meshes + ingresses + texts

    private static let gateways = [
        Self(
            provider: "gateway-api", split: "GRPCRoute/checkout",
            before: """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  rules:
                  - backendRefs:
                    - {name: checkout, port: 90}

                """,
            after: """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  rules:
                  - backendRefs:
                    - {name: checkout, port: 90, weight: 100}
                    - {name: checkout-canary, port: 90, weight: 0}

                """),
        Self(
            provider: "linkerd", split: "HTTPRoute/checkout",
            before: """
                apiVersion: policy.linkerd.io/v1beta3
                kind: HTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs: [{name: checkout, kind: Service, group: core, port: 80}]
                  rules:
                  - backendRefs:
                    - name: checkout
                      port: 80

                """,
            after: """
                apiVersion: policy.linkerd.io/v1beta3
                kind: HTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  parentRefs: [{name: checkout, kind: Service, group: core, port: 80}]
                  rules:
                  - backendRefs:
                    - name: checkout
                      port: 80
                      weight: 100
                    - name: checkout-canary
                      port: 80
                      weight: 0

                """),
        Self(
            provider: "contour", split: "HTTPProxy/checkout",
            before: """
                apiVersion: projectcontour.io/v1
                kind: HTTPProxy
                metadata: {name: checkout, namespace: shop}
                spec:
                  virtualhost: {fqdn: checkout.example.com}
                  routes:
                  - conditions: [{prefix: /}]
                    services:
                    - name: checkout
                      port: 80

                """,
            after: """
                apiVersion: projectcontour.io/v1
                kind: HTTPProxy
                metadata: {name: checkout, namespace: shop}
                spec:
                  virtualhost: {fqdn: checkout.example.com}
                  routes:
                  - conditions: [{prefix: /}]
                    services:
                    - name: checkout
                      port: 80
                      weight: 100
                    - name: checkout-canary
                      port: 80
                      weight: 0

                """),
        Self(
            provider: "traefik", split: "TraefikService/checkout",
            before: """
                apiVersion: traefik.io/v1alpha1
                kind: TraefikService
                metadata: {name: checkout, namespace: shop}
                spec:
                  weighted:
                    services:
                    - {name: checkout, port: 80}

                """,
            after: """
                apiVersion: traefik.io/v1alpha1
                kind: TraefikService
                metadata: {name: checkout, namespace: shop}
                spec:
                  weighted:
                    services:
                    - {name: checkout, port: 80, weight: 100}
                    - {name: checkout-canary, port: 80, weight: 0}

                """),
        Self(
            provider: "apisix", split: "ApisixRoute/checkout",
            before: """
                apiVersion: apisix.apache.org/v2
                kind: ApisixRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  http:
                  - name: all
                    match: {paths: [/*]}
                    backends:
                    - serviceName: checkout
                      servicePort: 80

                """,
            after: """
                apiVersion: apisix.apache.org/v2
                kind: ApisixRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  http:
                  - name: all
                    match: {paths: [/*]}
                    backends:
                    - serviceName: checkout
                      servicePort: 80
                      weight: 100
                    - serviceName: checkout-canary
                      servicePort: 80
                      weight: 0

                """),
        Self(
            provider: "gloo", split: "RouteTable/checkout",
            before: """
                apiVersion: gateway.solo.io/v1
                kind: RouteTable
                metadata: {name: checkout, namespace: shop}
                spec:
                  routes:
                  - routeAction:
                      multi:
                        destinations:
                        - weight: 100
                          destination: {kube: {ref: {name: checkout, namespace: shop}, port: 80}}

                """,
            after: """
                apiVersion: gateway.solo.io/v1
                kind: RouteTable
                metadata: {name: checkout, namespace: shop}
                spec:
                  routes:
                  - routeAction:
                      multi:
                        destinations:
                        - weight: 100
                          destination: {kube: {ref: {name: checkout, namespace: shop}, port: 80}}
                        - weight: 0
                          destination: {kube: {ref: {name: checkout-canary, namespace: shop}, port: 80}}

                """),
    ]

    private static let meshes = [
        Self(
            provider: "istio", split: "VirtualService/checkout",
            before: """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  hosts: [checkout.example.com]
                  http:
                  - match: [{uri: {prefix: /old}}]
                    route:
                    - {destination: {host: legacy}, weight: 40}
                    - {destination: {host: checkout}, weight: 60}
                  - route:
                    - destination:
                        host: checkout.shop.svc.cluster.local
                        port: {number: 80}

                """,
            after: """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  hosts: [checkout.example.com]
                  http:
                  - match: [{uri: {prefix: /old}}]
                    route:
                    - {destination: {host: legacy}, weight: 40}
                    - {destination: {host: checkout}, weight: 60}
                    - {destination: {host: checkout-canary}, weight: 0}
                  - route:
                    - destination:
                        host: checkout.shop.svc.cluster.local
                        port: {number: 80}
                      weight: 100
                    - destination:
                        host: checkout-canary.shop.svc.cluster.local
                        port: {number: 80}
                      weight: 0

                """),
        Self(
            provider: "smi", split: "TrafficSplit/checkout",
            before: """
                apiVersion: split.smi-spec.io/v1alpha2
                kind: TrafficSplit
                metadata: {name: checkout, namespace: shop}
                spec:
                  service: checkout-root
                  backends:
                  - service: checkout
                    weight: 100

                """,
            after: """
                apiVersion: split.smi-spec.io/v1alpha2
                kind: TrafficSplit
                metadata: {name: checkout, namespace: shop}
                spec:
                  service: checkout-root
                  backends:
                  - service: checkout
                    weight: 100
                  - service: checkout-canary
                    weight: 0

                """),
        Self(
            provider: "kuma", split: "MeshHTTPRoute/checkout",
            before: """
                apiVersion: kuma.io/v1alpha1
                kind: MeshHTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  to:
                  - targetRef: {kind: MeshService, name: checkout}
                    rules:
                    - matches: [{path: {type: PathPrefix, value: /}}]
                      default:
                        backendRefs:
                        - kind: MeshService
                          name: checkout
                          port: 80

                """,
            after: """
                apiVersion: kuma.io/v1alpha1
                kind: MeshHTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  to:
                  - targetRef: {kind: MeshService, name: checkout}
                    rules:
                    - matches: [{path: {type: PathPrefix, value: /}}]
                      default:
                        backendRefs:
                        - kind: MeshService
                          name: checkout
                          port: 80
                          weight: 100
                        - kind: MeshService
                          name: checkout-canary
                          port: 80
                          weight: 0

                """),
        Self(
            provider: "appmesh", split: "VirtualRouter/checkout",
            before: """
                apiVersion: appmesh.k8s.aws/v1beta2
                kind: VirtualRouter
                metadata: {name: checkout, namespace: shop}
                spec:
                  routes:
                  - name: all
                    httpRoute:
                      match: {prefix: /}
                      action:
                        weightedTargets:
                        - virtualNodeRef: {name: checkout}
                          weight: 100

                """,
            after: """
                apiVersion: appmesh.k8s.aws/v1beta2
                kind: VirtualRouter
                metadata: {name: checkout, namespace: shop}
                spec:
                  routes:
                  - name: all
                    httpRoute:
                      match: {prefix: /}
                      action:
                        weightedTargets:
                        - virtualNodeRef: {name: checkout}
                          weight: 100
                        - virtualNodeRef: {name: checkout-canary}
                          weight: 0

                """,
            files: [
                "node.yaml": """
                apiVersion: appmesh.k8s.aws/v1beta2
                kind: VirtualNode
                metadata: {name: checkout-canary, namespace: shop}
                spec:
                  podSelector: {matchLabels: {app: checkout, track: canary}}

                """
            ]),
    ]
}
