/// Ingresses and what is like them, before anybody has set a rollout up, and after.
extension RouteSetupTests.Sample {
    static let ingresses = [
        Self(
            provider: "nginx", split: "Ingress/checkout-canary",
            before: ingress, after: ingress,
            own: """
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
        Self(
            provider: "openshift", split: "Route/checkout",
            before: """
                apiVersion: route.openshift.io/v1
                kind: Route
                metadata: {name: checkout, namespace: shop}
                spec:
                  host: checkout.example.com
                  to:
                    kind: Service
                    name: checkout

                """,
            after: """
                apiVersion: route.openshift.io/v1
                kind: Route
                metadata: {name: checkout, namespace: shop}
                spec:
                  host: checkout.example.com
                  to:
                    kind: Service
                    name: checkout
                    weight: 100
                  alternateBackends:
                  - kind: Service
                    name: checkout-canary
                    weight: 0

                """),
    ]

    static let texts = [
        Self(
            provider: "skipper", split: "Ingress/checkout",
            before: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  namespace: shop
                  annotations:
                    zalando.org/backend-weights: '{"checkout": 100}'
                spec:
                  ingressClassName: skipper
                  rules:
                  - host: checkout.example.com
                    http:
                      paths:
                      - {path: /a, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}
                      - {path: /static, pathType: Prefix, backend: {service: {name: static, port: {number: 80}}}}
                      - {path: /b, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}

                """,
            after: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  namespace: shop
                  annotations:
                    zalando.org/backend-weights: '{"checkout": 100, "checkout-canary": 0}'
                spec:
                  ingressClassName: skipper
                  rules:
                  - host: checkout.example.com
                    http:
                      paths:
                      - {path: /a, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}
                      - {path: /a, pathType: Prefix, backend: {service: {name: checkout-canary, port: {number: 80}}}}
                      - {path: /static, pathType: Prefix, backend: {service: {name: static, port: {number: 80}}}}
                      - {path: /b, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}
                      - {path: /b, pathType: Prefix, backend: {service: {name: checkout-canary, port: {number: 80}}}}

                """),
        Self(
            provider: "alb", split: "Ingress/checkout",
            before: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  namespace: shop
                  annotations:
                    alb.ingress.kubernetes.io/actions.split: '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"checkout","servicePort":"80"}]}}'
                spec:
                  ingressClassName: alb
                  rules:
                  - http:
                      paths:
                      - path: /
                        pathType: Prefix
                        backend: {service: {name: split, port: {name: use-annotation}}}

                """,
            after: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  namespace: shop
                  annotations:
                    alb.ingress.kubernetes.io/actions.split: '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "checkout", "servicePort": "80", "weight": 100}, {"serviceName": "checkout-canary", "servicePort": "80", "weight": 0}]}}'
                spec:
                  ingressClassName: alb
                  rules:
                  - http:
                      paths:
                      - path: /
                        pathType: Prefix
                        backend: {service: {name: split, port: {name: use-annotation}}}

                """),
        Self(
            provider: "ambassador", split: "Mapping/checkout-canary",
            before: mapping, after: mapping,
            own: mapping.replacing("name: checkout\n", with: "name: checkout-canary\n")
                .replacing("//checkout.shop", with: "//checkout-canary.shop") + "  weight: 0\n"),
    ]

    private static let mapping = """
        apiVersion: getambassador.io/v3alpha1
        kind: Mapping
        metadata:
          name: checkout
          namespace: shop
        spec:
          hostname: checkout.example.com
          prefix: /checkout/
          service: http://checkout.shop:80

        """

    private static let ingress = """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: checkout
          namespace: shop
        spec:
          ingressClassName: nginx
          rules:
          - host: checkout.example.com
            http:
              paths:
              - path: /
                pathType: Prefix
                backend: {service: {name: checkout, port: {number: 80}}}

        """
}
