import Support
import Testing

@Suite("The commands around a Promotion")
struct PromotionCommandTests {
    private static let file = ".headgate/promotions/checkout.yaml"
    private static let manifests = "environments/staging/checkout/deployment.yaml"

    /// Staging and production as plain manifests, with a Promotion that asks for an approval.
    private static func desk() throws -> Desk {
        var files = try SampleRepository.files().filter { name, _ in
            name.hasPrefix(".headgate/config") || name == Desk.rollout
                || name.hasPrefix("environments/production/checkout/")
        }
        for (name, text) in files where name.contains("production/") {
            let staging = text.replacing("namespace: shop\n", with: "namespace: shop-staging\n")
            files[name.replacing("production", with: "staging")] = staging.replacing(
                "namespace: shop}", with: "namespace: shop-staging}")
        }
        files[file] = """
            apiVersion: headgate.dev/v1alpha1
            kind: Promotion
            metadata: {name: checkout}
            spec:
              order: [staging/shop-staging/checkout, production/shop/checkout]
              soak: 0s
              gates:
              - approval: {}

            """
        return Desk(repository: try RemoteRepository(files: files), folder: try TemporaryFolder())
    }

    @Test("a release is adopted in staging, approved, stated in production, and found again in history")
    func way() throws {
        let desk = try Self.desk()
        #expect(try desk.headgate("run").status == 0)
        let images = ["checkout:v2.4.0": "checkout:v2.4.1"] as KeyValuePairs
        try desk.repository.edit(
            [".headgate/rollouts/staging/checkout.yaml", Self.manifests], images, "checkout: v2.4.1 in staging")
        #expect(try desk.headgate("run").status == 0)
        let text = try desk.transcript([
            ["status", "--offline", "--exit-code"], ["explain", "promotion/checkout", "--offline"],
            ["explain", "promotion/chekout", "--offline"], ["plan", "promotion/checkout", "--offline"],
            ["resume", "promotion/checkout", "--author", "Ann <ann@example.com>"],
            ["hold", "promotion/checkout", "--reason", "not before Monday", "--author", "Ann <ann@example.com>"],
            ["status", "checkout", "--offline"],
            ["status", "production/shop/checkout", "--offline"],
            ["resume", "promotion/checkout", "--author", "Ann <ann@example.com>"],
            ["approve", "promotion/checkout", "--author", "Ann <ann@example.com>"], ["run"],
            ["status", "--offline"], ["history", "--release", "v2.4.1", "--whole"], ["history", "--release", "v9"],
            ["approve", "promotion/checkout", "--author", "Ann <ann@example.com>"],
            ["approve", "promotion/chekout", "--author", "Ann <ann@example.com>"],
        ])
        let message = try desk.repository.git("log", "-1", "--format=%an%n%B", "main")
        let diff = try desk.repository.git("show", "--format=", "--unified=0", "main")
        try GoldenFile.expect(
            text + "$ git log -1\n" + desk.normalised(message + "\n\n" + diff) + "\n", is: "promotion.txt")
    }
}
