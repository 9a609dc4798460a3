/// Ingresses whose annotations hold the weights as JSON.
extension RouteSample {
    static let annotations = skipper + alb

    private static let skipper = [
        RouteSample(
            provider: "skipper", what: "plain", route: "Ingress/checkout",
            text: """
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
                      - {path: /, pathType: Prefix, backend: {service: {name: checkout, port: {number: 80}}}}
                      - {path: /, pathType: Prefix, backend: {service: {name: checkout-canary, port: {number: 80}}}}

                """, schema: .own("ingress.yaml", "Ingress", "v1")),
        RouteSample(
            provider: "skipper", what: "adorned: double quotes with escapes, the old class, somebody else's, two paths",
            route: "Ingress/checkout",
            text: #"""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  namespace: shop
                  annotations: {kubernetes.io/ingress.class: skipper, zalando.org/backend-weights: "{\"legacy\": 10,\t\"checkout-canary\": 0,
                    \"checkout\": 40}"} # of 50
                spec:
                  rules:
                  - http:
                      paths:
                      - {path: /a, pathType: Exact, backend: {service: {name: checkout, port: {name: http}}}}
                      - {path: /a, pathType: Exact, backend: {service: {name: checkout-canary, port: {name: http}}}}
                      - {path: /a, pathType: Exact, backend: {service: {name: legacy, port: {name: http}}}}
                      - {path: /static, pathType: Prefix, backend: {service: {name: static, port: {name: http}}}}
                  - host: b.example.com
                    http:
                      paths:
                      - {path: /b, pathType: Exact, backend: {service: {name: checkout-canary, port: {name: http}}}}
                      - {path: /b, pathType: Exact, backend: {service: {name: checkout, port: {name: http}}}}

                """#, schema: .own("ingress.yaml", "Ingress", "v1")),
        RouteSample(
            provider: "skipper", what: "in a block", route: "Ingress/checkout",
            text: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  namespace: shop
                  annotations:
                    zalando.org/backend-weights: >-   # by Headgate
                      {
                        "checkout": 1,

                        "checkout-canary": 0 }

                    zalando.org/skipper-filter: ratelimit(50, "1m")
                spec:
                  ingressClassName: skipper
                  rules:
                  - http:
                      paths:
                      - path: /
                        pathType: Prefix
                        backend: {service: {name: checkout, port: {number: 80}}}
                      - path: /
                        pathType: Prefix
                        backend: {service: {name: checkout-canary, port: {number: 80}}}

                """, schema: .own("ingress.yaml", "Ingress", "v1")),
    ]

    private static let alb = [
        RouteSample(
            provider: "alb", what: "plain", route: "Ingress/checkout",
            text: """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  namespace: shop
                  annotations:
                    alb.ingress.kubernetes.io/actions.split: '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"checkout","servicePort":"80","weight":100},{"serviceName":"checkout-canary","servicePort":"80","weight":0}]}}'
                spec:
                  ingressClassName: alb
                  rules:
                  - http:
                      paths:
                      - path: /
                        pathType: Prefix
                        backend: {service: {name: split, port: {name: use-annotation}}}

                """, schema: .own("ingress.yaml", "Ingress", "v1")),
        RouteSample(
            provider: "alb", what: "adorned: several actions, every style, by ARN, the spelling of Go",
            route: "Ingress/checkout",
            text: #"""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: checkout
                  namespace: shop
                  annotations:
                    alb.ingress.kubernetes.io/scheme: internet-facing
                    alb.ingress.kubernetes.io/actions.zones: |   # both zones
                      {
                        "type": "forward",
                        "forwardConfig": {
                          "targetGroups": [
                            {"serviceName": "checkout", "servicePort": 80, "weight": 100},
                            {"serviceName": "checkout-canary", "servicePort": 80, "weight": 0}
                          ],
                          "targetGroupStickinessConfig": {"enabled": true, "durationSeconds": 100}
                        }
                      }
                    alb.ingress.kubernetes.io/actions.to-https: >
                      {"Type": "redirect", "redirectConfig": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
                    alb.ingress.kubernetes.io/actions.old: "{\"Type\":\"forward\",\"ForwardConfig\":{\"TargetGroups\":[\
                      {\"ServiceName\":\"checkout-canary\",\"ServicePort\":\"80\",\"Weight\":0},\
                      {\"ServiceName\":\"checkout\",\"ServicePort\":\"80\",\"Weight\":100}]}}"
                    alb.ingress.kubernetes.io/actions.arn: '{"type": "forward", "forwardConfig": {"targetGroups": [
                      {"serviceName": "checkout", "servicePort": "80", "weight": 90},
                      {"targetGroupARN": "arn:aws:elasticloadbalancing:it''s/90", "weight": 10},

                      {"serviceName": "checkout-canary", "servicePort": "80", "weight": 0}]}}'
                    alb.ingress.kubernetes.io/actions.static: '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"static","servicePort":"80","weight":1}]}}'
                spec:
                  ingressClassName: alb
                  defaultBackend: {service: {name: old, port: {name: use-annotation}}}
                  rules:
                  - http:
                      paths:
                      - {path: /zones, pathType: Exact, backend: {service: {name: zones, port: {name: use-annotation}}}}
                      - {path: /arn, pathType: Exact, backend: {service: {name: arn, port: {name: use-annotation}}}}
                      - {path: /static, pathType: Exact, backend: {service: {name: static, port: {number: 80}}}}

                """#, schema: .own("ingress.yaml", "Ingress", "v1")),
    ]
}
