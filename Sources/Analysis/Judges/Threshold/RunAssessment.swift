/// What several metrics amount to together, in the words of Argo's analysis run.
package struct RunAssessment: Hashable, Sendable {
    /// What is known of one metric.
    package struct Metric: Hashable, Sendable {
        package var name: String
        package var phase: MetricPhase
        package var limits: MeasurementLimits
        package var counters: MeasurementCounters
        /// What the last measurement said, where it said something.
        package var lastMessage: String?
        /// Measured and shown, without effect on the run.
        package var isDryRun: Bool

        package init(
            name: String, phase: MetricPhase, limits: MeasurementLimits, counters: MeasurementCounters,
            lastMessage: String? = nil, isDryRun: Bool = false
        ) {
            self.name = name
            self.phase = phase
            self.limits = limits
            self.counters = counters
            self.lastMessage = lastMessage
            self.isDryRun = isDryRun
        }
    }

    package let phase: MetricPhase
    /// Why the run is not successful; empty where Argo says nothing.
    package let message: String

    /// A run goes on while any metric does; then the worst phase counts, and of equal ones the first metric's.
    ///
    /// - Parameter isTerminated: somebody ended the run.
    package init(_ metrics: [Metric], isTerminated: Bool = false) {
        guard metrics.allSatisfy(\.phase.isCompleted) else {
            phase = .running
            message = ""
            return
        }
        let gating = metrics.filter { !$0.isDryRun }
        phase = MetricPhase.ofRun(gating.map(\.phase))
        let worst = gating.first { [phase] in $0.phase == phase }
        message = isTerminated ? "Run Terminated" : worst.flatMap(Self.message) ?? ""
    }

    private static func message(_ metric: Metric) -> String? {
        guard let reason = metric.limits.exceeded(by: metric.counters)?.reason else { return nil }
        let text = "Metric \"\(metric.name)\" assessed \(metric.phase.rawValue) due to \(reason)"
        guard let last = metric.lastMessage, !last.isEmpty else { return text }
        return text + ": \"Error Message: \(last)\""
    }

    /// True where one metric has ended badly, so that no other one is measured any more.
    package static func isTerminating(_ metrics: [Metric]) -> Bool {
        metrics.contains { !$0.isDryRun && $0.phase.isCompleted && $0.phase != .successful }
    }
}
