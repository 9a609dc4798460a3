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

    @Test(arguments: [
        (
            "pullRequest",
            "spec.delivery: expected a mapping, found the text \"pullRequest\" / write a mapping, such as "
                + "{pullRequest: [start, promote]} or {mode: pullRequest}"
        ),
        (
            "{pullRequest: promote}",
            "spec.delivery.pullRequest: expected a list, found the text \"promote\" / write a list of stages, such as "
                + "[start, promote]; {mode: pullRequest} means all of them"
        ),
        (
            "{mode: pullRequest, pullRequest: [promote, drain]}",
            "mode: pullRequest proposes start, every weight and promote: the list does not narrow it to promote / "
                + "leave mode out to propose the listed stages alone, or leave the list out"
        ),
        (
            "{pullRequest: []}",
            "an empty list: no stage goes by pull request, whatever config.yaml says / write delivery: {mode: commit} "
                + "where that is meant"
        ),
    ])
    func `what is written in another form, or says something else than it seems to, is told apart`(
        _ text: String, _ message: String
    ) {
        #expect(messages(text) == [message])
    }

    @Test func `a stage of the repository's list that a plan has not got is a warning at its line`() {
        var bakery = PromotionCheckTests.bakery()
        bakery.files[".headgate/config.yaml"]? += "delivery:\n  pullRequest:\n  - promote\n  - weight-50\n"
        bakery = bakery.changing(
            PromotionCheckTests.rolloutFile("city"), "  plan: standard\n", to: "  steps: [{setWeight: 10}]\n")
        let found = bakery.checkup.findings.map { "\($0.line) / \($0.diagnostic.hint ?? "")" }
        #expect(
            found.contains(
                ".headgate/config.yaml:6:5: warning: city/shop/bread has no stage \"weight-50\": nothing waits for people "
                    + "there / its stages: start, weight-10, promote, drain, finish; or state spec.delivery in the Rollout"
            ), "\(found.joined(separator: "\n"))")
    }

    @Test func `explain shows what is inherited, and marks the stages that people merge`() throws {
        let checkup = Bakery()
            .changing(
                ".headgate/config.yaml", "metrics:",
                to: "delivery: {pullRequest: [start, promote], autoMerge: {approvals: 2}}\nmetrics:"
            ).checkup
        let text = try Explanation(subject: try #require(checkup.subjects.first)).text
        #expect(text.contains("    pullRequest: [start, promote]  # from .headgate/config.yaml\n"), "\(text)")
        #expect(text.contains("      approvals: 2  # from .headgate/config.yaml\n"), "\(text)")
        #expect(text.contains("    mode: commit  # default\n"), "\(text)")
        let marked = text.split(separator: "\n").filter { $0.hasSuffix(", by pull request") }.map(String.init)
        #expect(marked.count == 2 && marked[0].hasPrefix("#   0/6 start") && marked[1].hasPrefix("#   4/6 promote"))
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
