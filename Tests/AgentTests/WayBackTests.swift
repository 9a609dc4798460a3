import Simulator
import Support
import Testing

/// A rollback is what `git revert` of the release gives, whatever failed and whatever people did beside it.
@Suite("The way back")
struct WayBackTests {
    private static let images = [
        "checkout": ("checkout:v2.4.0", "checkout:v2.4.1"), "catalog": ("catalog:v1.17.2", "catalog:v1.18.0"),
        "payments": ("payments:v5.0.3", "payments:v5.1.0"),
    ]

    struct Case: CustomTestStringConvertible, Sendable {
        let app: String
        let stage: String
        let cause: Cause
        let seed: UInt64
        var testDescription: String { "\(app), \(cause) at \(stage), seed \(seed)" }
    }

    enum Cause: CaseIterable { case metrics, abort, takenBack, pods }

    static let cases: [Case] = {
        var random = SplitMix64(seed: 20_261_121)
        let stages = ["start start", "advance weight-10", "advance weight-50", "promote promote"]
        return (0..<12).map { index in
            let app = ["checkout", "catalog", "payments"][index % 3]
            let stage = stages[index / 3]
            var causes: [Cause] = [.abort, .takenBack]
            if stage.hasPrefix("advance") { causes.append(.metrics) }
            if stage == "promote promote" { causes = [.pods, .takenBack, .abort] }
            return Case(
                app: app, stage: stage, cause: causes.randomElement(using: &random) ?? .abort, seed: random.next())
        }
    }()

    @Test(arguments: cases)
    func `every bound manifest equals, byte for byte, what git revert gives`(_ given: Case) async throws {
        var random = SplitMix64(seed: given.seed)
        let world = try World([given.app]) {
            $0[World.rollout(given.app)]?.append("  progressDeadline: 20s\n")
        }
        try await world.run(until: "adopt finish", of: given.app)
        let (old, new) = try #require(Self.images[given.app])
        try world.edit(World.rollout(given.app), [old: new], "Release \(new)")
        try await world.run(until: given.stage, of: given.app)
        for number in 0..<Int.random(in: 0..<3, using: &random) {
            let file = World.manifest(
                ["httproute", "deployment", "services"].randomElement(using: &random) ?? "", of: given.app)
            try world.edit(file, ["\nmetadata:\n": "\n# Edited \(number)\nmetadata:\n"], "Comment")
        }
        try fail(world, given)
        try await world.run(until: "rollback rest", of: given.app, within: 100)
        _ = try await world.settle(given.app, steps: 2)

        let stages = try world.ledger(given.app).stages
        let start = try #require(stages.lastIndex { $0.at?.action == "start" })
        let back = try #require(stages.firstIndex { $0.at?.action == "rollback" })
        let expected = try reverted(stages[start..<back].map(\.id), from: stages[back].id + "~1", in: world)
        #expect(try world.manifests() == expected)
    }

    private func fail(_ world: World, _ given: Case) throws {
        let (old, new) = try #require(Self.images[given.app])
        switch given.cause {
        case .metrics: world.metrics.setErrors(0.3, of: given.app + "-canary")
        case .abort: try world.steer("abort: \(try world.releaseKey(given.app))", given.app)
        case .takenBack: try world.edit(World.rollout(given.app), [new: old], "Take it back")
        case .pods: world.cluster.setBehaviour("ghcr.io/acme/" + new) { $0.failure = .imagePull }
        }
    }

    /// The tree of the manifests after the real git has reverted the commits, newest first.
    private func reverted(_ commits: [String], from base: String, in world: World) throws -> String {
        let git = world.repository.person.by("Dave", at: world.seconds)
        try world.repository.pull()
        try git("checkout", "--quiet", "--detach", base)
        try git.run(["revert", "--no-edit"] + commits.reversed())
        let tree = try git("ls-tree", "-r", "HEAD", "--", "environments")
        try git("checkout", "--quiet", "--force", "main")
        return tree
    }

    @Test(arguments: ["checkout", "catalog", "payments"])
    func `git revert of each newest stage and of a whole release applies`(app: String) async throws {
        let world = try World([app])
        try await world.run(until: "adopt finish", of: app)
        let (old, new) = try #require(Self.images[app])
        let before = try world.manifests()
        try world.edit(World.rollout(app), [old: new], "Release \(new)")
        for action in RolloutTests.forward.dropFirst() {
            try await world.run(until: action, of: app)
            let stages = try world.ledger(app).stages
            let here = try #require(stages.last).id
            #expect(try reverted([here], from: here, in: world) == world.manifests(at: here + "~1"))
            #expect(try reverted(stages.dropFirst().map(\.id), from: here, in: world) == before)
        }
    }
}
