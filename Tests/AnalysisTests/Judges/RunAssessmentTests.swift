import Analysis
import Testing

@Suite("A run of several metrics, as Argo Rollouts assesses it")
struct RunAssessmentTests {
    private static func metric(
        _ name: String, failed: Int = 0, inconclusive: Int = 0, errors: Int = 0, message: String? = nil,
        limits: MeasurementLimits = MeasurementLimits(count: 1), isDryRun: Bool = false
    ) -> RunAssessment.Metric {
        var counters = MeasurementCounters()
        for _ in 0..<failed { counters.add(.failed) }
        for _ in 0..<inconclusive { counters.add(.inconclusive) }
        for _ in 0..<errors { counters.add(.error("e")) }
        if failed + inconclusive + errors == 0 { counters.add(.successful) }
        return RunAssessment.Metric(
            name: name, phase: limits.assess(counters).phase, limits: limits, counters: counters, lastMessage: message,
            isDryRun: isDryRun)
    }

    @Test("the first metric of the worst phase gives the message")
    func messages() {
        let run = RunAssessment([
            Self.metric("fine"), Self.metric("slow", inconclusive: 1),
            Self.metric("broken", errors: 5, message: "refused"),
            Self.metric("bad", failed: 1), Self.metric("worse", failed: 2),
        ])
        #expect(run.phase == .failed)
        #expect(run.message == "Metric \"bad\" assessed Failed due to failed (1) > failureLimit (0)")
        let error = RunAssessment([
            Self.metric("broken", errors: 5, message: "refused"), Self.metric("slow", inconclusive: 1),
        ])
        #expect(error.phase == .error)
        #expect(
            error.message
                == "Metric \"broken\" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "
                + "\"Error Message: refused\"")
        let inconclusive = RunAssessment([Self.metric("slow", inconclusive: 1)])
        #expect(
            inconclusive.message
                == "Metric \"slow\" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0)")
    }

    @Test("a run goes on while any metric does, and is successful without one that counts")
    func phases() {
        let endless = MeasurementLimits(count: nil)
        #expect(RunAssessment([Self.metric("bad", failed: 1), Self.metric("on", limits: endless)]).phase == .running)
        #expect(RunAssessment([Self.metric("on", limits: endless, isDryRun: true)]).phase == .running)
        #expect(RunAssessment([Self.metric("bad", failed: 1, isDryRun: true)]).phase == .successful)
        #expect(RunAssessment([]).phase == .successful)
        #expect(RunAssessment([Self.metric("fine")], isTerminated: true).message == "Run Terminated")
    }

    @Test("one bad metric ends the others, a dry run does not")
    func terminating() {
        #expect(RunAssessment.isTerminating([Self.metric("fine"), Self.metric("bad", failed: 1)]))
        #expect(!RunAssessment.isTerminating([Self.metric("fine"), Self.metric("bad", failed: 1, isDryRun: true)]))
        #expect(!RunAssessment.isTerminating([]))
    }

    @Test("a metric that fails by its count alone says nothing, as in Argo")
    func silent() {
        let limits = MeasurementLimits(count: 1, failure: -1, consecutiveSuccess: 2)
        let run = RunAssessment([Self.metric("row", failed: 1, limits: limits)])
        #expect(run.phase == .failed)
        #expect(run.message.isEmpty)
    }
}
