/// Routes of proxies that have kinds of their own.
extension RouteSample {
    static let proxies = [
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

                """, schema: .published("contour.yaml", "HTTPProxy", "v1")),
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

                """, schema: .published("contour.yaml", "HTTPProxy", "v1")),
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

                """, schema: .published("traefik-traefikservice.yaml", "TraefikService", "v1alpha1")),
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

                """, schema: .published("traefik-traefikservice.yaml", "TraefikService", "v1alpha1")),
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

                """, schema: .published("apisix-apisixroute.yaml", "ApisixRoute", "v2")),
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

                """, schema: .published("apisix-apisixroute.yaml", "ApisixRoute", "v2")),
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

                """, schema: .published("gloo-routetable.yaml", "RouteTable", "v1")),
        RouteSample(
            provider: "contour", what: "tcpproxy", route: "HTTPProxy/checkout",
            text: """
                apiVersion: projectcontour.io/v1
                kind: HTTPProxy
                metadata: {name: checkout, namespace: shop}
                spec:
                  virtualhost: {fqdn: checkout.example.com, tls: {passthrough: true}}
                  tcpproxy:
                    services:
                    - {name: checkout-canary, port: 443, weight: 0}
                    - {name: checkout, port: 443, weight: 10}

                """, schema: .published("contour.yaml", "HTTPProxy", "v1")),
        RouteSample(
            provider: "gloo", what: "adorned: two routes, somebody else's", route: "RouteTable/checkout",
            text: """
                apiVersion: gateway.solo.io/v1
                kind: RouteTable
                metadata: {name: checkout, namespace: shop}
                spec:
                  routes:
                    - matchers: [{prefix: /static}]
                      routeAction: {single: {kube: {ref: {name: static, namespace: shop}, port: 80}}}
                    - matchers: [{prefix: /}]
                      routeAction:
                        multi:
                          destinations:
                            - weight: 5   # a namesake elsewhere
                              destination: {kube: {ref: {name: checkout, namespace: other}, port: 80}}
                            - destination: {kube: {ref: {name: checkout-canary, namespace: shop}, port: 80}}
                              weight: 0
                            - {destination: {kube: {ref: {name: checkout, namespace: shop}, port: 80}}, weight: 45}

                """, schema: .published("gloo-routetable.yaml", "RouteTable", "v1")),
        RouteSample(
            provider: "apisix", what: "others: two of them", route: "ApisixRoute/checkout",
            text: """
                apiVersion: apisix.apache.org/v2
                kind: ApisixRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  http:
                  - name: all
                    match: {paths: ["/*"]}
                    backends:
                    - serviceName: legacy   # two thirds, in all
                      servicePort: 80
                      weight: 70
                    - {serviceName: checkout-canary, servicePort: 80, weight: 0}
                    - {serviceName: older, servicePort: 80, weight: 30}
                    - serviceName: checkout
                      servicePort: 80
                      weight: 50

                """, schema: .published("apisix-apisixroute.yaml", "ApisixRoute", "v2")),
    ]
}
