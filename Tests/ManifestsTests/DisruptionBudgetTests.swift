import Manifests
import Rollouts
import Testing

@Suite("PodDisruptionBudgets of the pair")
struct DisruptionBudgetTests {
    private static func budget(_ name: String, _ selector: String) -> String {
        """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: \(name), namespace: shop}
        spec:
          minAvailable: 1
          selector: \(selector)

        """
    }

    private static func budgets(_ stable: String, _ canary: String) -> String {
        budget("checkout", stable) + "---\n" + budget("checkout-canary", canary)
    }

    private static let own = budgets("{matchLabels: {track: stable}}", "{matchLabels: {track: canary}}")

    private func shop(_ text: String, paired: Bool = true) -> Shop {
        Shop(
            ["apps/budgets.yaml": text],
            rollout: paired ? AutoscalerTests.pairs("PodDisruptionBudget") : Shop.rollout)
    }

    @Test(
        "each side's budget is for its own pods",
        arguments: [
            own,
            budgets(
                "{matchExpressions: [{key: track, operator: In, values: [stable, old]}]}",
                "{matchLabels: {app: checkout}, matchExpressions: [{key: track, operator: NotIn, values: [stable]}]}"),
        ])
    func accepted(_ text: String) throws {
        #expect(try shop(text).problems() == [])
        #expect(try shop(text).bound().findings.isEmpty)
        #expect(try shop(text, paired: false).bound().findings.isEmpty)
    }

    @Test(
        "a budget for other pods is refused where it selects them",
        arguments: [
            (
                budgets("{matchLabels: {app: checkout}}", "{matchLabels: {track: canary}}"),
                "apps/budgets.yaml:6:13: the selector of PodDisruptionBudget/checkout also selects the pods of "
                    + "Deployment/checkout-canary (add track: stable to it)"
            ),
            (
                budgets("{matchLabels: {track: stable}}", "{matchLabels: {track: stable}}"),
                "apps/budgets.yaml:13:13: PodDisruptionBudget/checkout-canary does not select the pods of "
                    + "Deployment/checkout-canary (the pod template of Deployment/checkout-canary has no track: stable)"
            ),
            (
                budgets("{matchLabels: {track: stable}}", "{}"),
                "apps/budgets.yaml:13:13: the selector of PodDisruptionBudget/checkout-canary also selects the pods of "
                    + "Deployment/checkout (add app: checkout to it)"
            ),
        ])
    func refused(_ text: String, _ problem: String) throws {
        let problem = problem.replacing("add app: checkout", with: "add track: canary")
        #expect(try shop(text).problems() == [problem])
    }

    @Test func `one that counts both sides together is a warning`() throws {
        let shop = shop(Self.budget("checkout", "{matchLabels: {app: checkout}}"), paired: false)
        let findings = try shop.bound().findings
        #expect(findings.count == 1)
        #expect(
            findings.first?.description
                == "apps/budgets.yaml:6:13: PodDisruptionBudget/checkout counts the pods of Deployment/checkout and "
                + "Deployment/checkout-canary together: while a release is on its way, one side's make up for the other's"
        )
    }

    @Test func `the labels that a budget selects stay with their side`() throws {
        var shop = shop(Self.budgets("{matchLabels: {role: serving}}", "{matchLabels: {role: trying}}"))
        shop.files["apps/stable.yaml"]?.replace("        team: till\n", with: "        role: serving\n")
        shop.files["apps/canary.yaml"]?.replace(
            "        track: canary\n    spec", with: "        track: canary\n        role: trying\n    spec")
        let started = try shop.rendering([.canaryRelease(shop.release()), .canaryCapacity(1)], on: shop.tree)
        #expect(started.text(at: "apps/canary.yaml")?.contains("role: trying") == true)
        #expect(try shop.binding(in: started).problems.isEmpty)
    }
}
