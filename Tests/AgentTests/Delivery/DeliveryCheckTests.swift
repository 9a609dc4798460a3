import Agent
import Rollouts
import Testing

@Suite("What a repository says about delivery")
struct DeliveryCheckTests {
    private func messages(_ delivery: String, config: String = "") -> [String] {
        Bakery().changing(Bakery.rollout, "  plan: standard\n", to: "  plan: standard\n  delivery: \(delivery)\n")
            .changing(".headgate/config.yaml", "metrics:", to: "\(config)metrics:")
            .checkup.findings.map { "\($0.diagnostic.message) / \($0.diagnostic.hint ?? "")" }
    }

    private func delivery(_ delivery: String, config: String = "") throws -> Delivery {
        let checkup = Bakery()
            .changing(Bakery.rollout, "  plan: standard\n", to: "  plan: standard\n  delivery: \(delivery)\n")
            .changing(".headgate/config.yaml", "metrics:", to: "\(config)metrics:").checkup
        return try #require(checkup.subjects.first, "\(checkup.findings)").specification.delivery
    }

    @Test(arguments: [
        "{pullRequest: [start, promote]}", "{mode: pullRequest}", "{mode: commit}",
        "{pullRequest: [weight-25, drain, finish], autoMerge: true, method: squash}",
        "{mode: pullRequest, autoMerge: {approvals: 2}}",
    ])
    func `every form is read`(_ text: String) {
        #expect(messages(text) == [])
    }

    @Test func `a stage that the plan has not got is named, with those that it has`() {
        #expect(
            messages("{pullRequest: [weight-30]}") == [
                "the plan has no stage \"weight-30\" / its stages: start, weight-5, weight-25, weight-50, promote, drain, finish"
            ])
    }

    @Test func `a stage that no rollout has is named for the repository too`() {
        #expect(
            messages("{mode: commit}", config: "delivery: {pullRequest: [weight-30]}\n") == [
                "delivery.pullRequest: no rollout has a stage \"weight-30\" / "
                    + "there are: drain, finish, promote, start, weight-25, weight-5, weight-50"
            ])
        #expect(
            messages("{mode: commit}", config: "delivery: {pullRequest: [promot]}\n").first?.hasPrefix(
                "delivery.pullRequest: no plan has a stage \"promot\"") == true)
    }

    @Test func `a number of approvals below none is refused`() {
        #expect(messages("{autoMerge: {approvals: -1}}").count == 1)
    }

    @Test func `a Rollout's stages take the place of the repository's, and the rest is inherited`() throws {
        let common = "delivery: {mode: pullRequest, autoMerge: {approvals: 2}, method: squash}\n"
        var expected = Delivery()
        expected.stages = [.promote]
        expected.approvals = 2
        expected.method = .squash
        #expect(try delivery("{pullRequest: [promote]}", config: common) == expected)
        expected.stages = []
        expected.everyAdvance = true
        expected.approvals = nil
        #expect(try delivery("{autoMerge: false}", config: common) == expected)
    }
}
