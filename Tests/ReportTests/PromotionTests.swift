import Analysis
import Report
import Rollouts
import Support
import Testing

@Suite("Promotions in status, and a release's way in history")
struct PromotionStatusTests {
    private static let staging = RolloutID(environment: "staging", namespace: "shop", name: "checkout")
    private static let island = RolloutID(environment: "island", namespace: "shop", name: "checkout")

    private static func step(_ standing: PromotionStanding, from source: RolloutID = staging) -> PromotionStatus {
        var step = PromotionStatus(
            promotion: "checkout", file: ".headgate/promotions/checkout.yaml", source: source,
            target: source == staging ? Shop.id("checkout") : island, release: Shop.release("v2.4.1"),
            standing: standing)
        if case .waiting(.soak(let until)) = standing { step.nextCheck = until }
        return step
    }

    private static let culprit = History.Culprit(commit: Shop.commit, author: "Alice")

    private static let steps = [
        step(.waiting(.soak(until: Shop.time("12:40:14")))), step(.waiting(.approval(key: "7c2d9f40-4/island"))),
        step(.waiting(.review(url: "https://forge.example/pull/7"))), step(.waiting(.target("it is Held"))),
        step(.waiting(.source("staging/shop/checkout is at weight-25"))), step(.done, from: Shop.id("checkout")),
        step(.rejected(by: Shop.id("checkout"), reason: "canary errors are far too many (40 of 80 requests)")),
        step(.overruled(by: culprit, Shop.release("v2.3.9"))),
        step(.held(.declined(by: "alice", url: "https://forge.example/pull/7"))),
        step(.held(.steered("not before Monday"))), step(.due(Shop.release("v2.4.1"))),
    ]

    private static func report(_ steps: [PromotionStatus]) -> StatusReport {
        var report = StatusReport(now: Shop.now, branch: "main", commit: Shop.commit, rollouts: [Shop.stable])
        report.promotions = steps
        return report
    }

    @Test func `a row a step says where it stands, and what somebody has to do stands below`() throws {
        let lines = Self.report(Self.steps).table(Layout())
        try GoldenFile.expect(lines.joined(separator: "\n"), is: "status-promotions.txt")
    }

    @Test func `who approves reads the verdict over the soak, the last analysis on the way, and the commits`() {
        var step = Self.step(.waiting(.approval(key: "7c2d9f40-4/production/shop/checkout")))
        step.proven = Observation.StageCommit(id: Shop.commit, arrived: Shop.now)
        step.analyses = [
            AnalysisReading(id: .soak(promotion: "checkout", 1), verdict: .pass, sentence: "success-rate passed")
        ]
        step.commits = [
            ProvingCommit(id: Shop.commit, subject: "checkout: finish v2.4.1", evidence: ["Analysis  passed over 9s"])
        ]
        let text = PromotionExplanation(now: Shop.now, steps: [step]).lines(Layout()).joined(separator: "\n")
        for words in [
            "promotion/checkout from staging/shop/checkout to \(Shop.id("checkout")): Waiting: for approve: 7c2d9f40-4/",
            "  Stable in staging/shop/checkout since \(Shop.now.rfc3339), by \(Shop.commit.short)",
            "Gate 1 of the promotion checkout: passed: success-rate passed", "  Analysis  passed over 9s",
            "  \(Shop.commit.short)  checkout: finish v2.4.1", "To go on:  headgate approve promotion/checkout",
        ] {
            #expect(text.contains(words), "\(words) in:\n\(text)")
        }
        let json = PromotionExplanation(now: Shop.now, steps: [step]).json
        #expect(json["promotions"]?.array?.first?["analyses"]?.array?.first?["verdict"]?.string == "pass")
    }

    @Test("a failed soak keeps its numbers in the table, since people decide by them")
    func failed() {
        let words = "the soak failed: success-rate failed: failed (1) > failureLimit (0)"
        let lines = Self.report([Self.step(.held(.failed(String(words.dropFirst(17)))))]).table(Layout())
        #expect(lines.contains { $0.contains(words) }, "\(lines)")
    }

