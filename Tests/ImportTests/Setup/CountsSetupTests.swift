import Import
import Manifests
import Rollouts
import Testing
import YAML

@Suite("Setting up what no route leads to")
struct CountsSetupTests {
    private static let rollout = ".headgate/rollouts/production/checkout.yaml"

    private var shop: BareShop {
        var shop = BareShop.plain
        shop.files["apps/route.yaml"] = nil
        shop.request.route = "none"
        return shop
    }

    /// Pods that take their work from a queue.
    private var workers: BareShop {
        var shop = shop
        shop.files["apps/service.yaml"] = nil
        return shop
    }

    @Test func `a Service that selected stable alone selects both, and two headless ones tell metrics apart`() throws {
        #expect(
            try shop.changed() == [
                ".headgate/config.yaml", Self.rollout, "apps/deployment-canary.yaml", "apps/service-canary.yaml",
                "apps/service.yaml",
            ])
        #expect(try shop.text("apps/service.yaml") == BareShop.service.replacing(", track: stable", with: ""))
        #expect(
            try shop.text("apps/service-canary.yaml") == """
                apiVersion: v1
                kind: Service
                metadata:
                  name: checkout-stable
                  namespace: shop
                spec:
                  clusterIP: "None"
                  selector: {app: checkout, track: stable}
                  ports:
                  - port: 80
                    targetPort: 8080
                ---
                apiVersion: v1
                kind: Service
                metadata:
                  name: checkout-canary
                  namespace: shop
                spec:
                  clusterIP: "None"
                  selector: {app: checkout, track: canary}
                  ports:
                  - port: 80
                    targetPort: 8080

                """)
        #expect(
            try shop.text(Self.rollout) == """
                apiVersion: headgate.dev/v1alpha1
                kind: Rollout
                metadata: {name: checkout, namespace: shop}
                spec:
                  release: {images: {app: ghcr.io/acme/checkout:v1}}
                  traffic: {services: {stable: checkout-stable, canary: checkout-canary}}
                  plan: standard

                """)
        #expect(try shop.plan().notes.contains { $0.hasPrefix("Service/checkout no longer selects on track") })
    }

    @Test func `a Service that selects both already stays byte for byte`() throws {
        var shop = shop
        shop.files["apps/service.yaml"] = BareShop.service.replacing(", track: stable", with: "")
        #expect(try !shop.changed().contains("apps/service.yaml"))
        #expect(try shop.text("apps/service-canary.yaml").contains("selector: {app: checkout, track: stable}"))
        let bound = try shop.bound(
            in: shop.plan().tree, root: "apps", environment: "production", rollout: Self.rollout)
        #expect(bound.splitsByReplicas)
        #expect(bound.services?.canary.reference.name == "checkout-canary")
    }

    @Test func `Services that tell the sides apart already are used`() throws {
        var shop = shop
        shop.files["apps/everyone.yaml"] = BareShop.service.replacing(", track: stable", with: "")
            .replacing("name: checkout\n", with: "name: everyone\n")
        #expect(
            try shop.changed() == [
                ".headgate/config.yaml", Self.rollout, "apps/deployment-canary.yaml", "apps/service-canary.yaml",
            ])
        #expect(try !shop.text(Self.rollout).contains("traffic"))
    }

    @Test func `a second run changes nothing`() throws {
        for shop in [
            shop,
            {
                var shop = workers; shop.request.analysis = "none"; return shop
            }(),
        ] {
            var again = shop
            for (path, bytes) in try shop.plan().files { again.files[path] = String(decoding: bytes, as: UTF8.self) }
            #expect(try again.changed() == [])
        }
    }

    @Test func `workers without a Service are judged by nothing only where that is said`() throws {
        let refusal = try present(workers.refusal())
        #expect(
            refusal.message
                == "no Service selects the pods of Deployment/checkout, so nothing tells the metrics of the two sides apart"
        )
        #expect(refusal.steps == ["add a Service for the port of their metrics; then run this again"])
        #expect(refusal.alternative?.contains("--analysis none") == true)
        var shop = workers
        shop.request.analysis = "none"
        #expect(
            try shop.changed() == [".headgate/config.yaml", Self.rollout, "apps/deployment-canary.yaml"])
        #expect(
            try shop.text(Self.rollout) == """
                apiVersion: headgate.dev/v1alpha1
                kind: Rollout
                metadata: {name: checkout, namespace: shop}
                spec:
                  release: {images: {app: ghcr.io/acme/checkout:v1}}
                  plan: standard
                  analysis: "none"

                """)
    }

    @Test func `without analysis no Services are made, and the one that serves selects both`() throws {
        var shop = shop
        shop.request.analysis = "none"
        #expect(try !shop.changed().contains("apps/service-canary.yaml"))
        #expect(try shop.text("apps/service.yaml").contains("selector: {app: checkout}"))
    }

    @Test(arguments: [
        (1, "  steps:\n  - setWeight: 50\n  - pause: {duration: 10m}\n"),
        (2, "  steps:\n  - setWeight: 33\n  - pause: {duration: 10m}\n  - setWeight: 50\n  - pause: {duration: 10m}\n"),
        (4, "  plan: standard\n"), (40, "  plan: standard\n"),
    ])
    func `few pods get steps with the weights that they can make`(pods: Int, text: String) throws {
        var shop = shop
        shop.files["apps/deployment.yaml"]?.replace("replicas: 4", with: "replicas: \(pods)")
        #expect(try shop.text(Self.rollout).hasSuffix(text))
        #expect(try shop.plan().notes.contains { $0.hasPrefix("Deployment/checkout has") } == text.contains("steps"))
    }

    @Test func `in an overlay the Services are its own, and the selector of the base is left to people`() throws {
        var shop = BareShop.layered
        shop.files["base/kustomization.yaml"]?.replace("- route.yaml\n", with: "")
        shop.request.route = "none"
        #expect(
            shop.refusal()?.message
                == "base/service.yaml:6: Service/checkout selects on track, and not in production alone")
        shop.files["base/service.yaml"]?.replace(", track: stable", with: "")
        #expect(
            try shop.changed() == [
                ".headgate/config.yaml", Self.rollout, "production/checkout-canary.yaml",
                "production/checkout-image.yaml", "production/kustomization.yaml",
            ])
        let documents = try YAMLStream(parsing: shop.text("production/checkout-canary.yaml"), file: "").documents
        #expect(
            documents.map { $0.root["metadata"]?["name"]?.string } == [
                "checkout-canary", "checkout-stable", "checkout-canary",
            ])
    }

    // MARK: Refusals

    @Test func `an autoscaler's counts split nothing`() throws {
        var shop = shop
        shop.files["apps/hpa.yaml"] = BareShop.autoscaler
        let refusal = try present(shop.refusal())
        #expect(
            refusal.message
                == "HorizontalPodAutoscaler/checkout changes the pods of Deployment/checkout, and their counts are to split the traffic"
        )
        #expect(refusal.steps.first?.contains("without --route none") == true)
    }

    @Test func `of several Services for stable alone people say which one serves`() throws {
        var shop = shop
        shop.files["apps/admin.yaml"] = BareShop.service.replacing("name: checkout\n", with: "name: admin\n")
        #expect(
            shop.refusal()?.causes == ["Service/admin (apps/admin.yaml:1)", "Service/checkout (apps/service.yaml:1)"])
        shop.files["apps/admin.yaml"] = nil
        shop.files["apps/service.yaml"]?.replace("app: checkout, track", with: "track")
        #expect(shop.refusal()?.message.contains("selects by track alone") == true)
    }

    @Test func `where no route names the Service, counts are offered`() {
        var shop = shop
        shop.request.route = nil
        #expect(shop.refusal()?.alternative?.hasSuffix("--route none") == true)
        shop.files["apps/service.yaml"] = nil
        #expect(shop.refusal()?.alternative?.hasSuffix("--route none") == true)
    }
}
