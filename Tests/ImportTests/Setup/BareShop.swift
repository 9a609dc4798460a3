import Import
import Manifests
import Policies
import Rollouts
import YAML

/// A small repository before anybody has set a rollout up, and the ways in which tests look at what `init` makes of it.
struct BareShop {
    var files: [String: String]
    var request = SetupRequest()
    var providers: [String] = ["gateway-api"]

    init(_ files: [String: String]) {
        self.files = files
    }

    var tree: Tree { Tree(files: files) }

    func plan() throws -> SetupPlan { try Setup.plan(request, in: tree, providers: Self.providers(providers)) }

    /// The text of a file after the change.
    func text(_ path: String) throws -> String { try present(try plan().tree.text(at: path)) }

    /// The paths that change.
    func changed() throws -> [String] { try plan().files.keys.sorted() }

    /// What the program says where it refuses.
    func refusal() -> SetupRefusal? {
        do {
            _ = try plan()
            return nil
        } catch {
            return error as? SetupRefusal
        }
    }

    /// The rollout, found in `tree` as every tick finds it.
    func bound(in tree: Tree, root: String = "", environment: String = "default", rollout: String) throws
        -> BoundRollout
    {
        let place = Environment(name: environment, root: root)
        let text = try present(tree.text(at: rollout))
        let stream = try YAMLStream(parsing: text, file: rollout)
        let document = try YAMLDecoder().decode(RolloutDocument.self, from: stream.single)
        let id = RolloutID(
            environment: environment, namespace: document.metadata.namespace ?? "default", name: document.metadata.name)
        let index = ManifestIndex(tree, environments: [place])
        let binding = RolloutBinder(index: index, providers: try Self.providers(providers))
            .bind(RolloutSource(id: id, document: document, stream: stream), in: place)
        guard let found = binding.rollout else {
            throw Missing(description: binding.problems.map(\.description).joined(separator: "\n"))
        }
        return found
    }

    static func providers(_ names: [String]) throws -> [TrafficProvider] {
        try names.map { try TrafficProvider.read(try present(Policies.traffic[$0]), file: "\($0).yaml") }
    }

    // MARK: Manifests

    static let deployment = """
        # The shop's till.
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: checkout
          namespace: shop
          labels: {app: checkout}
        spec:
          # Sized for the evening peak:
          # one pod may fail.
          replicas: 4  # more in December
          selector:
            matchLabels:
              app: checkout
              track: stable
          template:
            metadata:
              labels:
                app: checkout
                track: stable
            spec:
              containers:
              # The till itself.
              - name: app
                image: ghcr.io/acme/checkout:v1  # built by CI
                env:
                - name: CURRENCY
                  value: "EUR"  # quoted on purpose

        """

    static let service = """
        apiVersion: v1
        kind: Service
        metadata:
          name: checkout
          namespace: shop
        spec:
          selector: {app: checkout, track: stable}
          ports:
          - port: 80
            targetPort: 8080

        """

    static let route = """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata:
          name: checkout
          namespace: shop
        spec:
          rules:
          - backendRefs:
            # All of it.
            - name: checkout
              port: 80

        """

    static let autoscaler = """
        # Twice as many within a minute.
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata:
          name: checkout
          namespace: shop
        spec:
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: checkout
          minReplicas: 3
          maxReplicas: 20

        """

    /// Plain manifests below `apps`, which is the production environment.
    static var plain: BareShop {
        var shop = BareShop([
            "apps/deployment.yaml": deployment, "apps/service.yaml": service, "apps/route.yaml": route,
        ])
        shop.request.environment = "production=apps"
        return shop
    }

    /// A base that two overlays apply.
    static var layered: BareShop {
        var files = [
            "base/kustomization.yaml": "resources:\n- deployment.yaml\n- service.yaml\n- route.yaml\n",
            "production/kustomization.yaml": """
            # Production.
            namespace: shop
            resources:
            - ../base
            images:
            - name: ghcr.io/acme/checkout
              newTag: v1

            """,
            "staging/kustomization.yaml": "namespace: shop-staging\nresources:\n- ../base\n",
        ]
        for (name, text) in ["deployment": deployment, "service": service, "route": route] {
            files["base/\(name).yaml"] = text.replacing("  namespace: shop\n", with: "")
        }
        var shop = BareShop(files)
        shop.request.environment = "production=production"
        return shop
    }
}

struct Missing: Error, CustomStringConvertible { let description: String }

/// The value, or an error where there is none.
func present<T>(_ value: T?) throws -> T {
    guard let value else { throw Missing(description: "nothing there") }
    return value
}
