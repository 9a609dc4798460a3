import Report
import Rollouts
import Support
import Testing

@Suite("Status says where every rollout stands and what it waits for")
struct StatusTests {
    private static func report(_ rollouts: [RolloutStatus], isOffline: Bool = false) -> StatusReport {
        StatusReport(now: Shop.now, branch: "main", commit: Shop.commit, isOffline: isOffline, rollouts: rollouts)
    }

    private static func text(_ lines: [String]) -> String {
        lines.joined(separator: "\n").replacing("\u{1B}", with: "ESC")
    }

    @Test("the table has one row a rollout, and ends with what somebody has to do")
    func table() throws {
        try GoldenFile.expect(Self.text(Self.report(Shop.all).table(Layout())), is: "status-table.txt")
    }

    @Test("a narrow window cuts the last column and nothing else")
    func narrow() throws {
        let lines = Self.report(Shop.all).table(Layout(width: 100))
        try GoldenFile.expect(Self.text(lines), is: "status-table-100.txt")
    }

    @Test("colours say at a glance who is needed, and change no text")
    func colours() throws {
        let lines = Self.report(Shop.all).table(Layout(palette: .coloured, width: 120))
        try GoldenFile.expect(Self.text(lines), is: "status-table-coloured.txt")
        let plain = lines.map { $0.replacing(/\u{1B}\[\d+m/, with: "") }
        #expect(plain == Self.report(Shop.all).table(Layout(width: 120)))
    }

    @Test("a table from Git alone says so, and problems of no rollout stand below it")
    func offline() throws {
        var report = Self.report([Shop.stable], isOffline: true)
        report.problems = [
            Diagnostic(file: ".headgate/config.yaml", line: 3, message: "unknown key", hint: "take it out")
        ]
        try GoldenFile.expect(Self.text(report.table(Layout())), is: "status-table-offline.txt")
        #expect(report.urgency == .needed)
    }

    @Test("a repository without rollouts is no error")
    func empty() {
        #expect(Self.report([]).table(Layout()) == ["There are no rollouts in .headgate/rollouts on main."])
        #expect(Self.report([]).urgency == .settled)
    }

    @Test(
        "one rollout is a tree from its release to what it waits for",
        arguments: [
            ("waiting", Shop.waiting), ("starting", Shop.starting), ("approval", Shop.approval),
            ("reverted", Shop.reverted), ("rolled-back", Shop.rolledBack), ("stable", Shop.stable), ("due", Shop.due),
            ("broken", Shop.broken),
        ])
    func tree(name: String, status: RolloutStatus) throws {
        let tree = RolloutTree(status, now: Shop.now)
        try GoldenFile.expect(Self.text(tree.lines(Layout())), is: "tree-\(name).txt")
    }

    @Test("a hold at rest is said before a release waits for its end")
    func heldAtRest() throws {
        var status = Shop.stable
        status.specification?.steering.hold = "the freeze of December"
        let line = try #require(RolloutTree(status, now: Shop.now).lines(Layout()).first)
        #expect(line.hasSuffix("Stable: on hold: the freeze of December"), "\(line)")
    }

    @Test("scripts read the same as JSON with documented names")
    func json() throws {
        try GoldenFile.expect(Self.report(Shop.all).json.indented, is: "status.json")
    }

    @Test(
        "everything that needs somebody ends with a line to edit or a command to run",
        arguments: [Shop.approval, Shop.reverted, Shop.rolledBack, Shop.broken])
    func ways(status: RolloutStatus) throws {
        let way = try #require(status.way.last)
        #expect(status.urgency == .needed)
        #expect(RolloutTree(status, now: Shop.now).lines(Layout()).last?.hasSuffix(way) == true)
        #expect(Explanation(now: Shop.now, status: status).lines(Layout()).last?.hasSuffix(way) == true)
        #expect(PlanReport(now: Shop.now, status: status).lines(Layout()).last == way)
    }

    @Test(
        "the exit code follows the most urgent rollout",
        arguments: [
            ([Shop.stable], RolloutStatus.Urgency.settled), ([Shop.stable, Shop.waiting], .moving),
            ([Shop.waiting, Shop.due], .moving), ([Shop.waiting, Shop.approval], .needed),
            ([Shop.stable, Shop.rolledBack], .needed), ([Shop.broken, Shop.stable], .needed),
        ])
    func urgency(rollouts: [RolloutStatus], expected: RolloutStatus.Urgency) {
        #expect(Self.report(rollouts).urgency == expected)
    }

    @Test("a pull request that people have to look at is named, and asks for somebody like an approval")
    func pullRequest() throws {
        var status = Shop.approval
        status.standing = .progressing(.review(.init(url: "https://forge/12", missing: ["1 of 2 reviews"])))
        status.remedy = "review and merge https://forge/12"
        #expect(status.urgency == .needed)
        let json = Self.report([status]).json.indented
        #expect(json.contains("\"pullRequest\": \"https://forge/12\""))
        #expect(
            json.contains("\"message\": \"Waiting: for people to merge https://forge/12 (missing: 1 of 2 reviews)\""))
        #expect(status.way == ["review and merge https://forge/12"])
        let tree = RolloutTree(status, now: Shop.now).lines(Layout()).joined(separator: "\n")
        #expect(tree.contains("Waiting: a stage: pull request https://forge/12, missing: 1 of 2 reviews"))
    }

    @Test("what waits for people is named: the stage, and the release that would begin")
    func proposed() throws {
        let status = Shop.proposed
        let table = Self.report([status]).table(Layout()).joined(separator: "\n")
        #expect(table.contains("weight-50: pull request https://forge/12"))
        let json = Self.report([status]).json.indented
        #expect(json.contains("\"stage\": \"weight-50\""))
        var first = status
        first.question?.transition.state = Shop.state("start", action: .start, serial: 1)
        first.question?.transition.state.release.since = 1
        let line = RolloutTree(first, now: Shop.now).lines(Layout())[0]
        #expect(line.hasSuffix("Waiting: start of v2.4.1: pull request https://forge/12"), "\(line)")
    }
}
