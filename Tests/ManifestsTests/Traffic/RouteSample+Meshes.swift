/// Routes of the other meshes.
extension RouteSample {
    static let meshes = [
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

                """, schema: .own("smi-trafficsplit.yaml", "TrafficSplit", "v1alpha4")),
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

                """, schema: .own("kuma-byname.yaml", "MeshHTTPRoute", "v1alpha1")),
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

                """, schema: .published("kuma-meshhttproute.yaml", "MeshHTTPRoute", "v1alpha1")),
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

                """, schema: .own("appmesh-virtualrouter.yaml", "VirtualRouter", "v1beta2")),
        RouteSample(
            provider: "appmesh", what: "adorned: http2, grpc and tcp, a third node, a namesake",
            route: "VirtualRouter/checkout",
            text: """
                apiVersion: appmesh.k8s.aws/v1beta2
                kind: VirtualRouter
                metadata: {name: checkout, namespace: shop}
                spec:
                  listeners:
                    - portMapping: {port: 80, protocol: http2}
                  routes:
                    - name: http2
                      priority: 10
                      http2Route:
                        match: {prefix: /}
                        action:
                          weightedTargets:
                            - virtualNodeRef: {name: checkout-canary}
                              weight: 0   # the new one
                            - virtualNodeRef: {name: checkout, namespace: shop}
                              weight: 1
                            - virtualNodeRef: {name: checkout, namespace: other}
                              weight: 0
                    - name: grpc
                      grpcRoute: {match: {}, action: {weightedTargets: [{virtualNodeRef: {name: checkout}, weight: 50}, {virtualNodeRef: {name: checkout-canary}, weight: 0}]}}
                    - name: tcp
                      tcpRoute:
                        action: {weightedTargets: [{virtualNodeRef: {name: database}, weight: 1}]}

                """, schema: .own("appmesh-virtualrouter.yaml", "VirtualRouter", "v1beta2")),
        RouteSample(
            provider: "kuma", what: "MeshTCPRoute", route: "MeshTCPRoute/checkout",
            text: """
                apiVersion: kuma.io/v1alpha1
                kind: MeshTCPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  targetRef: {kind: Mesh}
                  to:
                    - targetRef: {kind: MeshService, name: checkout}
                      rules:
                        - default:
                            backendRefs:
                              - {kind: MeshExternalService, name: checkout, weight: 3}   # not the pair's
                              - {kind: MeshService, name: checkout, weight: 3}
                              - {kind: MeshService, name: checkout-canary, weight: 0}

                """, schema: .own("kuma-byname.yaml", "MeshTCPRoute", "v1alpha1")),
        RouteSample(
            provider: "smi", what: "adorned: three Services", route: "TrafficSplit/checkout",
            text: """
                apiVersion: split.smi-spec.io/v1alpha4
                kind: TrafficSplit
                metadata: {name: checkout, namespace: shop}
                spec:
                  service: checkout-apex
                  matches: [{kind: HTTPRouteGroup, name: all}]
                  backends:
                  - {service: legacy, weight: 20}
                  - {service: checkout-canary, weight: 0}   # the new one
                  - {service: checkout, weight: 80}

                """, schema: .own("smi-trafficsplit.yaml", "TrafficSplit", "v1alpha4")),
        RouteSample(
            provider: "kuma", what: "others: a third service", route: "MeshHTTPRoute/checkout",
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
                        - {kind: MeshService, name: checkout-canary, port: 80, weight: 0}
                        - {kind: MeshService, name: legacy, port: 80, weight: 1}   # until the move is done
                        - {kind: MeshService, name: checkout, port: 80, weight: 4}

                """, schema: .own("kuma-byname.yaml", "MeshHTTPRoute", "v1alpha1")),
        RouteSample(
            provider: "appmesh", what: "others: a tenth", route: "VirtualRouter/checkout",
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
                        - {virtualNodeRef: {name: legacy}, weight: 10}   # until the move is done
                        - {virtualNodeRef: {name: checkout}, weight: 90}
                        - {virtualNodeRef: {name: checkout-canary}, weight: 0}

                """, schema: .own("appmesh-virtualrouter.yaml", "VirtualRouter", "v1beta2"),
            possible: [0, 10, 20, 25, 30, 40, 45, 50, 55, 60, 70, 75, 80, 90, 100]),
    ]
}
