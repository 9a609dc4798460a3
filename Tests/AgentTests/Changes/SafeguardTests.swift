import Agent
import Foundation
import Rollouts
import Support
import Testing

/// What a change takes away of that which stands between a release and the traffic.
@Suite("Safeguards that a change takes away or puts there")
struct SafeguardTests {
    private static let config = ".headgate/config.yaml"

    // MARK: One rollout

    struct Case: Sendable, CustomTestStringConvertible {
        var before: String
        var after: String
        var less: [String] = []
        var others: [String] = []

        var testDescription: String { "\(before) becomes \(after)" }
    }

    private static let steps = "steps: [{setWeight: 10}, {pause: {}}, {setWeight: 50}, {pause: {}}]"

    @Test(
        "every way to ask people less is told, at its line, as a warning",
        arguments: [
            Case(
                before: "delivery: {pullRequest: [start, promote]}", after: "delivery: {mode: commit}",
                less: ["the stages start, promote no longer go by pull request: nobody has to merge them"]),
            Case(
                before: "delivery: {mode: pullRequest}", after: "delivery: {pullRequest: [promote]}",
                less: [
                    "the stages start, weight-10, weight-50 no longer go by pull request: nobody has to merge them"
                ]),
            Case(
                before: "delivery: {pullRequest: [promote]}", after: "delivery: {pullRequest: [start, promote]}",
                others: ["the stage start goes by pull request from now on"]),
            Case(
                before: "delivery: {pullRequest: [promote]}",
                after: "delivery: {pullRequest: [promote], autoMerge: {approvals: 2}}",
                less: ["pull requests of stages are merged by the agent with 2 approvals, no longer by people"]),
            Case(
                before: "delivery: {pullRequest: [promote], autoMerge: {approvals: 2}}",
                after: "delivery: {pullRequest: [promote], autoMerge: {approvals: 0}, method: squash}",
                less: [
                    "pull requests of stages are merged by the agent as soon as the forge's rules let it, no longer by"
                        + " the agent with 2 approvals"
                ],
                others: ["pull requests of stages are merged by squash, no longer by merge"]),
            Case(
                before: "delivery: {pullRequest: [promote], autoMerge: true}",
                after: "delivery: {pullRequest: [promote], autoMerge: {approvals: 2}}",
                others: [
                    "pull requests of stages are merged by the agent with 2 approvals, no longer by the agent with 1"
                        + " approval"
                ]),
            Case(
                before: steps, after: "steps: [{setWeight: 10}, {setWeight: 50}, {pause: {}}]",
                less: ["no approval is needed any more before weight-10 is left"]),
            Case(
                before: "steps: [{setWeight: 10}, {setWeight: 50}]", after: steps,
                others: [
                    "an approval is needed before weight-10 is left", "an approval is needed before weight-50 is left",
                ]),
            Case(
                before: "analysis: {templates: [{templateName: one}, {templateName: two}]}",
                after: "analysis: {templates: [{templateName: two}]}", less: ["releases are no longer judged by one"]),
            Case(
                before: "fastReturn: 1", after: "analysis: none",
                less: ["no release is judged in the background any more"]),
        ])
    func rollout(_ it: Case) async throws {
        let world = try World { files in
            files[World.rollout()]?.replace("plan: quick", with: Self.spec(it.before))
            for name in ["one", "two"] { files[".headgate/rollouts/\(name).yaml"] = Self.template(name) }
        }
        let review = try await world.review(editing: [(World.rollout(), it.before, it.after)])
        let change = try #require(review.rollout())
        #expect(change.safeguards.filter(\.isLess).map(\.message) == it.less)
        #expect(change.safeguards.filter { !$0.isLess }.map(\.message) == it.others)
        let warnings = review.findings.filter { $0.diagnostic.message.contains("less protection") }
        #expect(
            warnings.map(\.diagnostic.message)
                == it.less.map {
                    "production/shop/checkout has less protection: \($0)"
                })
        for warning in warnings {
            #expect(warning.severity == .warning)
            #expect(warning.diagnostic.file == World.rollout())
            #expect(warning.diagnostic.line > 3)
        }
    }

    private static func template(_ name: String) -> String {
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: \(name)}
        spec:
          metrics:
          - name: rate
            interval: 10s
            count: 3
            successCondition: result[0] >= 0.9
            provider: {prometheus: {query: "sum(rate(x[1m]))"}}

        """
    }

    private static func spec(_ line: String) -> String {
        line.hasPrefix("steps") ? line : "plan: quick\n  \(line)"
    }

    @Test func `the configuration's delivery is told of each rollout that follows it`() async throws {
        let world = try World(["checkout", "payments"]) { files in
            files[Self.config]?.replace("environments:", with: "delivery: {pullRequest: [promote]}\nenvironments:")
            files[World.rollout("payments")]?.replace(
                "plan: quick", with: "plan: quick\n  delivery: {mode: pullRequest}")
        }
        let review = try await world.review(editing: [(Self.config, "{pullRequest: [promote]}", "{mode: commit}")])
        #expect(review.rollouts.map(\.id.name) == ["checkout"])
        #expect(review.rollout()?.parts == [.delivery])
        #expect(review.findings.map(\.diagnostic.file) == [Self.config])
        #expect(review.findings.first?.diagnostic.line ?? 0 > 1)
        // What would follow then, without anybody.
        #expect(review.rollout()?.next?.commits.flatMap(\.approvals) == [])
    }

    @Test func `another name takes no safeguard away unseen`() async throws {
        let world = try World { files in
            files[World.rollout()]?.replace("plan: quick", with: "plan: quick\n  delivery: {mode: pullRequest}")
        }
        let review = try await world.review(editing: [
            (
                World.rollout(), "metadata: {name: checkout, namespace: shop}\nspec:",
                "metadata: {name: basket, namespace: shop}\nspec:\n  workload: {stable: checkout, canary: checkout-canary}"
            ),
            (
                World.rollout(), "{route: HTTPRoute/checkout}",
                "{route: HTTPRoute/checkout, services: {stable: checkout, canary: checkout-canary}}"
            ),
            (World.rollout(), "\n  delivery: {mode: pullRequest}", ""),
        ])
        #expect(review.rollout("basket")?.safeguards.contains { $0.isLess } == true, "\(review.lines)")
    }

    @Test func `a stage of another name does not slip out of the configuration's list`() async throws {
        let world = try World(["checkout", "payments"]) { files in
            files[Self.config]?.replace("environments:", with: "delivery: {pullRequest: [weight-50]}\nenvironments:")
        }
        let review = try await world.review(editing: [
            (World.rollout(), "plan: quick", "steps: [{setWeight: 10}, {setWeight: 51}]")
        ])
        #expect(
            review.rollout()?.safeguards.filter(\.isLess).map(\.message) == [
                "the stage weight-50 no longer goes by pull request: nobody has to merge it"
            ])
    }

    @Test func `the repository's own plan is where its steps are`() async throws {
        let plan = ".headgate/policies/plans/quick.yaml"
        let world = try World { files in
            files[plan]?.replace("- setWeight: 50", with: "- pause: {}\n  - setWeight: 50")
        }
        let review = try await world.review(editing: [(plan, "- pause: {}\n  - setWeight: 50", "- setWeight: 50")])
        #expect(
            review.lines == [
                "\(plan):1:1: warning: production/shop/checkout has less protection: no approval is needed any more"
                    + " before weight-10 is left"
            ])
    }

    // MARK: Promotions

    private static let guarded = ["soak: 1h", "gates: [{approval: {}}]", "delivery: pullRequest"]
    private static let way = "from staging/shop-staging/checkout to production/shop/checkout"

    private func review(_ before: [String], _ after: String?) async throws -> ChangeReview {
        let it = try PromotionWorld(before)
        return try await it.world.review { git, folder in
            guard let after else {
                try git("rm", "--quiet", PromotionWorld.file)
                return
            }
            try folder.write("person/" + PromotionWorld.file, after)
        }
    }

    @Test(
        "every way to let releases go on with less is told",
        arguments: [
            (
                ["soak: 1m", "gates: [{approval: {}}]", "delivery: pullRequest"],
                "releases soak 1m before they go \(way), no longer 1h"
            ),
            (["soak: 1h", "delivery: pullRequest"], "releases go \(way) without the approval that they needed"),
            (
                ["soak: 1h", "gates: [{approval: {}}]"],
                "releases go \(way) without a pull request: nobody has to merge them"
            ),
        ])
    func promotion(_ spec: [String], _ message: String) async throws {
        let review = try await review(Self.guarded, PromotionWorld.document(spec))
        let change = try #require(review.promotions.first)
        #expect(change.kind == .changed)
        #expect(change.safeguards.map(\.message) == [message])
        #expect(review.rollouts.isEmpty)
        #expect(review.findings.map(\.diagnostic.message) == ["promotion/checkout has less protection: \(message)"])
        #expect(review.findings.allSatisfy { $0.severity == .warning && $0.diagnostic.file == PromotionWorld.file })
        // Put there again it is no warning.
        let back = try await self.review(spec, PromotionWorld.document(Self.guarded))
        #expect(back.promotions.first?.safeguards.map(\.isLess) == [false])
        #expect(back.findings.isEmpty)
    }

    @Test func `a Promotion that goes, comes, cannot be read or has another name`() async throws {
        let gone = try await review(Self.guarded, nil)
        #expect(gone.promotions.map(\.kind) == [.removed])
        #expect(gone.promotions.first?.ended.map(\.target.environment) == ["production"])
        let misspelt = try await review(Self.guarded, PromotionWorld.document(["soka: 1h"]))
        #expect(misspelt.promotions.map(\.kind) == [.broken])
        #expect(misspelt.errors == 1)
        let other = PromotionWorld.document(["soak: 1h"]).replacing("name: checkout}", with: "name: quick}")
        let renamed = try await review(Self.guarded, other)
        #expect(renamed.promotions.map(\.name) == ["checkout", "quick"])
        #expect(renamed.promotions.map { $0.safeguards.count { $0.isLess } } == [0, 2])
        #expect(renamed.promotions[0].ended.isEmpty)
        let same = try await review(Self.guarded, PromotionWorld.document(Self.guarded) + "# As agreed.\n")
        #expect(same.promotions.isEmpty)
    }

    @Test func `a new Promotion that asks nobody is a warning, and one that asks somebody is none`() async throws {
        let it = try PromotionWorld { $0[PromotionWorld.file] = nil }
        for (spec, warnings) in [(["soak: 1m"], 1), (["delivery: pullRequest"], 0), (["gates: [{approval: {}}]"], 0)] {
            let review = try await it.world.review { _, folder in
                try folder.write("person/" + PromotionWorld.file, PromotionWorld.document(spec))
            }
            #expect(review.promotions.map(\.kind) == [.added])
            #expect(review.warnings == warnings, "\(spec): \(review.lines)")
        }
    }

    @Test func `a release of staging says where it goes on, and one that is there already does not`() async throws {
        let it = try PromotionWorld(Self.guarded)
        let review = try await it.world.review(editing: [(PromotionWorld.rollout("staging"), World.v1, World.v2)])
        let onward = try #require(review.rollouts.first).onward
        #expect(onward.map(\.target.environment) == ["production"])
        #expect(onward.map(\.soak) == [.seconds(3600)])
        #expect(onward.map(\.asksForApproval) == [true])
        #expect(onward.map(\.delivery) == [.pullRequest])
        try it.world.repository.person("reset", "--quiet", "--hard", "origin/main")
        let both = try await it.world.review(editing: [
            (PromotionWorld.rollout("staging"), World.v1, World.v2),
            (PromotionWorld.rollout("production"), World.v1, World.v2),
        ])
        #expect(both.rollouts.map(\.onward.count) == [0, 0])
    }
}
