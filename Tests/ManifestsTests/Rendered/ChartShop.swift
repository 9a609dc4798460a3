import Manifests
import Rollouts

/// Shops whose objects a chart makes, so that Git has values only.
enum ChartShop {
    static let release = "apps/checkout/release.yaml"

    /// One HelmRelease with both sides.
    static let helmRelease = """
        # The shop's till.
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: checkout, namespace: flux-system}
        spec:
          targetNamespace: shop
          chart: {spec: {chart: ./charts/checkout, sourceRef: {kind: GitRepository, name: shop}}}
          values:
            level: info
            image:
              repository: ghcr.io/acme/checkout
            stable:
              image: {repository: ghcr.io/acme/checkout, tag: v1}  # the release
              replicas: 10
            canary:
              image:
                repository: ghcr.io/acme/checkout
                tag: "v0"
              replicas: 0
              weight: 0   # percent

        """

    static let bindings = """
          bindings:
          - {value: stable.image.app, file: apps/checkout/release.yaml, path: spec.values.stable.image.tag, format: tag}
          - {value: canary.image.app, file: apps/checkout/release.yaml, path: spec.values.canary.image.tag, format: tag}
          - {value: stable.replicas, file: apps/checkout/release.yaml, path: spec.values.stable.replicas}
          - {value: canary.replicas, file: apps/checkout/release.yaml, path: spec.values.canary.replicas}
          - {value: route.weight, file: apps/checkout/release.yaml, path: spec.values.canary.weight}

        """

    /// A shop with these files alone; the Rollout binds as `bindings` says.
    static func shop(
        _ files: [String: String?] = [release: helmRelease], bindings: String = bindings
    ) -> Shop {
        var changes: [String: String?] = [
            "apps/stable.yaml": nil, "apps/canary.yaml": nil, "apps/services.yaml": nil, "apps/route.yaml": nil,
        ]
        changes.merge(files) { $1 }
        return Shop(changes, rollout: Shop.rollout + bindings)
    }

    static let v2 = Release(values: ["image.app": "ghcr.io/acme/checkout:v2"])
    static let v1 = Release(values: ["image.app": "ghcr.io/acme/checkout:v1"])

    /// One Argo CD Application whose values are a text.
    static let application = """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: checkout, namespace: argocd}
        spec:
          project: default
          destination: {server: https://kubernetes.default.svc, namespace: shop}
          source:
            repoURL: https://git.example.com/shop.git
            path: charts/checkout
            helm:
              parameters:
              - name: canary.weight
                value: "0"
              - name: stable.weight
                value: "100"
              values: |
                # Both sides.
                stable:
                  tag: v1   # the release
                  replicas: 10
                canary:
                  tag: 'v0'
                  replicas: 0

        """

    static let applicationBindings = """
          bindings:
          - value: stable.image.app
            file: apps/checkout/release.yaml
            path: spec.source.helm.values:stable.tag
            format: tag
            image: ghcr.io/acme/checkout
          - value: canary.image.app
            file: apps/checkout/release.yaml
            path: spec.source.helm.values:canary.tag
            format: tag
            image: ghcr.io/acme/checkout
          - {value: stable.replicas, file: apps/checkout/release.yaml, path: "spec.source.helm.values:stable.replicas"}
          - {value: canary.replicas, file: apps/checkout/release.yaml, path: "spec.source.helm.values:canary.replicas"}
          - {value: route.weight, file: apps/checkout/release.yaml, path: "spec.source.helm.parameters.[name=canary.weight].value"}
          - {value: route.weight.stable, file: apps/checkout/release.yaml, path: "spec.source.helm.parameters.[name=stable.weight].value"}

        """
}
