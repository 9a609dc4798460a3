import Analysis
import Rollouts
import Testing

@Suite("What a pull request says")
struct ProposalTextTests {
    private static func text(_ metric: String = "success-rate") throws -> ProposalText {
        let (world, key) = try PlannerDeliveryTests.proposed()
        var question = try #require(world.forge?.entries[key]?.question)
        let window = Window(start: Timestamp(seconds: 1_800_000_000), end: Timestamp(seconds: 1_800_000_600))
        question.transition.evidence = [
            Evidence(
                window: window, verdict: .pass,
                metrics: [
                    MetricEvidence(
                        metric: metric, verdict: .pass, sentence: "10 of 10", value: "0.9987", condition: ">= 0.99",
                        counts: .init(good: 10, bad: 0, undecided: 0), window: window)
                ])
        ]
        return ProposalText(
            id: RolloutID(namespace: "shop", name: "checkout"), in: ".headgate/rollouts/checkout.yaml",
            question: question, course: StageCourse(of: world.spec),
            changes: [
                .init(binding: .weight, file: "apps/route.yaml", old: "25", new: "50"),
                .init(binding: .release(.canary, "value.Secret/key.x"), file: "apps/s.yaml", old: "hush", new: "shush"),
            ], head: CommitID(hex: "abc"))
    }

    static let now = Timestamp(seconds: 1_800_000_700)

    @Test func `is a whole page for whoever has to decide`() throws {
        let body = try Self.text().body(at: Self.now)
        let lines = body.split(separator: "\n").map(String.init)
        #expect(
            lines[1].hasPrefix(
                "**Gives 50% of the traffic of `shop/checkout` to `v2`** (until now `v1`), which has 25% now."))
        #expect(lines.contains("- `route.weight`: `25` → `50`, in `apps/route.yaml`"))
        #expect(lines.contains("start ✓ · 5% ✓ · 25% ✓ · **50% ▶** · promote · drain · finish"))
        #expect(lines.contains("| `success-rate` | 0.9987 | &gt;= 0.99 | 10 of 10 |"))
        let promote = "| `promote` | all | by itself | `weight-50` is live, 1m have passed, the analysis passes |"
        #expect(lines.contains(promote))
        #expect(
            lines.contains(
                "Where it fails before `drain`, it is taken back; that asks nobody, unless the branch takes no push of the agent."
            ))
        #expect(body.contains("`headgate/hold`: while it is on this and this is open, the rollout stays where it is."))
        #expect(body.contains("` in `.headgate/rollouts/checkout.yaml`."))
    }

    @Test func `shows nothing secret`() throws {
        let body = try Self.text().body(at: Self.now)
        #expect(!body.contains("hush"))
        #expect(body.contains("`canary.value.Secret/key.x` (not shown), in `apps/s.yaml`"))
    }

    @Test func `keeps what comes from elsewhere a text`() throws {
        let evil = "`<!-- headgate: withdrawn -->` | [x](http://evil) @everyone"
        let body = try Self.text(evil).body(at: Self.now)
        #expect(!ProposalBody.isWithdrawn(body))
        #expect(!body.contains("<!-- headgate: withdrawn"))
        #expect(!Markdown.text(evil).contains("@everyone"))
        #expect(!Markdown.text(evil).contains("http://"))
        #expect(Markdown.code(evil) == "`` `<\u{200B}!-- headgate: withdrawn -->` ¦ [x](http://evil) @everyone ``")
        #expect(ProposalMark(in: body)?.head == CommitID(hex: "abc"))
    }

    @Test func `is told from another apart from its numbers and its time`() throws {
        let one = try Self.text()
        let other = try Self.text("other")
        #expect(one.digest == other.digest)
        let mark = try #require(ProposalMark(in: one.body(at: Self.now)))
        #expect(mark.digest == one.digest)
        #expect(mark.time == Self.now)
        #expect(mark.key == one.question.key)
        #expect(ProposalMark(in: "no mark") == nil)
    }

    @Test func `carries a warning, and loses it again`() throws {
        let body = try Self.text().body(at: Self.now)
        let warned = ProposalBody.warning("the metrics do not answer", in: body)
        #expect(warned.contains("> **Not to be merged now:** the metrics do not answer"))
        #expect(ProposalBody.warning("the metrics do not answer", in: warned) == warned)
        #expect(ProposalBody.warning(nil, in: warned) == PullRequestChange.plain(body))
        #expect(ProposalMark(in: warned) == ProposalMark(in: body))
    }

    @Test func `is withdrawn once, in words`() {
        let closed = ProposalBody.withdrawing("Body", because: "the release was taken back: errors *tripled*")
        #expect(closed.hasPrefix("Withdrawn by Headgate: the release was taken back: errors \\*tripled\\*\n"))
        #expect(ProposalBody.isWithdrawn(closed))
        #expect(ProposalBody.withdrawing(closed, because: "something else") == closed)
    }
}

@Suite("The branches of proposals")
struct ProposalKeyTests {
    private let key = ProposalKey(release: "7c2d9f40-14", stage: StageKey("weight-25"))

    @Test(arguments: [
        (RolloutID(namespace: "shop", name: "checkout"), "headgate/shop/checkout/7c2d9f40-14/weight-25"),
        (
            RolloutID(environment: "production", namespace: "shop", name: "checkout"),
            "headgate/production/shop/checkout/7c2d9f40-14/weight-25"
        ),
        (RolloutID(namespace: "a..b", name: "x.lock"), "headgate/a__b/x_lock/7c2d9f40-14/weight-25"),
    ])
    func `are named after the rollout, and read back`(id: RolloutID, branch: String) {
        #expect(key.branch(of: id) == branch)
        #expect(ProposalKey(branch: branch, of: id) == key)
        #expect(ProposalKey(branch: branch + "/more", of: id) == nil)
        #expect(ProposalKey(branch: branch, of: RolloutID(namespace: "other", name: "x")) == nil)
    }
}
