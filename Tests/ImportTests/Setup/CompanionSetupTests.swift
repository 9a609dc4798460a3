import Import
import Manifests
import Rollouts
import Testing
import YAML

@Suite("Setting up what goes with a workload")
struct CompanionSetupTests {
    private static let rollout = ".headgate/rollouts/production/checkout.yaml"

    private static let scaled = """
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata: {name: checkout, namespace: shop}
        spec:
          scaleTargetRef:
            name: checkout
          minReplicaCount: 2
          maxReplicaCount: 20
          advanced:
            horizontalPodAutoscalerConfig: {name: checkout, behavior: {}}
          triggers:
          # Orders that wait.
          - type: rabbitmq
            metadata: {queueName: orders, value: "20"}

        """

    private static let budget = """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: checkout, namespace: shop}
        spec:
          minAvailable: 3
          selector:
            matchLabels: {app: checkout, track: stable}

        """

    @Test func `a ScaledObject gets a pair with no pods at rest, and the counts go`() throws {
        var shop = BareShop.plain
        shop.files["apps/scaled.yaml"] = Self.scaled
        #expect(
            try shop.text("apps/scaled-canary.yaml") == """
                apiVersion: keda.sh/v1alpha1
                kind: ScaledObject
                metadata: {name: checkout-canary, namespace: shop}
                spec:
                  scaleTargetRef:
                    name: checkout-canary
                  minReplicaCount: 0
                  maxReplicaCount: 20
                  advanced:
                    horizontalPodAutoscalerConfig: {behavior: {}}
                  triggers:
                  # Orders that wait.
                  - type: rabbitmq
                    metadata: {queueName: orders, value: "20"}

                """)
        #expect(try !shop.text("apps/deployment-canary.yaml").contains("replicas"))
        #expect(
            try shop.plan().notes.contains {
                $0.hasPrefix("ScaledObject/checkout (apps/scaled.yaml:1): the canary's triggers")
            })
        let bound = try shop.bound(
            in: shop.plan().tree, root: "apps", environment: "production", rollout: Self.rollout)
        #expect(bound.canary.autoscaler?.reference.name == "checkout-canary")
        shop.files["apps/scaled.yaml"]?.replace("rabbitmq", with: "cpu")
        #expect(try shop.text("apps/scaled-canary.yaml").contains("minReplicaCount: 1\n"))
        shop.request.route = "none"
        #expect(shop.refusal()?.message.hasPrefix("ScaledObject/checkout changes the pods") == true)
    }

    @Test func `a ScaledObject of the base gets its floor in the overlay`() throws {
        var shop = BareShop.layered
        shop.files["base/scaled.yaml"] = Self.scaled.replacing(", namespace: shop", with: "")
        shop.files["base/kustomization.yaml"]? += "- scaled.yaml\n"
        #expect(
            try shop.text("production/checkout-autoscaler.yaml").hasSuffix(
                "- op: replace\n  path: /spec/minReplicaCount\n  value: 2\n"))
        #expect(try shop.text("production/checkout-canary.yaml").contains("minReplicaCount: 0"))
    }

    @Test func `a budget that counts stable's pods gets a pair that never keeps the last pod of a node`() throws {
        var shop = BareShop.plain
        shop.files["apps/budget.yaml"] = Self.budget
        #expect(
            try shop.text("apps/budget-canary.yaml") == """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: checkout-canary, namespace: shop}
                spec:
                  maxUnavailable: 1
                  selector:
                    matchLabels: {app: checkout, track: canary}

                """)
        shop.files["apps/budget.yaml"] = Self.budget.replacing("minAvailable: 3", with: "minAvailable: 50%")
        #expect(try shop.text("apps/budget-canary.yaml").contains("minAvailable: 50%"))
        shop.files["apps/budget.yaml"] = Self.budget.replacing(", track: stable", with: "")
        #expect(try !shop.changed().contains("apps/budget-canary.yaml"))
    }
}
