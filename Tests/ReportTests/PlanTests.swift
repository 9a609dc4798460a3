import Analysis
import Report
import Rollouts
import Support
import Testing

@Suite("Plan shows the commit that is due and the commits ahead")
struct PlanTests {
    private static let route = """
        backendRefs:
        - name: checkout
          weight: 75
        - name: checkout-canary
          weight: 25

        """

    private static var due: PlanReport {
        let status = Shop.due
        let message = status.transition.map { CommitMessage(of: $0, by: status.id).text }
        let new = route.replacing("75", with: "50").replacing("weight: 25", with: "weight: 50")
        return PlanReport(
            now: Shop.now, status: status, message: message,
            changes: [.init(path: "apps/checkout/httproute.yaml", old: Array(route.utf8), new: Array(new.utf8))])
    }

    @Test(
        "each standing has its own text",
        arguments: [
            ("due", due), ("waiting", PlanReport(now: Shop.now, status: Shop.waiting)),
            (
                "proposed",
                PlanReport(now: Shop.now, status: Shop.proposed, message: due.message, changes: due.changes)
            ),
            ("held", PlanReport(now: Shop.now, status: Shop.reverted)),
            ("stable", PlanReport(now: Shop.now, status: Shop.stable)),
            ("offline", PlanReport(now: Shop.now, status: Shop.approval, isOffline: true)),
            (
                "impossible",
                PlanReport(
                    now: Shop.now, status: Shop.due,
                    problem: Diagnostic(file: "apps/hpa.yaml", line: 9, message: "4 pods are allowed", hint: "raise it")
                )
            ),
        ])
    func text(name: String, report: PlanReport) throws {
        try GoldenFile.expect(report.lines(Layout()).joined(separator: "\n"), is: "plan-\(name).txt")
    }

    @Test("scripts read the message, the difference and the times as JSON")
    func json() throws {
        try GoldenFile.expect(Self.due.json.indented, is: "plan.json")
    }

    @Test("the earliest times add up the pauses from the moment that the present one ends")
    func times() {
        let ahead = Forecast(Shop.waiting, now: Shop.now).commits
        #expect(ahead.map(\.stage) == ["weight-50", "promote", "drain", "finish"])
        let clocks = ["12:10:14", "12:20:14", "12:20:14", "12:20:44"].map { Shop.time($0) }
        #expect(ahead.compactMap(\.earliest) == clocks)
    }

    @Test("what is due is not ahead, and its own pauses count from now")
    func timesAfterDue() {
        let ahead = Forecast(Shop.due, now: Shop.now).commits
        #expect(ahead.map(\.stage) == ["promote", "drain", "finish"])
        #expect(ahead.first?.earliest == Shop.now + .seconds(600))
    }

    @Test("nobody knows the times of a held rollout, and one at rest has nothing ahead")
    func timeless() {
        let held = Forecast(Shop.reverted, now: Shop.now).commits
        #expect(held.map(\.stage) == ["weight-25", "weight-50", "promote", "drain", "finish"])
        #expect(held.allSatisfy { $0.earliest == nil })
        #expect(Forecast(Shop.stable, now: Shop.now).commits.isEmpty)
        #expect(Forecast(Shop.rolledBack, now: Shop.now).commits.isEmpty)
    }
}
