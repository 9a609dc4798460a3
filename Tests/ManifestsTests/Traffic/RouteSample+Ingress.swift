/// Ingresses, OpenShift's Routes and Emissary's Mappings.
extension RouteSample {
    static let ingress = [
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

                """, schema: .own("ingress.yaml", "Ingress", "v1")),
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

                """, schema: .own("ingress.yaml", "Ingress", "v1")),
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

                """, schema: .own("openshift-route.yaml", "Route", "v1")),
        RouteSample(
            provider: "openshift", what: "adorned: the canary in front, a third", route: "Route/checkout",
            text: """
                apiVersion: route.openshift.io/v1
                kind: Route
                metadata: {name: checkout, namespace: shop}
                spec:
                  host: checkout.example.com
                  port: {targetPort: http}
                  to:
                    kind: Service
                    name: checkout-canary
                    weight: 0   # the new one
                  alternateBackends: [{kind: Service, name: checkout, weight: 2}, {kind: Service, name: legacy, weight: 1}]

                """, schema: .own("openshift-route.yaml", "Route", "v1")),
    ]
}
