import Import
import Manifests
import Rollouts
import Testing
import YAML

@Suite("Setting up other kinds than Deployments")
struct KindSetupTests {
    private static let set = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: checkout, namespace: shop}
        spec:
          serviceName: checkout-peers
          replicas: 3
          updateStrategy: {rollingUpdate: {partition: 2}}
          selector:
            matchLabels: {app: checkout, track: stable}
          template:
            metadata:
              labels: {app: checkout, track: stable}
            spec:
              containers:
              - name: app
                image: ghcr.io/acme/checkout:v1
                volumeMounts: [{name: data, mountPath: /data}]
          volumeClaimTemplates:
          - metadata: {name: data}
            spec:
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 1Gi}}

        """

    private static let peers = """
        apiVersion: v1
        kind: Service
        metadata: {name: checkout-peers, namespace: shop}
        spec:
          clusterIP: None
          publishNotReadyAddresses: true
          selector: {app: checkout}
          ports:
          - port: 7000

        """

    private var shop: BareShop {
        var shop = BareShop.plain
        shop.files["apps/deployment.yaml"] = nil
        shop.files["apps/set.yaml"] = Self.set
        shop.files["apps/peers.yaml"] = Self.peers
        return shop
    }

    private let rollout = ".headgate/rollouts/production/checkout.yaml"

    @Test func `a StatefulSet's canary has no pods, a name service of its own and claims of its own`() throws {
        #expect(
            try shop.changed() == [
                ".headgate/config.yaml", rollout, "apps/peers-canary.yaml", "apps/route.yaml",
                "apps/service-canary.yaml",
                "apps/set-canary.yaml",
            ])
        #expect(
            try shop.text("apps/set-canary.yaml") == """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: checkout-canary, namespace: shop}
                spec:
                  serviceName: checkout-peers-canary
                  # At rest. Headgate scales it while a release is on its way.
                  replicas: 0
                  updateStrategy: {rollingUpdate: {}}
                  selector:
                    matchLabels: {app: checkout, track: canary}
                  template:
                    metadata:
                      labels: {app: checkout, track: canary}
                    spec:
                      containers:
                      - name: app
                        image: ghcr.io/acme/checkout:v1
                        volumeMounts: [{name: data, mountPath: /data}]
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec:
                      accessModes: [ReadWriteOnce]
                      resources: {requests: {storage: 1Gi}}

                """)
        #expect(
            try shop.text("apps/peers-canary.yaml") == """
                apiVersion: v1
                kind: Service
                metadata: {name: checkout-peers-canary, namespace: shop}
                spec:
                  clusterIP: None
                  publishNotReadyAddresses: true
                  selector: {app: checkout, track: canary}
                  ports:
                  - port: 7000

                """)
        #expect(
            try shop.text(rollout) == """
                apiVersion: headgate.dev/v1alpha1
                kind: Rollout
                metadata: {name: checkout, namespace: shop}
                spec:
                  release: {images: {app: ghcr.io/acme/checkout:v1}}
                  workload: {kind: StatefulSet}
                  traffic: {route: HTTPRoute/checkout}
                  plan: standard

                """)
    }

    @Test func `what a StatefulSet's canary shares and does not share is said`() throws {
        let notes = try shop.plan().notes
        #expect(notes.contains { $0.hasPrefix("The canary's pods get claims of their own (data-checkout-canary-0") })
        #expect(
            notes.contains {
                $0.hasPrefix(
                    "Service/checkout-peers (apps/peers.yaml:1) selects the canary's pods, too: add track: stable")
            })
        #expect(notes.contains { $0.hasPrefix("apps/set.yaml:7: below its partition") })
        var shop = shop
        shop.files["apps/peers.yaml"] = nil
        #expect(try shop.text("apps/set-canary.yaml").contains("serviceName: checkout-peers\n"))
        #expect(
            try shop.plan().notes.contains { $0.hasPrefix("Service/checkout-peers, which gives the pods their names") })
    }

    @Test func `a headless Service that the route names is the one copy`() throws {
        var shop = shop
        shop.files["apps/peers.yaml"] = nil
        shop.files["apps/set.yaml"]?.replace("checkout-peers", with: "checkout")
        shop.files["apps/service.yaml"]?.replace("spec:\n", with: "spec:\n  clusterIP: None\n")
        #expect(try shop.text("apps/set-canary.yaml").contains("serviceName: checkout-canary\n"))
        #expect(
            try shop.text("apps/service-canary.yaml").contains(
                "  clusterIP: None\n  selector: {app: checkout, track: canary}\n"))
    }

    @Test func `a second run changes nothing, and a release goes all the way`() throws {
        var again = shop
        for (path, bytes) in try shop.plan().files { again.files[path] = String(decoding: bytes, as: UTF8.self) }
        #expect(try again.changed() == [])
        var tree = try shop.plan().tree
        tree = tree.writing([rollout: Array(try shop.text(rollout).replacing(":v1}", with: ":v2}").utf8)])
        func bound() throws -> BoundRollout {
            try shop.bound(in: tree, root: "apps", environment: "production", rollout: rollout)
        }
        let release = try ReleaseResolver(bound(), in: tree).release()
        for commit: [Change] in [
            [.canaryRelease(release), .canaryCapacity(1)], [.weight(Weight(clamping: 25))], [.stableRelease(release)],
            [.weight(Weight(clamping: 0))], [.canaryCapacity(0)],
        ] { tree = tree.writing(try Renderer(bound(), in: tree).render(commit).files) }
        #expect(tree.text(at: "apps/set.yaml") == Self.set.replacing("checkout:v1", with: "checkout:v2"))
    }

    @Test func `an overlay gets the StatefulSet and its image and count, and the base stays`() throws {
        var shop = BareShop.layered
        shop.files["base/deployment.yaml"] = Self.set.replacing(", namespace: shop", with: "")
        shop.files["base/peers.yaml"] = Self.peers.replacing(", namespace: shop", with: "")
        shop.files["base/kustomization.yaml"]? += "- peers.yaml\n"
        #expect(try shop.changed().allSatisfy { !$0.hasPrefix("base/") })
        #expect(
            try shop.text("production/kustomization.yaml") == """
                # Production.
                namespace: shop
                resources:
                - ../base
                - checkout-canary.yaml
                patches:
                - path: checkout-image.yaml
                  target: {kind: StatefulSet, name: checkout}
                - path: checkout-backends.yaml
                  target: {kind: HTTPRoute, name: checkout}
                replicas:
                - name: checkout
                  count: 3

                """)
        let documents = try YAMLStream(parsing: shop.text("production/checkout-canary.yaml"), file: "").documents
        #expect(
            documents.map { "\($0.root["kind"]?.string ?? "")/\($0.root["metadata"]?["name"]?.string ?? "")" } == [
                "StatefulSet/checkout-canary", "Service/checkout-canary", "Service/checkout-peers-canary",
            ])
    }

    // MARK: DaemonSets

    private static let daemon = """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: checkout, namespace: shop}
        spec:
          selector:
            matchLabels: {app: checkout, track: stable}
          template:
            metadata:
              labels: {app: checkout, track: stable}
            spec:
              nodeSelector: {kubernetes.io/os: linux}
              containers:
              - name: app
                image: ghcr.io/acme/checkout:v1

        """

    @Test func `a DaemonSet's canary asks for a label that no node has`() throws {
        var shop = BareShop.plain
        shop.files["apps/deployment.yaml"] = nil
        shop.files["apps/daemon.yaml"] = Self.daemon
        #expect(
            try shop.text("apps/daemon-canary.yaml") == """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: checkout-canary, namespace: shop}
                spec:
                  selector:
                    matchLabels: {app: checkout, track: canary}
                  template:
                    metadata:
                      labels: {app: checkout, track: canary}
                    spec:
                      nodeSelector: {kubernetes.io/os: linux, headgate.dev/at-rest: "true"}
                      containers:
                      - name: app
                        image: ghcr.io/acme/checkout:v1

                """)
        #expect(try shop.text(rollout).contains("workload: {kind: DaemonSet}"))
        let bound = try shop.bound(in: shop.plan().tree, root: "apps", environment: "production", rollout: rollout)
        #expect(bound.reading().number(.canaryReplicas) == 0)
        var again = shop
        for (path, bytes) in try shop.plan().files { again.files[path] = String(decoding: bytes, as: UTF8.self) }
        #expect(try again.changed() == [])
        shop.request.route = "none"
        #expect(shop.refusal()?.message == "a DaemonSet has no count of pods that could split the traffic")
    }

    @Test func `an overlay's DaemonSet is at rest by its own document`() throws {
        var shop = BareShop.layered
        shop.files["base/deployment.yaml"] = Self.daemon.replacing(", namespace: shop", with: "")
            .replacing("      nodeSelector: {kubernetes.io/os: linux}\n", with: "")
        #expect(
            try shop.text("production/checkout-canary.yaml").contains(
                "nodeSelector:\n        headgate.dev/at-rest: \"true\"\n"))
        #expect(try !shop.text("production/kustomization.yaml").contains("replicas"))
        let bound = try shop.bound(
            in: shop.plan().tree, root: "production", environment: "production", rollout: rollout)
        #expect(bound.reading().number(.canaryReplicas) == 0)
    }

    // MARK: Choosing

    @Test func `where several kinds have candidates all are listed`() throws {
        var shop = shop
        shop.files["apps/deployment.yaml"] = BareShop.deployment
        let refusal = try present(shop.refusal())
        #expect(refusal.message == "there are 2 workloads in apps")
        #expect(
            refusal.causes == [
                "Deployment/checkout (apps/deployment.yaml:2)", "StatefulSet/checkout (apps/set.yaml:1)",
            ])
        #expect(refusal.steps == ["choose one: --workload Deployment/checkout"])
        shop.request.workload = "StatefulSet/checkout"
        #expect(try shop.text(rollout).contains("workload: {kind: StatefulSet}"))
        shop.request.workload = "StatefulSet/chekout"
        #expect(shop.refusal()?.steps == ["did you mean --workload StatefulSet/checkout?"])
        shop.request.workload = "CronJob/checkout"
        #expect(shop.refusal()?.message.hasPrefix("CronJob/checkout cannot be set up") == true)
    }

    @Test func `a StatefulSet without a telling label is relabelled and taken over, never doubled`() throws {
        var shop = shop
        shop.files["apps/set.yaml"]?.replace(", track: stable", with: "")
        shop.files["apps/service.yaml"]?.replace(", track: stable", with: "")
        let refusal = try present(shop.refusal())
        #expect(refusal.steps.count == 4)
        #expect(refusal.steps[1].contains("`kubectl delete statefulset checkout --cascade=orphan`"))
        #expect(refusal.alternative?.contains("--label app=checkout-canary") == true)
    }

    @Test func `an autoscaler of a StatefulSet gets a pair`() throws {
        var shop = shop
        shop.files["apps/hpa.yaml"] = BareShop.autoscaler.replacing("Deployment", with: "StatefulSet")
        #expect(try shop.text("apps/hpa-canary.yaml").contains("kind: StatefulSet\n    name: checkout-canary\n"))
        #expect(try !shop.text("apps/set-canary.yaml").contains("replicas"))
    }
}
