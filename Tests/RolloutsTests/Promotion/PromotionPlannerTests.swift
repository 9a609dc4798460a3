import Analysis
import Rollouts
import Testing

@Suite("What a promotion does about a step")
struct PromotionPlannerTests {
    typealias Case = PromotionCase

    /// The line that is committed, where one is.
    private static func line(_ decision: PromotionDecision) -> PromotionLine? {
        for case .state(let line) in decision.effects { return line }
        return nil
    }

    @Test func `a release that has soaked is stated in the next rollout, with what was proven`() throws {
        let decision = Case().decide()
        let line = try #require(Self.line(decision))
        #expect(decision.standing == .due(Case.release("v2")))
        #expect(line.carried == ["image.app": "ghcr.io/acme/checkout:v2"])
        #expect(line.way.count == 2)
        #expect(decision.needs.isEmpty)
    }

    @Test func `nothing is read from the history before everything else allows it`() {
        var it = Case()
        it.world.line = nil
        #expect(it.decide().needs == [.line])
        it.world.source.standing = .progressing(nil)
        #expect(it.decide().needs.isEmpty)
    }

    @Test func `it waits for the end of the soak, and says when that is`() {
        var it = Case()
        it.step.soak = .seconds(7201)
        let until = it.now + .seconds(1)
        #expect(it.decide().standing == .waiting(.soak(until: until)))
        #expect(it.decide().nextCheck == until)
        it.now = until
        #expect(Self.line(it.decide()) != nil)
    }

    @Test(
        "a source that is not Stable on what it states promotes nothing",
        arguments: [
            ("on its way", Standing.progressing(nil), RolloutState.Phase.progressing, "v2"),
            ("rolled back", .stable, .rolledBack, "v2"),
            ("going back", .rollingBack(nil), .rollingBack, "v2"),
            ("held", .held(.steered("wait")), .stable, "v2"),
            ("stating the next one", .progressing(nil), .stable, "v3"),
            ("stating the next one, not yet seen", .stable, .stable, "v3"),
        ])
    func source(_ name: String, standing: Standing, phase: RolloutState.Phase, stated: String) {
        var it = Case()
        it.world.source.standing = standing
        it.world.source.state?.phase = phase
        it.world.source.stated = Case.release(stated)
        let decision = it.decide()
        #expect(decision.effects.isEmpty)
        guard case .waiting(.source) = decision.standing else {
            Issue.record("\(name): \(decision.standing)")
            return
        }
    }

    @Test(
        "a target that is busy or held is left alone",
        arguments: [
            Standing.progressing(nil), .progressing(.approval(key: "k")), .rollingBack(nil), .held(.steered("freeze")),
            .held(.drifted([])),
        ])
    func target(standing: Standing) {
        var it = Case()
        it.world.target.standing = standing
        #expect(it.decide().effects.isEmpty)
        guard case .waiting(.target) = it.decide().standing else {
            Issue.record("\(it.decide().standing)")
            return
        }
    }

    @Test func `a target without a state is waited for`() {
        var it = Case()
        it.world.target.state = nil
        #expect(it.decide().effects.isEmpty)
    }

    @Test func `what the target states already is done`() {
        var it = Case()
        it.world.target.stated = Case.release("v2")
        it.world.target.standing = .progressing(nil)
        #expect(it.decide() == PromotionDecision(.done))
    }

    @Test func `only what both name goes on, and never a template or what may be secret`() throws {
        var it = Case()
        let secret = "value.Secret/checkout:stringData.KEY"
        let (mine, theirs) = (
            ["value.a": "1", "value.b": "2", secret: "x"], ["value.a": "7", "value.c": "3", secret: "y"]
        )
        it.world.source.stated = Case.release("v2", mine)
        it.world.source.state?.release = .init(Case.release("v2", mine), since: 3)
        it.world.target.stated = Case.release("v1", theirs)
        let line = try #require(Self.line(it.decide()))
        #expect(line.carried == ["image.app": "ghcr.io/acme/checkout:v2", "value.a": "1"])
        #expect(line.stated == Case.release("v2", ["value.a": "1", "value.c": "3", secret: "y"]))
    }

    @Test func `rollouts that name no value in common are a mistake`() {
        var it = Case()
        it.world.target.stated = Release(values: ["image.web": "ghcr.io/acme/web:v1"])
        guard case .held(.configuration) = it.decide().standing else {
            Issue.record("\(it.decide().standing)")
            return
        }
    }

    // MARK: Rejected

    @Test("a release that the target, or whatever comes after it, took back does not go on", arguments: [true, false])
    func rejected(isTarget: Bool) {
        var it = Case()
        let rejection = RolloutState.Rejection(.init(Case.release("v2"), since: 8), reason: "too many errors")
        if isTarget {
            it.world.target.state?.rejected = [rejection]
        } else {
            it.world.later[0].state?.rejected = [rejection]
        }
        let id = isTarget ? Case.production : Case.island
        #expect(it.decide() == PromotionDecision(.rejected(by: id, reason: "too many errors")))
    }

