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
                rollout("i", .foreignState), unreadable, agents, held,
                rollout(
                    "m",
                    .held(.notAsStated([.init(binding: .weight, place: "", expected: "10", found: "60")]))),
            ])
    }

    private static var unreadable: ChangeReport.Rollout {
        var rollout = rollout("j", .unknown)
        (rollout.kind, rollout.parts) = (.unreadable, [])
        return rollout
    }

    /// A stage on the agent's own branch.
    private static var agents: ChangeReport.Rollout {
        var rollout = rollout("k")
        (rollout.parts, rollout.isAgents) = (["manifests", "state"], true)
        rollout.places = [
            .init(
                reach: .weight, object: "HTTPRoute/k", field: "weight", file: "apps/route.yaml", line: 8, former: "10",
                present: "50")
        ]
        return rollout
    }

    private static var held: ChangeReport.Rollout {
        var rollout = rollout("l")
        (rollout.parts, rollout.everythingHeld) = (["hold"], "freeze")
        rollout.holds = [.global("freeze")]
        return rollout
    }

    private static func step(_ source: String, _ target: String, _ change: (inout PromotionStep) -> Void)
        -> PromotionStep
    {
        func id(_ environment: String) -> RolloutID {
            RolloutID(environment: environment, namespace: "shop", name: "checkout")
        }
        var step = PromotionStep(
            promotion: "checkout", file: ".headgate/promotions/checkout.yaml", source: id(source), target: id(target))
        change(&step)
        return step
    }

    /// People are asked less, and releases go on to other rollouts.
    private static var promotions: ChangeReport {
        let first = step("staging", "production") {
            ($0.asksForApproval, $0.delivery, $0.steering.hold) = (true, .pullRequest, "not today")
            $0.analyses = [.init(templates: [.init(templateName: "success-rate")])]
        }
        let second = step("production", "far") { $0.soak = .zero }
        var rollout = rollout()
        rollout.id = first.source
        (rollout.parts, rollout.onward) = (["release", "delivery"], [first, second])
        (rollout.former, rollout.stated, rollout.ending) = (release("v2.4.1"), release("v2.4.0"), release("v2.4.1"))
        rollout.safeguards = [
            .init(isLess: true, message: "the stage start no longer goes by pull request", file: "c.yaml", line: 4),
            .init(isLess: false, message: "releases are judged in the background", file: "c.yaml", line: 5),
        ]
        rollout.gone = [("Deployment/checkout", "apps/deployment.yaml:1")]
        return ChangeReport(
            base: "main", tip: tip, rollouts: [rollout],
            promotions: [
                .init(
                    name: "checkout", kind: .changed, file: first.file, line: 3, parts: ["soak", "steering"],
                    steps: [step("staging", "production") { $0.steering.approve = "1234-5/x" }, second],
                    ended: [step("far", "farther") { _ in }], safeguards: rollout.safeguards),
                .init(name: "other", kind: .broken, file: "other.yaml", line: 1),
            ])
    }

    @Test func `as text`() throws {
        try GoldenFile.expect(Self.whole.lines(Layout()).joined(separator: "\n"), is: "change.txt")
        try GoldenFile.expect(Self.ends.lines(Layout()).joined(separator: "\n"), is: "change-ends.txt")
        try GoldenFile.expect(Self.promotions.lines(Layout()).joined(separator: "\n"), is: "change-promotions.txt")
        var nothing = ChangeReport(base: "main", tip: Self.tip)
        #expect(nothing.lines(Layout()) == ["No rollout changes when this is merged into main."])
        // Where something is wrong, nobody knows that.
        nothing.findings = [
            .init(severity: "error", diagnostic: Diagnostic(file: "a.yaml", message: "it cannot be read"))
        ]
        #expect(
            nothing.lines(Layout()).last
                == "What follows a merge into main cannot be said before the errors are mended.")
        #expect(nothing.markdown.contains("cannot be said before the errors are mended"))
    }

    @Test(
        "nothing that a proposer writes becomes markup",
        arguments: [
            "nope`<b>@acme/ops</b>", "`x` <details><summary>All checks passed</summary>", "![a](https://evil.example)",
            "www.evil.example", "&#64;acme", "a|b `` c",
        ])
    func foreign(_ text: String) {
        var rollout = Self.rollout("checkout", .rejected(text))
        rollout.former = Self.release(text)
        rollout.holds = [.steered(text)]
        rollout.safeguards = [.init(isLess: false, message: text, file: text, line: 1)]
        var report = ChangeReport(base: "main", tip: Self.tip, rollouts: [rollout], conflicts: [text])
        report.findings = [
            .init(severity: "error", diagnostic: Diagnostic(file: "a.yaml", message: text, hint: text))
        ]
        // What stands in spans of code is text already.
        let whole = report.markdown.replacing(ChangeReport.marker, with: "").replacing("<br>", with: "")
        let comment = whole.split(separator: "\n").filter { !$0.hasPrefix("|") }.map(Self.withoutCode)
            .joined(separator: "\n")
        for mark in ["<", "@a", "](", "://", "www.", "&#64", "|"] {
            #expect(!comment.replacing("\\|", with: "").contains(mark), "\(mark) in \(comment)")
        }
    }

    @Test func `as a comment, in which nothing of a file is markup or calls anybody`() throws {
        let comment = Self.whole.markdown
        try GoldenFile.expect(comment, is: "change.md")
        try GoldenFile.expect(Self.ends.markdown, is: "change-ends.md")
        try GoldenFile.expect(Self.promotions.markdown, is: "change-promotions.md")
        #expect(comment.hasPrefix(ChangeReport.marker + "\n"))
        #expect(!comment.contains("@ops"))
        #expect(!comment.contains("<b>"))
        // A cell ends where its row says so, and nowhere else.
        for line in comment.split(separator: "\n") where line.hasPrefix("|") {
            let cells = line.replacing("\\|", with: "").split(separator: "|", omittingEmptySubsequences: false)
            #expect([5, 6].contains(cells.count), "\(line)")
        }
    }

    /// A line without its spans of code, each of which ends with as many backticks as it begins with.
    private static func withoutCode(_ line: some StringProtocol) -> String {
        var (shown, rest) = ("", Substring(line))
        while let character = rest.first {
            guard character == "`" else {
                let count = character == "\\" ? 2 : 1
                shown += rest.prefix(count)
                rest = rest.dropFirst(count)
                continue
            }
            let fence = rest.prefix { $0 == "`" }
            rest = rest.dropFirst(fence.count)
            guard let end = rest.firstRange(of: fence) else { return shown + fence + rest }
            rest = rest[end.upperBound...]
        }
        return shown
    }

    @Test func `as JSON`() throws {
        try GoldenFile.expect(Self.whole.json.indented, is: "change.json")
        try GoldenFile.expect(Self.promotions.json.indented, is: "change-promotions.json")
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
