internal import Analysis
internal import Rollouts

/// What became of one metric.
struct JudgedMetric: Sendable {
    var evidence: MetricEvidence
    /// When the measurement or the interval was that decided; nil while the metric goes on.
    var endedAt: Timestamp?
    /// Undecided after enough requests, without a hint of trouble.
    var isUnsuspicious = false
    /// Judged by the compare judge, which may have a score in the place of verdicts.
    var isCompared = false
    /// What it compared.
    var comparison: ComparedWindows?

    /// Counts, and could not be measured.
    var isMissing: Bool { !evidence.isDryRun && [.unknown, .error].contains(evidence.verdict) }

    /// What has not ended has ended last.
    var end: Timestamp { endedAt ?? evidence.window.end }
}

extension JudgedMetric {
    /// A metric that could not be asked decides nothing: the release waits for it, and what others found counts.
    init(_ problem: any Error, of metric: String, isDryRun: Bool, window: Window) {
        let problem = JudgingProblem(problem)
        evidence = MetricEvidence(
            metric: metric, verdict: problem.verdict, isDryRun: isDryRun, sentence: "\(metric): \(problem.message)",
            counts: .init(good: 0, bad: 0, undecided: 0), window: window)
    }
}

/// Why something could not be judged, and whether it is worth trying again.
struct JudgingProblem {
    let verdict: Verdict
    let message: String

    init(_ error: any Error) {
        switch error {
        case let failure as MetricFailure:
            (verdict, message) = (failure.code == .configuration ? .error : .unknown, failure.message)
        case let problem as TemplateError: (verdict, message) = (.error, problem.message)
        default: (verdict, message) = (.error, "\(error)")
        }
    }
}

extension AnalysisRunner {
    /// What became of a metric, whatever kept it from being measured.
    func judged(
        _ metric: String, isDryRun: Bool = false, from: Timestamp, _ judge: () async throws -> JudgedMetric
    ) async -> JudgedMetric {
        do {
            return try await judge()
        } catch {
            let window = Window(start: from, end: max(from, end))
            return JudgedMetric(error, of: metric, isDryRun: isDryRun, window: window)
        }
    }
}
