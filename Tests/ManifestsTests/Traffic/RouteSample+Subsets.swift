/// VirtualServices of Istio between two subsets of one Service.
extension RouteSample {
    static let subsets = [
        RouteSample(
            provider: "istio", what: "subsets, plain", route: "VirtualService/checkout",
            text: """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  hosts: [checkout]
                  http:
                  - route:
                    - destination: {host: checkout, subset: v1}
                      weight: 100
                    - destination: {host: checkout, subset: v2}
                      weight: 0

                """, schema: .published("istio.yaml", "VirtualService", "v1"),
            traffic: "subsets: {stable: v1, canary: v2}",
            files: sharedService),
        RouteSample(
            provider: "istio", what: "subsets, adorned: another subset, hosts written out, tcp",
            route: "VirtualService/checkout",
            text: """
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: {name: checkout, namespace: shop}
                spec:
                  hosts: [checkout.shop.svc.cluster.local]
                  http:
                    - match: [{headers: {x-beta: {exact: "1"}}}]
                      route:
                        - destination: {host: checkout, subset: beta}
                    - name: all
                      route:
                        - destination:
                            host: checkout.shop.svc.cluster.local
                            subset: v2   # the new one
                          weight: 0
                        - destination:
                            host: checkout.shop.svc.cluster.local
                            subset: v1
                          weight: 100
                  tcp:
                    - route:
                        - {destination: {host: checkout.shop, subset: v1}, weight: 100}
                        - {destination: {host: checkout.shop, subset: v2}, weight: 0}

                """, schema: .published("istio.yaml", "VirtualService", "v1beta1"),
            traffic: "subsets: {stable: v1, canary: v2}", files: sharedService),
    ]

    /// One Service with both sides behind it, and its subsets.
    static let sharedService = [
        "apps/services.yaml": """
        apiVersion: v1
        kind: Service
        metadata: {name: checkout, namespace: shop}
        spec:
          selector: {app: checkout}
          ports: [{port: 80, targetPort: http}]

        """,
        "apps/subsets.yaml": """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: checkout, namespace: shop}
        spec:
          host: checkout.shop.svc.cluster.local
          subsets:
          - name: beta
            labels: {track: beta}
          - name: v1
            labels: {track: stable}
          - name: v2
            labels: {track: canary}

        """,
    ]
}
