import Analysis
import Support
import Testing

@Suite("A metric's phase follows from its counters as in Argo Rollouts")
struct MetricAssessmentTests {
    struct Row: Decodable, Sendable, CustomTestStringConvertible {
        var failureLimit: Int?
        var inconclusiveLimit: Int?
        var consecutiveSuccessLimit: Int?
        var failed: Int?
        var successful: Int?
        var inconclusive: Int?
        var consecutiveError: Int?
        var consecutiveSuccess: Int?
        var count_done: Int?
        var expected: String
        var expectedTerminating: String?
        /// Of our own rows only.
        var count: Int?

        var testDescription: String {
            "failed \(failed ?? 0) of \(failureLimit ?? 0), row \(consecutiveSuccess ?? 0): \(expected)"
        }

        var limits: MeasurementLimits {
            MeasurementLimits(
                count: count, failure: failureLimit ?? 0, inconclusive: inconclusiveLimit ?? 0,
                consecutiveSuccess: consecutiveSuccessLimit ?? 0)
        }

        var counters: MeasurementCounters {
            var counters = MeasurementCounters()
            counters.failed = failed ?? 0
            counters.successful = successful ?? 0
            counters.inconclusive = inconclusive ?? 0
            counters.consecutiveError = consecutiveError ?? 0
            counters.consecutiveSuccess = consecutiveSuccess ?? 0
            counters.count = count_done ?? (counters.failed + counters.successful + counters.inconclusive)
            return counters
        }
    }

    private struct File: Decodable {
        let metricAssessment: [Row]
    }

    static let shared = VectorFile.decode(File.self, from: "argo.json")?.metricAssessment ?? []

    static let own = [
        Row(failureLimit: 2, failed: 3, expected: "Failed", expectedTerminating: "Failed"),
        Row(failureLimit: 3, failed: 3, expected: "Running", expectedTerminating: "Successful"),
        Row(inconclusiveLimit: 2, inconclusive: 3, expected: "Inconclusive", expectedTerminating: "Inconclusive"),
        Row(consecutiveError: 5, expected: "Error"), Row(consecutiveError: 4, expected: "Running"),
        Row(successful: 5, inconclusive: 5, expected: "Inconclusive", count: 10),
        Row(failureLimit: 4, consecutiveSuccessLimit: 4, failed: 5, consecutiveSuccess: 4, expected: "Failed"),
        Row(failureLimit: 4, consecutiveSuccessLimit: 4, failed: 3, consecutiveSuccess: 4, expected: "Successful"),
        Row(
            failureLimit: 4, consecutiveSuccessLimit: 4, failed: 4, successful: 6, consecutiveSuccess: 3,
            expected: "Inconclusive", count: 10),
        Row(
            failureLimit: -1, consecutiveSuccessLimit: 5, failed: 2, successful: 5, consecutiveSuccess: 3,
            expected: "Failed", count: 7),
        Row(failureLimit: -1, failed: 9, successful: 1, expected: "Successful", count: 10),
        Row(failed: 1, inconclusive: 1, consecutiveError: 5, expected: "Error"),
        Row(failed: 1, inconclusive: 1, expected: "Inconclusive"),
        Row(expected: "Pending", expectedTerminating: "Successful"),
    ]

    @Test("cases of Argo Rollouts", arguments: shared + own)
    func row(_ row: Row) {
        #expect(row.limits.assess(row.counters).phase.rawValue == row.expected)
        if let terminating = row.expectedTerminating {
            #expect(row.limits.assess(row.counters, isTerminating: true).phase.rawValue == terminating)
        }
    }

    @Test(
        "a run goes on while a metric does, then the worst one counts",
        arguments: [
            ([], .successful), ([.successful, .running], .running), ([.failed, .pending], .running),
            ([.successful, .inconclusive], .inconclusive),
            ([.error, .inconclusive], .error), ([.error, .failed, .successful], .failed),
        ] as [([MetricPhase], MetricPhase)])
    func run(_ metrics: [MetricPhase], _ expected: MetricPhase) {
        #expect(MetricPhase.ofRun(metrics) == expected)
    }
}
