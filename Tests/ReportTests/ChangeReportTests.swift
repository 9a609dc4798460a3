import Report
import Rollouts
import Support
import Testing

@Suite("A change is told as text, as a comment and as JSON")
struct ChangeReportTests {
    private static let tip = CommitID(hex: "5aaa66059" + String(repeating: "0", count: 31))
    private static let id = RolloutID(environment: "production", namespace: "shop", name: "checkout")

    private static func release(_ tag: String) -> Release {
        Release(values: ["image.app": "ghcr.io/acme/checkout:\(tag)"])
    }

    private static func rollout(_ name: String = "checkout", _ end: ChangeReport.End = .settled) -> ChangeReport.Rollout
    {
        ChangeReport.Rollout(
            id: RolloutID(environment: "production", namespace: "shop", name: name), kind: .changed,
            file: ".headgate/rollouts/production/\(name).yaml", line: 3, parts: ["release", "steps"],
            former: release("v2.4.0"), stated: release("v2.4.1"), end: end)
    }

    private static var whole: ChangeReport {
        var rollout = rollout()
        let stage = Stage(
            key: .init("weight-25"), kind: .weight, weight: Weight(clamping: 25), conditions: [.approval(1)],
            judged: true)
        rollout.commits = [
            .init(
                subject: "checkout: start v2.4.1 with 1 pod of canary (stage 0 of 4)", action: .start, stage: .start,
                earliest: .zero, latest: .zero),
            .init(
                subject: "checkout: canary 25% → 50% (stage 2 of 4)", action: .advance, stage: .init("weight-50"),
                earliest: .seconds(330), latest: .seconds(5000), leaving: stage, approvals: [.word]),
            .init(
                subject: "checkout: promote v2.4.1 to stable (stage 3 of 4)", action: .promote, stage: .promote,
                earliest: .seconds(930), latest: .seconds(9000), approvals: [.pullRequest]),
        ]
        rollout.places = [
            .init(
                reach: .other, object: "Service/checkout", field: "spec.ports.[name=http].port",
                file: "apps/service.yaml",
                line: 8, former: "80", present: "81"),
            .init(
                reach: .stable, object: "Deployment/checkout",
                field: "spec.template.spec.containers.[name=app].command",
                file: "apps/deployment.yaml", line: 28, former: nil, present: "[\"sh\",\"-c\",\"a | b `c`\"]"),
            .init(
                reach: .stable, object: "Secret/key", field: "stringData.key", file: "apps/key.yaml", line: 5,
                former: "a",
                present: "b", isHidden: true),
        ]
        rollout.holds = [.steered("until Monday")]
        rollout.next = [rollout.commits[0]]
        return ChangeReport(
            base: "origin/main", tip: tip, rollouts: [rollout],
            findings: [
                .init(
                    severity: "warning",
                    diagnostic: Diagnostic(
                        file: "apps/deployment.yaml", line: 9, message: "ask @ops <b>first</b>",
                        hint: "or use `headgate check`"))
            ], known: 2, conflicts: ["apps/route.yaml"])
    }

    private static var ends: ChangeReport {
        var removed = rollout("gone")
        (removed.kind, removed.parts) = (.removed, [])
        var renamed = rollout("basket")
        renamed.kind = .renamed(from: id)
        var added = rollout("fresh")
        added.kind = .added
        let culprit = History.Culprit(commit: tip, author: "this change")
        return ChangeReport(
            base: "main", tip: tip,
            rollouts: [
                added, renamed, removed,
                rollout(
                    "a",
                    .held(
                        .edited([.init(binding: .weight, place: "", expected: "10", found: "60")], key: "edited-1234"))),
                rollout("b", .takenBack("stage 2 (weight-50)")),
                rollout("c", .rejected("canary errors are at least 4 times stable's")),
                rollout(
                    "d",
                    .impossible(
                        Diagnostic(file: "apps/hpa.yaml", line: 9, message: "4 pods are allowed, and 6 are needed"))),
                rollout("e", .endless(.init("weight-10"))), rollout("f", .shadow), rollout("g", .unknown),
                rollout("h", .held(.rollbackReverted(by: culprit, retry: "1234-5"))),
            ])
    }

    @Test func `as text`() throws {
        try GoldenFile.expect(Self.whole.lines(Layout()).joined(separator: "\n"), is: "change.txt")
        try GoldenFile.expect(Self.ends.lines(Layout()).joined(separator: "\n"), is: "change-ends.txt")
        let nothing = ChangeReport(base: "main", tip: Self.tip)
        #expect(nothing.lines(Layout()) == ["No rollout changes when this is merged into main."])
    }

    @Test func `as a comment, in which nothing of a file is markup or calls anybody`() throws {
        let comment = Self.whole.markdown
        try GoldenFile.expect(comment, is: "change.md")
        try GoldenFile.expect(Self.ends.markdown, is: "change-ends.md")
        #expect(comment.hasPrefix(ChangeReport.marker + "\n"))
        #expect(!comment.contains("@ops"))
        #expect(!comment.contains("<b>"))
        // A cell ends where its row says so, and nowhere else.
        for line in comment.split(separator: "\n") where line.hasPrefix("|") {
            let cells = line.replacing("\\|", with: "").split(separator: "|", omittingEmptySubsequences: false)
            #expect([5, 6].contains(cells.count), "\(line)")
        }
    }

    @Test func `as JSON`() throws {
        try GoldenFile.expect(Self.whole.json.indented, is: "change.json")
        #expect(!Self.whole.json.text.contains("\"from\":\"a\""))
    }

    @Test func `a range of commits, a line each`() {
        let report = AuditReport(
            commits: 2, agents: 1,
            findings: [.init(commit: Self.tip, subject: "Tidy", author: "Headgate", message: "it changes README.md")])
        #expect(
            report.lines == [
                "5aaa66059 by Headgate: it changes README.md", "2 commits, 1 of them the agent's, 1 finding",
            ])
    }
}
