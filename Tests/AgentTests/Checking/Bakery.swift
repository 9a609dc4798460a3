import Agent
import Analysis
import Manifests
import Policies

/// A small configuration repository in memory: one application with a route, in one environment.
struct Bakery {
    var files = Self.files
    var providers = Self.prometheusAlone

    static let rollout = ".headgate/rollouts/bread.yaml"
    static let shipped = DocumentReader.ShippedPolicies(
        plans: Policies.plans, metrics: Policies.metrics, traffic: Policies.traffic)

    /// Replaces the one place of a file where `old` stands; an empty `old` stands for the whole file.
    func changing(_ file: String, _ old: String, to new: String) -> Bakery {
        var copy = self
        let text = copy.files[file] ?? ""
        copy.files[file] = old.isEmpty ? new : text.replacing(old, with: new, maxReplacements: 1)
        return copy
    }

    func without(_ file: String) -> Bakery {
        var copy = self
        copy.files[file] = nil
        return copy
    }

    var checkup: Checkup { Checkup(of: Tree(files: files), shipped: Self.shipped, providers: providers) }

    /// Knows Prometheus alone.
    private static let prometheusAlone = ProviderCheck { provider, _ in
        guard let kind = provider.kind, kind != "prometheus" else { return [] }
        return [TemplateError("nobody knows \(kind)", at: "provider", hint: "ask prometheus")]
    }

    static let files: [String: String] = [
        ".headgate/config.yaml": """
        environments: {town: {path: town}}
        metrics: {set: app-http}

        """,
        rollout: """
        apiVersion: headgate.dev/v1alpha1
        kind: Rollout
        metadata: {name: bread, namespace: shop}
        spec:
          # What is baked.
          release: {images: {app: "example.com/bread:v1"}}
          traffic: {route: HTTPRoute/bread}
          plan: standard

        """,
        "town/stable.yaml": deployment("bread", "stable", replicas: 4),
        "town/canary.yaml": deployment("bread-canary", "canary", replicas: 0),
        "town/services.yaml": service("bread", "stable") + "---\n" + service("bread-canary", "canary"),
        "town/route.yaml": """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: bread, namespace: shop}
        spec:
          rules:
          - backendRefs:
            - {name: bread, port: 80, weight: 100}
            - {name: bread-canary, port: 80, weight: 0}

        """,
    ]

    private static func deployment(_ name: String, _ track: String, replicas: Int) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: \(name), namespace: shop}
        spec:
          replicas: \(replicas)
          selector: {matchLabels: {app: bread, track: \(track)}}
          template:
            metadata: {labels: {app: bread, track: \(track)}}
            spec:
              containers:
              - name: app
                image: example.com/bread:v1

        """
    }

    private static func service(_ name: String, _ track: String) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: shop}
        spec:
          selector: {app: bread, track: \(track)}
          ports: [{port: 80}]

        """
    }
}
