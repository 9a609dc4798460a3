import Agent
import Analysis
import Rollouts
import Testing

@Suite("Steering: which key applies now")
struct SteeringVerbTests {
    static let culprit = History.Culprit(commit: Rollouts.CommitID(hex: "abcdef0123456789"), author: "Bob")

    static let standings: [(Standing, [SteeringVerb: String])] = [
        (.stable, [:]),
        (.progressing(nil), [:]),
        (.progressing(.approval(key: "k/weight-5")), [.approve: "k/weight-5"]),
        (.progressing(.trafficGone), [:]),
        (.rolledBack(.init(reason: "slow", retry: "k.2")), [.retry: "k.2"]),
        (.held(.steered("later")), [:]),
        (.held(.rewritten(key: "rewritten-3")), [.resume: "rewritten-3"]),
        (.held(.foreign(by: culprit, key: "foreign-a")), [.resume: "foreign-a"]),
        (.held(.edited([], key: "edited-a")), [.resume: "edited-a"]),
        (.held(.bindings(key: "bindings-a")), [.resume: "bindings-a"]),
        (.held(.inconclusive("so so", key: "inconclusive-a")), [.resume: "inconclusive-a"]),
        (.held(.reverted(what: "stage 2", by: culprit, key: "reverted-a")), [.resume: "reverted-a"]),
        (.held(.reverted(what: "the release", by: culprit, key: "k.2")), [.retry: "k.2"]),
        (.held(.rollbackReverted(by: culprit, retry: "k.3")), [.retry: "k.3"]),
        (.held(.failed("slow")), [:]),
    ]

    @Test("each standing takes its own word and no other", arguments: standings)
    func table(_ standing: Standing, _ keys: [SteeringVerb: String]) {
        let report = Self.report(standing)
        for verb in SteeringVerb.allCases { #expect(verb.applicableKey(for: report) == keys[verb], "\(verb)") }
    }

    @Test("what is held or rolled back always names a way on", arguments: standings)
    func remedies(_ standing: Standing, _ keys: [SteeringVerb: String]) {
        let remedy = Self.report(standing).remedy
        switch standing {
        case .held, .rolledBack: #expect(remedy?.isEmpty == false)
        default: #expect(remedy == nil)
        }
    }

    @Test func `a word that nothing waits for is refused with what is the case`() {
        let report = Self.report(.progressing(.approval(key: "k/weight-5")))
        let refusal = #expect(throws: SteeringRefusal.self) { try SteeringVerb.retry.key(for: report) }
        #expect(
            refusal?.message
                == "checkout has no rejected release to try again; it is Waiting: for approve: k/weight-5")
        #expect(refusal?.hint == "headgate approve checkout")
    }

    @Test func `a rollout is found by as much of its name as makes it the only one`() throws {
        let ids = [
            RolloutID(environment: "staging", namespace: "shop", name: "checkout"),
            RolloutID(environment: "production", namespace: "shop", name: "checkout"),
            RolloutID(environment: "production", namespace: "shop", name: "catalog"),
        ]
        #expect(try RolloutReference("catalog").find(in: ids) == ids[2])
        #expect(try RolloutReference("staging/shop/checkout").find(in: ids) == ids[0])
        let several = #expect(throws: SteeringRefusal.self) { try RolloutReference("shop/checkout").find(in: ids) }
        #expect(several?.hint == "write one of production/shop/checkout, staging/shop/checkout")
        let none = #expect(throws: SteeringRefusal.self) { try RolloutReference("catalgo").find(in: ids) }
        #expect(none?.hint == "did you mean catalog?")
        for text in ["", "/", "op/checkout", "a/b/c/d"] {
            #expect(throws: SteeringRefusal.self) { try RolloutReference(text).find(in: ids) }
        }
    }

    static func report(_ standing: Standing) -> RolloutReport {
        var report = RolloutReport(id: RolloutID(namespace: "shop", name: "checkout"), file: "checkout.yaml")
        report.decision = Decision(standing)
        return report
    }
}
