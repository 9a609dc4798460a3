import Agent
import Git
import Rollouts
import Support
import Testing

/// A world with staging before production, and a Promotion between them.
struct PromotionWorld {
    let world: World
    let forge: LocalForge

    static let file = ".headgate/promotions/checkout.yaml"
    static let order = "[staging/shop-staging/checkout, production/shop/checkout]"
    static let branchFolder = "headgate/promotion/checkout/production/shop/checkout/"
    static func rollout(_ environment: String) -> String { ".headgate/rollouts/\(environment)/checkout.yaml" }

    /// - Parameter spec: the Promotion's lines beside its order.
    init(_ spec: [String] = ["soak: 1m"], changing change: (inout [String: String]) -> Void = { _ in }) throws {
        let folders = ["staging": "environments/staging", "production": "environments/production"]
        world = try World(environments: folders) { files in
            for (name, text) in files where name.hasPrefix("environments/production/") {
                let staging = text.replacing("namespace: shop\n", with: "namespace: shop-staging\n")
                    .replacing("  name: shop\n", with: "  name: shop-staging\n")
                files[name.replacing("production", with: "staging")] = staging
            }
            files[Self.rollout("staging")] = files[Self.rollout("production")]?
                .replacing("namespace: shop}", with: "namespace: shop-staging}")
            files[".headgate/config.yaml"]?.replace(
                "environments:\n", with: "environments:\n  staging: {path: environments/staging}\n")
            files[Self.file] = Self.document(spec)
            change(&files)
        }
        forge = LocalForge(over: world.repository, from: world.seconds)
    }

    static func document(_ spec: [String]) -> String {
        let lines = ["order: \(order)"] + spec
        return """
            apiVersion: headgate.dev/v1alpha1
            kind: Promotion
            metadata: {name: checkout}
            spec:
            \(lines.map { "  \($0)\n" }.joined())
            """
    }

    /// With both rollouts adopted, staging on its way to a release, and nothing promoted.
    static func begun(_ spec: [String] = ["soak: 1m"], _ image: String = World.v2) async throws -> PromotionWorld {
        let it = try PromotionWorld(spec)
        let agent = try it.agent()
        try await it.run(agent) { $0.rollouts.allSatisfy { $0.standing == .stable } }
        try it.state(image, in: "staging")
        return it
    }

    func agent(_ name: String = "agent", serving environments: Set<String>? = nil) throws -> Agent {
        try world.agent(name, environments: environments, forge: forge, forgePace: .seconds(20))
    }

    /// Runs ticks until one is as wanted.
    @discardableResult
    func run(
        _ agent: Agent, within steps: Int = 80, every pace: Duration = .seconds(5),
        until isWanted: (TickReport) throws -> Bool
    ) async throws -> TickReport {
        var last: TickReport?
        for _ in 0..<steps {
            let report = try await world.step(pace, agent)
            if try isWanted(report) { return report }
            last = report
        }
        let lines = (last?.rollouts ?? []).map { "\($0.id): \($0.line)" } + (last?.promotions ?? []).map(\.line)
        throw Program.Failure(description: "it did not come to that: \(lines)")
    }

    // MARK: The branch

    /// The image that an environment's Rollout states.
    func stated(in environment: String) throws -> String? {
        let text = try #require(try world.repository.file(Self.rollout(environment)))
        return text.firstMatch(of: /app: "?([^}"\n]+)"?\}/).map { String($0.1) }
    }

    /// A person states a release.
    func state(_ image: String, in environment: String, by author: String = "Alice") throws {
        let former = try #require(try stated(in: environment))
        try world.edit(Self.rollout(environment), [former: image], "Release \(image)", by: author)
    }

    func promotion(_ spec: [String], _ message: String = "Change the promotion") throws {
        try world.put([Self.file: Self.document(spec)], message)
    }

    /// The subjects of the commits that a promotion made, oldest first.
    func promoted() throws -> [String] {
        let log = try world.repository.git("log", "--reverse", "--format=%s", "--grep=^Headgate-Promotion: ", "main")
        return log.split(separator: "\n").map(String.init)
    }
}

extension PromotionReport {
    var line: String { "\(step.source) → \(step.target): \(PromotionText.line(standing))" }

    var key: String? {
        if case .waiting(.approval(let key)) = standing { key } else { nil }
    }
}

extension TickReport {
    var promotion: PromotionStanding? { promotions.first?.standing }

    func isStable(_ environment: String, on image: String) -> Bool {
        rollouts.contains {
            $0.id.environment == environment && $0.standing == .stable
                && $0.state?.release.values.values["image.app"] == image
        }
    }
}
