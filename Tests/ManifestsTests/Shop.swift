import Manifests
import Policies
import Rollouts
import YAML

/// A small repository of plain manifests with one rollout, and the ways in which tests look at it.
struct Shop {
    var files: [String: String]
    var environments = [Environment(name: "default", root: "")]
    var environment = "default"
    /// Nil for those that ship with the program.
    var providers: [TrafficProvider]?
    /// The Jobs that analyses start.
    var jobs: [String] = []
    let rolloutPath = ".headgate/rollouts/checkout.yaml"

    init(_ changes: [String: String?] = [:], rollout: String = Shop.rollout) {
        files = [
            ".headgate/rollouts/checkout.yaml": rollout, "apps/stable.yaml": Shop.stable,
            "apps/canary.yaml": Shop.canary, "apps/services.yaml": Shop.services, "apps/route.yaml": Shop.route,
        ]
        for (path, text) in changes { files[path] = text }
    }

    var tree: Tree { Tree(files: files) }

    func binding(in tree: Tree? = nil) throws -> RolloutBinder.Binding {
        let tree = tree ?? self.tree
        let index = ManifestIndex(tree, environments: environments)
        let text = try present(tree.text(at: rolloutPath))
        let stream = try YAMLStream(parsing: text, file: rolloutPath)
        let document = try YAMLDecoder().decode(RolloutDocument.self, from: stream.single)
        let id = RolloutID(
            environment: environment, namespace: document.metadata.namespace ?? "default", name: document.metadata.name)
        var source = RolloutSource(id: id, document: document, stream: stream)
        source.jobs = jobs
        let place = try present(index.environment(named: environment))
        return RolloutBinder(index: index, providers: try providers ?? [Shop.gateway()]).bind(source, in: place)
    }

    func bound(in tree: Tree? = nil) throws -> BoundRollout {
        let binding = try binding(in: tree)
        guard let rollout = binding.rollout else {
            throw Failure(text: binding.problems.map(\.description).joined(separator: "\n"))
        }
        return rollout
    }

    /// What is wrong, as people read it.
    func problems() throws -> [String] {
        try binding().problems.map { $0.description + ($0.hint.map { " (\($0))" } ?? "") }
    }

    func release(in tree: Tree? = nil) throws -> Release {
        let tree = tree ?? self.tree
        return try ReleaseResolver(bound(in: tree), in: tree).release()
    }

    /// The tree after one commit with these changes.
    func rendering(_ changes: [Change], on tree: Tree, past: Renderer.Past? = nil) throws -> Tree {
        let rendering = try Renderer(bound(in: tree), in: tree, past: past).render(changes)
        return tree.writing(rendering.files)
    }

    static func gateway() throws -> TrafficProvider {
        try TrafficProvider.read(try present(Policies.traffic["gateway-api"]), file: "gateway-api.yaml")
    }

    struct Failure: Error { let text: String }

    static let rollout = """
        apiVersion: headgate.dev/v1alpha1
        kind: Rollout
        metadata: {name: checkout, namespace: shop}
        spec:
          release: {images: {app: "ghcr.io/acme/checkout:v2"}}
          traffic: {route: HTTPRoute/checkout}
          plan: standard

        """

    static let stable = """
        # The shop's till.
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: checkout
          namespace: shop
        spec:
          replicas: 10
          selector:
            matchLabels: {app: checkout, track: stable}
          template:
            metadata:
              labels:
                app: checkout
                track: stable
                team: till
            spec:
              containers:
              - name: app
                image: ghcr.io/acme/checkout:v1  # the release
                env:
                - name: LEVEL
                  value: info
                ports:
                - containerPort: 8080
                  name: http
                # For the mesh.
                - containerPort: 9090
                  name: metrics

        """

    static let canary = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: checkout-canary
          namespace: shop
        spec:
          replicas: 0
          selector:
            matchLabels: {app: checkout, track: canary}
          template:
            metadata:
              labels:
                app: checkout
                track: canary
            spec:
              containers:
              - name: app
                image: ghcr.io/acme/checkout:v0

        """

    static let services = """
        apiVersion: v1
        kind: Service
        metadata: {name: checkout, namespace: shop}
        spec:
          selector: {app: checkout, track: stable}
          ports: [{port: 80, targetPort: http}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: checkout-canary, namespace: shop}
        spec:
          selector: {app: checkout, track: canary}
          ports: [{port: 80, targetPort: http}]

        """

    static let route = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: checkout, namespace: shop}
        spec:
          parentRefs: [{name: public}]
          rules:
          - matches: [{path: {value: /}}]
            backendRefs:
            - name: checkout
              port: 80
            - name: checkout-canary
              port: 80
              weight: 0
          - matches: [{path: {value: /static}}]
            backendRefs:
            - name: static
              port: 80

        """
}

/// The value, or an error where there is none.
func present<T>(_ value: T?) throws -> T {
    guard let value else { throw Shop.Failure(text: "nothing there") }
    return value
}
