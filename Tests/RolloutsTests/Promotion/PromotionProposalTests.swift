import Analysis
import Rollouts
import Testing

@Suite("A promotion that asks by pull request")
struct PromotionProposalTests {
    typealias Case = PromotionCase

    private static func asking(_ proposals: PromotionProposals) -> Case {
        var it = Case()
        it.step.delivery = .pullRequest
        it.world.proposals = proposals
        return it
    }

    private static let v2 = branch("v2")
    private static func branch(_ version: String) -> String {
        "headgate/promotion/checkout/production/shop/checkout/\(Case.release(version).digest.short)"
    }

    private static func proposal(
        _ branch: String = v2, _ state: PullRequest.State = .open, body: String = "Please.",
        labels: Set<String> = [], isOurs: Bool = true
    ) -> PromotionProposal {
        var pullRequest = PullRequest(
            number: .init(7), url: "https://forge.example/7", branch: branch, base: "main", head: Case.commit("b1"),
            title: "checkout: release v2", body: body, state: state, author: ForgeUser("headgate"))
        pullRequest.labels = labels
        return PromotionProposal(
            branch: branch, head: Case.commit("b1"), isOurs: isOurs, pullRequest: pullRequest, closedBy: "alice")
    }

    @Test func `it asks what there is, and nothing more where nothing is to go on`() {
        #expect(Self.asking(.notRead).decide().needs == [.proposals(wanted: Self.v2)])
        #expect(Self.asking(.notRead).decide().effects.isEmpty)
        var done = Self.asking(.notRead)
        done.world.target.stated = Case.release("v2")
        #expect(done.decide().needs == [.proposals(wanted: nil)])
    }

    @Test func `it proposes what a commit would state`() throws {
        let decision = Self.asking(.read([])).decide()
        #expect(decision.standing == .waiting(.review(url: nil)))
        guard case .propose(let line, let proposal)? = decision.effects.first else {
            Issue.record("\(decision)")
            return
        }
        #expect(line.stated == Case.release("v2"))
        #expect(proposal.branch == Self.v2)
    }

    @Test func `an open one is waited for by its address`() {
        let decision = Self.asking(.read([Self.proposal()])).decide()
        #expect(decision.standing == .waiting(.review(url: "https://forge.example/7")))
        #expect(decision.effects.count == 1)
    }

    @Test func `one that a person closed is not proposed again, one that the agent withdrew is`() {
        let closed = Self.asking(.read([Self.proposal(Self.v2, .closed)])).decide()
        #expect(closed == PromotionDecision(.held(.declined(by: "alice", url: "https://forge.example/7"))))
        let words = ProposalBody.withdrawing("Please.", because: "the soak failed")
        let withdrawn = Self.asking(.read([Self.proposal(Self.v2, .closed, body: words)])).decide()
        guard case .propose? = withdrawn.effects.first else {
            Issue.record("\(withdrawn)")
            return
        }
    }

