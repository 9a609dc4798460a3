/// VirtualServices of Istio.
extension RouteSample {
    static let istio = [
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

                """, schema: .published("istio.yaml", "VirtualService", "v1")),
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

                """, schema: .published("istio.yaml", "VirtualService", "v1beta1")),
        RouteSample(
            provider: "istio", what: "others: a tenth", route: "VirtualService/checkout",
            text: """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  hosts: [checkout.example.com]
                  http:
                  - name: all
                    route:
                    - destination: {host: legacy}   # until the move is done
                      weight: 10
                    - weight: 0
                      destination: {host: checkout-canary}
                    - destination: {host: checkout}
                      weight: 90

                """, schema: .published("istio.yaml", "VirtualService", "v1"),
            possible: Array(stride(from: 0, through: 100, by: 10))),
        RouteSample(
            provider: "istio", what: "others: two of them, and a route without", route: "VirtualService/checkout",
            text: """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  hosts: [checkout.example.com]
                  http:
                    - match: [{uri: {prefix: /api}}]
                      route:
                        - {destination: {host: checkout.shop}, weight: 80}
                        - {destination: {host: legacy}, weight: 15}
                        - {destination: {host: checkout-canary.shop}, weight: 0}
                        - {destination: {host: checkout.other}, weight: 5}   # a namesake
                    - route:
                        - {destination: {host: checkout}, weight: 100}
                        - {destination: {host: checkout-canary}, weight: 0}

                """, schema: .published("istio.yaml", "VirtualService", "v1"),
            possible: Array(stride(from: 0, through: 100, by: 5))),
    ]
}
