import Import
import Manifests
import Policies
import Rollouts
import Testing
import YAML

@Suite("What init says first where it cannot set up")
struct FirstStepTests {
    private func shop(route: String) -> BareShop {
        var shop = BareShop.plain
        shop.providers = Policies.traffic.keys.sorted()
        shop.files["apps/route.yaml"] = route
        return shop
    }

    // MARK: What is written

    @Test func `what is judged by no metrics says nothing of them`() throws {
        var shop = BareShop.plain
        shop.request.analysis = "none"
        #expect(try !shop.text(".headgate/config.yaml").contains("metrics"))
        #expect(try !shop.plan().notes.contains { $0.contains("metrics") || $0.contains("Prometheus") })
        shop.request.prometheus = "http://prometheus:9090"
        #expect(try shop.text(".headgate/config.yaml").contains("address: http://prometheus:9090"))
    }

    @Test(arguments: [
        BareShop.deployment + "---\n" + BareShop.service,
        BareShop.deployment.replacing("labels: {app: checkout}", with: "labels: &own {app: checkout}")
            + "  notes: *own\n",
    ])
    func `line endings are those of the file that a new one is made from`(text: String) throws {
        var shop = BareShop.plain
        shop.files["apps/deployment.yaml"] = text.replacing("\n", with: "\r\n")
        if text.contains("kind: Service") { shop.files["apps/service.yaml"] = nil }
        let lines = try shop.text("apps/deployment-canary.yaml").utf8.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count > 20)
        #expect(lines.allSatisfy { $0.last == UInt8(ascii: "\r") })
        guard !text.contains("kind: Service") else { return }
        #expect(try !shop.text("apps/service-canary.yaml").utf8.contains(UInt8(ascii: "\r")))
    }

    @Test func `an entry of a kustomization that is taken out is told of, with why`() throws {
        let notes = try BareShop.layered.plan().notes
        #expect(
            notes.contains(
                "production/kustomization.yaml no longer replaces the image ghcr.io/acme/checkout: its entry of images, and the list"
                    + " with it, is taken out, since both sides of the pair would share it. `kustomize edit set image` would add it"
                    + " again: state releases in the Rollout instead."))
        #expect(try !BareShop.plain.plan().notes.contains { $0.contains("kustomize edit") })
    }
}
