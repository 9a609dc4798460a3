import Testing

/// A route as people write it, for one provider.
struct RouteSample: Sendable, CustomTestStringConvertible {
    let provider: String
    let what: String
    /// As in `traffic.route`.
    let route: String
    let text: String
    /// The file of published definitions, the kind and its version; nil where none is published in that form.
    var schema: (file: String, kind: String, version: String)?

    var testDescription: String { "\(provider), \(what)" }

    static let all = gateway + istio + ingress + proxies + meshes

    private static let gateway = [
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

                """, schema: ("gateway-api-httproutes.yaml", "HTTPRoute", "v1")),
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

                """, schema: ("gateway-api-httproutes.yaml", "HTTPRoute", "v1")),
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

                """, schema: ("gateway-api-grpcroutes.yaml", "GRPCRoute", "v1")),
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

                """, schema: ("gateway-api-tcproutes.yaml", "TCPRoute", "v1alpha2")),
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

                """, schema: ("gateway-api-tlsroutes.yaml", "TLSRoute", "v1alpha2")),
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

                """),
    ]

    private static let istio = [
        RouteSample(
            provider: "istio", what: "plain", route: "VirtualService/checkout",
            text: """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  hosts: [checkout.example.com]
                  gateways: [public]
                  http:
                  - route:
                    - destination: {host: checkout}
                      weight: 100
                    - destination: {host: checkout-canary}
                      weight: 0

                """, schema: ("istio.yaml", "VirtualService", "v1")),
        RouteSample(
            provider: "istio", what: "adorned: several routes, tls, tcp, hosts written out",
            route: "VirtualService/checkout",
            text: """
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  hosts:
                    - checkout.example.com
                  http:
                    - name: beta # a route of its own, for testers
                      match:
                        - headers: {x-beta: {exact: "1"}}
                      route:
                        - destination: {host: beta}
                    - name: all
                      retries: {attempts: 2, perTryTimeout: 1s}
                      route:
                        - destination:
                            host: checkout-canary.shop.svc.cluster.local
                            port: {number: 80}
                          headers: {response: {set: {x-side: canary}}}
                          weight: 0
                        - destination:
                            host: checkout.shop
                            port: {number: 80}
                          weight: 100   # everything
                  tls:
                    - match: [{port: 443, sniHosts: [checkout.example.com]}]
                      route:
                        - {destination: {host: checkout}, weight: 100}
                        - {destination: {host: checkout-canary}, weight: 0}
                  tcp:
                    - match: [{port: 9000}]
                      route:
                        - {destination: {host: checkout}, weight: 100}
                        - {destination: {host: checkout-canary}, weight: 0}

                """, schema: ("istio.yaml", "VirtualService", "v1beta1")),
    ]

    private static let ingress = [
        RouteSample(
            provider: "nginx", what: "plain", route: "Ingress/checkout-canary",
            text: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout-canary
                  namespace: shop
                  annotations:
                    nginx.ingress.kubernetes.io/canary: "true"
                    nginx.ingress.kubernetes.io/canary-weight: "0"
                spec:
                  ingressClassName: nginx
                  rules:
                  - host: checkout.example.com
                    http:
                      paths:
                      - path: /
                        pathType: Prefix
                        backend: {service: {name: checkout-canary, port: {number: 80}}}

                """),
        RouteSample(
            provider: "nginx", what: "adorned: single quotes, the old class, several paths",
            route: "Ingress/checkout-canary",
            text: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout-canary
                  namespace: shop
                  annotations: {kubernetes.io/ingress.class: nginx, nginx.ingress.kubernetes.io/canary: 'true', nginx.ingress.kubernetes.io/canary-weight: '0'} # by Headgate
                spec:
                  defaultBackend: {service: {name: checkout-canary, port: {name: http}}}
                  rules:
                  - http:
                      paths:
                      - {path: /a, pathType: Exact, backend: {service: {name: checkout-canary, port: {number: 80}}}}
                      - {path: /b, pathType: Exact, backend: {service: {name: checkout-canary, port: {number: 80}}}}

                """),
        RouteSample(
            provider: "openshift", what: "plain", route: "Route/checkout",
            text: """
                apiVersion: route.openshift.io/v1
                kind: Route
                metadata: {name: checkout, namespace: shop}
                spec:
                  host: checkout.example.com
                  to: {kind: Service, name: checkout, weight: 100}
                  alternateBackends:
                  - kind: Service
                    name: checkout-canary
                    weight: 0

                """),
    ]

    private static let proxies = [
        RouteSample(
            provider: "contour", what: "plain", route: "HTTPProxy/checkout",
            text: """
                apiVersion: projectcontour.io/v1
                kind: HTTPProxy
                metadata: {name: checkout, namespace: shop}
                spec:
                  virtualhost: {fqdn: checkout.example.com}
                  routes:
                  - services:
                    - {name: checkout, port: 80, weight: 100}
                    - {name: checkout-canary, port: 80, weight: 0}

                """, schema: ("contour.yaml", "HTTPProxy", "v1")),
        RouteSample(
            provider: "contour", what: "adorned: a third service, a mirror route, another route",
            route: "HTTPProxy/checkout",
            text: """
                apiVersion: projectcontour.io/v1
                kind: HTTPProxy
                metadata: {name: checkout, namespace: shop}
                spec:
                  routes:
                  - conditions: [{prefix: /}]
                    timeoutPolicy: {response: 1s}
                    services:
                    - name: other   # somebody else's
                      port: 80
                      weight: 100
                    - name: checkout
                      port: 80
                      weight: 100
                    - name: checkout-canary
                      port: 80
                      weight: 0
                  - conditions: [{prefix: /static}]
                    services: [{name: static, port: 80}]

                """, schema: ("contour.yaml", "HTTPProxy", "v1")),
        RouteSample(
            provider: "traefik", what: "plain", route: "TraefikService/checkout",
            text: """
                apiVersion: traefik.io/v1alpha1
                kind: TraefikService
                metadata: {name: checkout, namespace: shop}
                spec:
                  weighted:
                    services:
                    - {name: checkout, port: 80, weight: 100}
                    - {name: checkout-canary, port: 80, weight: 0}

                """, schema: ("traefik-traefikservice.yaml", "TraefikService", "v1alpha1")),
        RouteSample(
            provider: "traefik", what: "adorned: sticky, a namesake of another kind", route: "TraefikService/checkout",
            text: """
                apiVersion: traefik.io/v1alpha1
                kind: TraefikService
                metadata: {name: checkout, namespace: shop}
                spec:
                  weighted:
                    sticky: {cookie: {name: side}}
                    services:
                      - name: checkout-canary
                        kind: TraefikService   # not the Service
                        weight: 10
                      - name: checkout
                        kind: Service
                        port: 80
                        weight: 10
                      - {name: checkout-canary, port: 80, weight: 0}

                """, schema: ("traefik-traefikservice.yaml", "TraefikService", "v1alpha1")),
        RouteSample(
            provider: "apisix", what: "plain", route: "ApisixRoute/checkout",
            text: """
                apiVersion: apisix.apache.org/v2
                kind: ApisixRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  http:
                  - name: all
                    match: {hosts: [checkout.example.com], paths: ["/*"]}
                    backends:
                    - {serviceName: checkout, servicePort: 80, weight: 100}
                    - {serviceName: checkout-canary, servicePort: 80, weight: 0}

                """, schema: ("apisix-apisixroute.yaml", "ApisixRoute", "v2")),
        RouteSample(
            provider: "apisix", what: "adorned: a rule of its own, plugins", route: "ApisixRoute/checkout",
            text: """
                apiVersion: apisix.apache.org/v2
                kind: ApisixRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  http:
                    - name: static
                      match: {paths: [/static/*]}
                      backends: [{serviceName: static, servicePort: 80}]
                    - name: all
                      priority: 1
                      match:
                        paths: ["/*"]   # everything
                      backends:
                        - serviceName: checkout
                          servicePort: 80
                          # nothing is written here: 100
                        - serviceName: checkout-canary
                          servicePort: 80
                          weight: 0
                      plugins: [{name: cors, enable: true}]

                """, schema: ("apisix-apisixroute.yaml", "ApisixRoute", "v2")),
        RouteSample(
            provider: "gloo", what: "plain", route: "RouteTable/checkout",
            text: """
                apiVersion: gateway.solo.io/v1
                kind: RouteTable
                metadata: {name: checkout, namespace: shop}
                spec:
                  routes:
                  - matchers: [{prefix: /}]
                    routeAction:
                      multi:
                        destinations:
                        - destination: {kube: {ref: {name: checkout, namespace: shop}, port: 80}}
                          weight: 100
                        - destination: {kube: {ref: {name: checkout-canary, namespace: shop}, port: 80}}
                          weight: 0

                """, schema: ("gloo-routetable.yaml", "RouteTable", "v1")),
    ]

    private static let meshes = [
        RouteSample(
            provider: "smi", what: "plain", route: "TrafficSplit/checkout",
            text: """
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: checkout, namespace: shop}
                spec:
                  service: checkout-apex
                  backends:
                  - service: checkout
                    weight: 1000   # in thousandths
                  - service: checkout-canary
                    weight: 0

                """),
        RouteSample(
            provider: "kuma", what: "plain", route: "MeshHTTPRoute/checkout",
            text: """
                apiVersion: kuma.io/v1alpha1
                kind: MeshHTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  targetRef: {kind: Mesh}
                  to:
                  - targetRef: {kind: MeshService, name: checkout, sectionName: http}
                    rules:
                    - matches: [{path: {type: PathPrefix, value: /}}]
                      default:
                        backendRefs:
                        - {kind: MeshService, name: checkout, port: 80, weight: 100}
                        - {kind: MeshService, name: checkout-canary, port: 80, weight: 0}

                """),
        RouteSample(
            provider: "kuma", what: "by label", route: "MeshHTTPRoute/checkout",
            text: """
                apiVersion: kuma.io/v1alpha1
                kind: MeshHTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  targetRef: {kind: Mesh}
                  to:
                  - targetRef: {kind: MeshService, labels: {kuma.io/display-name: checkout}, sectionName: http}
                    rules:
                    - matches: [{path: {type: PathPrefix, value: /}}]
                      default:
                        backendRefs:
                        - {kind: MeshService, labels: {kuma.io/display-name: checkout}, port: 80, weight: 100}
                        - {kind: MeshService, labels: {kuma.io/display-name: checkout-canary}, port: 80, weight: 0}

                """, schema: ("kuma-meshhttproute.yaml", "MeshHTTPRoute", "v1alpha1")),
        RouteSample(
            provider: "appmesh", what: "plain", route: "VirtualRouter/checkout",
            text: """
                apiVersion: appmesh.k8s.aws/v1beta2
                kind: VirtualRouter
                metadata: {name: checkout, namespace: shop}
                spec:
                  listeners: [{portMapping: {port: 80, protocol: http}}]
                  routes:
                  - name: all
                    httpRoute:
                      match: {prefix: /}
                      action:
                        weightedTargets:
                        - {virtualNodeRef: {name: checkout}, weight: 100}
                        - {virtualNodeRef: {name: checkout-canary}, weight: 0}

                """),
    ]
}
