import Agent
import Git
import Rollouts
import Support
import Testing

/// What a job on the branch finds in commits that speak of a promotion.
@Suite("Audits of promotions")
struct PromotionAuditTests {
    private static let production = PromotionWorld.rollout("production")

    /// With the release stated in production by the newest commit of `main`, as people have it.
    private static func promoted(_ spec: [String] = ["soak: 20s"]) async throws -> PromotionWorld {
        let it = try await PromotionWorld.begun(spec)
        try await it.run(try it.agent()) { $0.promotions.contains { $0.outcome != nil } }
        try it.world.repository.pull()
        return it
    }

    @Test func `nothing is found in what a promotion commits`() async throws {
        let it = try await Self.promoted()
        #expect(try await it.world.audit() == [])
    }

    @Test(
        "nothing is found in what people merge of a promotion's pull requests",
        arguments: [PullRequestMerge.Method.merge, .squash, .rebase, .fastForward])
    func merged(method: PullRequestMerge.Method) async throws {
        let it = try await PromotionWorld.begun(["soak: 20s", "delivery: pullRequest"])
        try await it.run(try it.agent()) { _ in !it.forge.open.isEmpty }
        it.forge.setTime(it.world.seconds)
        #expect(it.forge.press(merge: .init(1), by: method))
        try it.world.repository.pull()
        #expect(try it.stated(in: "production") == World.v2)
        #expect(try await it.world.audit() == [])
    }

    struct Forgery: Sendable, CustomTestStringConvertible {
        let name: String
        var files: [(file: String, old: String, new: String)] = []
        var message: [String: String] = [:]
        let finding: String
        var testDescription: String { name }
    }

    static let forgeries = [
        Forgery(
            name: "another image", files: [(production, World.v2, "ghcr.io/evil/checkout:v2.4.1")],
            finding: "spec.release.images.app is ghcr.io/evil/checkout:v2.4.1, the agent writes \(World.v2)"),
        Forgery(
            name: "the plan beside it", files: [(production, "plan: quick", "analysis: none")],
            finding: "\(production):"),
        Forgery(
            name: "a manifest", files: [(World.manifest("deployment"), World.v1, World.v2)],
            finding: "it changes \(World.manifest("deployment")), which is no place of the release of"),
        Forgery(
            name: "a Promotion that is not there",
            message: ["Headgate-Promotion: checkout": "Headgate-Promotion: other"],
            finding: "there is no Promotion other that it could speak of"),
        Forgery(
            name: "a rollout that is none of its", message: ["production/shop/checkout\n": "production/shop/other\n"],
            finding: "the Promotion checkout takes nothing to production/shop/other"),
        Forgery(
            name: "no proof", message: ["Headgate-Proven: staging": "Headgate-Proven: elsewhere"],
            finding: "its message does not say which commit of staging/shop-staging/checkout proves the release"),
        Forgery(
            name: "another release in the message", message: ["Headgate-Release: ": "Headgate-Release: 0"],
            finding: "and the line comes to "),
    ]

    @Test("each thing that a promotion would not have done is found", arguments: forgeries)
    func forged(forgery: Forgery) async throws {
        let it = try await Self.promoted()
        let git = it.world.repository.person.by("Headgate", at: it.world.seconds)
        for edit in forgery.files {
            try World.replace(edit.old, with: edit.new, in: edit.file, it.world.repository.folder)
        }
        var message = try git("log", "-1", "--format=%B")
        for (old, new) in forgery.message {
            #expect(message.contains(old))
            message = message.replacing(old, with: new)
        }
        try git("commit", "--quiet", "--all", "--amend", "--message", message)
        let found = try await it.world.audit("HEAD~1..HEAD")
        #expect(found.contains { $0.contains(forgery.finding) }, "\(found)")
    }

    @Test func `a release that was proven once and overtaken is not proven any more`() async throws {
        let it = try await Self.promoted()
        let agent = try it.agent()
        try await it.run(agent) { $0.isStable("production", on: World.v2) }
        try it.state(World.v3, in: "staging")
        try await it.run(agent) { $0.isStable("production", on: World.v3) }
        try it.world.repository.pull()
        #expect(try await it.world.audit() == [])
        // The first line again, with its old proof.
        let git = it.world.repository.person.by("Headgate", at: it.world.seconds)
        let line = try git("log", "-1", "--format=%H", "--grep=release v2.4.1, promoted")
        try World.replace(World.v3, with: World.v2, in: Self.production, it.world.repository.folder)
        try git("commit", "--quiet", "--all", "--reuse-message", line, "--reset-author")
        let found = try await it.world.audit("HEAD~1..HEAD")
        #expect(found.contains { $0.contains("staging/shop-staging/checkout is not any more where ") }, "\(found)")
    }

    @Test func `a line before its soak, without its approval, over a hold, or with a proof that is none`() async throws
    {
        let it = try await Self.promoted()
        let person = it.world.repository.person
        let line = try person("rev-parse", "HEAD")
        let proven = try it.world.repository.git("log", "-1", "--format=%H", "--grep=^checkout: finish v2.4.1", "main")
        func audit(_ spec: [String], at time: Int64) async throws -> [String] {
            try person("checkout", "--quiet", "-B", "forged", "\(line)~1")
            try it.world.repository.folder.write("person/" + PromotionWorld.file, PromotionWorld.document(spec))
            try person("commit", "--quiet", "--all", "--allow-empty", "--message", "Change the promotion")
            let git = person.by("Headgate", at: time)
            try git("cherry-pick", "--no-commit", line)
            try git("commit", "--quiet", "--reuse-message", line, "--reset-author")
            return try await it.world.audit("HEAD~1..HEAD")
        }
        let now = it.world.seconds
        #expect(try await audit(["soak: 20s"], at: now) == [])
        let soaked = try await audit(["soak: 1h"], at: now)
        #expect(soaked.count == 1 && soaked[0].hasSuffix("was Stable, and the soak is 1h"), "\(soaked)")
        #expect(
            try await audit(["soak: 20s", "gates: [{approval: {}}]"], at: now).contains {
                $0.hasPrefix("nobody approved it (approve: ")
            })
        #expect(
            try await audit(["soak: 20s", "steer: {hold: not yet}"], at: now)
                == ["it goes on although the repository holds it: not yet"])
        try person("checkout", "--quiet", "-B", "forged", line)
        let git = person.by("Headgate", at: now)
        let message = try git("log", "-1", "--format=%B")
        let start = try it.world.repository.git("rev-parse", "\(proven)~1")
        try git("commit", "--quiet", "--amend", "--message", message.replacing(proven, with: start))
        #expect(
            try await it.world.audit("HEAD~1..HEAD")
                == ["\(start.prefix(9)) did not make staging/shop-staging/checkout Stable on a release"])
        let stranger = try git("commit-tree", "HEAD^{tree}", "-m", "Elsewhere")
        try git("commit", "--quiet", "--amend", "--message", message.replacing(proven, with: stranger))
        #expect(
            try await it.world.audit("HEAD~1..HEAD")
                == ["the branch has not had \(stranger.prefix(9)), which is to prove the release"])
    }
}
