/// The traffic of Knative's Routes and Services.
extension RouteSample {
    static let knative = [
        RouteSample(
            provider: "knative", what: "plain", route: "Route/checkout",
            text: """
                apiVersion: serving.knative.dev/v1
                kind: Route
                metadata: {name: checkout, namespace: shop}
                spec:
                  traffic:
                  - configurationName: checkout
                    percent: 100
                  - configurationName: checkout-canary
                    percent: 0

                """, schema: .own("knative-route.yaml", "Route", "v1"), workload: "Service", files: services),
        RouteSample(
            provider: "knative", what: "adorned: a tag without traffic, nothing written", route: "Route/checkout",
            text: """
                apiVersion: serving.knative.dev/v1
                kind: Route
                metadata:
                    name: checkout
                    namespace: shop
                spec:
                    traffic:
                        -   tag: debug      # by its own address only
                            revisionName: checkout-00007
                        -   {tag: next, configurationName: checkout-canary}
                        -   percent: 100    # the rest
                            configurationName: checkout

                """, schema: .own("knative-route.yaml", "Route", "v1"), workload: "Service", files: services),
        RouteSample(
            provider: "knative", what: "of a Service, by revision", route: "Service/till",
            text: """
                apiVersion: serving.knative.dev/v1
                kind: Service
                metadata: {name: till, namespace: shop}
                spec:
                  template:
                    spec:
                      containers: [{image: ghcr.io/acme/till:v1}]
                  traffic:
                  - {revisionName: till-00001, percent: 100}
                  - {revisionName: till-00002, percent: 0, tag: canary}
                  - {latestRevision: true, tag: latest}

                """, schema: .published("knative-service.yaml", "Service", "v1"),
            workload: "Service", traffic: "services: {stable: till-00001, canary: till-00002}", files: services),
        RouteSample(
            provider: "knative", what: "of a Service, by tag", route: "Service/till",
            text: """
                apiVersion: serving.knative.dev/v1
                kind: Service
                metadata: {name: till, namespace: shop}
                spec:
                  template:
                    spec:
                      containers: [{image: ghcr.io/acme/till:v1}]
                  traffic:
                  - revisionName: till-00001
                    tag: current
                    percent: 100
                  - latestRevision: true
                    tag: candidate
                    percent: 0

                """, schema: .published("knative-service.yaml", "Service", "v1"),
            workload: "Service", traffic: "services: {stable: current, canary: candidate}", files: services),
        RouteSample(
            provider: "knative", what: "others: a revision with a fifth", route: "Route/checkout",
            text: """
                apiVersion: serving.knative.dev/v1
                kind: Route
                metadata: {name: checkout, namespace: shop}
                spec:
                  traffic:
                  - revisionName: legacy-00003   # until the move is done
                    percent: 20
                  - configurationName: checkout-canary
                    percent: 0
                  - {configurationName: checkout, percent: 80}

                """, schema: .own("knative-route.yaml", "Route", "v1"), workload: "Service", files: services,
            possible: Array(stride(from: 0, through: 100, by: 5))),
    ]

    /// The pair as Knative Services, and no Services of Kubernetes.
    static let services = [
        "apps/stable.yaml": service("checkout", "v1"), "apps/canary.yaml": service("checkout-canary", "v0"),
        "apps/services.yaml": "",
    ]

    private static func service(_ name: String, _ version: String) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: \(name)
          namespace: shop
        spec:
          template:
            metadata:
              annotations: {autoscaling.knative.dev/min-scale: "1"}
            spec:
              containers:
              - image: ghcr.io/acme/checkout:\(version)

        """
    }
}
