@testable import Analysis
import Testing

@Suite("What a check finds about limits and stages")
struct LimitLintTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let title: String
        let minutes: Int?
        let expected: [String]
        let metric: LintedMetric

        /// - Parameter minutes: how long the stage lasts.
        init(
            _ title: String, stage minutes: Int? = nil, finds expected: String...,
            metric change: (inout LintedMetric) -> Void
        ) {
            (self.title, self.minutes, self.expected) = (title, minutes, expected)
            metric = LintedMetric(success: "result[0] < 0.5", change)
        }

        var testDescription: String { title }
    }

    private static func counted(_ metric: inout LintedMetric, _ judge: String) {
        (metric.success, metric.count) = (nil, nil)
        metric.judge =
            judge == "sequential" ? .sequential(SequentialTemplate()) : .confident(ConfidentTemplate(bar: 0.1))
    }

    static let limitsRows: [Row] = [
        Row("as many failures as measurements", finds: "neverFails failureLimit error") { $0.failureLimit = 10 },
        Row("one failure less") { $0.failureLimit = 9 },
        Row("one measurement, failures tolerated", finds: "neverFails failureLimit error") {
            ($0.interval, $0.count, $0.failureLimit, $0.noData) = (nil, nil, 3, .bad)
        },
        Row("one measurement, which is made again until it has data") {
            ($0.interval, $0.count) = (nil, nil)
        },
        Row("one measurement, and no data fails") { ($0.interval, $0.count, $0.noData) = (nil, nil, .bad) },
        Row("one measurement of a Job") {
            ($0.interval, $0.count, $0.kind, $0.success) = (nil, nil, "job", nil)
        },
        Row("all may be inconclusive", finds: "passesWithoutSuccess inconclusiveLimit warning") {
            ($0.failure, $0.inconclusiveLimit) = ("result[0] > 1", 10)
        },
        Row("failures and what is inconclusive", finds: "passesWithoutSuccess inconclusiveLimit warning") {
            ($0.failure, $0.inconclusiveLimit, $0.failureLimit) = ("result[0] > 1", 6, 4)
        },
        Row("one success is needed") {
            ($0.failure, $0.inconclusiveLimit, $0.failureLimit) = ("result[0] > 1", 5, 4)
        },
        Row("nothing can be inconclusive") { $0.inconclusiveLimit = 10 },
        Row("a row of successes is needed") {
            ($0.failure, $0.inconclusiveLimit, $0.consecutiveSuccessLimit) = ("result[0] > 1", 10, 3)
        },
        Row("failures off, successes wanted") { ($0.failureLimit, $0.consecutiveSuccessLimit) = (-1, 3) },
        Row("a row longer than one measurement", finds: "neverPasses consecutiveSuccessLimit error") {
            ($0.interval, $0.count, $0.consecutiveSuccessLimit, $0.noData) = (nil, nil, 3, .bad)
        },
        Row("a row in an endless metric") { ($0.count, $0.consecutiveSuccessLimit) = (nil, 300) },
        Row("failures in an endless metric") { ($0.count, $0.failureLimit) = (nil, 300) },
        Row("as many measurements as the stage has", stage: 9) { _ in },
        Row("one more than the stage has", stage: 8, finds: "longerThanStage count warning") { _ in },
        Row("a delay that makes it one too many", stage: 9, finds: "longerThanStage count warning") {
            $0.initialDelay = "1s"
        },
        Row("a delay as long as the stage", stage: 9, finds: "longerThanStage count warning") {
            $0.initialDelay = "9m"
        },
        Row("a delay longer than the stage", stage: 9, finds: "neverMeasured initialDelay error") {
            $0.initialDelay = "10m"
        },
        Row("an interval longer than the stage", stage: 9, finds: "longerThanStage interval warning") {
            ($0.interval, $0.count) = ("10m", nil)
        },
        Row("of a metric that is measured once", stage: 9) { ($0.interval, $0.count) = ("10m", 1) },
        Row("a failure more than the stage has", stage: 9, finds: "neverFails failureLimit warning") {
            ($0.count, $0.failureLimit) = (nil, 10)
        },
        Row("as many failures as needed", stage: 9) { ($0.count, $0.failureLimit) = (nil, 9) },
        Row("a row that the stage has no time for", stage: 9, finds: "longerThanStage consecutiveSuccessLimit warning")
        {
            ($0.count, $0.consecutiveSuccessLimit) = (nil, 11)
        },
        Row("a row that it has time for", stage: 9) { ($0.count, $0.consecutiveSuccessLimit) = (nil, 10) },
        Row("endless in a stage", stage: 1) { $0.count = nil },
        Row("counts go on for as long as it takes", stage: 9) { counted(&$0, "sequential") },
        Row("but not beyond one interval", stage: 9, finds: "longerThanStage interval warning") {
            counted(&$0, "confident")
            $0.interval = "10m"
        },
        Row("a comparison that needs longer", stage: 9, finds: "longerThanStage count warning") {
            ($0.success, $0.judge, $0.count) = (nil, .compare(CompareTemplate()), 30)
        },
        Row(
            "numbers beyond all measure", stage: 9, finds: "neverFails failureLimit error",
            "longerThanStage count warning"
        ) {
            ($0.interval, $0.count, $0.failureLimit) = ("9s", .int(.max), .int(.max))
        },
        Row("spans beyond all measure", stage: 9, finds: "neverMeasured initialDelay error") {
            ($0.interval, $0.initialDelay, $0.count) = ("2562047h", "2562047h", .int(.max))
        },
    ]

    @Test func `what passes without a success says what to write`() throws {
        let loose = LintedMetric(success: "result[0] < 0.5", failure: "result[0] > 1") {
            ($0.inconclusiveLimit, $0.failureLimit) = (6, 4)
        }
        let passing = try #require(try loose.findings().first)
        #expect(
            passing.message
                == "passes without a single success: 4 failures and 6 inconclusive of 10 measurements are tolerated")
        #expect(passing.hint == "state smaller limits, or consecutiveSuccessLimit for what has to succeed")
    }

    @Test("limits among themselves, and against the stage", arguments: limitsRows)
    func limits(_ row: Row) throws {
        let findings = try row.metric.findings(window: row.minutes.map { .seconds($0 * 60) })
            .filter { $0.rule != .longRange }
        #expect(findings.map { "\($0.rule) \($0.path) \($0.severity)" } == row.expected, "\(findings)")
    }
}
