import Import
import Testing

@Suite("Manifests that cannot be set up")
struct RefusedSetupTests {
    let shop = BareShop.plain

    @Test func `selectors that would reach both sides are refused, with the label and the order of the steps`() throws {
        var shop = shop
        shop.files["apps/deployment.yaml"] = BareShop.deployment.replacing("track: stable\n", with: "tier: web\n")
            .replacing("      tier: web\n  template", with: "  template").replacing(
                "        tier: web\n    spec", with: "    spec")
        shop.files["apps/service.yaml"] = BareShop.service.replacing(", track: stable", with: "")
        let refusal = try present(shop.refusal())
        #expect(refusal.message == "nothing would tell the pods of Deployment/checkout from its canary's")
        #expect(
            refusal.causes == [
                "apps/deployment.yaml:13: Deployment/checkout selects app: checkout",
                "apps/service.yaml:7: Service/checkout selects app: checkout",
            ])
        #expect(refusal.steps.count == 4)
        #expect(refusal.steps.first?.contains("`track: stable`") == true)
        #expect(refusal.steps.first?.contains("cannot be changed") == true)
        #expect(refusal.steps.last == "run this again with --name checkout --workload Deployment/checkout-stable")
        #expect(refusal.alternative?.contains("--label app=checkout-canary") == true)
    }

    @Test func `a value of the canary's own for the label that both select on is taken when asked for`() throws {
        var shop = shop
        shop.files["apps/deployment.yaml"] = BareShop.deployment.replacing("        track: stable\n", with: "")
            .replacing("      track: stable\n", with: "")
        shop.files["apps/service.yaml"] = BareShop.service.replacing(", track: stable", with: "")
        shop.request.label = "app=checkout-canary"
        #expect(try shop.text("apps/service-canary.yaml").contains("selector: {app: checkout-canary}"))
        #expect(try shop.text("apps/deployment-canary.yaml").contains("matchLabels:\n      app: checkout-canary\n"))
        shop.request.label = "app=checkout"
        #expect(shop.refusal()?.message == "app=checkout is the label that the stable pods have")
        shop.request.label = "tier=web"
        #expect(shop.refusal()?.message.hasPrefix("tier cannot tell the pods apart") == true)
    }

    @Test func `a Service that lacks the label gets one line of advice`() throws {
        var shop = shop
        shop.files["apps/service.yaml"] = BareShop.service.replacing(", track: stable", with: "")
        #expect(
            shop.refusal()?.steps.first
                == "add the label `track: stable` to spec.selector of Service/checkout (apps/service.yaml:7);"
                + " every pod has it already, so this is safe at once")
    }

    @Test(arguments: [
        (
            "app: checkout\n      app.kubernetes.io/component: server", "app.kubernetes.io/component: server",
            "server-canary"
        ),
        ("app: checkout\n      track: primary", "track: primary", "canary"),
    ])
    func `the label's counterpart follows from its value`(labels: String, selector: String, canary: String) throws {
        var shop = shop
        shop.files["apps/deployment.yaml"] = BareShop.deployment
            .replacing("app: checkout\n      track: stable", with: labels)
            .replacing("app: checkout\n        track: stable", with: labels.replacing("\n", with: "\n  "))
        shop.files["apps/service.yaml"] = BareShop.service.replacing("track: stable", with: selector)
        #expect(try shop.text("apps/service-canary.yaml").contains(": \(canary)}"))
    }

    @Test func `what is missing is named, with what there is`() {
        var shop = shop
        shop.files["apps/route.yaml"] = BareShop.route.replacing("- name: checkout", with: "- name: other")
        #expect(shop.refusal()?.message == "no route names Service/checkout")
        #expect(shop.refusal()?.causes == ["HTTPRoute/checkout (apps/route.yaml:1)"])
        shop.files["apps/service.yaml"] = BareShop.service.replacing("app: checkout", with: "app: other")
        #expect(shop.refusal()?.message == "no Service selects the pods of Deployment/checkout")
    }

    @Test func `what does not go with one another is said at once`() throws {
        var shop = shop
        for path in shop.files.keys { shop.files[path]?.replace("  namespace: shop\n", with: "") }
        shop.files["apps/service.yaml"] = BareShop.service.replacing(", track: stable", with: "")
            .replacing("  namespace: shop\n", with: "")
        shop.files["apps/route.yaml"] = nil
        let refusal = try present(shop.refusal())
        #expect(
            ([refusal] + refusal.further).map(\.message) == [
                "nothing says which namespace Deployment/checkout is in", "no route names Service/checkout",
                "Service/checkout would also select the canary's pods",
            ])
        #expect(([refusal] + refusal.further).allSatisfy { !$0.steps.isEmpty })
    }

    @Test func `a namespace that nothing states has to be given`() throws {
        var shop = shop
        for path in shop.files.keys { shop.files[path]?.replace("  namespace: shop\n", with: "") }
        #expect(shop.refusal()?.message == "nothing says which namespace Deployment/checkout is in")
        shop.request.namespace = "till"
        #expect(try shop.plan().title == "production/till/checkout")
    }

    @Test func `a file in the way is never overwritten`() {
        var shop = shop
        shop.files["apps/kustomization.yaml"] = "resources: [deployment.yaml, service.yaml, route.yaml]\n"
        shop.files["apps/deployment-canary.yaml"] = "kind: Note\n"
        #expect(
            shop.refusal()?.message == "apps/deployment-canary.yaml exists, and holds no canary of this application")
    }

    @Test func `environments that are unknown, or several without a choice, are listed`() {
        var shop = shop
        shop.files[".headgate/config.yaml"] = "environments:\n  a: {path: apps}\n  b: {path: other}\n"
        shop.request.environment = nil
        #expect(shop.refusal()?.causes == ["a (apps)", "b (other)"])
        shop.request.environment = "c"
        #expect(shop.refusal()?.steps == ["for a new one say which folder its cluster applies: --environment c=FOLDER"])
        shop.request.environment = "c=nowhere"
        #expect(shop.refusal()?.message == "there is no folder nowhere")
        shop.request.environment = "b=apps"
        #expect(shop.refusal()?.message == "b is other in .headgate/config.yaml, not apps")
    }

    @Test func `a repository of overlays asks for the environment and names the candidates`() {
        var shop = BareShop.layered
        shop.request.environment = nil
        #expect(shop.refusal()?.causes == ["by way of production", "by way of staging"])
        #expect(shop.refusal()?.steps.first?.hasSuffix("--environment production=production") == true)
    }

    @Test func `a selector by expressions is left to people`() {
        var shop = shop
        shop.files["apps/deployment.yaml"] = BareShop.deployment.replacing(
            "    matchLabels:\n",
            with: "    matchExpressions: [{key: track, operator: NotIn, values: [canary]}]\n    matchLabels:\n")
        #expect(shop.refusal()?.message.contains("selects its pods by expressions") == true)
    }
}
