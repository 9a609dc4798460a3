import Import
import Manifests
import Rollouts
import Testing
import YAML

@Suite("Setting up plain manifests")
struct PlainSetupTests {
    let shop = BareShop.plain

    @Test func `one change set has the pair, the second backend, the Rollout and the configuration`() throws {
        #expect(
            try shop.changed() == [
                ".headgate/config.yaml", ".headgate/rollouts/production/checkout.yaml", "apps/deployment-canary.yaml",
                "apps/route.yaml", "apps/service-canary.yaml",
            ])
    }

    @Test func `the canary is stable's text with its comments, at rest and with a label of its own`() throws {
        #expect(
            try shop.text("apps/deployment-canary.yaml") == """
                # The shop's till.
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: checkout-canary
                  namespace: shop
                  labels: {app: checkout}
                spec:
                  # At rest. Headgate scales it while a release is on its way.
                  replicas: 0
                  selector:
                    matchLabels:
                      app: checkout
                      track: canary
                  template:
                    metadata:
                      labels:
                        app: checkout
                        track: canary
                    spec:
                      containers:
                      # The till itself.
                      - name: app
                        image: ghcr.io/acme/checkout:v1  # built by CI
                        env:
                        - name: CURRENCY
                          value: "EUR"  # quoted on purpose

                """)
    }

    @Test func `the route gets the canary's backend without traffic`() throws {
        #expect(
            try shop.text("apps/route.yaml") == BareShop.route
                + "      weight: 100\n    - name: checkout-canary\n      port: 80\n      weight: 0\n")
    }

    @Test func `the Rollout has seven lines and states what runs now`() throws {
        #expect(
            try shop.text(".headgate/rollouts/production/checkout.yaml") == """
                apiVersion: headgate.dev/v1alpha1
                kind: Rollout
                metadata: {name: checkout, namespace: shop}
                spec:
                  release: {images: {app: ghcr.io/acme/checkout:v1}}
                  traffic: {route: HTTPRoute/checkout}
                  plan: standard

                """)
    }

    @Test func `the stable Deployment and Service stay byte for byte`() throws {
        let plan = try shop.plan()
        for path in ["apps/deployment.yaml", "apps/service.yaml"] {
            #expect(plan.tree.text(at: path) == shop.files[path])
        }
    }

    @Test func `a second run changes nothing`() throws {
        var again = shop
        for (path, bytes) in try shop.plan().files { again.files[path] = String(decoding: bytes, as: UTF8.self) }
        #expect(try again.changed() == [])
        again.request.environment = nil
        #expect(try again.changed() == [])
        #expect(try again.plan().title == "production/shop/checkout")
    }

    @Test func `a canary that is there already is kept, and only what is missing is added`() throws {
        var half = shop
        let canary = try shop.text("apps/deployment-canary.yaml").replacing("# The shop's till.", with: "# Mine.")
        half.files["apps/mine.yaml"] = canary
        #expect(try !half.changed().contains("apps/deployment-canary.yaml"))
        #expect(try half.text("apps/mine.yaml") == canary)
    }

    @Test func `a release goes all the way through what was set up`() throws {
        let path = ".headgate/rollouts/production/checkout.yaml"
        let plan = try shop.plan()
        let stated = plan.tree.writing([path: Array(try shop.text(path).replacing(":v1}", with: ":v2}").utf8)])
        var tree = stated
        func bound() throws -> BoundRollout {
            try shop.bound(in: tree, root: "apps", environment: "production", rollout: path)
        }
        let release = try ReleaseResolver(bound(), in: tree).release()
        #expect(try bound().findings == [])
        let commits: [[Change]] = [
            [.canaryRelease(release), .canaryCapacity(1)], [.weight(Weight(clamping: 25)), .canaryCapacity(2)],
            [.stableRelease(release)], [.weight(Weight(clamping: 0))], [.canaryCapacity(0)],
        ]
        for commit in commits { tree = tree.writing(try Renderer(bound(), in: tree).render(commit).files) }
        #expect(
            tree.text(at: "apps/deployment.yaml") == BareShop.deployment.replacing("checkout:v1", with: "checkout:v2"))
        #expect(tree.text(at: "apps/route.yaml") == stated.text(at: "apps/route.yaml"))
    }

    // MARK: Names

    @Test func `names that differ from the rollout's are stated`() throws {
        var shop = shop
        shop.files["apps/deployment.yaml"] = BareShop.deployment.replacing("name: checkout\n", with: "name: till\n")
        shop.files["apps/service.yaml"] = BareShop.service.replacing("name: checkout\n", with: "name: till-http\n")
        shop.files["apps/route.yaml"] = BareShop.route.replacing("- name: checkout", with: "- name: till-http")
        shop.request.name = "checkout"
        shop.request.workload = "Deployment/till"
        #expect(
            try shop.text(".headgate/rollouts/production/checkout.yaml").contains(
                """
                  workload: {stable: till, canary: till-canary}
                  traffic: {route: HTTPRoute/checkout, services: {stable: till-http, canary: till-http-canary}}

                """))
    }

    @Test func `of several Deployments one has to be chosen`() throws {
        var shop = shop
        shop.files["apps/other.yaml"] = BareShop.deployment.replacing("checkout", with: "payments")
        let refusal = try present(shop.refusal())
        #expect(refusal.message == "there are 2 Deployments in apps")
        #expect(
            refusal.causes == [
                "Deployment/checkout (apps/deployment.yaml:2)", "Deployment/payments (apps/other.yaml:2)",
            ])
        shop.request.name = "chekout"
        #expect(shop.refusal()?.steps == ["did you mean --workload Deployment/checkout?"])
        shop.request.name = "checkout"
        #expect(try shop.plan().files.count == 5)
    }

    @Test func `of several routes one has to be chosen`() throws {
        var shop = shop
        shop.files["apps/admin.yaml"] = BareShop.route.replacing("  name: checkout\n", with: "  name: admin\n")
        #expect(shop.refusal()?.message == "several routes lead to Deployment/checkout")
        shop.request.route = "HTTPRoute/admin"
        #expect(try shop.changed().contains("apps/admin.yaml"))
        #expect(try !shop.changed().contains("apps/route.yaml"))
    }

    // MARK: Documents

    @Test func `documents of one file get their canaries in one file`() throws {
        var shop = BareShop([
            "apps/all.yaml": [BareShop.deployment, BareShop.service, BareShop.route].joined(separator: "---\n")
        ])
        shop.request.environment = "production=apps"
        #expect(
            try shop.changed() == [
                ".headgate/config.yaml", ".headgate/rollouts/production/checkout.yaml", "apps/all-canary.yaml",
                "apps/all.yaml",
            ])
        let documents = try YAMLStream(parsing: shop.text("apps/all-canary.yaml"), file: "").documents
        #expect(documents.map { $0.root["kind"]?.string } == ["Deployment", "Service"])
    }

    @Test func `a canary Service is not exposed and asks for no name of its own`() throws {
        var shop = shop
        shop.files["apps/service.yaml"] = """
            apiVersion: v1
            kind: Service
            metadata:
              name: checkout
              namespace: shop
              annotations:
                external-dns.alpha.kubernetes.io/hostname: shop.example.com
            spec:
              type: LoadBalancer
              clusterIP: 10.0.0.7
              loadBalancerIP: 192.0.2.1
              # Only what is ready.
              publishNotReadyAddresses: false
              selector:
                app: checkout
                track: stable
              ports:
              - port: 80
                nodePort: 30080
                targetPort: 8080

            """
        #expect(
            try shop.text("apps/service-canary.yaml") == """
                apiVersion: v1
                kind: Service
                metadata:
                  name: checkout-canary
                  namespace: shop
                spec:
                  # Only what is ready.
                  publishNotReadyAddresses: false
                  selector:
                    app: checkout
                    track: canary
                  ports:
                  - port: 80
                    targetPort: 8080

                """)
    }

    @Test func `an autoscaler gets a pair, and the counts of pods go`() throws {
        var shop = shop
        shop.files["apps/hpa.yaml"] = BareShop.autoscaler
        #expect(
            try shop.text("apps/hpa-canary.yaml")
                == BareShop.autoscaler.replacing("name: checkout", with: "name: checkout-canary")
                .replacing("minReplicas: 3", with: "minReplicas: 1"))
        #expect(try !shop.text("apps/deployment-canary.yaml").contains("replicas"))
        let bound = try shop.bound(
            in: shop.plan().tree, root: "apps", environment: "production",
            rollout: ".headgate/rollouts/production/checkout.yaml")
        #expect(bound.canary.autoscaler?.reference.name == "checkout-canary")
    }

    @Test func `line endings are kept`() throws {
        var shop = shop
        for path in shop.files.keys { shop.files[path]?.replace("\n", with: "\r\n") }
        let text = try shop.text("apps/deployment-canary.yaml")
        #expect(text == (try self.shop.text("apps/deployment-canary.yaml")).replacing("\n", with: "\r\n"))
    }

    @Test func `anchors are written out in the copy`() throws {
        var shop = shop
        shop.files["apps/deployment.yaml"] = BareShop.deployment.replacing(
            "    matchLabels:\n      app: checkout\n      track: stable\n",
            with: "    matchLabels: &labels\n      app: checkout\n      track: stable\n"
        ).replacing(
            "      labels:\n        app: checkout\n        track: stable\n", with: "      labels: *labels\n")
        let document = try YAMLStream(parsing: shop.text("apps/deployment-canary.yaml"), file: "").single.root
        #expect(document["spec"]?["selector"]?["matchLabels"]?["track"]?.string == "canary")
        #expect(document["spec"]?["template"]?["metadata"]?["labels"]?["track"]?.string == "canary")
    }

    @Test func `an image automation's marker stays with stable, and is reported`() throws {
        var shop = shop
        shop.files["apps/deployment.yaml"] = BareShop.deployment.replacing(
            "# built by CI", with: "# {\"$imagepolicy\": \"flux-system:checkout\"}")
        #expect(try !shop.text("apps/deployment-canary.yaml").contains("imagepolicy"))
        #expect(try shop.plan().notes.contains { $0.hasPrefix("An image automation writes") })
    }

    @Test func `an image automation's marker in a kustomization goes with its entry, and is reported`() throws {
        var shop = shop
        let entry = "images:\n- name: ghcr.io/acme/checkout\n  newTag: v7"
        let resources = "resources:\n- deployment.yaml\n- service.yaml\n- route.yaml\n"
        shop.files["apps/kustomization.yaml"] =
            "\(resources)\(entry)  # {\"$imagepolicy\": \"flux-system:checkout:tag\"}\n"
        #expect(try !shop.text("apps/kustomization.yaml").contains("imagepolicy"))
        func reported() throws -> Bool {
            try shop.plan().notes.contains {
                $0.hasPrefix(
                    "An image automation writes the entry ghcr.io/acme/checkout of images in apps/kustomization.yaml")
            }
        }
        #expect(try reported())
        shop.files["apps/kustomization.yaml"] = "\(resources)\(entry)\n"
        #expect(try !reported())
    }

    // MARK: Backends

    @Test func `every rule that names the Service gets the canary, and shares with others stay`() throws {
        var shop = shop
        shop.files["apps/route.yaml"] = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: checkout, namespace: shop}
            spec:
              rules:
              - backendRefs: [{name: checkout, port: 80}]
              - backendRefs:
                - {name: legacy, port: 80, weight: 30}
                - {name: checkout, port: 80, weight: 70}
              - backendRefs:
                - {name: static, port: 80}

            """
        #expect(
            try shop.text("apps/route.yaml") == """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: checkout, namespace: shop}
                spec:
                  rules:
                  - backendRefs: [{name: checkout, port: 80, weight: 100}, {name: checkout-canary, port: 80, weight: 0}]
                  - backendRefs:
                    - {name: legacy, port: 80, weight: 30}
                    - {name: checkout, port: 80, weight: 70}
                    - {name: checkout-canary, port: 80, weight: 0}
                  - backendRefs:
                    - {name: static, port: 80}

                """)
    }

    // MARK: Repository

    @Test func `the configuration that exists is extended, comments and all`() throws {
        var shop = shop
        shop.files[".headgate/config.yaml"] =
            "# Ours.\nenvironments:\n  staging: {path: staging}  # small\nhold: \"moving\"\n"
        shop.request.prometheus = "http://prometheus:9090"
        #expect(
            try shop.text(".headgate/config.yaml") == """
                # Ours.
                environments:
                  staging: {path: staging}  # small
                  production: {path: apps}
                hold: "moving"
                metrics:
                  set: app-http
                  prometheus: {address: http://prometheus:9090}

                """)
    }

    @Test func `the ignore rule is written where the root of the repository is applied`() throws {
        var shop = shop
        shop.request.environment = nil
        #expect(try shop.text(".sourceignore") == "# Headgate's own files are no manifests.\n/.headgate\n")
        shop.files[".sourceignore"] = "/docs"
        #expect(try shop.text(".sourceignore") == "/docs\n# Headgate's own files are no manifests.\n/.headgate\n")
        shop.files[".sourceignore"] = "/.headgate/\n"
        #expect(try !shop.changed().contains(".sourceignore"))
        #expect(try shop.changed().contains(".headgate/rollouts/checkout.yaml"))
    }

    @Test func `a kustomization gets the new files beside stable's`() throws {
        var shop = shop
        shop.files["apps/kustomization.yaml"] =
            "namespace: shop\nresources:\n- deployment.yaml  # the till\n- service.yaml\n- route.yaml\n"
        #expect(
            try shop.text("apps/kustomization.yaml") == """
                namespace: shop
                resources:
                - deployment.yaml  # the till
                - deployment-canary.yaml
                - service.yaml
                - service-canary.yaml
                - route.yaml

                """)
    }

    @Test func `an image that a kustomization replaces by name is written out for each side`() throws {
        var shop = shop
        shop.files["apps/kustomization.yaml"] =
            "resources:\n- deployment.yaml\n- service.yaml\n- route.yaml\nimages:\n- name: ghcr.io/acme/checkout\n  newTag: v7\n"
        #expect(try shop.text("apps/deployment.yaml").contains("image: ghcr.io/acme/checkout:v7  # built by CI"))
        #expect(try shop.text("apps/deployment-canary.yaml").contains("image: ghcr.io/acme/checkout:v7"))
        #expect(try !shop.text("apps/kustomization.yaml").contains("images"))
        shop.files["apps/kustomization.yaml"]?.replace("- route.yaml", with: "- route.yaml\n- batch.yaml")
        shop.files["apps/batch.yaml"] = BareShop.deployment.replacing("name: checkout\n", with: "name: batch\n")
            .replacing("app: checkout", with: "app: batch")
        shop.request.name = "checkout"
        #expect(shop.refusal()?.causes == ["Deployment/batch (apps/batch.yaml:2)"])
    }

    @Test func `what goes by the label of stable alone is reported`() throws {
        var shop = shop
        shop.files["apps/policy.yaml"] = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: till, namespace: shop}
            spec: {podSelector: {matchLabels: {track: stable}}}

            """
        #expect(
            try shop.plan().notes.contains {
                $0.hasPrefix("NetworkPolicy/till (apps/policy.yaml:1) selects track: stable")
            })
    }
}
