import Rollouts
import Testing

@testable import Forges

/// What holds for every forge alike.
@Suite("Every forge")
enum ForgeContract {
    static let branch = "headgate/shop/checkout/weight-25"

    /// Pushes the branch of a stage and returns its head.
    static func stage(_ fixture: ForgeFixture, _ text: String = "replicas: 2\n") throws -> CommitID {
        CommitID(hex: try fixture.change { try $0.push(["replicas.yaml": text], "checkout: canary 25%", to: branch) })
    }

    static let proposal = PullRequestProposal(
        branch: branch, base: "main", title: "checkout: canary 5% → 25%",
        body: "Release v2.4.1\n\n| metric | value |\n|---|---|\n| success-rate | 0.9987 |",
        labels: ["headgate", "headgate/stage"])

    static func merge(
        _ pullRequest: PullRequest, by method: PullRequestMerge.Method = .merge
    ) throws -> PullRequestMerge {
        PullRequestMerge(
            pullRequest.number, head: try #require(pullRequest.head), method: method,
            subject: "checkout: canary 5% → 25% (stage 2 of 6)",
            message: "Analysis passed.\n\nHeadgate-Rollout: shop/checkout\nHeadgate-Stage: 2/6 weight-25")
    }

    /// Opens the pull request of a stage.
    static func opened(_ fixture: ForgeFixture, _ forge: any Forge) async throws -> PullRequest {
        _ = try stage(fixture)
        return try await forge.open(proposal)
    }
}
