/// Small charts in the language that the simulator knows.
enum Charts {
    private static func deployment(_ name: String, _ track: String, image: String, replicas: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: "\(name)"}
        spec:
          replicas: \(replicas)
          selector: {matchLabels: {app: checkout, track: "\(track)"}}
          template:
            metadata: {labels: {app: checkout, track: "\(track)"}}
            spec:
              containers:
              - {name: app, image: "\(image)", ports: [{name: http, containerPort: 8080}]}

        """
    }

    private static func service(_ name: String, _ track: String) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name)}
        spec: {selector: {app: checkout, track: \(track)}, ports: [{name: http, port: 80, targetPort: http}]}

        """
    }

    /// A chart with both sides, their Services and the route, which takes the canary's percent.
    static let whole = [
        "charts/checkout/Chart.yaml": "apiVersion: v2\nname: checkout\nversion: 0.1.0\n",
        "charts/checkout/values.yaml": "image: {repository: ghcr.io/acme/checkout}\n",
        "charts/checkout/templates/stable.yaml": deployment(
            "checkout", "stable", image: "{{ .Values.image.repository }}:{{ .Values.stable.tag }}",
            replicas: "{{ .Values.stable.replicas }}"),
        "charts/checkout/templates/canary.yaml": deployment(
            "checkout-canary", "canary", image: "{{ .Values.image.repository }}:{{ .Values.canary.tag }}",
            replicas: "{{ .Values.canary.replicas }}"),
        "charts/checkout/templates/services.yaml": service("checkout", "stable") + "---\n"
            + service("checkout-canary", "canary"),
        "charts/checkout/templates/route.yaml": """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: checkout}
        spec:
          parentRefs: [{name: public, namespace: gateways}]
          rules:
          - backendRefs:
            - {name: checkout, port: 80, weight: {{ sub 100 .Values.canary.weight }}}
            - {name: checkout-canary, port: 80, weight: {{ .Values.canary.weight }}}

        """,
    ]

    /// A chart of one workload, which is installed once for each side.
    static let single = [
        "charts/app/Chart.yaml": "apiVersion: v2\nname: app\nversion: 0.1.0\n",
        "charts/app/templates/deployment.yaml": deployment(
            "{{ .Release.Name }}", "{{ .Values.track }}",
            image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}", replicas: "{{ .Values.replicas }}"),
    ]

    /// The chart with a number for each side of the route.
    static var twoWeights: [String: String] {
        var chart = whole
        chart["charts/checkout/templates/route.yaml"]?.replace(
            "sub 100 .Values.canary.weight", with: ".Values.stable.weight")
        return chart
    }
}