    @Test func `scripts read the same as JSON`() throws {
        try GoldenFile.expect(Self.report(Self.steps).json.indented, is: "status-promotions.json")
    }

    @Test(
        "the exit code counts what only a person ends, and not what a rollout says itself",
        arguments: [
            (PromotionStanding.done, RolloutStatus.Urgency.settled), (.waiting(.source("x")), .settled),
            (.rejected(by: staging, reason: "x"), .settled), (.waiting(.soak(until: Shop.now)), .moving),
            (.waiting(.approval(key: "k")), .needed), (.held(.failed("x")), .needed),
            (.waiting(.review(url: nil)), .moving), (.waiting(.review(url: "u")), .needed),
        ])
    func urgency(standing: PromotionStanding, expected: RolloutStatus.Urgency) {
        #expect(Self.report([Self.step(standing)]).urgency == expected)
        #expect((Self.step(standing).way != nil) == (expected == .needed))
    }

    // MARK: History

    private static func event(_ number: Int, _ state: RolloutState, _ subject: String) -> HistoryEvent {
        let digits = String(number, radix: 16)
        return HistoryEvent(
            commit: CommitID(hex: "c0ffee" + digits + String(repeating: "0", count: 34 - digits.count)),
            time: Shop.time("10:00:00") + .seconds(60 * number), author: "Headgate", subject: subject, state: state)
    }

    private static func past(_ id: RolloutID, from start: Int, promotion: String?, events: Int) -> ReleaseWayReport.Past
    {
        let states = [
            (
                Shop.state("start", action: .start, serial: 2),
                "checkout: start v2.4.1 with 1 pod of canary (stage 0 of 6)"
            ),
            (Shop.state("weight-5", serial: 3), "checkout: canary 0% → 5% (stage 1 of 6)"),
            (
                Shop.state("finish", phase: .stable, action: .finish, serial: 4),
                "checkout: finish v2.4.1, stable everywhere"
            ),
        ]
        let subject = promotion == nil ? "Release v2.4.1" : "checkout: release v2.4.1, promoted from \(staging)"
        let statement = ReleaseWayReport.Statement(
            commit: Shop.commit, time: Shop.time("10:00:00") + .seconds(60 * start),
            author: promotion == nil ? "Alice" : "Headgate", subject: subject, release: Shop.release("v2.4.1"),
            promotion: promotion)
        return .init(
            id: id, events: states.prefix(events).enumerated().map { event(start + 1 + $0, $1.0, $1.1) },
            statements: [statement])
    }

    private static let way = ReleaseWayReport(
        now: Shop.now, release: "v2.4.1",
        pasts: [
            past(island, from: 60, promotion: "checkout", events: 0),
            past(Shop.id("checkout"), from: 30, promotion: "checkout", events: 2),
            past(staging, from: 1, promotion: nil, events: 3),
        ])

    @Test func `a release's way goes rollout by rollout, in the order in which it came to them`() throws {
        try GoldenFile.expect(Self.way.lines(Layout()).joined(separator: "\n"), is: "history-release.txt")
        let whole = Self.way.lines(Layout(), isWhole: true)
        try GoldenFile.expect(whole.joined(separator: "\n"), is: "history-release-whole.txt")
        try GoldenFile.expect(Self.way.json.indented, is: "history-release.json")
    }

    @Test("it is found by version, image or the start of its digest", arguments: ["v2.4.1", "image", "digest", "v9"])
    func found(by what: String) {
        let release = Shop.release("v2.4.1")
        let text =
            switch what {
            case "image": "ghcr.io/acme/checkout:v2.4.1"
            case "digest": String(release.digest.hex.prefix(9))
            default: what
            }
        let found = ReleaseWayReport(
            now: Shop.now, release: text, pasts: [Self.past(Self.staging, from: 1, promotion: nil, events: 3)])
        #expect(found.stops.count == (what == "v9" ? 0 : 1))
    }
}
