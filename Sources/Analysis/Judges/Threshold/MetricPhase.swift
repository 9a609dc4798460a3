/// Where a metric, or a run of several, stands; Argo Rollouts' words.
package enum MetricPhase: String, Codable, CaseIterable, Sendable {
    case pending = "Pending"
    case running = "Running"
    case successful = "Successful"
    case failed = "Failed"
    case inconclusive = "Inconclusive"
    case error = "Error"

    package var isCompleted: Bool { self != .pending && self != .running }

    /// The phase of a run, which goes on while any metric does; then the worst one counts.
    ///
    /// From best to worst: Successful, Inconclusive, Error, Failed. A run without gating metrics is successful.
    package static func ofRun(_ metrics: some Sequence<MetricPhase>) -> MetricPhase {
        var worst = MetricPhase.successful
        for phase in metrics {
            guard phase.isCompleted else { return .running }
            if phase.rank > worst.rank { worst = phase }
        }
        return worst
    }

    private var rank: Int {
        switch self {
        case .successful: 0
        case .running: 1
        case .pending: 2
        case .inconclusive: 3
        case .error: 4
        case .failed: 5
        }
    }
}