    @Test func `a rejected release that the target still states is rejected, and done where it is tried again`() {
        var it = Case()
        it.world.target.stated = Case.release("v2")
        it.world.target.state?.rejected = [.init(.init(Case.release("v2"), since: 8), reason: "errors")]
        it.world.target.standing = .rolledBack(.init(reason: "errors", retry: "k"))
        #expect(it.decide().standing == .rejected(by: Case.production, reason: "errors"))
        it.world.target.standing = .progressing(nil)
        #expect(it.decide().standing == .done)
    }

    @Test func `also where its line has other values of its own by now`() {
        var it = Case()
        let failed = RolloutState.Record(Case.release("v2", ["value.a": "1"]), since: 8)
        it.world.target.state?.phase = .rolledBack
        it.world.target.state?.release = failed
        it.world.target.state?.rejected = [.init(failed, reason: "too many errors")]
        it.world.target.stated = Case.release("v1", ["value.a": "2"])
        #expect(it.decide().standing == .rejected(by: Case.production, reason: "too many errors"))
    }

    @Test func `a newer release goes on after one that was rejected`() {
        var it = Case()
        it.world.target.standing = .rolledBack(.init(reason: "too many errors", retry: "k"))
        it.world.target.state?.phase = .rolledBack
        it.world.target.state?.rejected = [.init(.init(Case.release("v1.9"), since: 8), reason: "too many errors")]
        it.world.target.stated = Case.release("v1.9")
        #expect(Self.line(it.decide()) != nil)
    }

    // MARK: People

    @Test func `what a person stated since the source began its release counts for more`() {
        var it = Case()
        it.world.target.stated = Case.release("v1.5")
        let change = Case.change(to: "v1.5")
        it.world.line?.changes = [change]
        #expect(it.decide() == PromotionDecision(.overruled(by: change.by, Case.release("v1.5"))))
    }

    @Test func `a release that was in the line once is not stated again`() {
        var it = Case()
        let back = Case.change(to: "v1", by: "Bob")
        it.world.line?.changes = [back, Case.change(to: "v2", by: "Headgate")]
        #expect(it.decide().standing == .overruled(by: back.by, Case.release("v1")))
    }

    @Test func `an older proposal that was merged late is overtaken`() {
        var it = Case()
        it.world.target.stated = Case.release("v0")
        it.world.line?.changes = [Case.change(to: "v0")]
        #expect(Self.line(it.decide()) != nil)
    }

    @Test func `a hold stops it, the repository's first`() {
        var it = Case()
        it.step.steering.hold = "not before Monday"
        #expect(it.decide() == PromotionDecision(.held(.steered("not before Monday"))))
        it.step.globalHold = "freeze"
        #expect(it.decide() == PromotionDecision(.held(.global("freeze"))))
    }

    @Test func `an approval is one key, which fits neither another attempt nor another target`() throws {
        var it = Case()
        it.step.asksForApproval = true
        let digest = Case.release("v2").digest.short
        let key = "\(digest)-3/production/shop/checkout"
        #expect(it.decide() == PromotionDecision(.waiting(.approval(key: key))))
        it.step.steering.approve = key
        #expect(Self.line(it.decide()) != nil)
        it.world.source.state?.release.since = 9
        #expect(it.decide().effects.isEmpty)
    }

    @Test func `what is wrong with a document holds it`() {
        var it = Case()
        it.world.source.problem = "line 3: unknown key"
        #expect(it.decide().standing == .held(.configuration("staging/shop/checkout: line 3: unknown key")))
        it.step.problem = Diagnostic(file: "p.yaml", line: 4, message: "there is no rollout")
        #expect(it.decide().standing == .held(.configuration("p.yaml:4:1: there is no rollout")))
    }

    // MARK: Gates

    private static func judged(_ verdict: Verdict) -> Case {
        var it = Case()
        it.step.analyses = [AnalysisSpec(templates: [.init(templateName: "success-rate")])]
        it.world.analyses = [
            AnalysisReading(id: .soak(promotion: "checkout", 1), verdict: verdict, sentence: "so it is")
        ]
        return it
    }

    @Test(
        "the gate's analysis over the soak decides",
        arguments: [
            (Verdict.fail, PromotionStanding.held(.failed("so it is"))),
            (.error, .held(.analysisError("so it is"))), (.inconclusive, .held(.inconclusive("so it is"))),
            (.needsMoreData, .waiting(.analysis("so it is"))), (.unknown, .waiting(.metrics("so it is"))),
            (.pass, .due(Case.release("v2"))),
        ])
    func gates(verdict: Verdict, standing: PromotionStanding) {
        #expect(Self.judged(verdict).decide().standing == standing)
    }

    @Test func `it is asked about the source, from when that became Stable`() throws {
        var it = Self.judged(.pass)
        it.world.analyses = []
        guard case .analyses(let requests)? = it.decide().needs.first else {
            Issue.record("\(it.decide())")
            return
        }
        #expect(requests.map(\.id) == [.soak(promotion: "checkout", 1)])
        #expect(requests.map(\.from) == [it.now - .seconds(7200)])
    }

    @Test func `a failure shows while the release still soaks`() {
        var it = Self.judged(.fail)
        it.step.soak = .seconds(9999)
        #expect(it.decide().standing == .held(.failed("so it is")))
    }
}
