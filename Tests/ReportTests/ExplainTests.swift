import Analysis
import Report
import Rollouts
import Support
import Testing

@Suite("Explain gives the sentence, the rule, the query, the numbers and the next look")
struct ExplainTests {
    private static func explanation(_ status: RolloutStatus, isOffline: Bool = false) -> Explanation {
        Explanation(
            now: Shop.now, status: status, isOffline: isOffline,
            questions: status.observation?.analyses.isEmpty == false ? Shop.questions : [])
    }

    private static var drifted: RolloutStatus {
        let difference = FieldDifference(
            binding: .weight, place: "HTTPRoute/checkout spec.rules.0", expected: "25", found: "60")
        var status = Shop.moving("checkout", .held(.drifted([difference])), live: Shop.live())
        status.remedy = "make the cluster apply Git's tip, and ask headgate doctor"
        return status
    }

    private static var unanswered: RolloutStatus {
        var status = Shop.moving("checkout", .progressing(.metrics("the store does not answer")), live: Shop.live())
        status.observation?.analyses = [
            AnalysisReading(id: .background, verdict: .unknown, sentence: "the store does not answer")
        ]
        return status
    }

    @Test(
        "each standing is explained",
        arguments: [
            ("waiting", Shop.waiting), ("due", Shop.due), ("starting", Shop.starting), ("reverted", Shop.reverted),
            ("rolled-back", Shop.rolledBack), ("broken", Shop.broken), ("drifted", drifted), ("stable", Shop.stable),
            ("unanswered", unanswered),
        ])
    func text(name: String, status: RolloutStatus) throws {
        let lines = Self.explanation(status).lines(Layout())
        try GoldenFile.expect(lines.joined(separator: "\n"), is: "explain-\(name).txt")
    }

    @Test("scripts read the same as JSON")
    func json() throws {
        try GoldenFile.expect(Self.explanation(Shop.waiting).json.indented, is: "explain.json")
    }
}