    @Test func `a branch that somebody else has written to is left alone`() {
        let decision = Self.asking(.read([Self.proposal(isOurs: false)])).decide()
        #expect(
            decision == PromotionDecision(.held(.foreignBranch(Self.v2, by: nil, url: "https://forge.example/7"))))
    }

    @Test("a person's label holds it, and it says so", arguments: ["headgate/hold", "headgate/rollback"])
    func labelled(_ label: String) {
        let proposal = Self.proposal(labels: [label])
        let decision = Self.asking(.read([proposal])).decide()
        let standing = PromotionStanding.held(.label(label, url: "https://forge.example/7"))
        let words = "Held: label \(label) on https://forge.example/7"
        #expect(
            decision
                == PromotionDecision(standing, effects: [.advise(.init(words, needsSomebody: true), on: proposal)]))
        let remedy = PromotionText.remedy(standing, of: "checkout", in: "p.yaml")
        #expect(remedy?.contains(label == "headgate/hold" ? "take the label headgate/hold off" : "close https") == true)
    }

    @Test func `a newer release overtakes an older one that waits`() {
        let old = Self.proposal(Self.branch("v1.9"))
        let decision = Self.asking(.read([old])).decide()
        #expect(decision.effects.contains(.withdraw(old, reason: "superseded by v2")))
    }

    @Test(
        "what may not go on any more is withdrawn with words",
        arguments: ["rejected", "overruled", "failed", "stated", "taken back"])
    func withdrawn(_ what: String) throws {
        let open = Self.proposal()
        var it = Self.asking(.read([open]))
        switch what {
        case "rejected":
            it.world.target.state?.rejected = [.init(.init(Case.release("v2"), since: 8), reason: "errors")]
        case "overruled": it.world.line?.changes = [Case.change(to: "v1.5")]
        case "failed":
            it.step.analyses = [AnalysisSpec(templates: [.init(templateName: "success-rate")])]
            it.world.analyses = [AnalysisReading(id: .soak(promotion: "checkout", 1), verdict: .fail, sentence: "x")]
        case "stated": it.world.target.stated = Case.release("v2")
        default:
            it.world.source.standing = .rolledBack(.init(reason: "errors", retry: "k"))
            it.world.source.state?.phase = .rolledBack
            it.world.source.state?.rejected = [.init(.init(Case.release("v2"), since: 3), reason: "errors")]
        }
        guard case .withdraw(open, let reason)? = it.decide().effects.first else {
            Issue.record("\(it.decide())")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func `what only waits stays open and says why it is not to be merged now`() throws {
        let open = Self.proposal()
        var it = Self.asking(.read([open]))
        it.step.steering.hold = "not before Monday"
        let decision = it.decide()
        #expect(decision.effects == [.advise(.init("Held: not before Monday", needsSomebody: true), on: open)])
        it.step.steering.hold = nil
        it.world.target.standing = .progressing(nil)
        #expect(
            it.decide().effects
                == [.advise(.init("something else is on its way where it goes to", needsSomebody: false), on: open)])
    }

    @Test func `a release that waits stays proposed while the source has begun the next`() {
        let open = Self.proposal()
        var it = Self.asking(.read([open]))
        it.world.source.state = Case.state(Case.release("v3"), since: 9, phase: .progressing)
        it.world.source.standing = .progressing(nil)
        it.world.source.stated = Case.release("v3")
        #expect(it.decide().effects.isEmpty)
    }

    @Test func `the branch of a merged one goes, that of a declined one stays while it may be reopened`() {
        let merged = PromotionProposal(branch: Self.v2, head: Case.commit("b1"))
        var it = Self.asking(.read([merged]))
        it.world.target.stated = Case.release("v2")
        #expect(it.decide() == PromotionDecision(.done, effects: [.remove(merged)]))
        let declined = Self.proposal(Self.v2, .closed)
        it.world.proposals = .read([declined])
        it.world.target.stated = Case.release("v1")
        it.step.steering.hold = "wait"
        #expect(it.decide().effects.isEmpty)
    }

    @Test func `a forge that does not answer is waited for; one that nobody named, or that refuses, needs a person`() {
        #expect(Self.asking(.unavailable("503", isMistake: false)).decide().standing == .waiting(.forge("503")))
        #expect(Self.asking(.unavailable("401", isMistake: true)).decide().standing == .held(.refused("401")))
        guard case .held(.configuration) = Self.asking(.noForge(isLooking: false)).decide().standing,
            case .waiting(.forge(let sentence)) = Self.asking(.noForge(isLooking: true)).decide().standing,
            sentence.hasPrefix("v2 goes by pull request; no forge was asked here")
        else {
            Issue.record("\(Self.asking(.noForge(isLooking: false)).decide())")
            return
        }
    }

    @Test func `it says what was proven at each step, and what follows in the target`() throws {
        var line = PromotionLine(
            promotion: "checkout", source: Case.staging, target: Case.production, release: Case.release("v2"),
            former: Case.release("v1"), proven: .init(id: Case.commit("5e"), arrived: Case.now),
            soak: .seconds(3600),
            way: [
                ProvingCommit(id: Case.commit("a1"), subject: "checkout: start v2"),
                ProvingCommit(
                    id: Case.commit("a2"), subject: "checkout: canary 0% → 10%",
                    evidence: ["Analysis  passed over 9s from 17:32:19Z, 16 of 16 measurements", "  errors   0 %"]),
            ])
        var delivery = Delivery()
        delivery.stages = [.start, .promote]
        line.course = StageCourse(
            plan: StagePlan(steps: [.setWeight(Weight(clamping: 10)), .pause(Span(.seconds(60)))]), delivery: delivery)
        let lines = PromotionRequestText(line, places: ["r.yaml": ["image.app"]]).body.split(separator: "\n").map(
            String.init)
        #expect(
            lines.contains(
                "- \(Case.commit("a2").hex) checkout: canary 0% → 10%: analysis passed over 9s from 17:32:19Z, 16 of 16"
                    + " measurements"))
        #expect(lines.contains("| `start` | none | **by a pull request** | at once |"))
        #expect(lines.contains("| `weight-10` | 10% | by itself | `start` is live |"))
        #expect(
            lines.contains(
                "| `promote` | all | **by a pull request** | `weight-10` is live, 1m have passed, the analysis passes |"
            ))
    }

    @Test func `what it says makes no markup of what others have written`() throws {
        let line = PromotionLine(
            promotion: "checkout", source: Case.staging, target: Case.production,
            release: Case.release("v2`<b>@alice"), former: Case.release("v1"),
            proven: .init(id: Case.commit("5e"), arrived: Case.now), soak: .seconds(3600),
            way: [ProvingCommit(id: Case.commit("a1"), subject: "start [x](http://y) @bob\n# big")])
        let body = PromotionRequestText(line, places: ["r.yaml": ["image.app"]]).body
        #expect(!body.contains("<b>@alice**") && !body.contains("@bob") && !body.contains("\n# big"))
        #expect(body.contains("`ghcr.io/acme/checkout:v1` → ``ghcr.io/acme/checkout:v2`<b>@alice`` in `r.yaml`"))
        #expect(body.contains("\\[x\\]\\(") && !body.contains("http://y"))
    }
}
