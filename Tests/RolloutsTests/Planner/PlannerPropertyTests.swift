import Analysis
import Foundation
import Rollouts
import Support
import Testing

@Suite("The planner in random worlds")
struct PlannerPropertyTests {
    /// An ordinary run takes some fifteen seconds.
    static let steps = Soak.count(100_000, soaking: 2_000_000)
    static let stepsPerWorld = 200

    /// What came of some of the worlds.
    struct Outcome: Sendable {
        var findings: [String: String] = [:]
        var holds: [String: Int] = [:]
        var commits: [String: Int] = [:]

        mutating func run(seed: UInt64) {
            let world = RandomWorld(seed: seed)
            for number in 0..<PlannerPropertyTests.stepsPerWorld {
                let tick = world.step()
                for check in PlannerCheck.all where findings[check.name] == nil && !check.holds(tick) {
                    findings[check.name] = "seed \(seed), step \(number): \(tick.story)"
                }
                if case .held(let hold) = tick.decision.standing { holds[hold.name, default: 0] += 1 }
                if let action = tick.transition?.state.at.action { commits[action.rawValue, default: 0] += 1 }
            }
        }

        mutating func merge(_ other: Outcome) {
            findings.merge(other.findings) { first, _ in first }
            holds.merge(other.holds, uniquingKeysWith: +)
            commits.merge(other.commits, uniquingKeysWith: +)
        }
    }

    @Test("nothing that people, clusters, metrics and clocks do makes it trap, guess or break a rule")
    func random() async {
        let worlds = UInt64(max(1, Self.steps / Self.stepsPerWorld))
        let outcome = await withTaskGroup(of: Outcome.self, returning: Outcome.self) { group in
            for share in 0..<UInt64(4) {
                group.addTask {
                    var outcome = Outcome()
                    for seed in stride(from: share, to: worlds, by: 4) { outcome.run(seed: seed) }
                    return outcome
                }
            }
            return await group.reduce(into: Outcome()) { $0.merge($1) }
        }
        for (check, finding) in outcome.findings.sorted(by: { $0.key < $1.key }) {
            Issue.record("\(check): \(finding)")
        }
        print("holds:", Self.table(outcome.holds))
        print("commits:", Self.table(outcome.commits))
        #expect(Set(outcome.holds.keys).isSubset(of: Self.holds))
        for name in Self.holds { #expect(outcome.holds[name, default: 0] > 0, "\(name) was never reached") }
        for action in RolloutState.Action.allCases {
            #expect(outcome.commits[action.rawValue, default: 0] > 0, "\(action) was never committed")
        }
    }

    private static func table(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// Every case of `Hold` that is the planner's to say.
    static let holds = [
        "global", "steered", "configuration", "reverted", "rollbackReverted", "rewritten", "foreign", "edited",
        "drifted", "bindings", "notApplied", "notAtRest", "inconclusive", "analysisError", "pendingPods", "failed",
        "deleted", "notAsStated",
    ]
}

extension Tick {
    /// What a person needs to see of a tick that broke a rule.
    var story: String {
        let state = before.state.map { "\($0.phase) \($0.at) \($0.stage) base \(String(describing: $0.base))" }
        let values = { (commit: PlannerWorld.Commit) in
            commit.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
        return """

            before \(state ?? "no state") { \(values(before)) }
            after  \(after.state.map { "\($0.phase) \($0.at) \($0.stage)" } ?? "no state") { \(values(after)) }
            live   { \(values(.init(state: nil, values: world.live.values, arrived: world.now, stamped: world.now, author: ""))) } \(world.faults)
            history \(observation.history) hold \(decision.standing) again \(again.standing) \(again.transition?.state.at as Any)
            analyses \(observation.analyses.map { "\($0.id) \($0.verdict)" }) required \(required) steering \(spec.steering)
            """
    }
}
