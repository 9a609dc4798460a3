import Analysis
import Report
import Rollouts
import Support
import Testing

@Suite("History folds the commits of a branch to releases")
struct HistoryTests {
    /// Builds events one minute apart.
    private struct Branch {
        var events: [HistoryEvent] = []

        mutating func commit(_ subject: String, by author: String = "Headgate", _ state: RolloutState?) {
            let number = events.count + 1
            let digits = String(number, radix: 16)
            events.append(
                HistoryEvent(
                    commit: CommitID(hex: "c0ffee" + digits + String(repeating: "0", count: 34 - digits.count)),
                    time: Shop.time("10:00:00") + .seconds(60 * number), author: author, subject: subject, state: state,
                    kind: state == nil ? .removed : .step))
        }
    }

    private static func state(
        _ key: String, _ action: RolloutState.Action, _ serial: Int, phase: RolloutState.Phase = .progressing,
        release: String = "v2.4.1", previous: String? = "v2.4.0", attempt: Int = 1, failure: String? = nil
    ) -> RolloutState {
        var state = Shop.state(key, phase: phase, action: action, serial: serial)
        state.release = .init(Shop.release(release), attempt: attempt)
        state.previous = previous.map { .init(Shop.release($0)) }
        state.failure = failure.map { .init(stage: StageKey("weight-25"), reason: $0) }
        return state
    }

    /// One release that went out, one that was rolled back, one that a person stopped, and one under way.
    private static var events: [HistoryEvent] {
        var branch = Branch()
        branch.commit(
            "checkout: adopt v2.4.0, stable everywhere",
            state("finish", .adopt, 1, phase: .stable, release: "v2.4.0", previous: nil))
        branch.commit("checkout: start v2.4.1 with 1 pod of canary (stage 0 of 6)", state("start", .start, 2))
        branch.commit("checkout: canary 0% → 5% (stage 1 of 6)", state("weight-5", .advance, 3))
        branch.commit("checkout: finish v2.4.1, stable everywhere", state("finish", .finish, 4, phase: .stable))
        let bad = {
            (key: String, action: RolloutState.Action, serial: Int, phase: RolloutState.Phase, failure: String?) in
            state(key, action, serial, phase: phase, release: "v2.5.0", previous: "v2.4.1", failure: failure)
        }
        branch.commit("checkout: start v2.5.0", bad("start", .start, 5, .progressing, nil))
        branch.commit("checkout: canary 0% → 25%", bad("weight-25", .advance, 6, .progressing, nil))
        branch.commit("checkout: roll back v2.5.0", bad("weight-25", .rollback, 7, .rollingBack, Shop.reason))
        branch.commit("checkout: roll back v2.5.0", bad("weight-25", .rollback, 8, .rolledBack, Shop.reason))
        let stopped = { (key: String, action: RolloutState.Action, serial: Int) in
            state(key, action, serial, release: "v2.6.0", previous: "v2.4.1")
        }
        branch.commit("checkout: start v2.6.0", stopped("start", .start, 9))
        branch.commit("checkout: canary 0% → 5%", stopped("weight-5", .advance, 10))
        branch.commit("Revert \"checkout: canary 0% → 5%\"", by: "Alice", stopped("start", .start, 9))
        let present = state("start", .start, 11, release: "v2.7.0", previous: "v2.4.1", attempt: 2)
        branch.commit("checkout: start v2.7.0", present)
        return branch.events
    }

    @Test("a release is a line: when, from what to what, how it ended, by whom it was reverted")
    func folded() throws {
        let report = HistoryReport(now: Shop.now, id: Shop.id("checkout"), events: Self.events)
        try GoldenFile.expect(report.lines(Layout()).joined(separator: "\n"), is: "history.txt")
        try GoldenFile.expect(report.json.indented, is: "history.json")
    }

    @Test("the whole history has every commit below its release")
    func whole() throws {
        let report = HistoryReport(now: Shop.now, id: Shop.id("checkout"), events: Self.events)
        try GoldenFile.expect(
            report.lines(Layout(width: 100), isWhole: true).joined(separator: "\n"), is: "history-whole.txt")
    }

    @Test("a limit leaves the older ones out, and says so")
    func limit() {
        let report = HistoryReport(now: Shop.now, id: Shop.id("checkout"), events: Self.events, limit: 2)
        #expect(report.releases.map(\.release.values.title) == ["v2.7.0", "v2.6.0"])
        #expect(report.lines(Layout()).last == "… and 3 older; --limit shows more")
    }

    @Test("a rollout that was never rolled out has no history")
    func none() {
        let report = HistoryReport(now: Shop.now, id: Shop.id("checkout"), events: [])
        #expect(report.lines(Layout()).count == 1)
    }

    @Test(
        "serials tell what happened, whatever the messages say",
        arguments: [
            ([1, 2, 3], ["step", "step", "step"]), ([1, 2, 3, 2], ["step", "step", "step", "reverted"]),
            ([1, 2, 3, 1, 3], ["step", "step", "step", "reverted", "restored"]),
            ([1, 2, 3, 2, 4], ["step", "step", "step", "reverted", "step"]), ([1, 3, 2], ["step", "step", "foreign"]),
            ([1, 2, 2], ["step", "step", "foreign"]),
        ])
    func serials(serials: [Int], kinds: [String]) {
        var branch = Branch()
        for serial in serials { branch.commit("whatever", Self.state("weight-5", .advance, serial)) }
        #expect(HistoryEvent.classifying(branch.events).map(\.kind.rawValue) == kinds)
    }

    @Test("a revert that is reverted goes on, and a state that is removed ends the release")
    func endings() {
        var branch = Branch()
        branch.commit("start", Self.state("start", .start, 1))
        branch.commit("on", Self.state("weight-5", .advance, 2))
        branch.commit("back", by: "Alice", Self.state("start", .start, 1))
        let ending = { ReleaseRecord.folding(HistoryEvent.classifying(branch.events)).first?.ending }
        #expect(ending() == .setBack(to: .start, by: "Alice", commit: branch.events[2].commit))
        branch.commit("and again", by: "Bob", Self.state("weight-5", .advance, 2))
        #expect(ending() == .underWay(StageKey("weight-5")))
        branch.commit("gone", by: "Bob", nil)
        #expect(ending() == .reverted(by: "Bob", commit: branch.events[4].commit))
        #expect(ReleaseRecord.folding(HistoryEvent.classifying(branch.events)).count == 1)
    }
}
