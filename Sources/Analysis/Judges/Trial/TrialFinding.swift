/// What a judge found for one metric that it was tried on.
package struct TrialFinding: Equatable, Sendable {
    package enum Details: Equatable, Sendable {
        case compared(CompareOutcome)
        case followed(FollowedTrial)
    }

    package let details: Details
    /// What is strange about the numbers that it was found from.
    package var remark: String?

    init(_ outcome: CompareOutcome) { details = .compared(outcome) }
    init(_ trial: FollowedTrial) { details = .followed(trial) }

    package var metric: String {
        switch details {
        case .compared(let outcome): outcome.metric
        case .followed(let trial): trial.trace.metric
        }
    }

    package var verdict: Verdict {
        switch details {
        case .compared(let outcome): outcome.verdict
        case .followed(let trial): trial.trace.verdict
        }
    }

    package var reason: String {
        switch details {
        case .compared(let outcome): outcome.reason.rawValue
        case .followed(let trial): trial.trace.reason.rawValue
        }
    }

    package var sentence: String {
        switch details {
        case .compared(let outcome): outcome.sentence
        case .followed(let trial): trial.trace.sentence
        }
    }

    /// Reported, and without a say.
    package var isMuted: Bool { outcome?.settings.isMuted ?? false }

    /// Nil for a judge of intervals.
    package var outcome: CompareOutcome? { if case .compared(let outcome) = details { outcome } else { nil } }
}
